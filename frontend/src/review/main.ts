/** The review workbench: one clock, every stream, every mark. */
import { html, nothing, render } from "lit-html";
import { Api, ApiError } from "../shared/api.ts";
import { icon } from "../shared/icon.ts";
import { fields, text } from "../shared/json.ts";
import { type Desk, openDesk, RATES } from "./desk.ts";
import { checklist } from "./view/checklist.ts";
import { downloads } from "./view/downloads.ts";
import { gaps } from "./view/gaps.ts";
import { comments, decision, members } from "./view/komite.ts";
import { stage } from "./view/stage.ts";
import { legend, overview, timeline } from "./view/timeline.ts";
import { transport } from "./view/transport.ts";
import { speak, t } from "./words.ts";

const BEAT_MS = 100;

function draw(root: HTMLElement, desk: Desk, zone: string, width: { lanes: number; whole: number }): void {
  const { at } = desk;
  render(
    html`<div class="bench__main">
        ${stage(desk, at)} ${transport(desk, at, zone)} ${overview(desk, at, width.whole)} ${timeline(desk, at, width.lanes)} ${legend()}
        ${downloads(desk)} ${gaps(desk)}
      </div>
      <div class="bench__rail">
        ${desk.offline
          ? html`<div class="alert alert--off" role="status">${icon("wifi-off")}<div><p>${t("Koneksi terputus. Tontonan dan komentar yang sudah terkirim aman; muat ulang untuk melanjutkan.")}</p></div></div>`
          : nothing}
        ${checklist(desk, at)}
        <div class="bench__say">${comments(desk, at)} ${members(desk)} ${decision(desk)}</div>
      </div>`,
    root,
  );
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

function listen(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const onButton = event.target instanceof Element && event.target.closest("button, a, [role=button]") !== null;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => desk.seek(desk.at - 5000),
      ArrowRight: () => desk.seek(desk.at + 5000),
      c: () => document.getElementById("komentar")?.focus(),
      "+": () => desk.zoom(0.5),
      "-": () => desk.zoom(2),
      m: () => {
        desk.muted = !desk.muted;
        desk.tick();
      },
      f: () => desk.fullscreen(),
      n: () => document.querySelector<HTMLAnchorElement>("[data-next]")?.click(),
      p: () => document.querySelector<HTMLAnchorElement>("[data-previous]")?.click(),
    };
    RATES.forEach((rate, i) => Object.assign(acts, { [String(i + 1)]: () => desk.speed(rate) }));
    // Space presses the button that has the focus; everywhere else it plays and pauses.
    const act = event.key === " " && !onButton ? (): void => desk.toggle() : acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  window.addEventListener("pagehide", () => void desk.send());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void desk.send();
  });
}

async function start(root: HTMLElement): Promise<void> {
  const boot = fields(JSON.parse(document.getElementById("review-boot")?.textContent ?? "{}"));
  speak(text(boot["lang"], "id"));
  const width = { lanes: 600, whole: 600 };
  let desk: Desk | null = null;
  let due = false;
  const show = (): void => {
    if (desk === null || due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      if (desk !== null) draw(root, desk, text(boot["zone"], "Asia/Jakarta"), width);
    });
  };
  const opened = await openDesk(new Api(text(boot["csrf"])), boot, show);
  desk = opened;
  root.replaceChildren();
  root.removeAttribute("aria-busy");
  draw(root, opened, text(boot["zone"], "Asia/Jakarta"), width);
  const measure = (): void => {
    const area = root.querySelector("[data-measure]");
    const whole = root.querySelector(".ov");
    if (area !== null) width.lanes = Math.max(160, Math.floor(area.clientWidth));
    if (whole !== null) width.whole = Math.max(160, Math.floor(whole.clientWidth - (whole.querySelector("span")?.offsetWidth ?? 0)));
    show();
  };
  new ResizeObserver(measure).observe(root);
  measure();
  setInterval(() => opened.tick(), BEAT_MS);
  listen(opened);
  if (opened.players.length > 0) opened.tick();
  root.dataset["ready"] = "true";
}

const root = document.getElementById("bench");
if (root !== null) {
  start(root).catch((error: unknown) => {
    const words = error instanceof ApiError && error.message !== "" ? error.message : t("Peramban ini tidak dapat memutar rekaman");
    root.removeAttribute("aria-busy");
    render(html`<div class="alert alert--danger bench__failed" role="alert">${icon("circle-alert")}<div><p>${words}</p></div></div>`, root);
    throw error;
  });
}
