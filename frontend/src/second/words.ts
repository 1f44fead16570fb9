/** What the room says about the second camera and room sweeps. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "title": "Kamera kedua",
  "close": "Tutup",
  "why": "Ponsel lain menjadi kamera kedua, tanpa akun, untuk sesi ini saja. Gambarnya (tanpa suara) dikirim ke asesor dan direkam sesuai persetujuan yang sudah Anda berikan.",
  "how.scan": "Pindai dengan kamera ponsel itu",
  "how.type": "atau buka {address} dan ketik",
  "code.left": "Berlaku {time} lagi, hanya sekali pakai.",
  "code.late": "Kode ini sudah lewat.",
  "code.new": "Buat kode baru",
  "code.making": "Membuat kode",
  "code.qr": "Kode QR untuk menyambungkan ponsel",
  "paired": "{device} tersambung sejak {time}",
  "paired.unnamed": "Ponsel",
  "media.live": "Gambarnya sampai di server.",
  "media.stopped": "Gambarnya terhenti sejak {time}. Ponsel menyambung lagi sendiri.",
  "media.off": "Gambarnya belum sampai. Periksa layar ponsel.",
  "unpair": "Lepas ponsel ini",
  "unpair.sending": "Melepas",
  "none": "Belum ada kamera kedua. Asesi dapat menambahkannya dengan tombol Kamera 2 di layarnya.",
  "sweep.title": "Putaran ruang",
  "sweep.why": "Asesi diminta memperlihatkan seluruh ruang. Rentangnya dicatat agar dapat dilihat lagi saat peninjauan.",
  "sweep.ask": "Minta putar kamera",
  "sweep.asking": "Mengirim permintaan",
  "sweep.instruct": "Putar kamera perlahan ke sekeliling ruang",
  "sweep.instructHint": "Mulai dari meja, lalu dinding, pintu, dan bawah meja. Tekan Sudah setelah selesai.",
  "sweep.instructPhone": "Pakai ponsel yang menjadi kamera kedua. Tekan Sudah di sini atau di ponsel setelah selesai.",
  "sweep.done": "Sudah",
  "sweep.waiting": "Putaran ruang diminta {time}, menunggu asesi",
  "sweep.shown": "Ruang diperlihatkan {from} sampai {to}",
  "sweep.judge": "Hasil putaran ruang",
  "sweep.sending": "Hasil belum tersimpan",
  "sweep.aman": "Aman",
  "sweep.temuan": "Ada temuan",
  "sweep.tidak_dilakukan": "Tidak dilakukan",
  "sweep.note": "Apa yang ditemukan?",
  "sweep.save": "Simpan temuan",
  "sweep.unjudged": "belum dinilai",
  "happen.camera.paired": "{device} tersambung sebagai kamera kedua",
  "happen.camera.unpaired.device": "Kamera kedua selesai, dihentikan dari ponselnya",
  "happen.camera.unpaired.replaced": "Kamera kedua diganti ponsel lain",
  "happen.camera.unpaired.asesi": "Kamera kedua dilepas oleh asesi",
  "happen.camera.unpaired.asesor": "Kamera kedua dilepas oleh asesor",
  "happen.sweep.asked": "{name} meminta putaran ruang",
  "happen.sweep.done": "Ruang diperlihatkan {from} sampai {to}",
  "happen.sweep.judged": "Putaran ruang: {result}",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { w } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
