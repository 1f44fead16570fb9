/** Evidence's words: a file of their own, because other pages than the room speak them too. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "take": "Ambil bukti",
  "take.off": "Kamera Anda mati. Nyalakan kamera, atau pilih berkas.",
  "take.dialog": "Ambil bukti dari kamera",
  "take.hint": "Yang Anda ambil di sini tercatat sebagai diambil langsung di sesi, dari kamera yang sedang terekam.",
  "take.photo": "Ambil foto",
  "take.clip": "Rekam video",
  "take.stop": "Selesai merekam ({s} dtk)",
  "take.back": "Kamera belakang",
  "take.front": "Kamera depan",
  "take.turnFailed": "Kamera lain tidak dapat dipakai. Kamera yang tadi tetap berjalan.",
  "take.failed": "Gambar tidak dapat diambil. Coba lagi, atau pilih berkas.",
  "take.send": "Kirim bukti ini",
  "take.again": "Ulangi",
  "take.close": "Tutup",
  "take.shot": "Gambar yang baru diambil",
  "add.failed": "Berkas ini belum tersimpan di perangkat ini; mungkin penyimpanannya penuh. Kosongkan ruang penyimpanan, lalu coba lagi. Jangan hapus data peramban.",
  "name.photo": "foto sesi {time}.jpg",
  "name.clip": "video sesi {time}.{ending}",
  "state.preparing": "Memperkecil di perangkat ini",
  "state.queued": "Antre di perangkat ini, {size}",
  "state.waiting": "Menunggu koneksi, {size} tersimpan di perangkat ini",
  "state.elsewhere": "Dikirim dari tab lain",
  "state.memory": "Jangan tutup halaman ini: peramban ini tidak menyimpan berkas.",
  "refused.session_ended": "Sesi sudah berakhir sebelum berkas ini sampai. Hubungi LSP bila bukti ini penting.",
  "refused.another_account": "Berkas ini disimpan untuk akun lain. Masuk dengan akun itu untuk mengirimnya.",
  "refused.expired": "Pengiriman ini terlalu lama terhenti. Kirim berkasnya lagi.",
  "live": "Diambil langsung di sesi {time}",
  "live.doubt": "Menurut perangkat diambil langsung di sesi {time}",
  "live.untimed": "Menurut perangkat diambil langsung di sesi",
  "gallery": "Dari galeri, {date}",
  "gallery.undated": "Dari galeri",
  "doubt": "Perlu dicek: {list}.",
  "doubt.no_time": "waktunya tidak disebut",
  "doubt.clock": "jam perangkat tidak pasti",
  "doubt.future": "waktunya lebih lambat dari saat diterima",
  "doubt.before_moment": "waktunya lebih awal dari yang sudah diketahui perangkat",
  "doubt.no_moment": "tanda saatnya tidak cocok",
  "doubt.no_stream": "kamera yang disebut tidak berjalan saat itu",
  "doubt.late": "dikirim setelah sesi berakhir",
  "jump": "Lihat rekaman {time}",
  "part": "Belum lengkap {percent}%",
  "part.none": "Belum lengkap, isinya belum sampai",
  "part.stalled": "Belum lengkap {percent}%, terhenti sejak {time}",
  "part.file": "{size}, yang diterima baru {got}",
  "original.ask": "Minta berkas asli",
  "original.about": "Yang diterima diperkecil di ponsel dari {size}.",
  "original.asked": "Berkas asli diminta, dikirim perangkat asesi bila jaringan cukup",
  "original.open": "Buka berkas asli ({size})",
  "original.wanted": "Asesor meminta berkas asli {name}",
  "original.sending": "Mengirim berkas asli, {percent}% terkirim",
  "owed.title": "{count} bukti belum diterima LSP",
  "owed.stay": "Biarkan halaman ini terbuka sampai selesai. Bila ditutup, pengiriman berlanjut saat Anda membuka beranda dari perangkat ini.",
  "visit.title": "{count} bukti menunggu dikirim ({size})",
  "visit.original": "Asesor meminta {count} berkas asli ({size})",
  "visit.sending": "Mengirim, {percent}% terkirim. Jangan hapus data peramban sampai selesai.",
  "visit.waiting": "Menunggu koneksi. Dilanjutkan sendiri; jangan hapus data peramban.",
  "visit.login": "Masuk dengan akun asesi agar pengiriman berlanjut.",
  "visit.refused": "{count} bukti tidak dapat diterima lagi. Hubungi LSP bila bukti itu penting.",
  "visit.done": "Semua bukti dari perangkat ini sudah diterima.",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { spoken, w, maybe } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
