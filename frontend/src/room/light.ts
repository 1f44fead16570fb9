/** The recording light: what may be claimed, from what the server last said and how old that is. */
import type { Recording } from "../shared/wire.ts";

export type Shine = "on" | "local" | "off" | "unknown";

export interface Light {
  readonly shine: Shine;
  /** Session ms that the words name: recorded until, or not recorded since. */
  readonly atMs: number | null;
}

/** A stored second older than this is history, not "recording": segments are about 6 s long. */
const FRESH_MS = 25_000;

/**
 * `nowMs` is the session clock. While the socket is down nothing newer can be known, so the light is
 * never red then.
 */
export function lightOf(recording: Recording | null, lineOpen: boolean, nowMs: number | null): Light {
  if (recording === null) return { shine: "unknown", atMs: null };
  if (!lineOpen) return { shine: "unknown", atMs: recording.untilMs };
  switch (recording.state) {
    case "recording": {
      if (recording.untilMs === null) return { shine: "local", atMs: null };
      const stale = nowMs !== null && nowMs - recording.untilMs > FRESH_MS;
      return stale ? { shine: "off", atMs: recording.untilMs } : { shine: "on", atMs: recording.untilMs };
    }
    case "stored_locally":
      return { shine: "local", atMs: recording.untilMs };
    case "not_recording":
      return { shine: "off", atMs: recording.sinceMs ?? recording.untilMs };
  }
}
