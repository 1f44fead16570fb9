/** After the room: what is stored, what is still being stored, what happens next. */
import { html, nothing, type TemplateResult } from "lit-html";
import { sessionTime, wallMinutes } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import { counted } from "../checklist.ts";
import { gapRows } from "../gaps.ts";
import { turnsOf } from "../../rescue/fold.ts";
import { w as rescueWord } from "../../rescue/words.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { ak02View } from "./ak02.ts";
import { owedView } from "./evidence.ts";
import { noticesView } from "./line.ts";
import { gapsView } from "./record.ts";

export function endedView(room: Room): TemplateResult {
  return html`<div class="ended page page--narrow stack" data-testid=${ID.ended} data-phase=${room.log.phase}>
    <header class="stack stack--sm">
      <p class="eyebrow">${room.facts.judul}</p>
      <h1>${room.over ? t("ended.title") : t("ended.left")}</h1>
      <p class="muted">${room.over ? endWords(room) : t("ended.leftText")}</p>
      ${room.over ? nothing : html`<p><button class="btn btn--primary" @click=${() => location.reload()}>${t("ended.again")}</button></p>`}
    </header>
    ${room.over ? html`${storedView(room)} ${nextView(room)} ${room.facts.kind === "asesmen" ? ak02View(room) : nothing}` : nothing}
    ${owedView(room)}
    ${room.backup?.card() ?? nothing}
    ${room.log.phase === "sealed" ? html`<p><a class="btn btn--primary" href=${`/sesi/${room.config.session}/tanda-terima/`}>${icon("shield-check")} ${t("ended.receipt")}</a></p>` : nothing}
    <p><a class="btn" href=${room.url("home") || "/"}>${icon("house")} ${t("ended.home")}</a></p>
    ${noticesView(room)}
  </div>`;
}

function endWords(room: Room): string {
  const at = room.log.endedMs ?? 0;
  const words = { time: wallMinutes(room.wall(at), room.config.zone), clock: sessionTime(at) };
  if (room.log.endReason === "deadline") return rescueWord("ended.deadline", { time: words.time });
  return room.log.endReason === "window" ? t("ended.byWindow", words) : t("ended.byAsesor", words);
}

function storedView(room: Room): TemplateResult {
  const { log } = room;
  const sealed = log.phase === "sealed";
  const kuk = room.allKuk();
  const gaps = gapRows(log);
  const row = (term: string, value: TemplateResult | string): TemplateResult => html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
  return html`<section class="sheet"><div class="sheet__head"><h2>${t("ended.stored")}</h2></div>
    <dl class="pairs sheet__body">
      ${row(
        t("ended.recording"),
        html`<span data-testid=${ID.endedRecording} data-segments=${log.segments} data-sealed=${String(sealed)}>
          ${t("ended.recordingValue", { count: log.segments, until: sessionTime(log.recordedMs) })},
          ${sealed ? html`<b class="is-k">${t("ended.recordingAll")}</b>` : html`<span class="saved saved--pending">${t("ended.recordingMore")}</span>`}</span>`,
      )}
      ${room.log.rescue.started === null ? nothing : row(rescueWord("eyebrow"), rescueWord("ended.since", { time: sessionTime(room.log.rescue.started.atMs), count: turnsOf(room.log.rescue).length }))}
      ${row(t("ended.evidence"), t("ended.evidenceValue", { count: log.evidence.size }))}
      ${room.facts.role === "asesi" || kuk.length === 0 || room.facts.kind !== "asesmen"
        ? nothing
        : row(t("ended.marks"), t("ended.marksValue", { done: counted(kuk, log.marks), count: kuk.length }))}
      ${row(t("ended.log"), t("ended.logValue", { count: log.head }))}
    </dl></section>
    ${gaps.length === 0 ? nothing : html`<section class="sheet"><div class="sheet__head"><h2>${t("ended.gaps")}</h2></div>
      <div class="sheet__body missing">${gapsView(room, gaps)}</div></section>`}`;
}

function nextView(room: Room): TemplateResult {
  const { kind, role } = room.facts;
  const words =
    kind === "pra_asesmen"
      ? t("ended.next.pra_asesmen")
      : role === "asesi" ? t("ended.next.asesi") : role === "asesor" ? t("ended.next.asesor") : t("ended.next.other");
  return html`<section class="alert alert--info">${icon("arrow-right")}<div><b>${t("ended.next")}</b><p>${words}</p></div></section>`;
}
