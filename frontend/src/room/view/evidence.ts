/** Evidence: the asesi sends and sees how far it is; the asesor sees it land, judges and links it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { fileSize, sessionTime, wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import type { Item } from "../../evidence/item.ts";
import { fileMoment } from "../../evidence/moment.ts";
import { neverTaken, type SendingState } from "../../evidence/outbox.ts";
import { comingView, originView, originalView, thumbUrl } from "../../evidence/view.ts";
import { maybe, w } from "../../evidence/words.ts";
import { assesses } from "../facts.ts";
import type { Evidence } from "../fold.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { firstName } from "./top.ts";

export function evidencePanel(room: Room): TemplateResult {
  return room.facts.role === "asesi" ? ownPanel(room) : receivedPanel(room);
}

// --- asesi ---

function ownPanel(room: Room): TemplateResult {
  const stored = [...room.log.evidence.values()].reverse();
  const sending = room.uploads.items.filter((item) => !room.log.evidence.has(item.id));
  const empty = stored.length + sending.length === 0;
  return html`<div class="evidence">
    <div class="evidence__head"><h2>${t("ev.mine")} <span class="count">${stored.length + sending.length}</span></h2></div>
    ${room.uploads.lasting ? nothing : html`<p class="alert alert--warning">${icon("triangle-alert")}<span>${w("state.memory")}</span></p>`}
    ${empty
      ? html`<div class="empty empty--slim">${icon("camera")}<b>${t("ev.empty")}</b><p>${t("ev.emptyAsesi")}</p></div>`
      : html`<ul>
          ${repeat(sending, ({ id }) => id, (item) => uploadView(room, item))}
          ${repeat(stored, ({ id }) => id, (item) => storedView(room, item))}
        </ul>`}
    ${room.backup?.card() ?? nothing}
  </div>`;
}

export function takeView(room: Room): TemplateResult | typeof nothing {
  if (room.facts.role !== "asesi" || room.over) return nothing;
  const chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    for (const file of input.files ?? []) {
      room.uploads.add(file, "gallery", fileMoment(file)).catch(() => room.notify(w("add.failed"), "danger"));
    }
    input.value = "";
    room.open("bukti");
  };
  return html`<div class="take">
    ${room.taking?.possible === true
      ? html`<button class="btn btn--primary btn--lg take__main" data-testid=${ID.evidenceTake} @click=${() => room.taking?.show()}>${icon("camera")} ${t("ev.take")}</button>`
      : html`<label class="btn btn--primary btn--lg take__main">${icon("camera")} ${t("ev.take")}
          <input type="file" accept="image/*" capture="environment" class="sr-only" data-testid=${ID.evidenceCamera} @change=${chosen}></label>`}
    <label class="btn btn--lg btn--icon" title=${t("ev.pick")}>${icon("paperclip")}<span class="sr-only">${t("ev.pick")}</span>
      <input type="file" multiple class="sr-only" data-testid=${ID.evidenceFile} @change=${chosen}></label>
  </div>`;
}

/** After the room: what this device still owes, or could not hand in. */
export function owedView(room: Room): TemplateResult | typeof nothing {
  const owed = room.uploads.items.filter((item) => item.receivedWall === null);
  if (room.facts.role !== "asesi" || owed.length === 0) return nothing;
  return html`<section class="sheet"><div class="sheet__head"><h2>${w("owed.title", { count: owed.length })}</h2></div>
    <div class="sheet__body"><ul>${repeat(owed, ({ id }) => id, (item) => uploadView(room, item))}</ul>
      ${room.uploads.waiting.length === 0 ? nothing : html`<p class="muted">${w(room.uploads.lasting ? "owed.stay" : "state.memory")}</p>`}</div></section>`;
}

function uploadView(room: Room, item: Item): TemplateResult {
  const { uploads } = room;
  const state = uploads.stateOf(item);
  const percent = item.sent === null ? 0 : Math.floor((item.offset / item.sent.bytes) * 100);
  const preview = uploads.preview(item);
  return html`<li class="upload upload--${state}" data-testid=${ID.upload} data-state=${state} data-offset=${item.offset}>
    <span class="upload__thumb">${preview === null ? icon(iconOf(item.original.type)) : html`<img src=${preview} alt="">`}</span>
    <span class="upload__name">${item.name}</span>
    ${state === "failed" ? failedAction(room, item) : nothing}
    <span class="upload__state">${stateWords(room, item, state, percent)}</span>
    ${item.offset > 0 && state !== "received" && state !== "failed"
      ? html`<progress class="meter" max="100" .value=${percent} aria-label=${t("ev.sending", { percent })}></progress>`
      : nothing}
  </li>`;
}

/** What the server will never take is put away; everything else is sent again. */
function failedAction(room: Room, item: Item): TemplateResult {
  return neverTaken(item)
    ? html`<button class="btn btn--quiet btn--icon btn--sm" aria-label=${t("ev.remove", { name: item.name })} @click=${() => void room.uploads.remove(item.id)}>${icon("x")}</button>`
    : html`<button class="btn btn--sm" @click=${() => void room.uploads.retry(item.id)}>${t("ev.sendAgain")}</button>`;
}

