/** Evidence: the asesi sends and sees how far it is; the asesor sees it land, judges and links it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { fileSize, sessionTime, wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import type { Sending } from "../../shared/tus.ts";
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
  const sending = room.uploads.items.filter((item) => !isInLog(room, item));
  const empty = stored.length + sending.length === 0;
  return html`<div class="evidence">
    <div class="evidence__head"><h2>${t("ev.mine")} <span class="count">${stored.length + sending.length}</span></h2></div>
    ${empty
      ? html`<div class="empty empty--slim">${icon("camera")}<b>${t("ev.empty")}</b><p>${t("ev.emptyAsesi")}</p></div>`
      : html`<ul>
          ${repeat(sending, ({ id }) => id, (item) => uploadView(room, item))}
          ${repeat(stored, ({ id }) => id, (item) => storedView(room, item))}
        </ul>`}
    ${room.backup?.card() ?? nothing}
  </div>`;
}

/** Received by the server and told by the log: from then on only the log's line is shown. */
function isInLog(room: Room, item: Sending): boolean {
  if (item.state !== "received") return false;
  return [...room.log.evidence.values()].some(({ filename, bytes }) => filename === item.name && bytes === item.bytes);
}

export function takeView(room: Room): TemplateResult | typeof nothing {
  if (room.facts.role !== "asesi" || room.over) return nothing;
  const chosen = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    for (const file of input.files ?? []) room.uploads.add(file, []);
    input.value = "";
    room.open("bukti");
  };
  return html`<div class="take">
    <label class="btn btn--primary btn--lg take__main">${icon("camera")} ${t("ev.take")}
      <input type="file" accept="image/*" capture="environment" class="sr-only" data-testid=${ID.evidenceTake} @change=${chosen}></label>
    <label class="btn btn--lg btn--icon" title=${t("ev.pick")}>${icon("paperclip")}<span class="sr-only">${t("ev.pick")}</span>
      <input type="file" multiple class="sr-only" data-testid=${ID.evidenceFile} @change=${chosen}></label>
  </div>`;
}

function uploadView(room: Room, item: Sending): TemplateResult {
  const percent = item.bytes === 0 ? 100 : Math.floor((item.sent / item.bytes) * 100);
  return html`<li class="upload upload--${item.state}" data-testid=${ID.upload} data-state=${item.state}>
    <span class="upload__thumb">${item.preview === null ? icon(iconOf(item.type)) : html`<img src=${item.preview} alt="">`}</span>
    <span class="upload__name">${item.name}</span>
    ${item.state === "failed" ? failedAction(room, item) : nothing}
    <span class="upload__state">${stateWords(room, item, percent)}</span>
    ${item.state === "sending"
      ? html`<progress class="meter" max="100" .value=${percent} aria-label=${t("ev.sending", { percent })}></progress>`
      : nothing}
  </li>`;
}

/** What the server will never take is put away; everything else is sent again. */
function failedAction(room: Room, { id, status, name }: Sending): TemplateResult {
  return status === 413 || status === 415
    ? html`<button class="btn btn--quiet btn--icon btn--sm" aria-label=${t("ev.remove", { name })} @click=${() => room.uploads.remove(id)}>${icon("x")}</button>`
    : html`<button class="btn btn--sm" @click=${() => room.uploads.retry(id)}>${t("ev.sendAgain")}</button>`;
}

function stateWords(room: Room, item: Sending, percent: number): TemplateResult {
  switch (item.state) {
    case "queued":
      return html`${icon("smartphone")} ${t("ev.queued", { size: fileSize(item.bytes - item.sent, room.config.lang) })}`;
    case "sending": {
      const seconds = item.rate > 0 ? Math.ceil((item.bytes - item.sent) / item.rate) : 0;
      return html`${icon("upload")} ${seconds > 2 ? t("ev.sendingLeft", { percent, seconds }) : t("ev.sending", { percent })}`;
    }
    case "received":
      return html`${icon("check")} ${t("ev.received", { time: clockTime(room, item.at) })}`;
    case "failed":
      return html`${icon("circle-alert")} ${failure(item.status)}`;
  }
}

function failure(status: number): string {
  if (status === 413) return t("ev.failed413");
  if (status === 415) return t("ev.failed415");
  return status === 401 || status === 403 ? t("ev.failed403") : t("ev.failed");
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
  </li>`;
}

// --- asesor and watchers ---

function receivedPanel(room: Room): TemplateResult {
  const items = [...room.log.evidence.values()].reverse();
  if (items.length === 0) {
    return html`<div class="empty">${icon("image")}<b>${t("ev.empty")}</b><p>${t("ev.emptyAsesor")}</p></div>`;
  }
  return html`<div class="evidence">${repeat(items, ({ id }) => id, (item) => cardView(room, item))}</div>`;
}

/** The newest evidence that nobody has judged yet, above the checklist. */
export function arrivedView(room: Room): TemplateResult | typeof nothing {
  const newest = [...room.log.evidence.values()].findLast((item) => item.judged === null && !judgePending(room, item));
  return newest === undefined || !assesses(room.facts.role) ? nothing : cardView(room, newest);
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
        ${mayJudge ? vatmView(room, item) : nothing}
      </div>
    </div>
    ${item.judged === null && state !== "pending" ? nothing : verdictView(room, item, state)}
    ${mayJudge ? actionsView(room, item) : nothing}
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

function iconOf(type: string): string {
  if (type.startsWith("image/")) return "file-image";
  if (type.startsWith("video/")) return "file-video";
  return type === "application/pdf" ? "file-text" : "file-code";
}

function thumbView(room: Room, item: Evidence): TemplateResult {
  const url = `${room.url("evidence").replace(/\/$/, "")}/${encodeURIComponent(item.id)}/file`;
  return html`<a class="upload__thumb" href=${url} target="_blank" rel="noopener" aria-label=${t("ev.open", { name: item.filename })}>
    ${item.filetype.startsWith("image/") ? html`<img src=${url} alt="" loading="lazy">` : icon(iconOf(item.filetype))}</a>`;
}
