/** FR.IA.01 for eyes that are elsewhere: one current row, two authors side by side, nothing erased. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { lateView } from "../../offline/late.ts";
import { resolveView, settledView } from "../../offline/resolve.ts";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { type Key, t } from "../../shared/strings.ts";
import { counted, type Elemen, type Kuk, kukOf, type Row, rowOf, type Standing } from "../checklist.ts";
import { assesses } from "../facts.ts";
import type { MarkValue } from "../fold.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { firstName } from "./top.ts";

const VALUES: readonly MarkValue[] = ["ya", "tidak", "lanjut"];

export function checklistView(room: Room): TemplateResult {
  const index = room.unitIndex;
  const unit = room.units[index];
  if (room.facts.ak01Required || room.checklistState === "closed") return closedView(room);
  if (unit === undefined) return room.checklistState === "failed" ? failedView(room) : loadingView();
  const kuks = kukOf(unit);
  const done = counted(kuks, room.log.marks);
  return html`<div class="units">
      <button class="btn btn--quiet btn--sm btn--icon" data-testid=${ID.unitPrevious} aria-label=${t("list.previous")}
        ?disabled=${index === 0} @click=${() => room.stepUnit(-1)}>${icon("chevron-left")}</button>
      <div class="grow">
        <p class="units__of">${t("list.unitOf", { n: index + 1, count: room.units.length })} · ${unit.kode} · FR.IA.01</p>
        <h2>${unit.judul}</h2>
      </div>
      <span class="units__count" data-testid=${ID.unitCount} aria-label=${t("list.counted", { done, count: kuks.length })}><b>${done}</b>/${kuks.length}</span>
      <button class="btn btn--quiet btn--sm btn--icon" data-testid=${ID.unitNext} aria-label=${t("list.next")}
        ?disabled=${index === room.units.length - 1} @click=${() => room.stepUnit(1)}>${icon("chevron-right")}</button>
    </div>
    <ol class="kuks" aria-label=${t("list.label")} tabindex="0">
      ${repeat(unit.elemen, ({ id }) => id, (elemen) => elemenView(room, elemen))}
    </ol>
    ${assesses(room.facts.role) ? keysView() : html`<p class="keys">${t("mark.readOnly")}</p>`}
    <p class="sr-only" role="status">${room.ui.said}</p>`;
}

function elemenView(room: Room, elemen: Elemen): TemplateResult {
  const done = counted(elemen.kuk, room.log.marks);
  return html`<li class="elemen"><span>${elemen.no} ${elemen.judul}</span><span>${done}/${elemen.kuk.length}</span></li>
    ${repeat(elemen.kuk, ({ id }) => id, (kuk) => rowView(room, kuk))}`;
}

function stateOf(row: Row): string {
  if (row.pending !== null) return "pending";
  if (row.undoing) return "undoing";
  if (row.differs) return "differs";
  return row.standing.length > 0 ? "stored" : "empty";
}

function rowView(room: Room, kuk: Kuk): TemplateResult {
  const row = rowOf(kuk.id, room.log.marks.get(kuk.id) ?? [], room.queue.pending, room.me, room.log.resolutions.get(kuk.id));
  const current = room.ui.current === kuk.id;
  const classes = `kuk ${current ? "is-current" : ""} ${row.differs ? "kuk--differs" : ""}`;
  const note = noteOf(row);
  return html`<li class=${classes} data-testid=${ID.kuk(kuk.id)} data-kuk=${kuk.id} data-state=${stateOf(row)}
    aria-current=${current ? "true" : nothing} @click=${() => choose(room, kuk.id)}>
    <span class="kuk__no">${kuk.no}</span>
    <span class="kuk__text">${kuk.teks}</span>
    <span class="kuk__marks">${assesses(room.facts.role) ? VALUES.map((value) => markButton(room, kuk, row, value)) : readOnly(row)}</span>
    <span class="kuk__meta" data-testid=${ID.kukMeta(kuk.id)}>${metaView(room, kuk, row)}</span>
    ${note === "" ? nothing : html`<span class="kuk__note">${note}</span>`}
    ${room.ui.noteFor === kuk.id ? noteForm(room, kuk, note) : nothing}
  </li>`;
}

function choose(room: Room, kuk: number): void {
  room.ui.current = kuk;
  room.changed();
}

function noteOf(row: Row): string {
  if (row.pending !== null) return row.pending.note;
  return row.mine?.note ?? row.standing.map(({ mark }) => mark.note).find((text) => text !== "") ?? "";
}

/** My own value; a lone colleague's value shows on the same buttons, because it is what stands. */
function shownValue(row: Row): MarkValue | null {
  if (row.pending !== null) return row.pending.value;
  if (row.settled !== null) return row.settled.value;
  if (row.mine !== null) return row.mine.value;
  return row.differs ? null : (row.standing[0]?.mark.value ?? null);
}

function markButton(room: Room, kuk: Kuk, row: Row, value: MarkValue): TemplateResult {
  const pressed = shownValue(row) === value;
  const pending = pressed && (row.pending !== null || row.undoing);
  const classes = `mark ${pressed ? `mark--${value}` : ""} ${pending ? "mark--pending" : ""}`;
  const label = `${t(`mark.${value}` as Key)}${pending ? `, ${t("mark.pending")}` : ""}`;
  const act = (event: Event): void => {
    event.stopPropagation();
    room.ui.current = kuk.id;
    room.mark(kuk.id, value);
  };
  return html`<button class=${classes} aria-pressed=${pressed ? "true" : "false"} aria-label=${label} title=${t(`mark.${value}` as Key)}
    data-testid=${ID.mark(kuk.id, value)} @click=${act}>${t(`mark.${value}.letter` as Key)}</button>`;
}

