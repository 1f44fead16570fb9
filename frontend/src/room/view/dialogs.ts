/** Questions before what cannot be taken back, and the form for an incident. */
import { html, nothing, type TemplateResult } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { wallMinutes } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { linkDialog } from "../../link/view.ts";
import { t } from "../../shared/strings.ts";
import { counted } from "../checklist.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";

const dialog = createRef<HTMLDialogElement>();
const INCIDENTS = ["koneksi", "perangkat", "bantuan", "identitas", "tata_tertib", "lain"] as const;

export function dialogView(room: Room, leave: () => void): TemplateResult {
  queueMicrotask(() => sync(room));
  const closed = (): void => {
    room.ui.dialog = null;
    room.changed();
  };
  return html`<dialog class="dialog paper" ${ref(dialog)} @close=${closed} @cancel=${closed}>
    ${room.ui.dialog === "end" ? endView(room) : nothing}
    ${room.ui.dialog === "leave" ? leaveView(room, leave) : nothing}
    ${room.ui.dialog === "incident" ? incidentView(room) : nothing}
    ${room.ui.dialog === "link" ? linkDialog(room, shut) : nothing}
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
  return frame(
    t("end.title"),
    html`<p>${t("end.text")}</p>
      ${unmarked > 0 ? html`<p class="alert alert--warning">${icon("triangle-alert")}<span>${t("end.unmarked", { count: unmarked })}</span></p>` : nothing}
      ${pending > 0 ? html`<p class="alert alert--off"><span>${t("end.pending", { count: pending })}</span></p>` : nothing}`,
    html`<button type="button" class="btn btn--danger" data-testid=${ID.endConfirm} ?disabled=${pending > 0} @click=${end}>${t("end.yes")}</button>`,
  );
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

function incidentView(room: Room): TemplateResult {
  const save = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const words = String(form.get("text") ?? "").trim();
    if (words === "") return;
    room.send("incident", { code: String(form.get("code")), text: words });
    shut();
  };
  return html`<form @submit=${save} data-testid=${ID.incidentForm}>${frame(
    t("inc.title"),
    html`<p class="muted">${t("inc.hint")}</p>
      <div class="field"><label for="inc-code">${t("inc.kind")}</label>
        <select class="input" id="inc-code" name="code">${INCIDENTS.map((code) => html`<option value=${code}>${t(`inc.${code}`)}</option>`)}</select></div>
      <div class="field"><label for="inc-text">${t("inc.text")}</label>
        <textarea class="input" id="inc-text" name="text" rows="3" required maxlength="2000"></textarea></div>`,
    html`<button class="btn btn--primary" data-testid=${ID.incidentSave}>${t("inc.save")}</button>`,
  )}</form>`;
}
