/** Words of what is done without a network, of two marks that differ, and of a paused clock. */
import { vocabulary } from "../shared/vocabulary.ts";

const id = {
  "late": "diterima {time}",
  "late.unsure": "± {count} dtk",
  "late.title": "Ditandai {made} tanpa jaringan, diterima server {stored}.",
  "down.unkept": "Peramban ini tidak dapat menyimpan {count} perubahan Anda. Jangan tutup halaman ini sampai jaringan kembali.",
  "settled": "Diputuskan {value} oleh {name}, {time}.",
  "resolve.open": "Putuskan",
  "resolve.value": "Yang berlaku untuk KUK {no}",
  "resolve.note": "Alasan (kedua tanda tetap tersimpan)",
  "resolve.save": "Simpan keputusan",
  "resolve.need": "Pilih nilai dan tulis alasannya.",
  "disputes.title": "Tanda asesor berbeda pada {count} KUK.",
  "disputes.hint": "Putuskan dahulu sebelum memberi rekomendasi. Kedua tanda tetap tersimpan.",
  "pause.label": "Jeda",
  "pause.title": "Jeda waktu sesi",
  "pause.hint": "Sisa waktu asesi dan jam tutup ruang bergeser sepanjang jeda. Rekaman berjalan terus.",
  "pause.reason": "Alasan",
  "pause.note": "Keterangan (boleh kosong)",
  "pause.save": "Jeda waktu",
  "pause.resume": "Lanjutkan waktu",
  "pause.since": "Waktu dijeda sejak {time}",
  "pause.safe": "Sisa waktu tidak berkurang. Rekaman berjalan terus.",
  "pause.left": "jeda, sisa",
  "pause.koneksi": "Koneksi terputus",
  "pause.listrik": "Listrik padam",
  "pause.perangkat": "Gangguan perangkat",
  "pause.istirahat": "Istirahat",
  "pause.lain": "Alasan lain",
  "pause.told": "{name} menjeda waktu: {reason}",
  "pause.toldEnd": "{name} melanjutkan waktu, dijeda {minutes} mnt",
} as const;

export type Word = keyof typeof id;

const held = vocabulary<Word>(id);

export const { w } = held;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./words.en.ts")).en);
}
