/**
 * Whether a viewer takes a stream's picture. Declined, the server forwards its sound only, and the viewer
 * no longer counts when the publisher's rate is set (docs/media.md, WHEP).
 */
import { within } from "../shared/patience.ts";
import type { Incoming } from "../room/desk.ts";
import { heightOf, type Rung } from "./ladder.ts";

/** Not heard is not told: it is said again. */
const ANSWER_MS = 6000;

const BAD_LOSS = 0.1;
const BAD_MS = 3000;
const FIRST_TRY_MS = 20_000;
const LONGEST_MS = 240_000;
const PROVED_MS = 30_000;

export interface Sight {
  readonly lost: number;
  readonly rung: Rung;
  readonly ceiling: Rung;
}

/** The decision alone; times in ms. */
export class Appetite {
  takes = true;
  #badSince: number | null = null;
  #changedAt = 0;
  #waitMs = FIRST_TRY_MS;

  look({ lost, rung, ceiling }: Sight, at: number): boolean {
    if (heightOf(ceiling) <= heightOf("audio")) {
      this.#change(false, at);
      return this.takes;
    }
    if (!this.takes) {
      if (at - this.#changedAt >= this.#waitMs && heightOf(rung) >= heightOf("still")) this.#change(true, at);
      return this.takes;
    }
    if (at - this.#changedAt > PROVED_MS) this.#waitMs = FIRST_TRY_MS;
    this.#badSince = lost > BAD_LOSS ? (this.#badSince ?? at) : null;
    if (this.#badSince !== null && at - this.#badSince >= BAD_MS) {
      const again = this.#changedAt > 0 && at - this.#changedAt < PROVED_MS;
      this.#waitMs = again ? Math.min(LONGEST_MS, this.#waitMs * 2) : FIRST_TRY_MS;
      this.#change(false, at);
    }
    return this.takes;
  }

  #change(takes: boolean, at: number): void {
    if (this.takes === takes) return;
    this.takes = takes;
    this.#changedAt = at;
    this.#badSince = null;
  }
}

export class Taking {
  readonly #appetite = new Appetite();
  #told: { readonly resource: string; readonly takes: boolean } | null = null;
  #asking = false;

  get takes(): boolean {
    return this.#appetite.takes;
  }

  /** Decides, and tells the server until it has said yes. */
  async look(incoming: Incoming, sight: Sight & { readonly token: string }): Promise<void> {
    const takes = this.#appetite.look(sight, performance.now());
    const resource = incoming.flow?.resource ?? null;
    if (resource === null || incoming.state !== "live" || this.#asking) return;
    const known = this.#told?.resource === resource ? this.#told.takes : true;
    if (known === takes) return;
    this.#asking = true;
    const answer = await within(ANSWER_MS, (signal) => fetch(`${resource}/video`, {
      signal,
      method: "PUT",
      headers: { Authorization: `Bearer ${sight.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ wanted: takes }),
    })).catch(() => null);
    this.#asking = false;
    if (answer?.ok === true) this.#told = { resource, takes };
  }
}
