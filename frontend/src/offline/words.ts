/** Words of what is done without a network, of two marks that differ, and of a paused clock. */
const id = {
  "late": "diterima {time}",
  "late.unsure": "± {count} dtk",
  "late.title": "Ditandai {made} tanpa jaringan, diterima server {stored}.",
  "down.unkept": "Peramban ini tidak dapat menyimpan {count} perubahan Anda. Jangan tutup halaman ini sampai jaringan kembali.",
} as const;

export type Word = keyof typeof id;

let words: Readonly<Record<Word, string>> = id;

export async function speak(language: string): Promise<void> {
  if (language.startsWith("en")) words = (await import("./words.en.ts")).en;
}

export function w(key: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
