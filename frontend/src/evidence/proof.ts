/** In words: where a piece of evidence comes from, and what speaks against it. */
import { longDate, sessionTime } from "../shared/format.ts";
import type { Told } from "./told.ts";
import { maybe, spoken, w } from "./words.ts";

export interface Proof {
  readonly words: string;
  /** What the server found not to fit; "" when nothing. */
  readonly doubt: string;
  readonly live: boolean;
  /** Session ms at which the recording shows it; null where there is nothing to look at. */
  readonly jumpMs: number | null;
}

/** null for a file that said nothing of itself. */
export function proofOf({ capture, takenMs }: Told, zone: string): Proof | null {
  if (capture === null) return null;
  if (capture.source === "gallery") {
    const { wallMs } = capture;
    const words = wallMs === null ? w("gallery.undated") : w("gallery", { date: longDate(wallMs, zone, spoken()) });
    return { words, doubt: "", live: false, jumpMs: null };
  }
  const doubts = capture.doubts.map((one) => maybe("doubt", one) ?? one);
  const words =
    takenMs === null
      ? w("live.untimed")
      : w(doubts.length === 0 ? "live" : "live.doubt", { time: sessionTime(takenMs) });
  return {
    words,
    doubt: doubts.length === 0 ? "" : w("doubt", { list: doubts.join(", ") }),
    live: doubts.length === 0,
    jumpMs: takenMs,
  };
}
