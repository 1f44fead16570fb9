/** The sheet on screen: what is chosen and typed, what the server has of it, and the time that is left. */
import { remaining } from "../shared/format.ts";
import type { Left, Line, Stored } from "./line.ts";

/** A choice goes at once; typing when it rests, and at the latest this long after it began. */
const REST_MS = 1500;
const LATEST_MS = 8000;
/** Minutes left at which it is said aloud. */
const SAID_MINUTES: readonly number[] = [10, 5, 1];

type Control = HTMLInputElement | HTMLTextAreaElement;

export class Paper {
  #line: Line | null = null;
  #left: Left = { leftMs: Infinity, returnedMs: 0, over: false };
  #leftAt = 0;
  #typing = new Map<number, { readonly since: number; timer: number }>();
  #said = new Set<number>();
  #handed = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly onDraft: () => void,
    /** The moment of the ujian, as people read it. */
    private readonly clock: () => string,
  ) {
    form.addEventListener("input", (event) => this.#changed(event.target as Control));
    form.addEventListener("click", (event) => this.#asked(event.target as Element));
    form.addEventListener("submit", (event) => this.#submitted(event));
  }

  use(line: Line): void {
    this.#line = line;
  }

  word(name: string, count?: number): string {
    return (this.form.dataset[name] ?? "").replace("#", String(count ?? ""));
  }

  // --- answers ---

  #items(): HTMLElement[] {
    return [...this.form.querySelectorAll<HTMLElement>("[data-butir]")];
  }

  value(butir: number): string {
    const controls = this.#controls(butir);
    const [first] = controls;
    if (first === undefined) return "";
    if (first instanceof HTMLTextAreaElement) return first.value.trim();
    return controls.find((one) => one instanceof HTMLInputElement && one.checked)?.value ?? "";
  }

  values(): Map<number, string> {
    return new Map(this.#items().map((item) => [Number(item.dataset["butir"]), this.value(Number(item.dataset["butir"]))]));
  }

  /** What was chosen or typed before this script was ready. */
  early(): number[] {
    const touched = (one: Control): boolean =>
      one instanceof HTMLInputElement ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
    const items = this.#items().map((item) => Number(item.dataset["butir"]));
    return items.filter((butir) => this.#controls(butir).some(touched));
  }

  /** Shows an answer that was given elsewhere, or earlier; nobody's typing is overwritten. */
  show({ butir, value }: Stored): void {
    if (this.#typing.has(butir)) return;
    for (const one of this.#controls(butir)) {
      if (one instanceof HTMLInputElement) one.checked = one.value === value;
      else if (one !== document.activeElement && one.value.trim() !== value) one.value = value;
    }
  }

  /** Whether somebody is typing there, and it is not on its way yet. */
  typing(butir: number): boolean {
    return this.#typing.has(butir);
  }

  #controls(butir: number): Control[] {
    return [...this.form.querySelectorAll<Control>(`[name="butir-${butir}"]`)];
  }

  #changed(control: Control): void {
    const butir = Number(control.closest<HTMLElement>("[data-butir]")?.dataset["butir"]);
    if (!Number.isFinite(butir) || butir === 0) return;
    if (control.name.startsWith("hasil-")) {
      this.#line?.say("result", butir, { value: control.value });
      this.#line?.sync();
    } else if (control instanceof HTMLInputElement) this.#give(butir);
    else {
      const held = this.#typing.get(butir) ?? { since: performance.now(), timer: 0 };
      clearTimeout(held.timer);
      const wait = Math.min(REST_MS, Math.max(0, held.since + LATEST_MS - performance.now()));
      held.timer = window.setTimeout(() => this.#give(butir), wait);
      this.#typing.set(butir, held);
    }
    this.onDraft();
    this.draw();
  }

  /** The question is put to the asesi now: that moment is looked up in the recording. */
  #asked(target: Element): void {
    const button = target.closest<HTMLButtonElement>("[data-asked]");
    if (button === null || button.ariaPressed === "true") return;
    button.ariaPressed = "true";
    this.#line?.say("asked", Number(button.dataset["asked"]), {});
    this.#line?.sync();
    say(button.querySelector("span"), `${this.word("askedAt")} ${this.clock()}`);
  }

  #give(butir: number): void {
    clearTimeout(this.#typing.get(butir)?.timer);
    this.#typing.delete(butir);
    this.#line?.answer(butir, this.value(butir));
    this.#line?.sync();
  }

  /** Everything that is being typed goes now: the page may not come back. */
  flush(): void {
    for (const butir of [...this.#typing.keys()]) this.#give(butir);
  }

  // --- handing in ---

  #submitted(event: SubmitEvent): void {
    if (this.#line === null) return;
    event.preventDefault();
    this.flush();
    const finishing = (event.submitter as HTMLButtonElement | null)?.name === "kumpulkan";
    if (!finishing) return this.#line.sync();
    const open = [...this.values().values()].filter((value) => value === "").length;
    if (this.#handed || !window.confirm(this.word("ask", open))) return;
    this.#handed = true;
    this.#line.finish();
    this.#line.sync();
    this.#close();
  }

  #close(): void {
    for (const control of this.form.querySelectorAll<Control | HTMLButtonElement>("input, textarea, button")) control.disabled = true;
  }

  // --- time ---

  leave(left: Left): void {
    this.#left = left;
    this.#leftAt = performance.now();
    if (left.over) this.#close();
  }

  get leftMs(): number {
    return Math.max(0, this.#left.leftMs - (performance.now() - this.#leftAt));
  }

  get over(): boolean {
    return this.#left.over || this.leftMs === 0 || this.#handed;
  }

  // --- what the screen says ---

  draw(): void {
    const line = this.#line;
    if (line === null) return;
    this.#drawClock();
    const waiting = line.waiting;
    const open = new Set([...waiting.keys(), ...this.#typing.keys()]);
    let answered = 0;
    for (const [butir, value] of this.values()) {
      if (value !== "") answered += 1;
      const link = this.form.querySelector<HTMLElement>(`[data-map="${butir}"]`);
      link?.toggleAttribute("data-answered", value !== "");
      const item = this.form.querySelector<HTMLElement>(`[data-butir="${butir}"]`);
      item?.toggleAttribute("data-waits", open.has(butir));
      link?.toggleAttribute("data-waits", open.has(butir));
      say(item?.querySelector("[data-state]"), open.has(butir) ? this.word("waits") : value === "" ? "" : this.word("stored"));
    }
    say(this.form.querySelector("[data-answered].num"), String(answered));
    this.#drawSaved(line, open.size);
  }

  #drawSaved(line: Line, waiting: number): void {
    const saved = this.form.querySelector<HTMLElement>("[data-saved]");
    saved?.classList.toggle("saved--pending", waiting > 0);
    const here = waiting === 1 ? this.word("one") : this.word("many", waiting);
    const states: readonly [boolean, string][] = [
      [!line.safe, this.word("unsafe")],
      [waiting > 0 && line.offline, here],
      [waiting > 0, this.word("sending")],
    ];
    say(saved?.querySelector("span"), states.find(([holds]) => holds)?.[1] ?? this.word("done"));
    const note = this.form.querySelector<HTMLElement>("[data-note]");
    const words = this.#note(line);
    if (note !== null) note.hidden = words === "";
    say(note?.querySelector("span"), words);
  }

  #note(line: Line): string {
    if (line.refusal !== "") return line.refusal;
    if (this.#handed) return this.word("sent");
    if (this.over) return this.word("over");
    const minutes = Math.floor(this.#left.returnedMs / 60_000);
    return minutes > 0 ? this.word("returned", minutes) : "";
  }

  #drawClock(): void {
    const seconds = Math.ceil(this.leftMs / 1000);
    const clock = this.form.querySelector<HTMLElement>("[data-clock]");
    if (clock === null || !Number.isFinite(seconds)) return;
    say(clock, remaining(this.leftMs));
    clock.toggleAttribute("data-short", seconds <= 300);
    const minutes = SAID_MINUTES.find((one) => seconds <= one * 60 && seconds > one * 60 - 30);
    if (minutes === undefined || this.#said.has(minutes)) return;
    this.#said.add(minutes);
    say(this.form.querySelector("[data-aloud]"), this.word("left", minutes));
  }
}

function say(element: Element | null | undefined, words: string): void {
  if (element != null && element.textContent !== words) element.textContent = words;
}
