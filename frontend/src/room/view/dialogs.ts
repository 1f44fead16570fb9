/** Questions before what cannot be taken back. */
import { html, nothing, type TemplateResult } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { wallMinutes } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { linkDialog } from "../../link/view.ts";
import { t } from "../../shared/strings.ts";
import { counted } from "../checklist.ts";
import type { Room } from "../room.ts";
import { w as rescueWord } from "../../rescue/words.ts";
import { ID } from "../testids.ts";
import { identityDialog, irregularityDialog, timerDialog } from "../workplace/dialogs.ts";

const dialog = createRef<HTMLDialogElement>();

export function dialogView(room: Room, leave: () => void): TemplateResult {
  queueMicrotask(() => sync(room));
  const closed = (): void => {
    if (room.ui.dialog === "identity") room.work?.check.reset();
    room.ui.dialog = null;
    room.changed();
  };
  const wide = ["identity", "incident", "ujian"].includes(room.ui.dialog ?? "");
  return html`<dialog class="dialog paper ${wide ? "dialog--wide" : ""}" ${ref(dialog)} @close=${closed} @cancel=${closed}>
    ${room.ui.dialog === "end" ? endView(room) : nothing}
    ${room.ui.dialog === "leave" ? leaveView(room, leave) : nothing}
    ${room.ui.dialog === "ujian" ? ujianView(room) : nothing}
    ${room.ui.dialog === "link" ? linkDialog(room, shut) : nothing}
    ${room.ui.dialog === "incident" ? irregularityDialog(room, shut) : nothing}
    ${room.ui.dialog === "identity" && room.work !== null ? identityDialog(room, room.work, shut) : nothing}
    ${room.ui.dialog === "timer" && room.work !== null ? timerDialog(room, room.work, shut) : nothing}
  </dialog>`;
}

function sync(room: Room): void {
  const element = dialog.value;
  if (element === undefined) return;
  if (room.ui.dialog !== null && !element.open) element.showModal();
  if (room.ui.dialog === null && element.open) element.close();
}

function shut(): void {
  dialog.value?.close();
}

function frame(title: string, body: TemplateResult, actions: TemplateResult): TemplateResult {
  return html`<div class="sheet__head"><h2>${title}</h2>
      <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${t("dialog.close")} @click=${shut}>${icon("x")}</button></div>
    <div class="sheet__body stack stack--sm">${body}<div class="row row--end">
      <button type="button" class="btn" @click=${shut}>${t("dialog.cancel")}</button>${actions}</div></div>`;
}

function endView(room: Room): TemplateResult {
  const pending = room.queue.pending.length;
  const all = room.allKuk();
  const unmarked = room.facts.kind === "asesmen" ? all.length - counted(all, room.log.marks) : 0;
  const end = (): void => {
    room.send("session.end", {});
    shut();
  };
  const instead = (): void => {
    shut();
    void import("../../rescue/offer.ts").then(({ offerRescue }) => offerRescue(room));
  };
  return frame(
    t("end.title"),
    html`<p>${t("end.text")}</p>
      ${unmarked > 0 ? html`<p class="alert alert--warning">${icon("triangle-alert")}<span>${t("end.unmarked", { count: unmarked })}</span></p>` : nothing}
      ${pending > 0 ? html`<p class="alert alert--off"><span>${t("end.pending", { count: pending })}</span></p>` : nothing}
      <p><button type="button" class="btn btn--quiet btn--sm" data-testid="rescue-instead" @click=${instead}>${icon("unlink")}${rescueWord("offer")}</button></p>`,
    html`<button type="button" class="btn btn--danger" data-testid=${ID.endConfirm} ?disabled=${pending > 0} @click=${end}>${t("end.yes")}</button>`,
  );
}

/** The page of its own within the room: picture and sound go on, and so does the test without the room. */
function ujianView(room: Room): TemplateResult {
  return html`<div class="sheet__head"><h2>${t("agenda.ujian")}</h2>
      <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${t("dialog.close")} @click=${shut}>${icon("x")}</button></div>
    <iframe class="dialog__page" src=${room.facts.ujianUrl} title=${t("agenda.ujian")}></iframe>`;
}

function leaveView(room: Room, leave: () => void): TemplateResult {
  const waiting = room.uploads.waiting.length;
  const go = (): void => {
    shut();
    leave();
  };
  return frame(
    t("leave.title"),
    html`<p>${t("leave.text", { time: wallMinutes(room.facts.closesAt, room.config.zone) })}</p>
      ${waiting > 0 ? html`<p class="alert alert--off"><span>${t("leave.waiting", { count: waiting })}</span></p>` : nothing}`,
    html`<button type="button" class="btn btn--primary" data-testid=${ID.leaveConfirm} @click=${go}>${t("leave.yes")}</button>`,
  );
}
