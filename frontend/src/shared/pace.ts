/** How much of a file goes at once, when the next piece may follow, and when a line counts as dead. Pure. */
export const LEAST = 16 * 1024;
/** Two pieces are under way at most: together they are what a break may cost. */
export const MOST = 128 * 1024;
const FIRST = 32 * 1024;
/**
 * Seconds of the line in one piece, or somewhat more than a round trip where that is longer: the second one then
 * fills the way. Two together stay below a second, which is what a line's own queue often holds before it drops.
 */
const PIECE_S = 0.45;
const AHEAD = 0.5;

export interface Pace {
  /** Bytes per second that were acknowledged; null before the first answer. */
  readonly rate: number | null;
  /** Ms for a request that carries nothing. */
  readonly tripMs: number;
}

/** What one may take of a line that others need too. */
export interface Budget {
  readonly bytesPerSecond: number;
  readonly chunkBytes: number;
}

/** Ms to leave the line alone after `bytes` that took `tookMs`. */
export function restMs(budget: Budget | null, bytes: number, tookMs: number): number {
  if (budget === null || !Number.isFinite(budget.bytesPerSecond)) return 0;
  return Math.max(0, Math.round((bytes * 1000) / budget.bytesPerSecond - tookMs));
}

/** Pieces under way at once: beside others one, so that the line's queue stays short. */
export function together(budget: Budget | null): 1 | 2 {
  return budget === null || !Number.isFinite(budget.bytesPerSecond) ? 2 : 1;
}

export const UNKNOWN: Pace = { rate: null, tripMs: 1000 };

/** Bytes of the next piece, of `left`. */
export function pieceBytes({ rate, tripMs }: Pace, left: number, budget: Budget | null): number {
  const most = together(budget) === 1 ? Math.min(MOST, budget?.chunkBytes ?? MOST) : MOST;
  const wanted = Math.min(most, rate === null ? FIRST : Math.round(Math.max(LEAST, rate * Math.max(PIECE_S, (1.2 * tripMs) / 1000))));
  // No crumbs: a last piece that is almost nothing costs a whole round trip.
  return left - wanted < LEAST / 2 && left <= most ? left : Math.min(left, wanted);
}

/** Ms that a piece should take on the line. */
export function expectedMs({ rate }: Pace, bytes: number): number {
  return rate === null ? 4000 : (bytes * 1000) / rate;
}

/**
 * Ms of its own that a piece has before the next one begins: half of what it should take. While one then
 * waits for its answer the other has the line; one that overtakes waits at the server for the one before.
 * null while nothing is known.
 */
export function aheadMs(pace: Pace, bytes: number): number | null {
  return pace.rate === null ? null : expectedMs(pace, bytes) * AHEAD;
}

/** Ms after which `bytes` that nobody answered make one ask whether the server is still there. */
export function patienceMs(pace: Pace, bytes: number): number {
  return 1.25 * expectedMs(pace, bytes) + Math.max(800, 3 * pace.tripMs);
}

/** The same for a piece that was under way when the line broke: its connection may sleep, and the line holds again. */
export function suspectMs({ tripMs }: Pace): number {
  return Math.max(700, 2 * tripMs);
}

const HOLE_MS = 2000;

/** Whether so much time without an answer was a break, not a slow line. */
export function isHole(pace: Pace, sinceMs: number, bytes: number): boolean {
  return pace.rate !== null && sinceMs > Math.max(HOLE_MS, 3 * expectedMs(pace, bytes));
}

export interface Acknowledged {
  /** performance.now() of the answer. */
  readonly at: number;
  readonly bytes: number;
}

const WINDOW_MS = 4000;
/** Answers that come together say nothing of the line: two pieces shared it. */
const SPAN_MS = 400;

/** Those of the last seconds, and never fewer than two. */
export function recent(all: readonly Acknowledged[], now: number): Acknowledged[] {
  const from = all.findIndex(({ at }) => now - at <= WINDOW_MS);
  return all.slice(Math.max(0, Math.min(from === -1 ? all.length : from, all.length - 2)));
}

/** What the line carried between the first and the last of `acks`; else what was known, else the one piece alone. */
export function learnt(pace: Pace, acks: readonly Acknowledged[], tookMs: number): Pace {
  const [first, last] = [acks[0], acks.at(-1)];
  if (first === undefined || last === undefined) return pace;
  const span = last.at - first.at;
  const bytes = acks.slice(1).reduce((sum, one) => sum + one.bytes, 0);
  if (span >= SPAN_MS) return { ...pace, rate: (bytes * 1000) / span };
  return pace.rate === null ? { ...pace, rate: (last.bytes * 1000) / Math.max(1, tookMs) } : pace;
}

/** The line is slower than it was, by far: smaller pieces until it has shown what it carries. */
export function humbled(pace: Pace): Pace {
  return pace.rate === null ? pace : { ...pace, rate: pace.rate / 2 };
}

/** The shortest counts, for a question waits behind what is being sent; longer ones only in the long run. */
export function tripped(pace: Pace, tookMs: number): Pace {
  return { ...pace, tripMs: Math.min(2000, Math.round(Math.min(tookMs, pace.tripMs * 1.1))) };
}

/** Ms before the next question to a server that does not answer: each goes on a connection of its own. */
export function askMs(attempt: number, random: () => number): number {
  return Math.min(5000, 350 * 1.08 ** Math.min(attempt, 60)) * (0.75 + random() / 2);
}

/** Ms that such a question may take: on a thin line the answer itself takes seconds. */
export function askLimitMs(attempt: number, { tripMs }: Pace): number {
  return Math.min(10_000, Math.max(1200, 4 * tripMs) * 1.1 ** Math.min(attempt, 40));
}
