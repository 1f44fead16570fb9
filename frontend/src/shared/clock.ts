/**
 * This device's offset to the server, from pings. Of the last samples the one with the shortest
 * round trip counts, because its error is at most half of that trip.
 */
interface Sample {
  readonly tripMs: number;
  readonly epochOffset: number;
  readonly sessionOffset: number | null;
}

const KEPT = 8;

export class SessionClock {
  #samples: Sample[] = [];
  #t0: number | null = null;

  /** All arguments in ms: `sent` and `received` by this device, the others by the server. */
  measure(sent: number, received: number, now: number | null, serverMs: number | null): void {
    if (now === null || received < sent) return;
    const middle = (sent + received) / 2;
    const sample = {
      tripMs: received - sent,
      epochOffset: now - middle,
      sessionOffset: serverMs === null ? null : serverMs - middle,
    };
    this.#samples = [...this.#samples, sample].slice(-KEPT);
  }

  /** Epoch ms of session time zero, as told by `session.opened` or the session's facts. */
  set t0(value: number | null) {
    this.#t0 = value;
  }

  get t0(): number | null {
    const best = this.#best();
    if (best?.sessionOffset != null) return Math.round(best.epochOffset - best.sessionOffset);
    return this.#t0;
  }

  get measured(): boolean {
    return this.#samples.length > 0;
  }

  get tripMs(): number | null {
    return this.#best()?.tripMs ?? null;
  }

  /** Server epoch ms at this device's time `at`. */
  epoch(at: number): number {
    return at + (this.#best()?.epochOffset ?? 0);
  }

  /** Session ms at this device's time `at`; null until the session has opened. */
  session(at: number): number | null {
    const best = this.#best();
    if (best?.sessionOffset != null) return Math.max(0, Math.round(at + best.sessionOffset));
    return this.#t0 === null ? null : Math.max(0, Math.round(this.epoch(at) - this.#t0));
  }

  #best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (best, sample) => (best === undefined || sample.tripMs < best.tripMs ? sample : best),
      undefined,
    );
  }
}
