/** Second camera and room sweeps on the room's screen. */
import { html, nothing, type TemplateResult } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import { remaining, sessionTime, wallMinutes, wallSeconds, zoneLetters } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import type { Sweep } from "./fold.ts";
import type { SecondCamera } from "./room.ts";
import { w } from "./words.ts";

/** Names that end-to-end tests hold on to. */
export const ID = {
  dialog: "second-dialog", digits: "second-digits", phone: "second-phone",
  ask: "sweep-ask", bar: "sweep-bar", done: "sweep-done", sweeps: "sweeps",
} as const;

const dialog = createRef<HTMLDialogElement>();

export function dialogView(second: SecondCamera): TemplateResult {
  queueMicrotask(() => {
    const element = dialog.value;
    if (element === undefined) return;
    if (second.open && !element.open) element.showModal();
    if (!second.open && element.open) element.close();
  });
  const closed = (): void => {
    second.open = false;
    second.room.changed();
  };
  return html`<dialog class="dialog paper" ${ref(dialog)} aria-labelledby="second-title" @close=${closed} @cancel=${closed} data-testid=${ID.dialog}>
    ${second.open
      ? html`<div class="sheet__head"><h2 id="second-title">${w("title")}</h2>
            <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${w("close")} @click=${() => dialog.value?.close()}>${icon("x")}</button></div>
          <div class="sheet__body stack stack--sm">${second.phone === null ? nobodyView(second) : phoneView(second)} ${second.judges ? sweepsView(second) : nothing}</div>`
      : nothing}
  </dialog>`;
}

function nobodyView(second: SecondCamera): TemplateResult {
  return second.offers ? offerView(second) : html`<p class="muted">${w("none")}</p>`;
}

function offerView(second: SecondCamera): TemplateResult {
  const { offer, problem, making } = second;
  const again = html`<button type="button" class="btn btn--block" ?disabled=${making} @click=${() => void second.make()}>${icon("refresh-cw")}${w(making ? "code.making" : "code.new")}</button>`;
  return html`<p>${w("why")}</p>
    ${problem === "" ? nothing : html`<p class="alert alert--danger" role="alert">${icon("circle-alert")}<span>${problem}</span></p>`}
    ${offer === null
      ? problem === "" ? html`<p aria-busy="true"><span class="skeleton skeleton--tall"></span></p>` : again
      : !second.valid
        ? html`<p class="alert alert--off" role="status">${icon("clock")}<span>${w("code.late")}</span></p>${again}`
        : html`<div class="paircode">
            <div><p>${w("how.scan")}</p><img class="paircode__qr" src=${offer.qr} width="176" height="176" alt=${w("code.qr")}></div>
            <div><p>${w("how.type", { address: `${location.host}/kamera` })}</p>
              <p class="paircode__digits" data-testid=${ID.digits} data-url=${offer.url}><span>${offer.digits.slice(0, 3)}</span> <span>${offer.digits.slice(3)}</span></p>
              <p class="muted" role="timer">${w("code.left", { time: remaining(second.leftMs) })}</p></div>
          </div>`}`;
}

function phoneView(second: SecondCamera): TemplateResult {
  const { phone, media, room } = second;
  if (phone === null) return html``;
  const { zone } = room.config;
  const state = media?.state ?? "off";
  const since = `${wallSeconds(room.wall(media?.sinceMs ?? phone.atMs), zone)} ${zoneLetters(zone)}`;
  const leaving = room.pending("camera.unpair") !== null;
  return html`<div class="alert ${state === "live" ? "alert--ok" : "alert--off"}" data-testid=${ID.phone} data-state=${state}>${icon("smartphone")}<div>
      <p><b>${w("paired", { device: phone.device || w("paired.unnamed"), time: wallMinutes(room.wall(phone.atMs), zone) })}</b></p>
      <p>${w(`media.${state}`, { time: since })}</p></div></div>
    <button type="button" class="btn btn--sm" ?disabled=${leaving} @click=${() => second.unpair()}>${icon("unlink")}${w(leaving ? "unpair.sending" : "unpair")}</button>`;
}

