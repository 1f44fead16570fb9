/** What the meter says: only what the server answered and what lies on the disk. Pure. */
import type { Progress } from "./uploader.ts";
import type { Word } from "./words.ts";

export interface Meter {
  /** The server wants something that lies here and has not arrived. */
  readonly owing: boolean;
  readonly percent: number;
  /** Why it moves or does not; null when there is nothing to say. */
  readonly phase: Word | null;
}

export function meterOf({ phase, pause, owed }: Progress): Meter {
  const owing = owed.bytes > 0 && owed.ms > 0 && phase !== "closed";
  const percent = owed.ofBytes === 0 ? 0 : Math.floor((100 * (owed.ofBytes - owed.bytes)) / owed.ofBytes);
  return { owing, percent, phase: owing || phase === "waiting" ? wordFor(phase, pause) : null };
}

function wordFor(phase: Progress["phase"], pause: Progress["pause"]): Word | null {
  if (phase === "elsewhere") return "phase.elsewhere";
  if (phase === "paused" || phase === "waiting") {
    if (pause === "live") return "phase.live";
    return pause === "offline" ? "phase.offline" : "phase.waiting";
  }
  return phase === "sending" || phase === "idle" ? "phase.sending" : null;
}