function stateWords(room: Room, item: Item, state: SendingState, percent: number): TemplateResult {
  const left = (item.sent?.bytes ?? item.original.bytes) - item.offset;
  const size = fileSize(left, room.config.lang);
  const { rate, phase } = room.uploads;
  switch (state) {
    case "preparing":
      return html`${icon("loader")} ${w("state.preparing")}`;
    case "queued":
      return phase === "elsewhere"
        ? html`${icon("smartphone")} ${w("state.elsewhere")}`
        : html`${icon("smartphone")} ${phase === "waiting" || !navigator.onLine ? w("state.waiting", { size }) : w("state.queued", { size })}`;
    case "sending": {
      const seconds = rate === null ? 0 : Math.ceil(left / rate);
      return html`${icon("upload")} ${seconds > 2 ? t("ev.sendingLeft", { percent, seconds }) : t("ev.sending", { percent })}`;
    }
    case "received":
      return html`${icon("check")} ${t("ev.received", { time: clockTime(room, item.receivedWall ?? Date.now()) })}`;
    case "failed":
      return html`${icon("circle-alert")} ${failure(item.refused)}`;
  }
}

function failure(refused: Item["refused"]): string {
  const own = maybe("refused", refused?.code ?? "");
  if (own !== null) return own;
  if (refused?.status === 413) return t("ev.failed413");
  if (refused?.status === 415) return t("ev.failed415");
  return refused?.status === 403 ? t("ev.failed403") : t("ev.failed");
}

function clockTime(room: Room, local: number): string {
  return `${wallSeconds(room.clock.epoch(local), room.config.zone)} ${zoneLetters(room.config.zone)}`;
}

function storedView(room: Room, item: Evidence): TemplateResult {
  const time = `${wallSeconds(room.wall(item.atMs), room.config.zone)} ${zoneLetters(room.config.zone)}`;
  return html`<li class="upload upload--received" data-testid=${ID.evidence} data-evidence=${item.id} data-state="received">
    ${thumbView(room, item)}
    <span class="upload__name">${item.filename}</span>
    <span class="upload__state">${icon("check")} ${t("ev.received", { time })}</span>
    ${originalOwed(room, item)}
  </li>`;
}

/** The asesor wants the whole file: how far it is, until the log has it. */
function originalOwed(room: Room, { id, filename }: Evidence): TemplateResult | typeof nothing {
  const { asked, originals } = room.log.story;
  const kept = room.uploads.items.find((item) => item.id === id);
  if (!asked.has(id) || originals.has(id) || kept === undefined) return nothing;
  const percent = Math.floor((kept.originalOffset / Math.max(1, kept.original.bytes)) * 100);
  return html`<span class="upload__state upload__owed">${icon("upload")}
    ${percent === 0 ? w("original.wanted", { name: filename }) : w("original.sending", { percent })}</span>`;
}

// --- asesor and watchers ---

function receivedPanel(room: Room): TemplateResult {
  const items = [...room.log.evidence.values()].reverse();
  const coming = [...room.log.story.announced.values()].reverse();
  if (items.length + coming.length === 0) {
    return html`<div class="empty">${icon("image")}<b>${t("ev.empty")}</b><p>${t("ev.emptyAsesor")}</p></div>`;
  }
  return html`<div class="evidence">${repeat(coming, ({ id }) => id, (item) => comingView(room, item))}
    ${repeat(items, ({ id }) => id, (item) => cardView(room, item))}</div>`;
}

/** The newest evidence that nobody has judged yet, above the checklist. */
export function arrivedView(room: Room): TemplateResult | typeof nothing {
  if (!assesses(room.facts.role)) return nothing;
  const coming = [...room.log.story.announced.values()].at(-1);
  const newest = [...room.log.evidence.values()].findLast((item) => item.judged === null && !judgePending(room, item));
  // What just begins to arrive is seen at once; what waits for judgement stays in sight below it.
  return html`${coming === undefined ? nothing : comingView(room, coming)}${newest === undefined ? nothing : cardView(room, newest)}`;
}

function judgePending(room: Room, item: Evidence): boolean {
  return room.pending("evidence.judge", (op) => op.data["evidence"] === item.id) !== null;
}

function stateOf(room: Room, item: Evidence): string {
  if (judgePending(room, item)) return "pending";
  if (item.judged === null) return "new";
  return item.judged.accepted ? "accepted" : "refused";
}

