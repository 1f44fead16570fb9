/** What the session's log says of a ujian, in words. No DOM. */
import { fields, number } from "../shared/json.ts";
import { detail, type Line } from "../room/fold.ts";

export const UJIAN_TOLD: readonly string[] = ["ujian.started", "ujian.asked", "ujian.finished", "ujian.concluded"];

export const UJIAN_ICONS: Readonly<Record<string, string>> = {
  "ujian.started": "timer", "ujian.asked": "message-circle", "ujian.finished": "file-check", "ujian.concluded": "signature",
};

const WORDS: Readonly<Record<string, { readonly id: string; readonly en: string }>> = {
  "ujian.started": { id: "{form} dimulai", en: "{form} started" },
  "ujian.asked": { id: "{form}: pertanyaan {no} diajukan", en: "{form}: question {no} asked" },
  "ujian.finished": { id: "{form} diserahkan", en: "{form} handed in" },
  "ujian.expired": { id: "{form}: waktu habis", en: "{form}: time is up" },
  "ujian.concluded": { id: "{form} disimpulkan asesor", en: "{form} concluded by the asesor" },
};

const FORMS: Readonly<Record<string, string>> = {
  tugas_praktik: "FR.IA.02", pendukung_observasi: "FR.IA.03", terstruktur: "FR.IA.04A", pilihan_ganda: "FR.IA.05", esai: "FR.IA.06", lisan: "FR.IA.07",
  wawancara: "FR.IA.09",
};

let english = false;

export function speak(lang: string): void {
  english = lang.startsWith("en");
}

/** One line of what happened; null for any other kind of entry. */
export function ujianWords(line: Line): string | null {
  const expired = line.kind === "ujian.finished" && detail(line, "how") === "expire";
  const found = WORDS[expired ? "ujian.expired" : line.kind];
  if (found === undefined) return null;
  const no = number(fields(line.data)["no"]) ?? 0;
  return (english ? found.en : found.id).replace("{form}", FORMS[detail(line, "jenis")] ?? detail(line, "jenis")).replace("{no}", String(no));
}
