/** The workplace's questions: identity, an irregularity, a task's time. */
import { html, nothing, type TemplateResult } from "lit-html";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import type { Irregularity } from "../facts.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { firstName } from "../view/top.ts";
import type { IdentityCheck } from "./identity.ts";
import { identityOf } from "./views.ts";
import { type Word, w } from "./words.ts";
import type { Workplace } from "./workplace.ts";

function head(title: string, shut: () => void): TemplateResult {
  return html`<div class="sheet__head"><h2>${title}</h2>
    <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${t("dialog.close")} @click=${shut}>${icon("x")}</button></div>`;
}

// --- identity ---

const DECISIONS = ["cocok", "ragu", "tidak_cocok"] as const;

export function identityDialog(room: Room, work: Workplace, shut: () => void): TemplateResult {
  const { check } = work;
  if (check.card === "unasked") void check.loadCard();
  const decide = (decision: string) => (): void => {
    if (check.decide(decision)) shut();
  };
  const write = (event: Event): void => {
    check.note = (event.currentTarget as HTMLTextAreaElement).value;
  };
  return html`${head(w("id.title"), shut)}
    <div class="sheet__body idcheck" data-testid=${ID.identityCheck}>
      <p class="muted">${standingWords(room)} ${w("id.same")}</p>
      <div class="idcheck__pair">
        <figure><figcaption>${w("id.card")}</figcaption>${cardView(check)}</figure>
        <figure><figcaption>${stillTitle(room, check)}</figcaption>${stillView(room, work)}</figure>
      </div>
      <div class="field"><label for="id-note">${w("id.note")}</label>
        <textarea class="input" id="id-note" rows="2" maxlength="2000" data-testid=${ID.identityNote} .value=${check.note} @input=${write}
          aria-invalid=${String(check.noteMissing)} aria-describedby="id-note-hint"></textarea>
        <p id="id-note-hint" class=${check.noteMissing ? "field__error" : "field__hint"}>${w(check.noteMissing ? "id.noteNeeded" : "id.noteHint")}</p></div>
      <div class="idcheck__decide">${DECISIONS.map((decision) => html`
        <button type="button" class="btn ${decision === "cocok" ? "btn--primary" : decision === "tidak_cocok" ? "btn--danger" : ""}"
          data-testid=${ID.identityDecide(decision)} ?disabled=${check.still?.state === "storing"} @click=${decide(decision)}>${w(`id.do.${decision}`)}</button>`)}</div>
      ${sendBackView(room, work, shut)}
    </div>`;
}

function standingWords(room: Room): string {
  const identity = identityOf(room);
  if (identity === null) return "";
  const time = sessionTime(identity.atMs);
  if (identity.actor !== "") {
    return w("id.last", { state: w(`id.${identity.state}`), name: firstName(room.nameOf(identity.actor)), time });
  }
  return `${w("id.belum_diperiksa")}. ${w(`id.fell.${identity.cause}` as Word, { time })}`;
}

function cardView(check: IdentityCheck): TemplateResult {
  switch (check.card) {
    case "image":
      return html`<img class="idcheck__card" src=${check.cardUrl} alt=${w("id.card")} data-testid=${ID.identityCard}>`;
    case "pdf":
      return html`<p>${w("id.cardPdf")} <a class="btn btn--sm" href=${check.cardUrl} target="_blank" rel="noopener">${w("id.cardOpen")}</a></p>`;
    case "none":
      return html`<p class="idcheck__none">${w("id.cardNone")}</p>`;
    case "failed":
      return html`<p class="idcheck__none">${w("id.cardFailed")} <button type="button" class="btn btn--sm" @click=${() => void check.loadCard()}>${t("error.retry")}</button></p>`;
    default:
      return html`<p class="idcheck__none skeleton" aria-busy="true">${w("id.loading")}</p>`;
  }
}

/** The asesi held the card up, and no still was taken since. */
function cardFromAsesi(room: Room, { still }: IdentityCheck): string {
  const shown = identityOf(room);
  return still === null && shown?.state === "ditunjukkan" ? shown.picture : "";
}

function stillTitle(room: Room, check: IdentityCheck): string {
  if (check.still !== null) return w("id.still", { time: sessionTime(check.still.atMs) });
  return w(cardFromAsesi(room, check) === "" ? "id.live" : "id.lastCard");
}

function stillView(room: Room, { check, asesi }: Workplace): TemplateResult {
  const { still } = check;
  const video = check.video(asesi);
  const shown = cardFromAsesi(room, check);
  return html`${still !== null
      ? html`<img class="idcheck__card" src=${still.shown} alt=${stillTitle(room, check)} data-testid=${ID.identityStill} data-state=${still.state}>`
      : shown !== ""
        ? html`<img class="idcheck__card" src="${room.url("identity")}/pictures/${shown}" alt=${w("id.lastCard")}>`
        : video === null ? html`<p class="idcheck__none">${w("id.noPicture")}</p>` : mirrorOf(video)}
    <p class="idcheck__take"><button type="button" class="btn btn--sm" data-testid=${ID.identityTake} ?disabled=${video === null || still?.state === "storing"}
      @click=${() => void check.take(asesi)}>${icon("camera")} ${w(still === null ? "id.take" : "id.takeAgain")}</button>
      ${still === null ? nothing : html`<span role="status">${still.state === "storing" ? w("id.taking") : still.state === "stored" ? w("id.stored") : w("id.takeFailed", { message: still.problem })}</span>`}</p>`;
}

