/** Both sides of a rescue: the asesi answers, the asesor asks, reviews and marks. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { fileSize, longDate, remaining, wallMinutes } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { rowOf } from "../room/checklist.ts";
import type { MarkValue } from "../room/fold.ts";
import { agendaPanel } from "../room/view/agenda.ts";
import { noticesView } from "../room/view/line.ts";
import { checklistView } from "../room/view/checklist.ts";
import type { How, Turn } from "./fold.ts";
import type { Rescue } from "./page.ts";
import { w } from "./words.ts";

/** Names that end-to-end tests hold on to. */
export const ID = {
  page: "rescue", turn: "rescue-turn", open: "rescue-open", record: "rescue-record", stop: "rescue-stop",
  write: "rescue-write", send: "rescue-send", ask: "rescue-ask", question: "rescue-question", answer: "rescue-answer",
} as const;

const SILENT_MS = 15_000;
const MINUTES = [1, 2, 3, 5, 10] as const;
const VALUES: readonly MarkValue[] = ["ya", "tidak", "lanjut"];

export function rescueView(rescue: Rescue): TemplateResult {
  const { room, turns } = rescue;
  return html`<div class="rescue page page--narrow stack" data-testid=${ID.page} data-role=${room.facts.role}>
    ${headView(rescue)}
    ${rescue.asks ? askView(rescue) : nothing}
    ${turns.length === 0
      ? html`<div class="empty">${icon("list-checks")}<b>${w("turn.none")}</b><p>${rescue.answers ? w("turn.none.asesi") : rescue.asks ? w("turn.none.asesor") : nothing}</p></div>`
      : html`<ol class="rescue__turns">${repeat(turns, ({ seq }) => seq, (turn, n) => turnView(rescue, turn, n + 1))}</ol>`}
    <details class="sheet rescue__list"><summary>${w("agenda")}</summary>${agendaPanel(room)}</details>
    ${rescue.asks && room.units.length > 0 ? html`<details class="sheet rescue__list"><summary>${w("list")}</summary>${checklistView(room)}</details>` : nothing}
    ${room.facts.role === "asesor" ? endView(rescue) : nothing}
    <p><a class="btn" href=${room.url("home") || "/"}>${icon("house")} ${w("home")}</a></p>
    ${noticesView(room)}
  </div>`;
}

function moment(rescue: Rescue, atMs: number): string {
  const { room } = rescue;
  return wallMinutes(room.wall(atMs), room.config.zone);
}

function headView(rescue: Rescue): TemplateResult {
  const { room } = rescue;
  const { zone, lang } = room.config;
  const { started } = room.log.rescue;
  const asesi = room.facts.members.find(({ role }) => role === "asesi");
  const silent = Date.now() - rescue.heardAt > SILENT_MS;
  return html`<header class="stack stack--sm">
    <p class="eyebrow">${w("eyebrow")} · ${room.facts.judul}</p>
    <h1>${rescue.answers ? w("title.asesi") : w("title.asesor", { name: asesi?.name ?? "" })}</h1>
    ${started === null
      ? nothing
      : html`<p class="muted">${w("why", { time: moment(rescue, started.atMs), reason: started.reason })}</p>
          <p class="alert alert--info">${icon("calendar-clock")}<span><b>${w("until", { date: longDate(started.until, zone, lang), time: wallMinutes(started.until, zone) })}</b>
            ${w(rescue.answers ? "how.asesi" : rescue.asks ? "how.asesor" : "watch")}</span></p>`}
    ${silent ? html`<p class="alert alert--off" role="status">${icon("wifi-off")}<span>${w("offline", { time: wallMinutes(room.clock.epoch(rescue.heardAt), zone) })}</span></p>` : nothing}
  </header>`;
}

