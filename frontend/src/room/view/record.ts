/** The recording in words and lanes: what is safe, what is missing, why, and what fills it. */
import { html, nothing, svg, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { sessionTime, wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { type Key, type Params, t, word } from "../../shared/strings.ts";
import type { Alarm } from "../../shared/wire.ts";
import { askBackup } from "../ask.ts";
import { assesses } from "../facts.ts";
import { fillable, type GapRow, gapRows, type Lane, lanesOf, momentOf } from "../gaps.ts";
import { lightOf } from "../light.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { firstName } from "./top.ts";

const LANE_WIDTH = 1000;
const LANE_HEIGHT = 14;
/** A gap is never drawn thinner than this, so that it is seen. */
const LEAST_WIDTH = 4;
const MINUTE_MS = 60_000;

/** Above the list of what happened. */
export function recordPanel(room: Room): TemplateResult {
  const rows = gapRows(room.log);
  return html`<section class="record" data-testid=${ID.record} aria-label=${t("record.title")}>
    <h2>${t("record.title")}</h2>
    <p>${stateWords(room)}</p>
    ${lanesView(room, lanesOf(room.log, rows))}
    ${gapsView(room, rows)}
    ${mayAsk(room) ? askView(room) : nothing}
  </section>`;
}

function moment(room: Room, atMs: number): string {
  const { zone } = room.config;
  return `${wallSeconds(room.wall(atMs), zone)} ${zoneLetters(zone)}`;
}

/** One plain sentence: what is safe, and what goes on by itself. */
function stateWords(room: Room): string {
  const { shine, atMs } = lightOf(room.recording, room.line.open, room.nowMs());
  const time: Params = atMs === null ? {} : { time: moment(room, atMs) };
  const key: Key = atMs === null ? `record.${shine}.never` : `record.${shine}`;
  return t(key, time);
}

function nameOf(room: Room, owner: string): string {
  return owner === "" ? "" : owner === room.me ? t("people.you") : firstName(room.nameOf(owner));
}

// --- lanes ---

function lanesView(room: Room, lanes: readonly Lane[]): TemplateResult | typeof nothing {
  const end = Math.max(room.log.endedMs ?? room.nowMs() ?? 0, room.log.recordedMs, 1);
  if (lanes.length === 0) return nothing;
  return html`<ul class="lanes" aria-hidden="true">${lanes.map((lane) => html`<li>
    <span>${nameOf(room, lane.owner)}${lane.kind === "camera" ? nothing : html`, ${word("stream", lane.kind)}`}</span>
    <svg viewBox="0 0 ${LANE_WIDTH} ${LANE_HEIGHT}" preserveAspectRatio="none">
      <rect class="lane__ok" width=${LANE_WIDTH} height=${LANE_HEIGHT}></rect>
      ${lane.rows.map((row) => laneGap(row, end))}
    </svg></li>`)}</ul>`;
}

/** Nobody's fault and nothing lost: the owner was not there, or had it off. */
const AWAY: ReadonlySet<string> = new Set(["not yet joined", "stopped", "muted"]);

function laneGap({ startMs, endMs, filled, cause }: GapRow, end: number): TemplateResult<2> {
  const x = (startMs / end) * LANE_WIDTH;
  const width = Math.max(LEAST_WIDTH, ((Math.min(endMs, end) - startMs) / end) * LANE_WIDTH);
  return svg`<rect class="lane__gap lane__gap--${filled === "none" && AWAY.has(cause) ? "away" : filled}" x=${x} width=${width} height=${LANE_HEIGHT}></rect>`;
}

// --- gaps ---

/** More than this at once hides what happened after it. */
const SHOWN = 5;

export function gapsView(room: Room, rows: readonly GapRow[]): TemplateResult {
  if (rows.length === 0) return html`<p class="record__none">${icon("circle-check")} ${t("record.whole")}</p>`;
  const older = rows.slice(0, -SHOWN);
  return html`${older.length === 0 ? nothing : html`<details class="ask"><summary>${t("record.older", { count: older.length })}</summary>${listView(room, older)}</details>`}
    ${listView(room, rows.slice(-SHOWN))}`;
}

function listView(room: Room, rows: readonly GapRow[]): TemplateResult {
  return html`<ul class="gaps">${repeat(rows, ({ stream, startMs, cause, media }) => `${stream} ${startMs} ${cause} ${media}`, (row) => gapView(room, row))}</ul>`;
}

function seconds(room: Room, ms: number): string {
  if (ms >= MINUTE_MS) {
    const whole = Math.round(ms / 1000);
    return t("record.minutes", { m: Math.floor(whole / 60), s: whole % 60 });
  }
  const form = new Intl.NumberFormat(room.config.lang === "en" ? "en-GB" : "id-ID", { maximumFractionDigits: ms < 9950 ? 1 : 0 });
  return t("record.seconds", { count: form.format(ms / 1000) });
}

function gapView(room: Room, row: GapRow): TemplateResult {
  const what = { what: word("stream", row.kind), name: nameOf(room, row.owner) };
  return html`<li class="gap gap--${row.filled}" data-testid=${ID.gap} data-filled=${row.filled} data-cause=${row.cause} data-start=${row.startMs} data-end=${row.endMs}>
    <b>${t("record.of", what)}${row.media === "" ? nothing : html`, ${word("record.only", row.media)}`}</b>
    <span class="num">${sessionTime(row.startMs)} – ${sessionTime(row.endMs)}, ${seconds(room, row.endMs - row.startMs)}</span>
    <span>${word("cause", row.cause)}</span>
    <span class="gap__state">${fillView(room, row)}</span>
    ${askable(room, row)
      ? html`<button class="btn btn--sm" data-testid=${ID.gapAsk} ?disabled=${room.ui.asking.has(row.startMs)}
          @click=${() => void askBackup(room, row.startMs, row.endMs)}>${t("record.ask")}</button>`
      : nothing}
  </li>`;
}

function fillView(room: Room, row: GapRow): TemplateResult | typeof nothing {
  const { filled, askedBy } = row;
  if (filled !== "none") return html`${icon(filled === "all" ? "circle-check" : "hard-drive")} ${t(`record.fill.${filled}`)}`;
  if (askedBy !== "") return html`${icon("cloud-upload")} ${t("record.askedBy", { name: nameOf(room, askedBy) })}`;
  return fillable(row, room.roleOf(row.owner)) ? html`${icon("unlink")} ${t("record.fill.none")}` : nothing;
}

function mayAsk(room: Room): boolean {
  return assesses(room.facts.role) || room.facts.role === "admin";
}

/** What was asked once is on its way. */
function askable(room: Room, row: GapRow): boolean {
  return mayAsk(room) && row.filled !== "all" && row.askedBy === "" && fillable(row, room.roleOf(row.owner));
}

/** Any span: for a second that was recorded but cannot be judged by. */
function askView(room: Room): TemplateResult {
  const now = room.log.endedMs ?? room.nowMs() ?? 0;
  const ask = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [from, to] = [momentOf(String(form.get("from"))), momentOf(String(form.get("to")))];
    if (from === null || to === null || from >= to) room.notify(t("record.badSpan"));
    else void askBackup(room, from, to);
  };
  return html`<details class="ask"><summary>${t("record.askOther")}</summary>
    <p>${t("record.askHint")}</p>
    <form @submit=${ask} data-testid=${ID.askForm}>
      <label>${t("record.from")} <input class="input input--sm" name="from" required inputmode="decimal" autocomplete="off" value=${sessionTime(Math.max(0, now - MINUTE_MS))}></label>
      <label>${t("record.to")} <input class="input input--sm" name="to" required inputmode="decimal" autocomplete="off" value=${sessionTime(now)}></label>
      <button class="btn btn--sm" data-testid=${ID.askSend}>${t("record.ask")}</button>
    </form></details>`;
}

// --- alarms ---

/** Whose recording it is about; empty when it is about all of them. */
function concerned(room: Room, alarm: Alarm): string {
  return room.people
    .filter(({ media }) => [...media.values()].some((one) => one.alarm === alarm))
    .map(({ id }) => nameOf(room, id))
    .join(", ");
}

/** Something due is not being recorded: what happened, what is safe, what to do now. */
export function alarmView(room: Room): TemplateResult | typeof nothing {
  const recording = room.recording;
  if (!room.line.open || room.over || recording === null || recording.alarm === null) return nothing;
  const { alarm, sinceMs } = recording;
  const names = concerned(room, alarm) || t("alarm.everybody");
  const time = sinceMs === null ? "" : moment(room, sinceMs);
  const grave = alarm === "not_recording" || alarm === "stalled";
  return html`<div class="linedown alarm" role=${grave ? "alert" : "status"} data-testid=${ID.alarm} data-alarm=${alarm}>
    ${icon(grave ? "triangle-alert" : "hard-drive")}
    <div class="grow"><h2>${t(`alarm.${alarm}`, { names, time })}</h2>
      <p>${t(`alarm.${alarm}.safe`)} ${t(mayAsk(room) ? `alarm.${alarm}.do` : "alarm.asesi")}</p></div>
  </div>`;
}
