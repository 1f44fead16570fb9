/** The page of a gladi once scripts run. The report's markup is that of templates/gladi/parts/report.html. */
import { html, nothing, type TemplateResult } from "lit-html";
import { remaining, wallMinutes } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Report } from "./report.ts";
import { type GladiConfig, type Run, STEPS, type StepState } from "./run.ts";
import type { Senses } from "./senses.ts";
import { w, type Word } from "./words.ts";

export const ID = {
  start: "gladi-start",
  heard: "gladi-heard",
  silent: "gladi-silent",
  verdict: "gladi-verdict",
  steps: "gladi-steps",
  practice: "gladi-practice",
  picture: "gladi-picture",
} as const;

const LEVELS: Readonly<Record<string, string>> = { ok: "circle-check", unknown: "circle-help", note: "info", voice: "mic", stop: "circle-x" };
const VERDICTS: Readonly<Record<string, string>> = { siap: "circle-check", suara_saja: "mic", belum_siap: "triangle-alert" };
const STATES: Readonly<Record<StepState, string>> = { waiting: "circle", running: "loader", done: "check", failed: "circle-help" };

export interface Page {
  readonly config: GladiConfig;
  readonly run: Run;
  readonly rehearsal: Rehearsal;
  readonly begin: () => void;
}

export function pageView(page: Page): TemplateResult {
  const { run } = page;
  return html`<div class="stack">
    ${run.report === null ? nothing : reportView(run.report, page.config)}
    ${run.phase === "running" ? runView(run) : startView(page)}
    ${run.phase === "running" || !page.config.practice ? nothing : practiceView(page.rehearsal)}
  </div>`;
}

function startView({ run, begin, config, rehearsal }: Page): TemplateResult {
  const again = run.phase === "done";
  return html`<div class="gladi__go">
    <button class="btn btn--lg ${run.report?.verdict === "siap" ? "" : "btn--primary"}" data-testid=${ID.start} ?disabled=${rehearsal.state !== "closed"} @click=${begin}>
      ${icon(again ? "rotate-ccw" : "play")}${w(again ? "intro.again" : "intro.start")}</button>
    ${again ? html`<a class="btn btn--lg ${run.report?.verdict === "siap" ? "btn--primary" : ""}" href=${config.urls.room}>${icon("video")}${w("room.back")}</a>` : html`<p class="text-sm muted">${w("intro.allow")}</p>`}
  </div>`;
}

function runView(run: Run): TemplateResult {
  return html`<div class="gladi__run">
    <div class="stack stack--sm">
      ${tileView(run.picture, run.senses, run.returning ? w("tile.back") : w("tile.own"))}
      ${run.asking ? soundView(run) : nothing}
    </div>
    <div class="stack stack--sm">
      <ol class="gladi__steps" data-testid=${ID.steps} aria-live="polite">
        ${STEPS.map((step) => {
          const state = run.steps.get(step) ?? "waiting";
          return html`<li class="is-${state}">${icon(STATES[state])}<span>${w(`step.${step}`)}</span><small>${w(`state.${state}`)}</small></li>`;
        })}
      </ol>
      ${run.unsaved
        ? html`<div class="alert alert--off" role="status">${icon("cloud-off")}<div><p>${w("save.waiting")}</p>
            <p><button class="btn btn--sm" @click=${() => run.saveNow()}>${w("save.retry")}</button></p></div></div>`
        : nothing}
    </div>
  </div>`;
}

function tileView(picture: HTMLVideoElement, senses: Senses, label: string): TemplateResult {
  const seen = picture.srcObject !== null && (senses.media?.getVideoTracks().length ?? 0) > 0;
  const sound = (senses.media?.getAudioTracks().length ?? 0) > 0;
  return html`<div class="tile desk gladi__tile" data-testid=${ID.picture}>
      ${seen ? picture : html`<p class="gladi__dark">${icon("video-off")}${w("tile.none")}</p>`}
      ${seen ? html`<span class="tile__label">${label}</span>` : nothing}
    </div>
    ${sound
      ? html`<div class="gladi__level">${icon("mic")}<progress class="meter meter--k" max="100" .value=${Math.round(senses.meter.level() * 100)} aria-label=${w("tile.level")}></progress>
          <span class="text-sm muted">${w("tile.speak")}</span></div>`
      : nothing}`;
}

