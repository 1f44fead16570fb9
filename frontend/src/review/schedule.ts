/** Which segments a stream's buffer should hold around the playhead. No DOM; all times in session ms. */
import type { Segment, Span } from "./model.ts";

export const KEEP_MS = 60_000;
export const AHEAD_MS = 30_000;
const BEHIND_MS = 6_000;

/** The segment that plays at `at`. */
export function segmentAt(segments: readonly Segment[], at: number): Segment | null {
  return segments.find(({ start, end }) => start <= at && at < end) ?? null;
}

/**
 * The next segment to fetch: the one under the playhead first, then ahead, then a little behind.
 * `held` are the indexes that are buffered, on their way or given up.
 */
export function nextWanted(segments: readonly Segment[], at: number, held: ReadonlySet<number>): Segment | null {
  const missing = segments.filter(({ index }) => !held.has(index));
  const under = segmentAt(missing, at);
  if (under !== null) return under;
  const ahead = missing.find(({ start }) => start >= at && start < at + AHEAD_MS);
  if (ahead !== undefined) return ahead;
  return missing.findLast(({ end }) => end <= at && end > at - BEHIND_MS) ?? null;
}

/** What may leave the buffer: everything farther than a minute from the playhead. */
export function evictions(buffered: readonly Span[], at: number): Span[] {
  return buffered.flatMap(({ start, end }) => {
    const before = start < at - KEEP_MS ? [{ start, end: Math.min(end, at - KEEP_MS) }] : [];
    const after = end > at + KEEP_MS ? [{ start: Math.max(start, at + KEEP_MS), end }] : [];
    return [...before, ...after];
  });
}

/** Indexes that are no longer whole once `removed` has left the buffer. */
export function forgotten(segments: readonly Segment[], removed: readonly Span[]): number[] {
  return segments
    .filter(({ start, end }) => removed.some((span) => start < span.end && span.start < end))
    .map(({ index }) => index);
}

export interface Nudge {
  /** Set the element's clock to the master's: everything from the last keyframe is decoded again. */
  readonly seek: boolean;
  /** Stand still until the master comes by. */
  readonly hold: boolean;
  readonly rate: number;
}

const APART_MS = 250;
const FAR_MS = 1500;
const TOLERATED_MS = 25;
const TOGETHER_MS = 60;
const BEND = 0.12;

/** How an element that is `drift` ms ahead of the master (negative: behind) gets back to it. */
export function nudge(drift: number, rate: number): Nudge {
  const scale = Math.max(1, rate);
  if (Math.abs(drift) > FAR_MS * scale) return { seek: true, hold: false, rate };
  if (drift > APART_MS * scale) return { seek: false, hold: true, rate };
  if (Math.abs(drift) <= TOLERATED_MS) return { seek: false, hold: false, rate };
  const bend = Math.max(-BEND, Math.min(BEND, drift / 1000));
  return { seek: false, hold: false, rate: rate * (1 - bend) };
}

/** "gather": the master stands, and who is behind plays on until it is there. */
export type Motion = "play" | "gather" | "stand";

/**
 * Whether the master waits for elements that are behind, though not so far that they seek. A slow
 * machine then plays slower; seeking forward would only decode the same pictures again, without end.
 */
export function gathers(drifts: readonly number[], rate: number, gathering: boolean): boolean {
  const scale = Math.max(1, rate);
  const most = -FAR_MS * scale;
  const least = gathering ? -TOGETHER_MS : -APART_MS * scale;
  return drifts.some((drift) => drift < least && drift >= most);
}

/** The one clock that all streams follow. `now` is any steady clock in ms. */
export class Master {
  #at = 0;
  #since: number | null = null;
  #rate = 1;

  constructor(readonly duration: number) {}

  get playing(): boolean {
    return this.#since !== null;
  }

  get rate(): number {
    return this.#rate;
  }

  at(now: number): number {
    if (this.#since === null) return this.#at;
    return Math.min(this.duration, this.#at + (now - this.#since) * this.#rate);
  }

  play(now: number): void {
    this.#at = this.at(now) >= this.duration ? 0 : this.at(now);
    this.#since = now;
  }

  pause(now: number): void {
    this.#at = this.at(now);
    this.#since = null;
  }

  seek(at: number, now: number): void {
    this.#at = Math.max(0, Math.min(this.duration, at));
    if (this.#since !== null) this.#since = now;
  }

  speed(rate: number, now: number): void {
    this.#at = this.at(now);
    if (this.#since !== null) this.#since = now;
    this.#rate = rate;
  }
}
