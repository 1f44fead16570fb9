/** The gladi's words; the verdict and its advice come from the server, which says them once. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "intro.start": "Mulai gladi",
  "intro.again": "Ulangi gladi",
  "intro.allow": "Bila peramban bertanya, izinkan kamera dan mikrofon.",
  "tile.none": "Kamera tidak menyala",
  "tile.own": "Gambar dari kamera Anda",
  "tile.back": "Gambar Anda, kembali dari server",
  "tile.speak": "Sebutkan nama Anda dengan suara biasa: batang ini harus bergerak.",
  "tile.level": "Kerasnya suara Anda",
  "step.device": "Peramban, layar, baterai, penyimpanan",
  "step.senses": "Kamera dan mikrofon",
  "step.line": "Kecepatan dan jam",
  "step.routes": "Jalur jaringan",
  "step.path": "Gambar dan suara lewat server",
  "step.reconnect": "Putus lalu tersambung lagi",
  "step.report": "Laporan ke LSP",
  "state.waiting": "menunggu",
  "state.running": "sedang diuji",
  "state.done": "terukur",
  "state.failed": "tidak dapat diukur",
  "sound.ask": "Apakah Anda mendengar tiga nada?",
  "sound.yes": "Ya, terdengar",
  "sound.no": "Tidak",
  "sound.again": "Putar lagi",
  "sound.skip": "Lewati",
  "save.waiting": "Hasil sudah terukur, tetapi belum tersimpan di server. Dikirim sendiri begitu koneksi ada; biarkan halaman ini terbuka.",
  "save.retry": "Kirim sekarang",
  "done.at": "Tersimpan di LSP pukul {time}. Asesor dan admin dapat melihatnya.",
  "done.todo": "Lakukan:",
  "done.lines": "Semua hasil uji",
  "level.ok": "baik",
  "level.unknown": "tidak diketahui",
  "level.note": "perlu diperhatikan",
  "level.voice": "tanpa gambar",
  "level.stop": "menghalangi",
  "practice.title": "Ruang latihan",
  "practice.text": "Lihat dan dengar diri Anda seperti orang lain akan melihat dan mendengarnya. Suara Anda kembali dua detik kemudian. Tidak direkam, hanya Anda yang ada di sini.",
  "practice.open": "Masuk ruang latihan",
  "practice.opening": "Menyambung…",
  "practice.close": "Tutup ruang latihan",
  "practice.left": "Tertutup sendiri dalam {time}.",
  "practice.failed": "Ruang latihan tidak tersambung. Periksa koneksi Anda, lalu coba lagi.",
  "practice.noDevice": "Kamera dan mikrofon tidak dapat dinyalakan. Izinkan keduanya, lalu coba lagi.",
  "room.back": "Ke pintu ruang sesi",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { w } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
