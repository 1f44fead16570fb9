/** The meter as it is seen: a card in the room and after it, one line above the rail, a note on other pages. */
import { html, nothing, type TemplateResult } from "lit-html";
import { fileSize } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { meterOf } from "./meter.ts";
import type { Recording } from "./recorder.ts";
import type { Progress } from "./uploader.ts";
import { lasting, spoken, w, type Word } from "./words.ts";

/** Names that end-to-end tests hold on to. */
export const ID = { card: "backup-card", owed: "backup-owed", line: "backup-line", visit: "backup-visit" } as const;

export interface Shown {
  readonly recording: Recording;
  readonly progress: Progress;
  /** Words for the server's last answer, "10.42.07 WIB"; empty before the first. */
  readonly heard: string;
  readonly over: boolean;
}

/** The server asks for a little more on either side of a gap than it needs. */
const EDGES_MS = 4000;

const ICONS: Readonly<Record<Recording, string>> = {
  on: "hard-drive", audio: "mic", full: "triangle-alert", failed: "triangle-alert", unsupported: "info", off: "hard-drive",
};

export function cardView({ recording, progress, heard, over }: Shown): TemplateResult {
  const meter = meterOf(progress);
  return html`<section class="backup" data-testid=${ID.card} data-recording=${recording} data-phase=${progress.phase}>
    <h2>${icon(over ? "hard-drive" : ICONS[recording])} ${w("title")}</h2>
    ${over ? nothing : html`<p>${w(`rec.${recording}`)}</p>`}
    ${recording === "unsupported" && !over ? nothing : html`<div data-testid=${ID.owed} data-bytes=${progress.owed.bytes} data-ms=${progress.owed.ms}>
      ${meter.owing ? owedView(progress) : html`<p>${w(quiet(progress, over))}</p>`}
      ${progress.owed.missingMs >= EDGES_MS ? html`<p>${w("owed.missing", { time: lasting(progress.owed.missingMs) })}</p>` : nothing}
      ${progress.refused > 0 ? html`<p>${w("owed.refused", { count: progress.refused })}</p>` : nothing}
      ${heard === "" ? nothing : html`<p class="muted">${w("owed.as", { time: heard })}</p>`}
    </div>`}
    ${over && meter.owing ? html`<p>${w("after.stay")}</p>` : nothing}
  </section>`;
}

function quiet(progress: Progress, over: boolean): Word {
  if (progress.phase === "waiting") return progress.pause === "offline" ? "phase.offline" : "phase.waiting";
  if (progress.heardWall === null) return progress.phase === "elsewhere" ? "phase.elsewhere" : "owed.asking";
  if (progress.owed.ofBytes > 0) return "phase.server";
  if (progress.owed.missingMs >= EDGES_MS) return "after.had";
  return over ? "after.done" : "owed.none";
}

/** How much, how far, why it waits, and what not to do meanwhile. */
export function owedView(progress: Progress): TemplateResult {
  const { owed } = progress;
  const { percent, phase } = meterOf(progress);
  return html`<p><b>${w("owed.title", { time: lasting(owed.ms), size: fileSize(owed.bytes, spoken()) })}</b></p>
    <progress class="meter" max="100" .value=${percent} aria-label=${w("owed.progress")}></progress>
    <p>${phase === null ? nothing : w(phase, { percent })} <b>${w("owed.keep")}</b></p>`;
}

/** Above the rail while something is owed; nothing otherwise. */
export function lineView(progress: Progress, open: () => void): TemplateResult | typeof nothing {
  const { owing, percent } = meterOf(progress);
  if (!owing) return nothing;
  const word: Word = progress.phase === "sending" ? "line.sending" : "line.waiting";
  return html`<button class="backupline" data-testid=${ID.line} @click=${open}>
    ${icon("cloud-upload")}<span>${w(word, { time: lasting(progress.owed.ms), percent })}</span>
  </button>`;
}
