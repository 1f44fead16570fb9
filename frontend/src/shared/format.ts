/** Times and sizes as Indonesian readers write them: 10.42.07 WIB, 412 kB. */
const LETTERS: Readonly<Record<string, string>> = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Jayapura": "WIT",
};

export function zoneLetters(zone: string): string {
  return LETTERS[zone] ?? zone.replace(/^.*\//, "").replaceAll("_", " ");
}

/** The device's own zone; `otherwise` where the browser does not know it. */
export function deviceZone(otherwise: string): string {
  const zone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === undefined || zone === "Etc/Unknown" ? otherwise : zone;
}

function parts(epochMs: number, zone: string): Map<string, string> {
  const format = new Intl.DateTimeFormat("id-ID", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
}

/** 10.42.07 */
export function wallSeconds(epochMs: number, zone: string): string {
  const at = parts(epochMs, zone);
  return `${at.get("hour")}.${at.get("minute")}.${at.get("second")}`;
}

/** 10.42 WIB */
export function wallMinutes(epochMs: number, zone: string): string {
  const at = parts(epochMs, zone);
  return `${at.get("hour")}.${at.get("minute")} ${zoneLetters(zone)}`;
}

/** Senin, 23 Juli 2025 */
export function longDate(epochMs: number, zone: string, lang: string): string {
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "id-ID", { timeZone: zone, dateStyle: "full" }).format(
    epochMs,
  );
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Session time: 01.12.14 */
export function sessionTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${two(Math.floor(seconds / 3600))}.${two(Math.floor(seconds / 60) % 60)}.${two(seconds % 60)}`;
}

/** What is left: 47.46, or 1.02.10 from one hour on. */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}.${two(seconds % 60)}`;
  return hours > 0 ? `${hours}.${rest}` : rest;
}

export function fileSize(bytes: number, lang: string): string {
  const [value, unit] =
    bytes >= 1_000_000 ? [bytes / 1_000_000, "MB"] : bytes >= 1000 ? [bytes / 1000, "kB"] : [bytes, "B"];
  const shown = new Intl.NumberFormat(lang === "en" ? "en-GB" : "id-ID", {
    maximumFractionDigits: unit === "MB" ? 1 : 0,
  }).format(value);
  return `${shown} ${unit}`;
}
