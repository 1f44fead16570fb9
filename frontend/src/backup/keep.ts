/** What this device holds: ledger and shelf together. */
import type { Ledger } from "./ledger.ts";
import { hint } from "./hint.ts";
import { type Later, placed } from "./place.ts";
import { budget, victims, worth } from "./quota.ts";
import { FLUSH_MS } from "./schedule.ts";
import { shelfFor } from "./shelf.ts";
import type { Placed, Slice, Wanted } from "./slice.ts";

const LOOK_EVERY_BYTES = 2_000_000;

export async function estimate(): Promise<{ readonly usage: number; readonly quota: number } | null> {
  if (!("storage" in navigator) || !("estimate" in navigator.storage)) return null;
  const { usage, quota } = await navigator.storage.estimate();
  return usage === undefined || quota === undefined ? null : { usage, quota };
}

export class Keep {
  /** As the server last said; what is wanted is dropped last. */
  wanted: readonly Wanted[] = [];
  later: Later | null = null;
  #spare = 0;

  constructor(
    readonly ledger: Ledger,
    readonly session: string,
  ) {}

  async held(): Promise<Placed[]> {
    const samples = await this.ledger.samples();
    const slices = await this.ledger.of(this.session);
    return slices.map((slice) => placed(slice, samples, this.later)).filter((at): at is Placed => at !== null);
  }

  read(slice: Slice): Promise<Blob> {
    return shelfFor(slice.how, this.ledger).read(slice.id);
  }

  async remove(slice: Slice): Promise<void> {
    await shelfFor(slice.how, this.ledger).remove(slice.id);
    await this.ledger.remove(slice.id);
  }

  async clear(): Promise<void> {
    for (const slice of await this.ledger.of(this.session)) await this.remove(slice);
    await this.ledger.tidy();
    hint(this.session, undefined);
  }

  /** Slices that a dead page left open are complete as far as they ever will be. */
  async adopt(running: ReadonlySet<string>): Promise<void> {
    for (const slice of await this.ledger.of(this.session)) {
      if (slice.closed || running.has(slice.run)) continue;
      const { size } = await this.read(slice).catch(() => new Blob());
      if (size === 0) await this.remove(slice);
      else {
        const lastPerf = Math.max(slice.lastPerf, slice.startPerf + FLUSH_MS);
        await this.ledger.change(slice.id, { closed: true, risky: true, bytes: size, lastPerf });
      }
    }
  }

  /** Room for `bytes` more of what is recorded now; false when nothing may give way. */
  async makeRoom(bytes: number, risky: boolean): Promise<boolean> {
    this.#spare -= bytes;
    if (this.#spare > 0) return true;
    const slices = await this.ledger.all();
    const held = slices.reduce((sum, slice) => sum + slice.bytes, 0);
    const over = held + LOOK_EVERY_BYTES + bytes - budget(await estimate(), held);
    const samples = await this.ledger.samples();
    const valued = slices.map((slice) => ({
      slice,
      worth: worth(slice, placed(slice, samples, this.later), slice.session === this.session ? this.wanted : []),
    }));
    const given = victims(valued, over, risky ? 1 : 0);
    if (given === null) return false;
    for (const slice of given) await this.remove(slice);
    this.#spare = LOOK_EVERY_BYTES;
    return true;
  }
}
