/** The second camera's page: a code, then a camera, at the size of a phone. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { wallSeconds, zoneLetters } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { fields, text } from "../shared/json.ts";
import { Store } from "../shared/store.ts";
import { Phone } from "./phone.ts";
import { speak, w, type Word } from "./words.ts";

const TICK_MS = 500;
/** The server was not heard for this long: the line is down, not slow. */
const SILENT_MS = 7000;

interface Page {
  readonly phone: Phone;
  readonly code: string;
  readonly zone: string;
  readonly lang: string;
}

function time({ zone }: Page, epoch: number): string {
  return `${wallSeconds(epoch, zone)} ${zoneLetters(zone)}`;
}

function whatView(): TemplateResult {
  return html`<section class="cam__what"><h2>${w("what.title")}</h2>
    <ul><li>${icon("video")}<span>${w("what.send")}</span></li><li>${icon("eye")}<span>${w("what.who")}</span></li><li>${icon("circle-x")}<span>${w("what.stop")}</span></li></ul></section>`;
}

function codeView({ phone, code }: Page): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const typed = code === "" ? String(new FormData(event.currentTarget as HTMLFormElement).get("code") ?? "") : code;
    if (code === "" && typed.replace(/\D/g, "").length !== 6) {
      phone.problem = w("error.code");
      phone.changed();
    } else void phone.pair(typed);
  };
  return html`<form class="cam stack" novalidate @submit=${submit} data-testid="camera-pair">
    <h1>${w("title")}</h1>
    ${code === ""
      ? html`<div class="field"><label for="code">${w("ask")}</label>
          <input class="input input--lg cam__code" id="code" name="code" inputmode="numeric" pattern="[0-9 ]*" autocomplete="one-time-code" maxlength="9" required
            aria-describedby="code-hint" aria-invalid=${phone.problem === "" ? nothing : "true"} data-testid="camera-code">
          <p class="muted" id="code-hint">${w("ask.hint")}</p></div>`
      : nothing}
    ${phone.problem === "" ? nothing : html`<p class="alert alert--danger" role="alert" data-testid="camera-problem">${icon("circle-alert")}<span>${phone.problem}</span></p>`}
    <button class="btn btn--primary btn--lg btn--block" aria-busy=${phone.busy ? "true" : nothing} ?disabled=${phone.busy} data-testid="camera-join">
      ${icon("smartphone")}${phone.busy ? w("joining") : w("join")}</button>
    ${phone.problem !== "" && code !== "" ? html`<button type="button" class="btn btn--block" @click=${() => phone.restart()}>${w("again")}</button>` : nothing}
    ${whatView()}
  </form>`;
}

function stateView(page: Page): TemplateResult {
  const { phone } = page;
  const { standing, heardAt, flowState } = phone;
  const silent = heardAt !== null && Date.now() - heardAt > SILENT_MS;
  const keeps = phone.backup?.recording === "on";
  const words = silent
    ? w(keeps ? "state.offline" : "state.offlineBare", { time: time(page, heardAt + phone.offset) })
    : w(flowState === "live" ? "state.live" : flowState === "connecting" ? "state.connecting" : "state.waiting");
  const good = flowState === "live" && !silent;
  const stored = standing?.storedMs ?? null;
  return html`<div class="cam__state" role="status" data-testid="camera-state" data-state=${good ? "live" : silent ? "offline" : flowState}>
    <p class=${good ? "is-k" : "is-bk"}>${icon(good ? "circle-check" : "wifi-off")}<b>${words}</b></p>
    <p class="muted" data-testid="camera-stored" data-ms=${stored ?? nothing}>${icon("hard-drive")}${stored === null || standing === null ? w("stored.none") : w("stored", { time: time(page, standing.t0 + stored) })}</p>
  </div>`;
}

function pictureView({ phone }: Page): TemplateResult {
  const { trouble } = phone;
  if (trouble !== null) {
    return html`<div class="alert alert--danger" role="alert" data-testid="camera-trouble">${icon("camera-off")}<div><p>${w(`camera.${trouble}`)}</p>
      <button class="btn btn--sm" @click=${() => void phone.capture(phone.choice)}>${w("camera.again")}</button></div></div>`;
  }
  return html`<div class="cam__picture tile desk">${phone.preview}
    ${phone.stopped ? html`<div class="cam__note">${w("camera.stopped")}</div>` : nothing}</div>`;
}

function sweepView({ phone }: Page): TemplateResult | typeof nothing {
  if ((phone.standing?.sweep ?? null) === null) return nothing;
  return html`<section class="cam__sweep" role="alert" data-testid="camera-sweep">${icon("rotate-cw")}<div><h2>${w("sweep")}</h2><p>${w("sweep.hint")}</p>
    <button class="btn btn--primary btn--block" ?disabled=${phone.showing} data-testid="camera-sweep-done" @click=${() => void phone.sweepDone()}>${icon("check")}${w("sweep.done")}</button></div></section>`;
}

