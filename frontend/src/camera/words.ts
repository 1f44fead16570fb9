/** What the second camera's page says. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "title": "Kamera kedua",
  "ask": "Ketik enam angka dari layar sesi",
  "ask.hint": "Di layar sesi, asesi menekan “Kamera 2”. Kode berlaku 5 menit dan hanya sekali.",
  "join": "Sambungkan ponsel ini",
  "joining": "Menyambungkan",
  "what.title": "Yang dilakukan ponsel ini",
  "what.send": "Mengirim dan merekam gambar kamera ponsel ini, tanpa suara, selama sesi ini saja.",
  "what.who": "Asesor melihatnya langsung. Rekamannya menjadi bagian dari rekaman sesi, sesuai persetujuan yang sudah diberikan asesi.",
  "what.stop": "Berhenti kapan pun dengan tombol Selesai. Tidak perlu akun, dan tidak ada yang dipasang.",
  "for": "Untuk sesi {name}",
  "error.offline": "Server tidak terjangkau. Periksa koneksi ponsel ini, lalu coba lagi.",
  "error.other": "Belum berhasil disambungkan. Coba lagi.",
  "error.code": "Kode terdiri dari enam angka.",
  "camera.denied": "Kamera tidak diizinkan. Izinkan kamera untuk halaman ini di pengaturan peramban, lalu coba lagi.",
  "camera.missing": "Kamera tidak ditemukan di ponsel ini.",
  "camera.busy": "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi.",
  "camera.unsafe": "Kamera hanya dapat dipakai lewat alamat https. Buka alamat yang aman dari layar sesi.",
  "camera.other": "Kamera tidak dapat dinyalakan. Coba lagi.",
  "camera.again": "Coba lagi",
  "camera.which": "Kamera",
  "camera.nth": "Kamera {n}",
  "camera.stopped": "Kamera berhenti di ponsel ini. Dinyalakan lagi sendiri.",
  "state.connecting": "Menyambung ke ruang sesi",
  "state.live": "Gambar sampai di ruang sesi",
  "state.waiting": "Gambar belum sampai. Disambung lagi sendiri.",
  "state.offline": "Server tidak terjangkau sejak {time}. Disambung lagi sendiri; gambar tetap direkam di ponsel ini.",
  "state.offlineBare": "Server tidak terjangkau sejak {time}. Disambung lagi sendiri.",
  "stored": "Terekam di server sampai {time}",
  "stored.none": "Belum ada yang terekam di server",
  "sweep": "Putar kamera perlahan ke sekeliling ruang",
  "sweep.hint": "Mulai dari meja, lalu dinding, pintu, dan bawah meja. Tekan Sudah setelah kembali ke awal.",
  "sweep.done": "Sudah",
  "power": "Baterai {percent}%",
  "power.charging": "Baterai {percent}%, sedang diisi",
  "power.low": "Baterai {percent}%. Sambungkan pengisi daya agar kamera tidak berhenti.",
  "awake.on": "Layar dijaga tetap menyala",
  "awake.off": "Layar dapat mati sendiri: matikan kunci layar otomatis, karena kamera berhenti saat layar mati.",
  "finish": "Selesai",
  "finish.sure": "Hentikan kamera kedua?",
  "finish.yes": "Ya, hentikan",
  "finish.no": "Tidak",
  "keep.on": "Gambar juga direkam di ponsel ini. Bila koneksi putus, bagian yang hilang dikirim dari sini.",
  "keep.owed": "{size} rekaman perlu dikirim, {percent}% terkirim",
  "ended.title": "Kamera kedua selesai",
  "ended.done": "Kamera sudah dimatikan dan tidak mengirim gambar lagi. Halaman ini boleh ditutup.",
  "ended.owed": "Kamera sudah dimatikan. Biarkan halaman ini terbuka sampai rekaman cadangan terkirim.",
  "over": "Sesi sudah berakhir. Terima kasih.",
  "unpaired.title": "Ponsel ini dilepas dari sesi",
  "unpaired": "Kamera sudah dimatikan. Bila masih diperlukan, minta kode baru dari layar sesi.",
  "again": "Ketik kode lain",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { w } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
