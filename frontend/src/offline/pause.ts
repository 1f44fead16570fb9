/** The clock stands still: why, since when, and what the time that is left becomes. The timebase goes on. */
import { html, nothing, type TemplateResult } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import type { Pause } from "../room/fold.ts";
import type { Room } from "../room/room.ts";
import type { Control } from "../room/view/controls.ts";
import { wallSeconds, zoneLetters } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { t } from "../shared/strings.ts";
import { w, type Word } from "./words.ts";

const REASONS = ["koneksi", "listrik", "perangkat", "istirahat", "lain"] as const;
/** As the server has it (ajj/live/pauses.py): a room is not held open longer than this. */
const MOST_MS = 2 * 3600 * 1000;

const dialog = createRef<HTMLDialogElement>();

/** How long the session has stood still by `nowMs`. */
export function pausedMs(pauses: readonly Pause[], nowMs: number): number {
  const all = pauses.reduce((sum, { startMs, endMs }) => sum + Math.max(0, (endMs ?? nowMs) - startMs), 0);
  return Math.min(MOST_MS, all);
}

export function pausedNow(room: Room): Pause | null {
  const last = room.log.pauses.at(-1);
  return last === undefined || last.endMs !== null ? null : last;
}

/** Epoch ms of the planned end, moved by what the clock stood still. */
export function endsAt(room: Room): number {
  return room.facts.endsAt + pausedMs(room.log.pauses, room.nowMs() ?? 0);
}

function reasonWords(reason: string): string {
  return (REASONS as readonly string[]).includes(reason) ? w(`pause.${reason}` as Word) : reason;
}

export function pausedView(room: Room): TemplateResult | null {
  const paused = pausedNow(room);
  if (paused === null || room.over) return null;
  const since = `${wallSeconds(room.wall(paused.startMs), room.config.zone)} ${zoneLetters(room.config.zone)}`;
  return html`<div class="linedown" role="status" data-testid="paused" data-since=${paused.startMs}>${icon("pause")}
    <div class="grow"><h2>${w("pause.since", { time: since })}</h2>
      <p>${reasonWords(paused.reason)}${paused.note === "" ? "" : `: ${paused.note}`}. ${w("pause.safe")}</p></div>
    ${room.facts.role === "asesor"
      ? html`<button class="btn btn--sm" data-testid="pause-resume" ?disabled=${room.pending("clock.resume") !== null}
          @click=${() => room.send("clock.resume", {})}>${w("pause.resume")}</button>`
      : nothing}
  </div>`;
}

export function pauseControl(room: Room): Control[] {
  if (room.facts.role !== "asesor") return [];
  const paused = pausedNow(room) !== null;
  const act = (): void => {
    if (paused) room.send("clock.resume", {});
    else dialog.value?.showModal();
  };
  return [{ id: "ctl-pause", icon: paused ? "play" : "pause", label: w("pause.label"), title: w(paused ? "pause.resume" : "pause.title"), pressed: paused, act }];
}

export function pauseDialog(room: Room): TemplateResult | typeof nothing {
  if (room.facts.role !== "asesor") return nothing;
  const shut = (): void => dialog.value?.close();
  const save = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    room.send("clock.pause", { reason: String(form.get("reason")), note: String(form.get("note") ?? "").trim() });
    shut();
  };
  return html`<dialog class="dialog paper" ${ref(dialog)} aria-labelledby="pause-title">
    <form @submit=${save}>
      <div class="sheet__head"><h2 id="pause-title">${w("pause.title")}</h2>
        <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${t("dialog.close")} @click=${shut}>${icon("x")}</button></div>
      <div class="sheet__body stack stack--sm"><p class="muted">${w("pause.hint")}</p>
        <div class="field"><label for="pause-reason">${w("pause.reason")}</label>
          <select class="input" id="pause-reason" name="reason" data-testid="pause-reason">${REASONS.map((reason) => html`<option value=${reason}>${reasonWords(reason)}</option>`)}</select></div>
        <div class="field"><label for="pause-note">${w("pause.note")}</label>
          <input class="input" id="pause-note" name="note" maxlength="200" autocomplete="off"></div>
        <div class="row row--end"><button type="button" class="btn" @click=${shut}>${t("dialog.cancel")}</button>
          <button class="btn btn--primary" data-testid="pause-save">${w("pause.save")}</button></div></div>
    </form></dialog>`;
}

/** The line in the list of what happened; null for what is not about the clock. */
export function toldPause(kind: string, data: Readonly<Record<string, unknown>>, name: string): string | null {
  if (kind === "clock.paused") return w("pause.told", { name, reason: reasonWords(String(data["reason"])) });
  if (kind !== "clock.resumed") return null;
  return w("pause.toldEnd", { name, minutes: Math.max(1, Math.round(Number(data["paused_ms"]) / 60_000)) });
}
