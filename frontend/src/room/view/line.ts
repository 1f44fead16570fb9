/** The line is down: what happened, what is safe, what happens next. And short notices. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { wallSeconds, zoneLetters } from "../../shared/format.ts";
import { pausedView } from "../../offline/pause.ts";
import { w } from "../../offline/words.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { alarmView } from "./record.ts";

/** A reconnection shorter than this is not worth a word. */
const QUIET_MS = 1500;

export function lineView(room: Room): TemplateResult | typeof nothing {
  const { line } = room;
  if (line.refused !== null && !room.over) {
    return html`<div class="linedown" role="alert">${icon("wifi-off")}<p>${t("line.refused")}</p></div>`;
  }
  if (line.open) return pausedView(room) ?? alarmView(room);
  if (line.downSince === null || Date.now() - line.downSince < QUIET_MS) return nothing;
  const since = `${wallSeconds(room.clock.epoch(line.downSince), room.config.zone)} ${zoneLetters(room.config.zone)}`;
  const waiting = room.queue.pending.length + room.uploads.waiting.length;
  const safe = !room.queue.kept
    ? w("down.unkept", { count: room.queue.pending.length })
    : waiting > 0 ? t("line.safe", { count: waiting }) : t("line.safeNone");
  const seconds = line.nextAt === null ? 0 : Math.max(0, Math.ceil((line.nextAt - Date.now()) / 1000));
  return html`<div class="linedown" role="status" data-testid=${ID.lineDown}>
    ${icon("wifi-off")}
    <div class="grow">
      <h2>${t("line.down")}</h2>
      <p>${t("line.since", { time: since })} ${safe}</p>
      <p class="linedown__next" aria-live="off">${t("line.next", { attempt: line.attempt })}${seconds > 0 ? html`, <b>${t("line.seconds", { count: seconds })}</b>` : nothing}</p>
    </div>
    <button class="btn btn--sm" data-testid=${ID.lineRetry} @click=${() => room.hurry()}>${t("line.now")}</button>
  </div>`;
}

export function noticesView(room: Room): TemplateResult {
  return html`<div class="notices" role="status" aria-live="polite">
    ${repeat(room.ui.notices, ({ id }) => id, ({ id, words, tone }) => html`
      <div class="alert ${tone === "danger" ? "alert--danger" : "alert--info"}" data-testid=${ID.notice}>
        ${icon(tone === "danger" ? "circle-alert" : "info")}<div>${words}</div>
        <button class="btn btn--quiet btn--icon btn--sm" aria-label=${t("notice.dismiss")} @click=${() => room.dismiss(id)}>${icon("x")}</button>
      </div>`)}
  </div>`;
}
