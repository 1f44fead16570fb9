/** Whether the line may carry a backup now, and how much of it at once. Live media comes first. Pure. */
export interface Line {
  readonly online: boolean;
  /** "none": no live media is meant to flow (the session is over, or this page is not the room). */
  readonly live: "live" | "down" | "none";
  /** Ms since the live media has been down; 0 while it flows. */
  readonly downMs: number;
  /** The browser's own estimate for what we send, bit/s; null where it is not told. */
  readonly availableBps: number | null;
  /** What we do send, bit/s without headers. */
  readonly sentBps: number;
  /** 0..1 of what we send. */
  readonly loss: number;
  readonly tripMs: number | null;
}

export type Pause = "offline" | "live";

/** Below what every estimate begins with (300 kbit/s): only a line that was found poor is poor. */
const POOR_BPS = 250_000;
/** An estimate never rises far above what is sent: of a picture that hardly moves it tells nothing. */
const USED = 0.7;
const POOR_LOSS = 0.06;
const POOR_TRIP_MS = 900;
/** Media that does not come back may be blocked for good; then the backup is all there is. */
const LIVE_FIRST_MS = 20_000;

/** A line that is poor all the time still carries one small chunk in this time: nothing waits for ever. */
const TRICKLE_MS = 30_000;

/** Why nothing may be sent now; null when it may. `waitedMs`: since the last chunk, or since it was held up. */
export function pauseOf(line: Line, waitedMs = 0): Pause | null {
  if (!line.online) return "offline";
  if (line.live === "none" || waitedMs >= TRICKLE_MS) return null;
  if (line.live === "down") return line.downMs < LIVE_FIRST_MS ? "live" : null;
  return isPoor(line) ? "live" : null;
}

function isPoor({ availableBps, sentBps, loss, tripMs }: Line): boolean {
  const narrow = availableBps !== null && availableBps < POOR_BPS && sentBps > availableBps * USED;
  return narrow || loss > POOR_LOSS || (tripMs ?? 0) > POOR_TRIP_MS;
}

export const LEAST_CHUNK = 64 * 1024;
export const MOST_CHUNK = 256 * 1024;
/** On a poor line a chunk must not fill the queue in which the sound stands: half a second at 64 kbit/s. */
export const DRIP = 4 * 1024;
const CHUNK_S = 1.5;

/** Bytes of the next request: about a second and a half of the line, so that a break costs little. */
export function chunkBytes(bytesPerSecond: number | null, line: Line | null = null): number {
  if (line?.live === "live" && isPoor(line)) return DRIP;
  if (bytesPerSecond === null) return LEAST_CHUNK;
  return Math.round(Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, bytesPerSecond * CHUNK_S)));
}

/** Rest after a request that took `tookMs`: beside live media the line is left alone half of the time. */
export function restMs(line: Line, tookMs: number): number {
  return line.live === "live" ? Math.min(5000, tookMs) : 0;
}
