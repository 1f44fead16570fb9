/** Reads of unknown JSON. Every answer of the server passes through these, so nothing is `any`. */
export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown, otherwise = ""): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : otherwise;
}

export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function truth(value: unknown): boolean {
  return value === true;
}

/** Numbers of a list; what is not a number (or the decimal text of one) is left out. */
export function numbers(value: unknown): number[] {
  return list(value)
    .map((item) => (typeof item === "string" && /^\d+$/.test(item) ? Number(item) : number(item)))
    .filter((item): item is number => item !== null);
}

/** Epoch milliseconds from either epoch milliseconds or an ISO 8601 instant. */
export function instant(value: unknown): number | null {
  if (typeof value === "string") {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? null : parsed;
  }
  return number(value);
}
