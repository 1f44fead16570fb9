/** Waiting times between attempts: doubling, capped, with jitter so that a room does not knock at once. */
export interface Pace {
  readonly firstMs: number;
  readonly capMs: number;
}

export const SOCKET_PACE: Pace = { firstMs: 400, capMs: 10_000 };
export const MEDIA_PACE: Pace = { firstMs: 500, capMs: 5_000 };

/** Milliseconds before attempt `attempt` (0-based): between half and all of the doubled step. */
export function waitMs(attempt: number, pace: Pace, random: () => number): number {
  const step = Math.min(pace.capMs, pace.firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * random());
}
