/** The workplace in the room: identity in the top bar, a task's time, dialogs, what happened. */
import { html, nothing, type TemplateResult } from "lit-html";
import { remaining, sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { assesses } from "../facts.ts";
import { detail, type Line } from "../fold.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { type Identity, type IdentityState, remainingOf } from "./fold.ts";
import { lasting, type Word, w } from "./words.ts";

const IDENTITY_ICONS: Readonly<Record<IdentityState, string>> = {
  belum_diperiksa: "id-card", ditunjukkan: "id-card", cocok: "user-check", tidak_cocok: "user-x", ragu: "circle-help",
};

/** The asesi's identity as it stands on this connection. */
export function identityOf(room: Room): Identity | null {
  return room.log.work.identity.get(room.work?.asesi ?? "") ?? null;
}

/** In the top bar: the state for all, the check one tap away for those who check. */
export function identityChip(room: Room): TemplateResult | typeof nothing {
  const identity = identityOf(room);
  if (identity === null || room.over || room.facts.role === "asesi") return nothing;
  const { state } = identity;
  const words = html`${icon(IDENTITY_ICONS[state])}<span>${w(`id.${state}`)}</span>`;
  if (!assesses(room.facts.role)) {
    return html`<span class="idchip idchip--${state}" data-testid=${ID.identity} data-state=${state}>${words}</span>`;
  }
  const open = (): void => {
    room.ui.dialog = "identity";
    room.changed();
  };
  return html`<button class="idchip idchip--${state}" data-testid=${ID.identity} data-state=${state} @click=${open}>${words}</button>`;
}

/** For the asesi: asked for the card as long as nobody looked on this connection. */
export function showCardView(room: Room): TemplateResult | typeof nothing {
  const identity = identityOf(room);
  const { work } = room;
  if (work === null || identity === null || room.over || room.facts.role !== "asesi" || room.log.phase !== "live") return nothing;
  if (identity.state === "ditunjukkan") {
    return html`<p class="strip strip--quiet" role="status" data-testid=${ID.cardShown}>${icon("id-card")}<span>${w("id.showDone", { time: sessionTime(identity.atMs) })}</span></p>`;
  }
  if (identity.state !== "belum_diperiksa") return nothing;
  const { still } = work.check;
  const busy = still?.state === "storing";
  const show = async (): Promise<void> => {
    if (work.check.video(room.me) === null) room.notify(w("id.showNoCamera"), "danger");
    else await work.check.take(room.me);
  };
  return html`<div class="strip" role="status">${icon("id-card")}
    <span>${still?.state === "failed" ? w("id.takeFailed", { message: still.problem }) : w("id.showWhy")}</span>
    <button class="btn btn--primary btn--sm" data-testid=${ID.showCard} aria-busy=${String(busy)} ?disabled=${busy} @click=${() => void show()}>${w(busy ? "id.taking" : "id.show")}</button>
  </div>`;
}

// --- a task's time ---

export function timerView(room: Room): TemplateResult | typeof nothing {
  const { timer } = room.log.work;
  const now = room.nowMs();
  if (timer === null || now === null || room.over || room.work === null) return nothing;
  const left = remainingOf(timer, now);
  const paused = timer.endsMs === null;
  const state = left <= 0 ? "over" : paused ? "paused" : "running";
  const busy = room.queue.pending.some(({ kind }) => kind.startsWith("timer."));
  const send = (kind: string, more: Readonly<Record<string, unknown>> = {}) => (): void => {
    room.send(kind, { timer: timer.seq, ...more });
  };
  return html`<div class="taskclock taskclock--${state}" data-testid=${ID.timer} data-state=${state} data-left=${left}>
    ${icon("timer")}<span class="taskclock__task">${room.work.task(timer.step, timer.label)}</span>
    <b role="timer">${remaining(Math.abs(left))}</b><small>${w(left <= 0 ? "timer.over" : paused ? "timer.paused" : "timer.left")}</small>
    ${assesses(room.facts.role)
      ? html`<span class="taskclock__act">
          <button class="btn btn--quiet btn--sm" ?disabled=${busy} @click=${send(paused ? "timer.resume" : "timer.pause")}>${w(paused ? "timer.resume" : "timer.pause")}</button>
          <button class="btn btn--quiet btn--sm" ?disabled=${busy} @click=${send("timer.extend", { minutes: 5 })}>${w("timer.more")}</button>
          <button class="btn btn--quiet btn--sm" ?disabled=${busy} @click=${send("timer.stop")}>${w("timer.stop")}</button></span>`
      : nothing}
  </div>`;
}

/** Beside a step of the agenda, and below it for a task of its own. */
export function timerButton(room: Room, step: string, judul: string): TemplateResult | typeof nothing {
  if (!assesses(room.facts.role) || room.over || room.work === null) return nothing;
  const open = (): void => {
    if (room.work !== null) room.work.timerStep = step;
    room.ui.dialog = "timer";
    room.changed();
  };
  return html`<button class="btn btn--quiet btn--icon btn--sm" data-testid=${ID.timerSet} title=${w("timer.set")}
    aria-label=${w("timer.setFor", { step: judul })} @click=${open}>${icon("timer")}</button>`;
}

// --- what happened ---

const WORK_ICONS: Readonly<Record<string, string>> = {
  admitted: "user-plus", unadmitted: "user-x", "identity.pictured": "camera", "identity.checked": "scan-face",
  "timer.started": "timer", "timer.stopped": "timer", "focus.back": "eye-off",
};

export function workIcon(kind: string): string | null {
  return WORK_ICONS[kind] ?? null;
}

/** What a workplace entry says, or null for another kind. */
export function workWords(room: Room, line: Line, first: (name: string) => string): string | null {
  if (!(line.kind in WORK_ICONS)) return null;
  const name = first(room.nameOf(line.actor));
  const number = (key: string): number => Number(line.data[key]) || 0;
  switch (line.kind) {
    case "identity.pictured":
      return w(line.actor === detail(line, "person") ? "said.identity.shown" : "said.identity.pictured", { name });
    case "identity.checked":
      return w("said.identity.checked", { name, state: w(`id.${detail(line, "decision")}` as Word).toLowerCase() });
    case "timer.started":
      return w("said.timer.started", {
        name, task: room.work?.task(detail(line, "step"), detail(line, "label")) ?? detail(line, "label"),
        minutes: Math.round(number("ms") / 60_000),
      });
    case "timer.stopped":
      return w("said.timer.stopped", { name });
    case "focus.back": {
      const count = number("count");
      if (line.data["reason"] === "fullscreen") return w("said.focus.full", { name, time: lasting(number("ms")) });
      const words = w(count > 1 ? "said.focus.many" : "said.focus.back", { name, count, time: lasting(number("ms")) });
      return line.data["sharing"] === true ? `${words}, ${w("said.sharing")}` : words;
    }
    default:
      return w(`said.${line.kind}` as Word, { name, who: first(room.nameOf(detail(line, "person"))) });
  }
}
