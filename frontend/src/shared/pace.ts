/** How much of a file goes at once, when the next piece may follow, and when a line counts as dead. Pure. */
export const LEAST = 16 * 1024;
/** Two pieces are under way at most: together they are what a break may cost. */
export const MOST = 128 * 1024;
const FIRST = 32 * 1024;
/** Seconds of the line in one piece; with the one behind it about a second and a half. */
const PIECE_S = 0.75;

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

export const UNKNOWN: Pace = { rate: null, tripMs: 200 };

/** Bytes of the next piece, of `left`. */
export function pieceBytes({ rate }: Pace, left: number, budget: Budget | null): number {
  const most = together(budget) === 1 ? Math.min(MOST, budget?.chunkBytes ?? MOST) : MOST;
  const wanted = Math.min(most, rate === null ? FIRST : Math.round(Math.max(LEAST, rate * PIECE_S)));
  // No crumbs: a last piece that is almost nothing costs a whole round trip.
  return left - wanted < LEAST / 2 && left <= most ? left : Math.min(left, wanted);
}

/** Ms that a piece should take on the line. */
export function expectedMs({ rate }: Pace, bytes: number): number {
  return rate === null ? 4000 : (bytes * 1000) / rate;
}

/**
 * The next piece follows when this one has all but left: it fills the line while the answer is on its
 * way, and cannot overtake. Ms after this one got the line to itself; null while nothing is known.
 */
export function followMs(pace: Pace, bytes: number): number | null {
  return pace.rate === null ? null : Math.max(0, expectedMs(pace, bytes) - pace.tripMs);
}

/** Ms after which an unanswered piece makes one ask whether the server is still there. */
export function patienceMs(pace: Pace, bytes: number): number {
  const expected = expectedMs(pace, bytes);
  return expected + Math.max(1000, 2 * pace.tripMs, expected / 2);
}

/** After `bytes` were acknowledged `tookMs` after the line was theirs. */
export function learnt(pace: Pace, bytes: number, tookMs: number): Pace {
  const now = (bytes * 1000) / Math.max(1, tookMs);
  return { ...pace, rate: pace.rate === null ? now : (pace.rate + now) / 2 };
}

/** The line is slower than it was, by far: smaller pieces until it has shown what it carries. */
export function humbled(pace: Pace): Pace {
  return pace.rate === null ? pace : { ...pace, rate: pace.rate / 2 };
}

export function tripped(pace: Pace, tookMs: number): Pace {
  return { ...pace, tripMs: Math.min(2000, Math.round(pace.tripMs * 0.5 + tookMs * 0.5)) };
}

/** Ms before the next question to a server that does not answer. */
export function askMs(attempt: number, random: () => number): number {
  return Math.min(5000, 400 * 1.4 ** Math.min(attempt, 12)) * (0.75 + random() / 2);
}

/** Ms that such a question may take: on a thin line the answer itself takes seconds. */
export function askLimitMs(attempt: number, { tripMs }: Pace): number {
  return Math.min(10_000, Math.max(1500, 4 * tripMs) * 1.3 ** Math.min(attempt, 8));
}
