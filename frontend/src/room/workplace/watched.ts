/** "Yang dicatat selama sesi": what is noted of the asesi, and what is not, in plain words. */
import { html, nothing, type TemplateResult } from "lit-html";
import { icon } from "../../shared/icon.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { w } from "./words.ts";

const NOTED = ["watch.media", "watch.coming", "watch.talk", "watch.focus", "watch.identity"] as const;

export function watchedView(room: Room | null): TemplateResult {
  return html`<details class="watched" data-testid=${ID.watched}>
    <summary>${icon("eye")} ${w("watch.title")}</summary>
    <p><b>${w("watch.yes")}</b></p>
    <ul>${NOTED.map((key) => html`<li>${w(key)}</li>`)}</ul>
    <p><b>${w("watch.no")}</b></p>
    <ul><li>${w("watch.not")}</li></ul>
    <p>${w("watch.picker")}</p>
    ${room === null ? nothing : fullView(room)}
  </details>`;
}

function fullView(room: Room): TemplateResult | typeof nothing {
  if (!document.fullscreenEnabled) return nothing;
  const full = document.fullscreenElement !== null;
  const turn = async (): Promise<void> => {
    if (full) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen();
    room.changed();
  };
  return html`<p><button class="btn btn--sm" @click=${() => void turn().catch(() => undefined)}>${icon(full ? "minimize" : "maximize")} ${w(full ? "watch.fullOff" : "watch.full")}</button></p>`;
}
