/** The line: clock, downlink and uplink, by small transfers that end early on a slow one. */
import { Api } from "../shared/api.ts";
import { fields, number } from "../shared/json.ts";
import { clockOf, type Ping, rateOf } from "./figures.ts";
import type { Measured } from "./measured.ts";

const PINGS = 5;
/** At most 592 KiB each way: a phone pays for every one of them. */
const SIZES = [16, 64, 256, 256].map((kib) => kib * 1024);
const LONG_ENOUGH_MS = 1500;
const PATIENCE_MS = 10_000;
const RANDOM_AT_ONCE = 65_536;

export class Line {
  #tripMs = 0;

  constructor(
    private readonly api: Api,
    private readonly csrf: string,
    private readonly urls: { readonly clock: string; readonly bytes: string },
  ) {}

  async clock(): Promise<Partial<Measured>> {
    const pings: Ping[] = [];
    for (let ping = 0; ping < PINGS; ping += 1) {
      const sent = Date.now();
      const server = number(fields(await this.api.get(this.urls.clock))["now"]);
      if (server !== null) pings.push({ sent, received: Date.now(), server });
    }
    const clock = clockOf(pings);
    this.#tripMs = clock?.tripMs ?? 0;
    return clock === null ? {} : { clock_offset_ms: clock.offsetMs };
  }

  async down(): Promise<Partial<Measured>> {
    const rate = await this.#rate(async (bytes, signal) => {
      const answer = await fetch(`${this.urls.bytes}?count=${bytes}`, { credentials: "same-origin", cache: "no-store", signal });
      if (!answer.ok) throw new Error(`bytes: ${answer.status}`);
      await answer.arrayBuffer();
    });
    return rate === null ? {} : { down_bps: rate };
  }

  async up(): Promise<Partial<Measured>> {
    const rate = await this.#rate(async (bytes, signal) => {
      const answer = await fetch(this.urls.bytes, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": this.csrf },
        body: noise(bytes),
        signal,
      });
      if (!answer.ok) throw new Error(`bytes: ${answer.status}`);
      await answer.arrayBuffer();
    });
    return rate === null ? {} : { up_bps: rate };
  }

  /** Ever larger pieces until one takes long enough to be measured; null when none came through. */
  async #rate(transfer: (bytes: number, signal: AbortSignal) => Promise<void>): Promise<number | null> {
    let best: number | null = null;
    for (const bytes of SIZES) {
      const began = performance.now();
      try {
        await transfer(bytes, AbortSignal.timeout(PATIENCE_MS));
      } catch (error) {
        const slow = error instanceof DOMException && error.name === "TimeoutError";
        // So slow that the piece did not come through: not more than this.
        return best ?? (slow ? rateOf(bytes, PATIENCE_MS, 0) : null);
      }
      const took = performance.now() - began;
      best = Math.max(best ?? 0, rateOf(bytes, took, this.#tripMs));
      if (took >= LONG_ENOUGH_MS) break;
    }
    return best;
  }
}

function noise(bytes: number): Blob {
  const parts: BlobPart[] = [];
  for (let left = bytes; left > 0; left -= RANDOM_AT_ONCE) {
    parts.push(crypto.getRandomValues(new Uint8Array(Math.min(left, RANDOM_AT_ONCE))));
  }
  return new Blob(parts);
}
