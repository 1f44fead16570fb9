/** Bytes that this page has moved for the session, over reloads and reconnections. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const SAVE_MS = 5000;

export class DataMeter {
  #total: number;
  #seen = new WeakMap<object, number>();
  #savedAt = 0;

  constructor(
    private readonly shelf: Shelf,
    private readonly key: string,
  ) {
    const kept = Number(shelf.getItem(key));
    this.#total = Number.isFinite(kept) ? kept : 0;
  }

  get bytes(): number {
    return this.#total;
  }

  /** `bytes`: all that `source` has moved since it began, of which `known` before it was first seen. */
  count(source: object, bytes: number, at: number, known = 0): void {
    const before = this.#seen.get(source) ?? known;
    if (bytes > before) this.#total += bytes - before;
    this.#seen.set(source, Math.max(before, bytes));
    if (at - this.#savedAt < SAVE_MS) return;
    this.#savedAt = at;
    this.shelf.setItem(this.key, String(this.#total));
  }
}
