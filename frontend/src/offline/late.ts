/** A mark that was made without a network says so: its moment is the device's word. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Mark } from "../room/fold.ts";
import { sessionTime } from "../shared/format.ts";
import { w } from "./words.ts";

/** What the network takes on a good day is no news. */
const LATE_MS = 5000;
const UNSURE_MS = 1000;

export function isLate({ atMs, storedMs }: Mark): boolean {
  return storedMs - atMs > LATE_MS;
}

export function lateView(mark: Mark): TemplateResult | typeof nothing {
  if (!isLate(mark)) return nothing;
  const title = w("late.title", { made: sessionTime(mark.atMs), stored: sessionTime(mark.storedMs) });
  return html`<span class="kuk__late" title=${title}>${w("late", { time: sessionTime(mark.storedMs) })}${mark.errorMs > UNSURE_MS ? html` ${w("late.unsure", { count: Math.ceil(mark.errorMs / 1000) })}` : nothing}</span>`;
}