function readOnly(row: Row): TemplateResult | typeof nothing {
  const value = row.differs ? null : shownValue(row);
  return value === null ? nothing : html`<span class="mark mark--${value}">${t(`mark.${value}.letter` as Key)}</span>`;
}

function duoView(room: Room, { actor, mark }: Standing): TemplateResult {
  return html`<span class="duo"><span class="mark mark--sm mark--${mark.value}">${t(`mark.${mark.value}.letter` as Key)}</span>${firstName(room.nameOf(actor))}</span>`;
}

function metaView(room: Room, kuk: Kuk, row: Row): TemplateResult {
  const evidence = room.evidenceFor(kuk.id);
  return html`${row.pending === null ? nothing : html`<span class="kuk__wait">${icon("loader")} ${t("mark.pending")}</span>`}
    ${row.undoing ? html`<span class="kuk__wait">${icon("loader")} ${t("mark.undoing")}</span>` : nothing}
    ${row.differs && row.pending === null
      ? html`<span class="kuk__differ">${icon("git-compare")} <b>${t("mark.differs")}</b> ${row.standing.map((item) => duoView(room, item))}</span><span>${t("mark.both")}, ${row.standing.map(({ mark }) => sessionTime(mark.atMs)).join(t("mark.and"))}</span>${row.standing.map(({ mark }) => lateView(mark))}${resolveView(room, kuk)}`
      : nothing}
    ${row.settled === null || row.pending !== null ? nothing : row.standing.map((item) => html`${duoView(room, item)} ${sessionTime(item.mark.atMs)}`)}
    ${row.differs || row.settled !== null || row.pending !== null ? nothing : row.standing.map((item) => authorView(room, item))}
    ${settledView(room, row)}
    ${row.struck.map((mark) => html`<span class="kuk__struck"><s>${t(`mark.${mark.value}` as Key)} ${sessionTime(mark.atMs)}</s> ${t("mark.undone")}</span>`)}
    ${evidence === 0 ? nothing : html`<button class="kuk__link" @click=${() => room.open("bukti")}>${icon("paperclip")} ${t("mark.evidence", { count: evidence })}</button>`}`;
}

function authorView(room: Room, { actor, mark, replaced }: Standing): TemplateResult {
  return html`<span><b>${firstName(room.nameOf(actor))}</b> ${sessionTime(mark.atMs)}${mark.value === "lanjut" ? html` · ${t("mark.lanjut")}` : nothing}</span>${lateView(mark)}
    ${replaced === null
      ? nothing
      : html`<span>${t("mark.replaces", { value: t(`mark.${replaced.value}.letter` as Key), time: sessionTime(replaced.atMs) })}</span>`}`;
}

function noteForm(room: Room, kuk: Kuk, note: string): TemplateResult {
  const close = (): void => {
    room.ui.noteFor = null;
    room.changed();
    document.querySelector<HTMLElement>(".kuks")?.focus();
  };
  const save = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    room.saveNote(kuk.id, String(new FormData(form).get("note") ?? ""));
    close();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      (event.currentTarget as HTMLElement).closest("form")?.requestSubmit();
    }
  };
  return html`<form class="kuk__form" @submit=${save} @click=${(event: Event) => event.stopPropagation()}>
    <label class="sr-only" for="kuk-note">${t("mark.note", { no: kuk.no })}</label>
    <textarea id="kuk-note" name="note" class="input" rows="2" maxlength="2000" data-testid=${ID.note} @keydown=${keys} .value=${note}></textarea>
    <div class="row row--end">
      <button type="button" class="btn btn--quiet btn--sm" @click=${close}>${t("dialog.cancel")}</button>
      <button class="btn btn--primary btn--sm" data-testid=${ID.noteSave}>${t("mark.noteSave")}</button>
    </div>
  </form>`;
}

function keysView(): TemplateResult {
  const key = (letter: string): TemplateResult => html`<span class="kbd">${letter}</span>`;
  return html`<p class="keys" aria-hidden="true">
    <span>${key("J")}${key("K")} ${t("keys.move")}</span>
    <span>${key("Y")}${key("T")}${key("L")} ${t("keys.mark")}</span>
    <span>${key("N")} ${t("keys.note")}</span>
    <span>${key("E")} ${t("keys.evidence")}</span>
    <span>${key("U")} ${t("keys.undo")}</span>
  </p>`;
}

function loadingView(): TemplateResult {
  return html`<div class="rail__pad" aria-busy="true">
    ${[1, 2, 3, 4, 5].map(() => html`<span class="skeleton skeleton--tall"></span>`)}
  </div>`;
}

function failedView(room: Room): TemplateResult {
  return html`<div class="empty">${icon("cloud-off")}<b>${t("list.empty")}</b><p>${t("list.emptyHint")}</p>
    <button class="btn" @click=${() => void room.loadChecklist()}>${t("list.reload")}</button></div>`;
}

function closedView(room: Room): TemplateResult {
  return html`<div class="empty" data-testid=${ID.checklistClosed}>${icon("signature")}
    <b>${t("list.notOpen")}</b><p>${t("list.notOpenHint")}</p>
    ${room.facts.praUrl === "" ? nothing : html`<a class="btn" href=${room.facts.praUrl}>${t("list.toPra")}</a>`}</div>`;
}