function turnView(rescue: Rescue, turn: Turn, n: number): TemplateResult {
  const minutes = Math.round((turn.answerS / 60) * 10) / 10;
  return html`<li class="sheet rescue__turn" data-testid=${ID.turn} data-turn=${turn.seq} data-state=${turn.state}>
    <div class="sheet__head"><h2>${w("turn", { n })}</h2><span class="muted">${w(`how.${turn.how}`)}, ${w("time", { minutes })}</span></div>
    <div class="sheet__body stack stack--sm">
      ${turn.text === "" ? nothing : html`<p class="rescue__question" data-testid=${ID.question}>${turn.text}</p>`}
      ${stepView(rescue, turn.step)} ${turn.kuk.map((id) => kukView(rescue, id))}
      ${rescue.answers ? ownView(rescue, turn) : receivedView(rescue, turn)}
    </div></li>`;
}

function stepView({ room }: Rescue, name: string): TemplateResult | typeof nothing {
  const step = room.facts.agenda.find(({ step }) => step === name);
  return step === undefined ? nothing : html`<p class="muted">${w("agenda")}: ${step.judul}</p>`;
}

function kukView(rescue: Rescue, id: number): TemplateResult | typeof nothing {
  const kuk = rescue.room.kuk(id);
  return kuk === null ? nothing : html`<p class="muted">KUK ${kuk.no}. ${kuk.teks}</p>`;
}

// --- the asesi's side ---

function ownView(rescue: Rescue, turn: Turn): TemplateResult {
  const { room } = rescue;
  if (turn.state === "asked") {
    const opening = room.pending("rescue.open") !== null;
    return html`<p>${w("open.hint")}</p><button class="btn btn--primary" data-testid=${ID.open} ?disabled=${opening || rescue.recorder !== null}
      @click=${() => rescue.open(turn)}>${icon("folder-open")}${w(opening ? "opening" : "open")}</button>`;
  }
  if (turn.state === "answered") return html`${answeredWords(rescue, turn)}${deliveryView(rescue, turn)}`;
  return html`${leftView(rescue, turn)} ${rescue.answerOf(turn)?.sha256 ? deliveryView(rescue, turn) : turn.how === "text" ? writeView(rescue, turn) : recordView(rescue, turn)}`;
}

function leftView(rescue: Rescue, turn: Turn): TemplateResult {
  const left = rescue.leftMs(turn);
  return left > 0
    ? html`<p class="rescue__left" role="timer"><b>${w("left", { time: remaining(left) })}</b></p>`
    : html`<p class="alert alert--off">${icon("clock")}<span>${w("over")}</span></p>`;
}

function writeView(rescue: Rescue, turn: Turn): TemplateResult {
  const sending = rescue.room.pending("rescue.answer") !== null;
  const submit = (event: Event): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get("text") ?? "").trim();
    if (text !== "") rescue.write(turn, text);
  };
  const keep = (event: Event): void => rescue.draft(turn, (event.currentTarget as HTMLTextAreaElement).value);
  return html`<form class="stack stack--sm" @submit=${submit}><div class="field"><label for="answer-${turn.seq}">${w("write")}</label>
      <textarea class="input" id="answer-${turn.seq}" name="text" rows="5" required maxlength="8000" data-testid=${ID.write} .defaultValue=${rescue.drafted(turn)} @input=${keep}></textarea></div>
    <button class="btn btn--primary" data-testid=${ID.send} ?disabled=${sending}>${icon("send")}${w(sending ? "ask.sending" : "send")}</button></form>`;
}

function recordView(rescue: Rescue, turn: Turn): TemplateResult {
  const { recorder, trouble } = rescue;
  if (recorder?.turn === turn.seq) {
    return html`${turn.how === "video" ? html`<div class="rescue__picture tile desk">${recorder.preview}</div>` : nothing}
      <p class="light light--on" role="status">${w("recording")}</p>
      <button class="btn btn--primary" data-testid=${ID.stop} ?disabled=${rescue.starting} @click=${() => void rescue.stop()}>${icon("check")}${w("stop")}</button>`;
  }
  return html`${trouble === null ? nothing : html`<p class="alert alert--danger" role="alert">${icon("camera-off")}<span>${w(`trouble.${trouble}`)}</span></p>`}
    <button class="btn btn--primary" data-testid=${ID.record} ?disabled=${rescue.starting || recorder !== null} @click=${() => void rescue.record(turn)}>${icon(turn.how === "video" ? "video" : "mic")}${w("record")}</button>`;
}

