/** The pictures, the timeline and a rail beside them, drawn from one desk; the keys of the desk. */
import { html, render, type TemplateResult } from "lit-html";
import type { Desk } from "./desk.ts";
import { RATES } from "./desk.ts";
import { downloads } from "./view/downloads.ts";
import { evidence } from "./view/evidence.ts";
import { gaps } from "./view/gaps.ts";
import { rescue } from "./view/rescue.ts";
import { stage } from "./view/stage.ts";
import { sweeps } from "./view/sweeps.ts";
import { legend, overview, timeline } from "./view/timeline.ts";
import { transport } from "./view/transport.ts";

const BEAT_MS = 100;

export type Rail = (desk: Desk, at: number) => TemplateResult;

interface Widths {
  lanes: number;
  whole: number;
}

function draw(root: HTMLElement, desk: Desk, zone: string, width: Widths, rail: Rail): void {
  const { at } = desk;
  render(
    html`<div class="bench__main">
        ${stage(desk, at)} ${transport(desk, at, zone)} ${overview(desk, at, width.whole)} ${timeline(desk, at, width.lanes)} ${legend()}
        ${downloads(desk)} ${evidence(desk)} ${rescue(desk)} ${sweeps(desk)} ${gaps(desk)}
      </div>
      <div class="bench__rail">${rail(desk, at)}</div>`,
    root,
  );
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

function listen(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const onButton = event.target instanceof Element && event.target.closest("button, a, summary, [role=button]") !== null;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => desk.seek(desk.at - 5000),
      ArrowRight: () => desk.seek(desk.at + 5000),
      c: () => document.getElementById("komentar")?.focus(),
      f: () => desk.fullscreen(),
      "+": () => desk.zoom(0.5),
      "-": () => desk.zoom(2),
      m: () => {
        desk.muted = !desk.muted;
        desk.tick();
      },
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

/** Puts a desk on the page and keeps it going. `make` gets what to call when something changed. */
export async function openBench(
  root: HTMLElement,
  make: (changed: () => void) => Promise<Desk>,
  rail: Rail,
  zone: string,
): Promise<Desk> {
  const width: Widths = { lanes: 600, whole: 600 };
  let desk: Desk | null = null;
  let due = false;
  const show = (): void => {
    if (desk === null || due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      if (desk !== null) draw(root, desk, zone, width, rail);
    });
  };
  const opened = await make(show);
  desk = opened;
  root.replaceChildren();
  root.removeAttribute("aria-busy");
  draw(root, opened, zone, width, rail);
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
  return opened;
}
