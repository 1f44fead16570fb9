/** When one slice ends and the next begins; what of the picture is recorded on a weak battery. Pure. */
export const SLICE_MS = 10_000;
/** The last recorder stops once the next one has run for this long and has bytes to show: no hole between files. */
export const OVERLAP_MS = 300;
/** Encoders overshoot; nothing is ever larger than what one patient line can carry. */
export const SLICE_CAP = 1_500_000;
export const FLUSH_MS = 1000;
export const VIDEO_BPS = 600_000;
export const AUDIO_BPS = 24_000;
/** What fills a hole begins with a keyframe; the pictures before it, back to the last one, go along. */
export const KEYFRAME_MS = 2000;

export interface Running {
  /** performance.now() at its start. */
  readonly startPerf: number;
  readonly bytes: number;
}

/** Whether the next slice is due at `perf`. Timers of hidden pages come late: late is still due. */
export function due(running: Running, perf: number): boolean {
  return perf - running.startPerf >= SLICE_MS - OVERLAP_MS || running.bytes >= SLICE_CAP;
}

/** Newest browsers' first choice is what the server records too, so that nothing is ever transcoded. */
export const VIDEO_MIMES: readonly string[] = [
  "video/webm;codecs=vp8,opus", "video/webm;codecs=h264,opus", "video/webm;codecs=vp9,opus", "video/webm",
  "video/mp4;codecs=avc1.42E01E,opus", "video/mp4",
];
export const AUDIO_MIMES: readonly string[] = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4;codecs=opus", "audio/mp4"];

export function mimeFor(video: boolean, supported: (mime: string) => boolean): string | null {
  return (video ? VIDEO_MIMES : AUDIO_MIMES).find(supported) ?? null;
}

export interface Battery {
  /** 0..1 */
  readonly level: number;
  readonly charging: boolean;
}

const LOW = 0.15;
const ENOUGH = 0.2;

/** Below 15 % without a charger the voice alone is kept, until 20 % or a charger. */
export function sparing(battery: Battery | null, before: boolean): boolean {
  if (battery === null || battery.charging) return false;
  return battery.level < (before ? ENOUGH : LOW);
}

/** Waiting time before recorder attempt `attempt` (0-based) after one that died: doubling to a minute, ms. */
export function restartMs(attempt: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(attempt, 6));
}
