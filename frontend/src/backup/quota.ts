/** What gives way when the device has no more room. Pure. */
import { overlap } from "../shared/spans.ts";
import type { Placed, Slice, Wanted } from "./slice.ts";

/** Enough for about two hours; a phone's owner needs the rest. */
export const MOST_BYTES = 500_000_000;
const SHARE = 0.5;
/** Left free for everybody else on a device that is nearly full. */
const MARGIN = 20_000_000;

export interface Room {
  readonly usage: number;
  readonly quota: number;
}

/** Bytes that slices may occupy; `held` is what they occupy now, part of the origin's usage. */
export function budget(estimate: Room | null, held: number): number {
  if (estimate === null) return MOST_BYTES;
  const free = Math.max(0, estimate.quota - estimate.usage - MARGIN);
  return Math.min(MOST_BYTES, Math.floor(held + free * SHARE));
}

/** 0: the server has it all; 1: the line was bad then; 2: the server wants it. */
export function worth(slice: Slice, at: Placed | null, wanted: readonly Wanted[]): 0 | 1 | 2 {
  if (slice.refused !== null) return 0;
  const padded = at === null ? null : { startMs: at.startMs - at.errorMs, endMs: at.endMs + at.errorMs };
  if (padded !== null && wanted.some((span) => span.kind === slice.kind && overlap(span, padded) > 0)) return 2;
  return slice.risky || at === null ? 1 : 0;
}

export interface Valued {
  readonly slice: Slice;
  readonly worth: 0 | 1 | 2;
}

/**
 * The slices to drop so that `bytes` are free again: worthless first, oldest first. What is recorded now
 * (`fresh`: its worth) never pushes out what is worth more. Null when that does not suffice: then
 * recording has to rest.
 */
export function victims(held: readonly Valued[], bytes: number, fresh: 0 | 1): Slice[] | null {
  if (bytes <= 0) return [];
  const given: Slice[] = [];
  let free = 0;
  const order = held
    .filter((one) => one.slice.closed && one.worth <= fresh)
    .sort((a, b) => a.worth - b.worth || a.slice.startWall - b.slice.startWall);
  for (const { slice } of order) {
    given.push(slice);
    free += slice.bytes;
    if (free >= bytes) return given;
  }
  return null;
}
