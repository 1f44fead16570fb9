/** The agenda, ticked live by the asesor and read by all. */
import { html, nothing, type TemplateResult } from "lit-html";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import { assesses, type Step } from "../facts.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { timerButton } from "../workplace/views.ts";
import { ak01View } from "./ak01.ts";
import { firstName } from "./top.ts";

function isDone(room: Room, step: string): boolean {
  return room.log.steps.get(step)?.done === true;
}

export interface Now {
  readonly index: number;
  readonly step: Step | null;
  readonly next: Step | null;
}

/** The first step that is not done. */
export function nowOf(room: Room): Now {
  const index = room.facts.agenda.findIndex(({ step }) => !isDone(room, step));
  if (index === -1) return { index: room.facts.agenda.length, step: null, next: null };
  return { index, step: room.facts.agenda[index] ?? null, next: room.facts.agenda[index + 1] ?? null };
}

/** One line above the rail: where the session stands. */
export function agendaLine(room: Room): TemplateResult {
  const { index, step, next } = nowOf(room);
  const count = room.facts.agenda.length;
  return html`<div class="agendaline">
    <span><b>${t("agenda.of", { n: Math.min(index + 1, count), count })}</b> ${step?.judul ?? t("agenda.finished")}</span>
    <progress class="meter" max=${Math.max(1, count)} .value=${index} aria-label=${t("agenda.of", { n: index, count })}></progress>
    ${next === null ? nothing : html`<span class="agendaline__next">${t("agenda.next", { step: next.judul })}</span>`}
  </div>`;
}

export function agendaPanel(room: Room): TemplateResult {
  const { index } = nowOf(room);
  return html`<ol class="agenda">
      ${room.facts.agenda.map((step, position) => stepView(room, step, position === index))}
    </ol>
    ${room.facts.ujianUrl === "" ? nothing : html`<p class="row"><button type="button" class="btn" data-testid="ujian-open" @click=${() => open(room)}>${icon("timer")}${t("agenda.ujian")}</button></p>`}
    ${room.facts.kind === "pra_asesmen" ? ak01View(room) : nothing}`;
}

function open(room: Room): void {
  room.ui.dialog = "ujian";
  room.changed();
}

function stepView(room: Room, { step, judul, arahan }: Step, now: boolean): TemplateResult {
  const tick = room.log.steps.get(step);
  const pending = room.pending("agenda.tick", (op) => op.data["step"] === step);
  const done = pending === null ? isDone(room, step) : pending.data["done"] === true;
  const state = pending !== null ? "pending" : done ? "done" : "todo";
  const mayTick = assesses(room.facts.role) && !room.over;
  return html`<li class="stepline ${done ? "is-done" : ""} ${now ? "is-now" : ""}" data-testid=${ID.step(step)} data-state=${state}>
    ${mayTick
      ? html`<input type="checkbox" id="step-${step}" .checked=${done} aria-label=${t("agenda.tick", { step: judul })}
          @change=${() => room.send("agenda.tick", { step, done: !done })}>`
      : html`<span class="stepline__dot" aria-hidden="true">${done ? icon("check") : nothing}</span>`}
    <label for=${mayTick ? `step-${step}` : nothing}><b>${judul}</b>
      ${assesses(room.facts.role) && !done ? html`<span>${arahan}</span>` : nothing}
      ${pending !== null
        ? html`<span class="saved saved--pending">${t("agenda.pending")}</span>`
        : tick?.done === true
          ? html`<span>${t("agenda.doneAt", { time: sessionTime(tick.atMs), name: firstName(room.nameOf(tick.actor)) })}</span>`
          : nothing}
    </label>
    ${done ? nothing : timerButton(room, step, judul)}
  </li>`;
}
