/** Words of a task's files: loaded with them, in the language of the page. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "attaching": "baru dilampirkan",
  "received": "diterima server",
  "coming": "baru {percent}% diterima",
  "awaited": "belum diterima; masih di perangkat lain",
  "here": "tersimpan di perangkat ini, {percent}% terkirim",
  "memory": "jangan tutup halaman ini: peramban ini tidak menyimpan berkas",
  "differs": "isinya lain dari yang dilampirkan; lampirkan lagi",
  "refused": "tidak dapat diterima; lepaskan, lalu lampirkan lagi",
  "late": "setelah waktu habis; asesor memutuskan",
  "admitted": "terlambat, diterima asesor",
  "drop": "Lepaskan",
  "large": "“{name}” lebih besar dari 50 MB. Perkecil, atau bagi menjadi beberapa berkas.",
  "empty": "“{name}” kosong.",
  "kind": "“{name}” bukan foto, video, atau PDF. Simpan sebagai PDF, atau tempel isinya pada jawaban.",
  "failed": "“{name}” belum tersimpan di perangkat ini; mungkin penyimpanannya penuh. Kosongkan ruang penyimpanan, lalu coba lagi.",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { spoken, w } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
