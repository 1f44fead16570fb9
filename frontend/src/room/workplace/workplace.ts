/** What the room as a workplace keeps beside the log: the identity check under way, attention. */
import type { Desk } from "../desk.ts";
import { assesses } from "../facts.ts";
import type { Room } from "../room.ts";
import { Attention, type Told } from "./attention.ts";
import type { IdentityState } from "./fold.ts";
import { IdentityCheck } from "./identity.ts";
import { w } from "./words.ts";

const LOOK_MS = 1000;
/** A late joiner is not told that some time ran out long ago. */
const FRESH_MS = 5000;

export class Workplace {
  readonly check: IdentityCheck;
  /** For the timer's form: the step it is for, empty for a task of its own. */
  timerStep = "";
  #rung = 0;
  #known: IdentityState | null = null;
  #attention: readonly Attention[] = [];
  #beat = 0;
  #closing = new AbortController();

  constructor(
    readonly room: Room,
    readonly desk: Desk,
  ) {
    this.check = new IdentityCheck(room, desk);
    this.#beat = window.setInterval(() => this.#look(), LOOK_MS);
    if (room.facts.role === "asesi") this.#attend();
  }

  get asesi(): string {
    return this.room.facts.members.find(({ role }) => role === "asesi")?.id ?? "";
  }

  /** The words of what a timer is for. */
  task(step: string, label: string): string {
    return label || (this.room.facts.agenda.find((known) => known.step === step)?.judul ?? step);
  }

  close(): void {
    clearInterval(this.#beat);
    this.#closing.abort();
  }

  #look(): void {
    for (const attention of this.#attention) this.#tell(attention.tick(performance.now()));
    this.#warn();
    const { timer } = this.room.log.work;
    const now = this.room.nowMs();
    if (timer === null || timer.endsMs === null || now === null || timer.endsMs > now || this.#rung === timer.endsMs) return;
    this.#rung = timer.endsMs;
    if (now - timer.endsMs > FRESH_MS) return;
    const mine = assesses(this.room.facts.role);
    this.room.notify(w(mine ? "timer.endedMine" : "timer.ended", { task: this.task(timer.step, timer.label) }));
    if ("vibrate" in navigator) navigator.vibrate(200);
  }

  /** Who was recognised a moment ago is a stranger again: the eyes of the asesor are elsewhere. */
  #warn(): void {
    const state = this.room.log.work.identity.get(this.asesi)?.state ?? null;
    const fell = state === "belum_diperiksa" && this.#known !== null && this.#known !== state && this.#known !== "ditunjukkan";
    this.#known = state;
    if (fell && assesses(this.room.facts.role)) this.room.notify(w("id.fellNow"));
  }

  /** Sight and focus of this page, as events. What we open ourselves is excused. */
  #attend(): void {
    const sharing = (): boolean => this.desk.outgoing.has("screen");
    const attention = new Attention(sharing);
    // Apart, for leaving the full screen is not leaving the page.
    const full = new Attention(sharing);
    this.#attention = [attention, full];
    const { signal } = this.#closing;
    const seen = (): boolean => document.visibilityState === "visible" && document.hasFocus();
    const back = (): void => {
      if (seen()) this.#tell(attention.back(performance.now()));
    };
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") attention.lost("tab", performance.now());
      else back();
    }, { signal });
    window.addEventListener("blur", () => attention.lost("window", performance.now()), { signal });
    window.addEventListener("focus", back, { signal });
    document.addEventListener("fullscreenchange", () => {
      if (document.fullscreenElement === null) full.lost("fullscreen", performance.now());
      else this.#tell(full.back(performance.now()));
    }, { signal });
    document.addEventListener("click", (event) => {
      if (opens(event.target)) attention.excuse(performance.now());
    }, { signal, capture: true });
  }

  #tell(told: readonly Told[]): void {
    for (const { kind, data } of told) this.room.send(kind, data);
  }
}

/** Taps that make the browser put something of its own before the page. */
function opens(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const label = target.closest("label");
  const input = target.closest("input") ?? label?.control ?? label?.querySelector("input");
  return (input instanceof HTMLInputElement && input.type === "file") || target.closest("[data-opens]") !== null;
}
