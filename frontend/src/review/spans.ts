/** Arithmetic on spans of session ms. No DOM. */
import type { Span } from "./model.ts";

/** The union, ordered; spans closer than `slack` ms become one. */
export function merged(spans: readonly Span[], slack = 0): Span[] {
  const union: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.end <= span.start) continue;
    const last = union.at(-1);
    if (last !== undefined && span.start <= last.end + slack) {
      union[union.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      union.push({ start: span.start, end: span.end });
    }
  }
  return union;
}

export function holds(spans: readonly Span[], at: number): boolean {
  return spans.some(({ start, end }) => start <= at && at < end);
}

export function total(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

const STEP_MS = 2500;

/** Collects what is being watched: moments that follow each other closely, at any speed. */
export class Watched {
  #spans: Span[];
  #fresh: Span[] = [];
  #last: number | null = null;

  constructor(known: readonly Span[]) {
    this.#spans = merged(known);
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** The picture stood at `at` ms and is playing at `rate`; a jump starts a new span. */
  see(at: number, rate: number): void {
    const last = this.#last;
    this.#last = at;
    if (last === null || at <= last || at - last > STEP_MS * rate) return;
    const span = { start: Math.round(last), end: Math.round(at) };
    this.#spans = merged([...this.#spans, span], 50);
    this.#fresh = merged([...this.#fresh, span], 50);
  }

  /** Paused or jumped: what comes next does not follow from before. */
  pause(): void {
    this.#last = null;
  }

  /** What the server does not know yet; handed out once. */
  take(): Span[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** Sending failed: keep for the next time. */
  giveBack(spans: readonly Span[]): void {
    this.#fresh = merged([...spans, ...this.#fresh], 50);
  }
}