const mirror = document.createElement("video");
mirror.muted = true;
mirror.autoplay = true;
mirror.playsInline = true;
mirror.className = "idcheck__card";

/** The same stream a second time: the tile on the stage keeps its own element. */
function mirrorOf(video: HTMLVideoElement): HTMLVideoElement {
  if (mirror.srcObject !== video.srcObject) mirror.srcObject = video.srcObject;
  if (mirror.paused && mirror.isConnected) void mirror.play().catch(() => undefined);
  return mirror;
}

function sendBackView(room: Room, { asesi }: Workplace, shut: () => void): TemplateResult | typeof nothing {
  if (!room.log.work.byAsesor || !room.log.work.admitted.has(asesi)) return nothing;
  const back = (): void => {
    room.send("unadmit", { person: asesi });
    shut();
  };
  return html`<p class="idcheck__back"><button type="button" class="btn btn--quiet btn--sm" data-testid=${ID.unadmit} @click=${back}>${icon("log-out")} ${w("door.send")}</button>
    <small>${w("door.sendHint")}</small></p>`;
}

// --- irregularities ---

const GROUPS = ["lingkungan", "identitas", "teknis", "perilaku"] as const;

export function irregularityDialog(room: Room, shut: () => void): TemplateResult {
  const note = (event: Event): string => {
    const form = (event.currentTarget as HTMLElement).closest("form");
    return String(form === null ? "" : (new FormData(form).get("text") ?? "")).trim();
  };
  const record = (row: Irregularity) => (event: Event): void => {
    const text = note(event);
    if (row.code === "lain" && text === "") {
      room.notify(w("inc.needs", { name: row.judul }));
      (event.currentTarget as HTMLElement).closest("form")?.querySelector("textarea")?.focus();
      return;
    }
    room.send("incident", { code: row.code, text });
    room.notify(w("inc.done", { name: row.judul, next: row.tindakan }));
    shut();
  };
  return html`${head(t("inc.title"), shut)}
    <form class="sheet__body irregular" data-testid=${ID.incidentForm} @submit=${(event: Event) => event.preventDefault()}>
      <p class="muted">${w("inc.one")}</p>
      ${GROUPS.map((group) => html`<fieldset><legend>${w(`inc.${group}`)}</legend><div class="irregular__rows">
        ${room.facts.irregularities.filter(({ kelompok }) => kelompok === group).map((row) => html`
          <button type="button" class="irregular__one irregular__one--${row.tingkat}" data-testid=${ID.irregularity(row.code)} title=${row.tindakan} @click=${record(row)}>
            ${row.judul}${row.tingkat === "catatan" ? nothing : html` <small>${w(`inc.${row.tingkat}` as Word)}</small>`}</button>`)}
      </div></fieldset>`)}
      <div class="field"><label for="inc-text">${w("inc.note")}</label>
        <textarea class="input" id="inc-text" name="text" rows="2" maxlength="2000"></textarea></div>
    </form>`;
}

// --- a task's time ---

export function timerDialog(room: Room, work: Workplace, shut: () => void): TemplateResult {
  const start = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const task = String(form.get("task") ?? "").trim();
    const step = room.facts.agenda.find(({ judul, step: known }) => judul === task && known === work.timerStep)?.step ?? "";
    const minutes = Number(form.get("minutes"));
    if (task === "" || !Number.isInteger(minutes) || minutes < 1) return;
    room.send("timer.start", { step, label: step === "" ? task : "", minutes });
    shut();
  };
  const name = room.facts.agenda.find(({ step }) => step === work.timerStep)?.judul ?? "";
  return html`<form @submit=${start} data-testid=${ID.timerForm}>${head(w("timer.title"), shut)}
    <div class="sheet__body stack stack--sm">
      <p class="muted">${w("timer.hint")}</p>
      <div class="field"><label for="timer-task">${w("timer.for")}</label><input class="input" id="timer-task" name="task" required maxlength="120" value=${name}></div>
      <div class="field"><label for="timer-minutes">${w("timer.minutes")}</label><input class="input" id="timer-minutes" name="minutes" type="number" inputmode="numeric" min="1" max="600" required value="15"></div>
      <div class="row row--end"><button type="button" class="btn" @click=${shut}>${t("dialog.cancel")}</button>
        <button class="btn btn--primary" data-testid=${ID.timerStart}>${w("timer.start")}</button></div>
    </div></form>`;
}