function deliveryView(rescue: Rescue, turn: Turn): TemplateResult | typeof nothing {
  if (turn.sha256 !== "" && rescue.room.log.rescue.files.has(turn.sha256)) {
    return html`<p class="is-k" data-testid="rescue-arrived">${icon("circle-check")} ${w("uploaded")}</p>`;
  }
  const answer = rescue.answerOf(turn);
  if (answer === null) return nothing;
  const percent = answer.bytes === 0 ? 0 : Math.floor((answer.offset * 100) / answer.bytes);
  if (answer.refused !== null) return html`<p class="alert alert--danger">${icon("circle-alert")}<span>${w("refused", { status: answer.refused })}</span></p>`;
  const offline = rescue.sender?.offline === true;
  return html`<p>${icon("hard-drive")} ${w("kept", { size: fileSize(answer.bytes, rescue.room.config.lang) })} ${rescue.sender?.torn.has(turn.seq) ? w("torn") : nothing}</p>
    <progress class="meter" max="100" .value=${percent} aria-label=${w("uploading", { percent })}></progress>
    <p>${turn.state === "opened" && !offline ? w("telling") : w(offline ? "waiting" : "uploading", { percent })}</p>`;
}

// --- what both are told of an answer ---

function answeredWords(rescue: Rescue, turn: Turn): TemplateResult {
  const late = turn.lateMs > 0;
  return html`<p>${icon("check")} ${w("answered", { time: moment(rescue, turn.answeredMs ?? 0) })},
      <b class=${late ? "is-bk" : "is-k"}>${late ? w("late", { time: remaining(turn.lateMs) }) : w("ontime")}</b>${turn.how === "text" || !late ? nothing
        : html`, ${w("says", { from: moment(rescue, turn.fromMs), to: moment(rescue, turn.toMs) })}`}</p>
    ${turn.believed || turn.how === "text" ? nothing : html`<p class="is-bk">${icon("triangle-alert")} ${w("disbelieved")}</p>`}
    ${turn.answer === "" ? nothing : html`<blockquote class="rescue__answer" data-testid=${ID.answer}>${turn.answer}</blockquote>`}`;
}

// --- the asesor's side ---

function receivedView(rescue: Rescue, turn: Turn): TemplateResult {
  if (turn.state !== "answered") {
    const over = turn.state === "opened" && rescue.leftMs(turn) <= 0;
    const words = turn.state === "asked" ? w("state.asked") : over ? w("state.expired") : w("state.opened", { time: moment(rescue, turn.dueMs ?? 0) });
    return html`<p class="muted">${icon("clock")} ${words}</p>
      ${rescue.asks ? html`<button class="btn btn--sm" @click=${() => rescue.withdraw(turn)}>${icon("undo-2")}${w("withdraw")}</button>` : nothing}`;
  }
  return html`${answeredWords(rescue, turn)} ${turn.how === "text" ? nothing : fileView(rescue, turn)}
    ${rescue.asks ? turn.kuk.map((id) => marksView(rescue, id)) : nothing}`;
}

function fileView({ room }: Rescue, turn: Turn): TemplateResult {
  const id = room.log.rescue.files.get(turn.sha256);
  if (id === undefined) return html`<p class="muted">${icon("cloud-upload")} ${w("coming", { size: fileSize(turn.bytes, room.config.lang) })}</p>`;
  return html`<video class="rescue__video ${turn.how === "audio" ? "rescue__video--sound" : ""}" controls preload="metadata" src=${`${room.url("evidence")}/${id}/file`} data-testid="rescue-video"></video>`;
}