function careView({ phone, lang }: Page): TemplateResult {
  const { battery, awake } = phone.power;
  const percent = Math.round((battery?.level ?? 0) * 100);
  const weak = battery !== null && !battery.charging && percent < 25;
  const owed = phone.backup?.owing(lang) ?? null;
  const powerWord: Word = battery?.charging ? "power.charging" : weak ? "power.low" : "power";
  return html`<ul class="cam__care">
    ${battery === null ? nothing : html`<li class=${weak ? "is-bk" : ""}>${icon("activity")}<span>${w(powerWord, { percent })}</span></li>`}
    <li class=${awake ? "" : "is-bk"} data-testid="camera-awake" data-on=${String(awake)}>${icon("sun")}<span>${w(awake ? "awake.on" : "awake.off")}</span></li>
    ${phone.backup?.recording === "on" ? html`<li data-testid="camera-keep">${icon("hard-drive")}<span>${w("keep.on")}</span></li>` : nothing}
    ${owed === null ? nothing : html`<li>${icon("cloud-upload")}<span>${w("keep.owed", owed)}</span></li>`}
  </ul>`;
}

function finishView({ phone }: Page): TemplateResult {
  const ask = (asking: boolean) => (): void => {
    phone.asking = asking;
    phone.changed();
  };
  if (!phone.asking) {
    return html`<button class="btn btn--block" data-testid="camera-finish" @click=${ask(true)}>${icon("circle-x")}${w("finish")}</button>`;
  }
  return html`<div class="cam__sure" role="group" aria-label=${w("finish.sure")}><b>${w("finish.sure")}</b><div class="row">
    <button class="btn btn--danger grow" data-testid="camera-finish-yes" @click=${() => void phone.finish()}>${w("finish.yes")}</button>
    <button class="btn grow" @click=${ask(false)}>${w("finish.no")}</button></div></div>`;
}

function onView(page: Page): TemplateResult {
  const { phone } = page;
  const which = (event: Event): void => void phone.capture((event.currentTarget as HTMLSelectElement).value);
  const current = phone.media?.getVideoTracks()[0]?.getSettings().deviceId ?? phone.choice;
  return html`<div class="cam cam--on stack" data-testid="camera-on">
    <header><h1>${w("title")}</h1><p class="muted">${w("for", { name: phone.standing?.asesi ?? phone.paired?.asesi ?? "" })}</p></header>
    ${sweepView(page)} ${pictureView(page)} ${stateView(page)}
    ${phone.cameras.length > 1
      ? html`<div class="field"><label for="which">${w("camera.which")}</label><select class="input" id="which" @change=${which}>
          ${phone.cameras.map(({ deviceId, label }, n) => html`<option value=${deviceId} ?selected=${deviceId === current}>${label === "" ? w("camera.nth", { n: n + 1 }) : label}</option>`)}</select></div>`
      : nothing}
    ${careView(page)} ${finishView(page)}
  </div>`;
}

function doneView({ phone, lang }: Page): TemplateResult {
  const owed = phone.backup?.owing(lang) ?? null;
  phone.settle();
  return html`<div class="cam stack" data-testid="camera-done">
    <h1>${w("ended.title")}</h1>
    ${phone.standing?.state === "over" ? html`<p>${w("over")}</p>` : nothing}
    ${owed === null
      ? html`<p class="alert alert--ok">${icon("circle-check")}<span>${w("ended.done")}</span></p>`
      : html`<div class="alert alert--info">${icon("cloud-upload")}<div><p>${w("ended.owed")}</p><progress class="meter" max="100" .value=${owed.percent} aria-label=${w("keep.owed", owed)}></progress><p>${w("keep.owed", owed)}</p></div></div>`}
    <button class="btn btn--block" @click=${() => phone.restart()}>${w("again")}</button>
  </div>`;
}

function unpairedView({ phone }: Page): TemplateResult {
  return html`<div class="cam stack" data-testid="camera-unpaired"><h1>${w("unpaired.title")}</h1><p>${w("unpaired")}</p>
    <button class="btn btn--primary btn--block" @click=${() => phone.restart()}>${w("again")}</button></div>`;
}

const VIEWS = { code: codeView, on: onView, done: doneView, unpaired: unpairedView } as const;

async function start(root: HTMLElement): Promise<void> {
  const boot = fields(JSON.parse(document.getElementById("camera-config")?.textContent ?? "{}"));
  const lang = text(boot["lang"], "id");
  await speak(lang);
  const store = new Store(null);
  const phone = new Phone(text(boot["pair"]), store.changed);
  const page: Page = { phone, code: text(boot["code"]), zone: text(boot["zone"], "Asia/Jakarta"), lang };
  root.replaceChildren();
  store.watch(() => render(VIEWS[phone.stage](page), root));
  setInterval(store.changed, TICK_MS);
  // A fresh code means another session than the one that this phone remembers.
  if (page.code === "") phone.resume();
  store.changed();
}

const root = document.getElementById("camera");
if (root !== null) void start(root);
