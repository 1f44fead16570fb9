/** Which slices answer what the server wants, in which order, and what is still owed. Pure. */
import { lengthOf, overlap } from "../shared/spans.ts";
import type { Placed, Wanted } from "./slice.ts";

/** A slice whose last byte has just arrived is the server's turn. */
const SERVER_TURN_MS = 30_000;
/** Less than this much of a span is not worth a file of its own: the neighbour has it, by the overlap. */
const SLIVER_MS = 20;

function matches(at: Placed, span: Wanted): boolean {
  if (at.slice.kind !== span.kind || at.slice.refused !== null) return false;
  const padded = { startMs: at.startMs - at.errorMs, endMs: at.endMs + at.errorMs };
  return overlap(padded, span) > SLIVER_MS;
}

/** Slices to send, in the order of the wanted spans and of time within each; none twice. */
export function chosen(wanted: readonly Wanted[], held: readonly Placed[], nowWall: number): Placed[] {
  const order = [...held].sort((a, b) => a.startMs - b.startMs);
  const found = new Map<string, Placed>();
  for (const span of wanted) {
    for (const at of order) {
      const { slice } = at;
      const arrived = slice.sentWall !== null && nowWall - slice.sentWall < SERVER_TURN_MS;
      if (slice.closed && !arrived && matches(at, span)) found.set(slice.id, at);
    }
  }
  return [...found.values()];
}

export interface Owed {
  /** Wanted time that this device has and that has not arrived, ms. */
  readonly ms: number;
  /** Bytes of it that are still to go. */
  readonly bytes: number;
  /** Bytes of the files concerned, those that have gone included. */
  readonly ofBytes: number;
  /** Wanted time of which this device has nothing, ms. */
  readonly missingMs: number;
}

export const NOTHING_OWED: Owed = { ms: 0, bytes: 0, ofBytes: 0, missingMs: 0 };

/** What the server's list means for this device; slices that still grow count as held. */
export function owed(wanted: readonly Wanted[], held: readonly Placed[]): Owed {
  const concerned = new Map<string, Placed>();
  let ms = 0;
  let missingMs = 0;
  for (const span of wanted) {
    const parts = held.filter((at) => matches(at, span));
    for (const at of parts) concerned.set(at.slice.id, at);
    const clipped = (some: readonly Placed[]): number =>
      lengthOf(
        some.map((at) => ({ startMs: Math.max(at.startMs, span.startMs), endMs: Math.min(at.endMs, span.endMs) }))
          .filter(({ startMs, endMs }) => endMs > startMs),
      );
    const had = clipped(parts);
    ms += clipped(parts.filter(({ slice }) => slice.sentWall === null));
    missingMs += span.endMs - span.startMs - had;
  }
  const files = [...concerned.values()].map(({ slice }) => slice);
  return {
    ms,
    bytes: files.reduce((sum, { bytes, offset }) => sum + Math.max(0, bytes - offset), 0),
    ofBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    missingMs,
  };
}
