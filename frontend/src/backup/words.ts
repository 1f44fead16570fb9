/** The backup's words: a file of their own, because other pages than the room speak them too. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "title": "Rekaman cadangan di perangkat ini",
  "rec.on": "Kamera dan mikrofon Anda juga direkam di perangkat ini. Bila koneksi putus, bagian yang hilang dikirim dari sini.",
  "rec.audio": "Baterai hampir habis: hanya suara yang direkam di perangkat ini. Sambungkan pengisi daya agar gambar ikut direkam.",
  "rec.full": "Penyimpanan perangkat ini penuh: rekaman cadangan berhenti, yang sudah terekam tetap aman. Kosongkan ruang penyimpanan, jangan hapus data peramban.",
  "rec.failed": "Rekaman cadangan terhenti dan dicoba lagi sendiri. Rekaman di server tetap berjalan selama koneksi ada.",
  "rec.unsupported": "Peramban ini tidak dapat menyimpan rekaman cadangan. Sesi tetap terekam di server, tetapi bagian saat koneksi putus tidak dapat diisi. Chrome atau Firefox terbaru dapat melakukannya.",
  "rec.off": "Kamera dan mikrofon Anda tidak dikirim, maka tidak ada rekaman cadangan.",
  "owed.title": "{time} rekaman perlu dikirim ({size})",
  "owed.none": "Tidak ada yang perlu dikirim.",
  "owed.asking": "Menanyakan kepada server apa yang perlu dikirim.",
  "owed.progress": "Bagian yang sudah terkirim",
  "owed.keep": "Jangan hapus data peramban sampai selesai.",
  "owed.missing": "{time} yang diminta tidak ada di perangkat ini.",
  "owed.refused": "{count} berkas cadangan tidak dapat diterima LSP.",
  "owed.as": "Keadaan menurut server pukul {time}.",
  "phase.sending": "Mengirim, {percent}% terkirim.",
  "phase.live": "Ditunda: jaringan dipakai dahulu untuk gambar dan suara langsung.",
  "phase.offline": "Menunggu koneksi. Dilanjutkan sendiri.",
  "phase.waiting": "Server belum menjawab. Dicoba lagi sendiri.",
  "phase.elsewhere": "Dikirim dari tab lain.",
  "phase.server": "Sudah terkirim, sedang diperiksa server.",
  "line.sending": "Cadangan: {time} perlu dikirim, {percent}% terkirim",
  "line.waiting": "Cadangan: {time} perlu dikirim, menunggu",
  "after.stay": "Biarkan halaman ini terbuka sampai selesai. Bila ditutup, pengiriman berlanjut saat Anda membuka beranda dari perangkat ini.",
  "after.done": "Semua rekaman cadangan yang diminta sudah terkirim.",
  "after.had": "Yang ada di perangkat ini sudah terkirim.",
  "visit.title": "Masih ada {time} rekaman cadangan yang perlu dikirim ({size})",
  "visit.done": "Rekaman cadangan sudah terkirim. Terima kasih.",
  "time.s": "{s} dtk",
  "time.m": "{m} mnt",
  "time.ms": "{m} mnt {s} dtk",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { spoken, w } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}

/** 45 dtk, 2 mnt, 1 mnt 20 dtk; a started second counts. */
export function lasting(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [m, s] = [Math.floor(seconds / 60), seconds % 60];
  if (m === 0) return w("time.s", { s });
  return s === 0 ? w("time.m", { m }) : w("time.ms", { m, s });
}