function sweepsView(second: SecondCamera): TemplateResult {
  const { room, sweep } = second;
  const asking = room.pending("sweep.ask") !== null;
  const all = [...room.log.second.sweeps.values()].reverse();
  return html`<section class="sweeps stack stack--sm"><h3>${w("sweep.title")}</h3><p class="muted">${w("sweep.why")}</p>
    ${sweep === null
      ? html`<button type="button" class="btn btn--primary" data-testid=${ID.ask} ?disabled=${asking} @click=${() => second.ask()}>${icon("rotate-cw")}${w(asking ? "sweep.asking" : "sweep.ask")}</button>`
      : judgeView(second, sweep)}
    ${all.length === 0 ? nothing : html`<ol class="list" data-testid=${ID.sweeps}>${all.map((one) => html`<li data-result=${one.result ?? ""}>
      <span class="grow">${spanWords(one)}${one.note === "" ? nothing : html`<br><span class="muted">${one.note}</span>`}</span>
      <b class=${one.result === "aman" ? "is-k" : one.result === "temuan" ? "is-bk" : ""}>${w(`sweep.${one.result ?? "unjudged"}`)}</b></li>`)}</ol>`}
  </section>`;
}

function spanWords({ askedMs, startMs, endMs }: Sweep): string {
  return startMs === null || endMs === null
    ? w("sweep.waiting", { time: sessionTime(askedMs) })
    : w("sweep.shown", { from: sessionTime(startMs), to: sessionTime(endMs) });
}

function judgeView(second: SecondCamera, sweep: Sweep): TemplateResult {
  if (second.room.pending("sweep.judge") !== null) return html`<p class="saved saved--pending">${w("sweep.sending")}</p>`;
  const find = (): void => {
    second.finding = sweep.seq;
    second.room.changed();
  };
  const save = (event: Event): void => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get("note") ?? "").trim();
    if (note !== "") second.judge(sweep, "temuan", note);
  };
  if (second.finding === sweep.seq) {
    return html`<form class="sweepjudge" @submit=${save}><label class="sr-only" for="sweep-note">${w("sweep.note")}</label>
      <input class="input" id="sweep-note" name="note" required maxlength="2000" placeholder=${w("sweep.note")}>
      <button class="btn btn--primary">${w("sweep.save")}</button></form>`;
  }
  return html`<div class="sweepjudge" role="group" aria-label=${w("sweep.judge")}>
    <button type="button" class="btn btn--sm" data-testid="sweep-aman" @click=${() => second.judge(sweep, "aman")}>${icon("check")}${w("sweep.aman")}</button>
    <button type="button" class="btn btn--sm" data-testid="sweep-temuan" @click=${find}>${icon("triangle-alert")}${w("sweep.temuan")}</button>
    ${sweep.endMs === null ? html`<button type="button" class="btn btn--sm btn--quiet" @click=${() => second.judge(sweep, "tidak_dilakukan")}>${w("sweep.tidak_dilakukan")}</button>` : nothing}
  </div>`;
}

/** Over the stage while a sweep is under way: what to do for the asesi, what it came to for the asesor. */
export function barView(second: SecondCamera): TemplateResult | typeof nothing {
  const { sweep, room } = second;
  if (sweep === null) return nothing;
  if (second.judges) {
    return html`<section class="sweepbar" role="status" data-testid=${ID.bar}>${icon("rotate-cw")}<div class="grow"><p><b>${spanWords(sweep)}</b></p>${judgeView(second, sweep)}</div></section>`;
  }
  if (!second.offers) return nothing;
  const sending = room.pending("sweep.done") !== null;
  return html`<section class="sweepbar" role="alert" data-testid=${ID.bar}>${icon("rotate-cw")}
    <div class="grow"><p><b>${w("sweep.instruct")}</b></p><p>${w(second.phone === null ? "sweep.instructHint" : "sweep.instructPhone")}</p></div>
    <button type="button" class="btn btn--primary btn--sm" data-testid=${ID.done} ?disabled=${sending} @click=${() => second.done(sweep)}>${icon("check")}${w("sweep.done")}</button></section>`;
}