function soundView(run: Run): TemplateResult {
  return html`<section class="sheet sheet--next sheet--pad stack stack--sm" aria-labelledby="gladi-nada">
    <h2 class="gladi__ask" id="gladi-nada">${icon("volume-2")} ${w("sound.ask")}</h2>
    <p class="row">
      <button class="btn btn--primary" data-testid=${ID.heard} @click=${() => run.answer("heard")}>${w("sound.yes")}</button>
      <button class="btn" data-testid=${ID.silent} @click=${() => run.answer("silent")}>${w("sound.no")}</button>
      <button class="btn btn--quiet" @click=${() => void run.tone()}>${w("sound.again")}</button>
      <button class="btn btn--quiet" @click=${() => run.answer(null)}>${w("sound.skip")}</button>
    </p>
  </section>`;
}

function reportView(report: Report, config: GladiConfig): TemplateResult {
  return html`<article class="sheet gladi__report" aria-labelledby="gladi-hasil">
    <div class="verdict verdict--${report.verdict}" role="status" data-testid=${ID.verdict} data-verdict=${report.verdict}>
      ${icon(VERDICTS[report.verdict] ?? "info")}
      <div><h2 id="gladi-hasil" tabindex="-1">${report.title}</h2>
        <p>${w("done.at", { time: wallMinutes(report.at, config.zone) })}</p></div>
    </div>
    ${report.todo.length === 0
      ? nothing
      : html`<div class="sheet__body"><p><b>${w("done.todo")}</b></p><ul class="gladi__todo">${report.todo.map((one) => html`<li>${one}</li>`)}</ul></div>`}
    <details class="fold gladi__fold" ?open=${report.verdict !== "siap"}><summary>${w("done.lines")}</summary>
      <ul class="checks">${report.lines.map(
        (line) => html`<li class="is-${line.level}">${icon(LEVELS[line.level] ?? "circle")}<b>${line.label}</b>
          <span>${line.figure} <span class="sr-only">(${w(`level.${line.level}` as Word)})</span></span>
          ${line.advice === "" ? nothing : html`<small>${line.advice}</small>`}</li>`,
      )}</ul></details>
  </article>`;
}

function practiceView(rehearsal: Rehearsal): TemplateResult {
  const { state, problem } = rehearsal;
  return html`<section class="sheet sheet--pad stack stack--sm" aria-labelledby="gladi-latihan" data-testid=${ID.practice} data-state=${state}>
    <h2 class="gladi__ask" id="gladi-latihan">${icon("headphones")} ${w("practice.title")}</h2>
    <p class="text-sm">${w("practice.text")}</p>
    ${problem === null ? nothing : html`<p class="alert alert--warning" role="alert">${icon("triangle-alert")}<span>${w(problem)}</span></p>`}
    ${state === "open" ? tileView(rehearsal.picture, rehearsal.senses, w("tile.back")) : nothing}
    <p class="row">
      ${state === "closed"
        ? html`<button class="btn" @click=${() => void rehearsal.open()}>${icon("headphones")}${w("practice.open")}</button>`
        : html`<button class="btn" aria-busy=${String(state === "opening")} @click=${() => rehearsal.close()}>${icon("x")}${w(state === "opening" ? "practice.opening" : "practice.close")}</button>`}
      ${state === "open" ? html`<span class="text-sm muted">${w("practice.left", { time: remaining(rehearsal.closesAt - Date.now()) })}</span>` : nothing}
    </p>
  </section>`;
}
