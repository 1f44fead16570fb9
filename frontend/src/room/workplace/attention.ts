/**
 * When the asesi's page is out of sight, told to the log as events with a length; never a verdict.
 * Pure: time is an argument (ms of a clock that does not jump), what is to be sent is returned.
 */
export type Reason = "tab" | "window" | "fullscreen";

export interface Told {
  readonly kind: "focus.lost" | "focus.back";
  readonly data: Readonly<Record<string, unknown>>;
}

/** A glance at a notification is nothing that anybody should have to read. */
const GLANCE_MS = 2000;
/** After a return the next absences within this time are told together. */
const QUIET_MS = 20_000;
/** A picker or the camera takes the page away within this time of the tap that opens it. */
const OPENING_MS = 5000;

export class Attention {
  #since: number | null = null;
  #reason: Reason = "tab";
  #toldLost = false;
  #quietUntil = 0;
  #heldMs = 0;
  #heldCount = 0;
  #excusedUntil = 0;

  constructor(private readonly sharing: () => boolean) {}

  /** The next absence is our own doing: a file picker, the camera, a question of the browser. */
  excuse(now: number): void {
    this.#excusedUntil = now + OPENING_MS;
  }

  lost(reason: Reason, now: number): void {
    if (this.#since !== null || now < this.#excusedUntil) return;
    this.#since = now;
    this.#reason = reason;
    this.#toldLost = false;
  }

  back(now: number): Told[] {
    if (this.#since === null) return [];
    const ms = Math.round(now - this.#since);
    this.#since = null;
    if (ms < GLANCE_MS) return [];
    this.#heldMs += ms;
    this.#heldCount += 1;
    return this.#toldLost || now >= this.#quietUntil ? this.#tellBack(now) : [];
  }

  /** Call about once a second. */
  tick(now: number): Told[] {
    if (this.#since === null) {
      return this.#heldCount > 0 && now >= this.#quietUntil ? this.#tellBack(now) : [];
    }
    if (this.#toldLost || now - this.#since < GLANCE_MS || now < this.#quietUntil) return [];
    this.#toldLost = true;
    return [{ kind: "focus.lost", data: { reason: this.#reason, sharing: this.sharing() } }];
  }

  #tellBack(now: number): Told[] {
    const data = { reason: this.#reason, sharing: this.sharing(), ms: this.#heldMs, count: this.#heldCount };
    this.#heldMs = 0;
    this.#heldCount = 0;
    this.#toldLost = false;
    this.#quietUntil = now + QUIET_MS;
    return [{ kind: "focus.back", data }];
  }
}