function cardView(room: Room, item: Evidence): TemplateResult {
  const state = stateOf(room, item);
  const mayJudge = assesses(room.facts.role) && !room.over;
  return html`<section class="evcard evcard--${state}" data-testid=${ID.evidence} data-evidence=${item.id} data-state=${state}
    aria-label=${item.filename}>
    <div class="evcard__top">
      ${thumbView(room, item)}
      <div class="grow">
        <p class="evcard__head"><b>${state === "new" ? t("ev.new") : item.filename}</b><span>${sessionTime(item.atMs)}</span></p>
        <p class="evcard__file">${state === "new" ? `${item.filename}, ` : ""}${fileSize(item.bytes, room.config.lang)}</p>
        ${originView(room, item.told)}
        ${mayJudge ? vatmView(room, item) : nothing}
      </div>
    </div>
    ${item.judged === null && state !== "pending" ? nothing : verdictView(room, item, state)}
    ${mayJudge ? actionsView(room, item) : nothing}
    ${originalView(room, item)}
    ${room.ui.againFor === item.id ? againForm(room, item) : nothing}
  </section>`;
}

const VATM = ["valid", "asli", "terkini", "memadai"] as const;

function vatmView(room: Room, item: Evidence): TemplateResult {
  const judging = room.judging(item);
  return html`<div class="vatm" role="group" aria-label=${t("ev.vatm")}>
    ${VATM.map((name) => html`<button class="vatm__one" aria-pressed=${String(judging[name])} data-testid=${ID.vatm(name)}
      @click=${() => room.draft(item, { [name]: !judging[name] })}>${judging[name] ? icon("check") : nothing}${t(`ev.${name}`)}</button>`)}
  </div>`;
}

function actionsView(room: Room, item: Evidence): TemplateResult {
  const judging = room.judging(item);
  const pick = (event: Event): void => {
    const value = (event.currentTarget as HTMLSelectElement).value;
    room.draft(item, { kuk: value === "" ? null : Number(value) });
  };
  const again = (): void => {
    room.ui.againFor = room.ui.againFor === item.id ? null : item.id;
    room.changed();
  };
  return html`<div class="evcard__act">
    <label><span>${t("ev.linkTo")}</span>
      <select class="input input--sm" data-testid=${ID.evidenceKuk} @change=${pick} .value=${String(judging.kuk ?? "")}>
        <option value="">${t("ev.noKuk")}</option>
        ${room.units.map((unit, index) => html`<optgroup label=${`${index + 1}. ${unit.judul}`}>
          ${unit.elemen.flatMap(({ kuk }) => kuk).map(({ id, no }) => html`<option value=${id} ?selected=${id === judging.kuk}>${t("ev.kuk", { no })}</option>`)}
        </optgroup>`)}
      </select></label>
    <span class="grow"></span>
    <button class="btn btn--sm" data-testid=${ID.evidenceAgain} aria-expanded=${String(room.ui.againFor === item.id)} @click=${again}>${t("ev.again")}</button>
    <button class="btn btn--primary btn--sm" data-testid=${ID.evidenceAccept} @click=${() => room.judge(item, true)}>${t("ev.accept")}
      ${item.id === room.newestEvidence()?.id ? html`<span class="kbd" aria-hidden="true">E</span>` : nothing}</button>
  </div>`;
}

function againForm(room: Room, item: Evidence): TemplateResult {
  const save = (event: Event): void => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get("note") ?? "").trim();
    room.judge(item, false, note);
    room.ui.againFor = null;
    room.changed();
  };
  return html`<form class="evcard__again" @submit=${save}>
    <label class="sr-only" for="again-note">${t("ev.againNote")}</label>
    <input id="again-note" name="note" class="input" required maxlength="500" placeholder=${t("ev.againNote")}>
    <button class="btn btn--sm btn--return">${t("ev.again")}</button>
  </form>`;
}

function verdictView(room: Room, { judged }: Evidence, state: string): TemplateResult {
  if (state === "pending" || judged === null) {
    return html`<p class="evcard__verdict"><span class="saved saved--pending">${t("ev.pending")}</span></p>`;
  }
  const name = firstName(room.nameOf(judged.actor));
  const linked = judged.kuk.map((id) => room.kuk(id)?.no).filter((no) => no !== undefined);
  return html`<p class="evcard__verdict ${judged.accepted ? "is-k" : "is-bk"}">
    ${icon(judged.accepted ? "circle-check" : "rotate-ccw")}
    <span>${t(judged.accepted ? "ev.accepted" : "ev.refused", { name })} ${sessionTime(judged.atMs)}${linked.length === 0 ? "" : ` · KUK ${linked.join(", ")}`}${judged.note === "" ? "" : `: ${judged.note}`}</span>
  </p>`;
}

// --- both ---

export function iconOf(type: string): string {
  if (type.startsWith("image/")) return "file-image";
  if (type.startsWith("video/")) return "file-video";
  return type === "application/pdf" ? "file-text" : "file-code";
}

function thumbView(room: Room, item: Evidence): TemplateResult {
  const url = `${room.url("evidence").replace(/\/$/, "")}/${encodeURIComponent(item.id)}/file`;
  return html`<a class="upload__thumb" href=${url} target="_blank" rel="noopener" aria-label=${t("ev.open", { name: item.filename })}>
    ${item.told.thumb || item.filetype.startsWith("image/")
      ? html`<img src=${item.told.thumb ? thumbUrl(room, item.id) : url} alt="" loading="lazy">`
      : icon(iconOf(item.filetype))}</a>`;
}