function marksView({ room }: Rescue, id: number): TemplateResult | typeof nothing {
  const kuk = room.kuk(id);
  if (kuk === null) return nothing;
  const row = rowOf(id, room.log.marks.get(id) ?? [], room.queue.pending, room.me);
  const value = row.pending?.value ?? row.mine?.value ?? null;
  return html`<div class="row" role="group" aria-label=${w("mark", { no: kuk.no })}><span>${w("mark", { no: kuk.no })}</span>
    ${VALUES.map((one) => html`<button class="btn btn--sm ${value === one ? "btn--primary" : ""}" aria-pressed=${String(value === one)} data-testid="rescue-mark-${one}" @click=${() => room.mark(id, one)}>${one[0]?.toUpperCase()}</button>`)}
    ${row.pending === null ? nothing : html`<span class="saved saved--pending">${w("mark.pending")}</span>`}</div>`;
}

function askView(rescue: Rescue): TemplateResult {
  const { room } = rescue;
  const sending = room.pending("rescue.ask") !== null;
  const submit = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const text = String(data.get("text") ?? "").trim();
    if (text === "") return;
    rescue.ask(text, String(data.get("how")) as How, Number(data.get("minutes")) * 60, String(data.get("about")));
    form.reset();
  };
  const hows: readonly (readonly [How, string])[] = [["video", w("ask.video")], ["audio", w("ask.audio")], ["text", w("ask.txt")]];
  return html`<form class="sheet" @submit=${submit}><div class="sheet__head"><h2>${w("ask.title")}</h2></div><div class="sheet__body stack stack--sm">
    <div class="field"><label for="ask-text">${w("ask.text")}</label><textarea class="input" id="ask-text" name="text" rows="3" required maxlength="2000"></textarea></div>
    <div class="rescue__fields">
      <div class="field"><label for="ask-how">${w("ask.how")}</label><select class="input" id="ask-how" name="how">${hows.map(([how, label]) => html`<option value=${how}>${label}</option>`)}</select></div>
      <div class="field"><label for="ask-minutes">${w("ask.minutes")}</label><select class="input" id="ask-minutes" name="minutes">${MINUTES.map((n) => html`<option value=${n} ?selected=${n === 3}>${w("ask.minute", { n })}</option>`)}</select></div>
      <div class="field"><label for="ask-about">${w("ask.about")}</label><select class="input" id="ask-about" name="about"><option value="">${w("ask.nothing")}</option>
        <optgroup label=${w("agenda")}>${room.facts.agenda.map(({ step, judul }) => html`<option value=${`step:${step}`}>${judul}</option>`)}</optgroup>
        ${room.units.map((unit) => html`<optgroup label=${unit.judul}>${unit.elemen.flatMap(({ kuk }) => kuk).map(({ id, no, teks }) => html`<option value=${`kuk:${id}`}>${no}. ${teks}</option>`)}</optgroup>`)}</select></div>
    </div>
    <button class="btn btn--primary" data-testid=${ID.ask} ?disabled=${sending}>${icon("send")}${w(sending ? "ask.sending" : "ask.send")}</button></div></form>`;
}

function endView(rescue: Rescue): TemplateResult {
  const toggle = (on: boolean) => (): void => {
    rescue.ending = on;
    rescue.room.changed();
  };
  const { files } = rescue.room.log.rescue;
  const missing = rescue.turns.filter(({ sha256 }) => sha256 !== "" && !files.has(sha256)).length;
  if (!rescue.ending) return html`<p><button class="btn btn--danger" data-testid="rescue-end" @click=${toggle(true)}>${icon("flag")}${w("end")}</button></p>`;
  return html`<div class="alert alert--warning" role="group" aria-label=${w("end.sure")}>${icon("triangle-alert")}<div><p>${w("end.sure")} ${missing > 0 ? w("end.coming", { count: missing }) : nothing}</p><div class="row">
    <button class="btn btn--danger" data-testid="rescue-end-yes" @click=${() => rescue.end()}>${w("end.yes")}</button><button class="btn" @click=${toggle(false)}>${w("end.no")}</button></div></div></div>`;
}
