/** The gap map as the log tells it: what is missing of whose stream, why, and what has filled it. Pure. */
import { lengthOf, overlap, type Span } from "../shared/spans.ts";
import type { Gap, RoomLog } from "./fold.ts";

export type Filled = "none" | "part" | "all";

export interface GapRow extends Gap {
  readonly owner: string;
  readonly kind: string;
  readonly filled: Filled;
  /** Who asked the device for (part of) it; empty when nobody did. */
  readonly askedBy: string;
}

export interface Lane {
  readonly stream: string;
  readonly owner: string;
  readonly kind: string;
  readonly rows: readonly GapRow[];
}

/** Causes that leave something to be had from the device; while it was off or away it recorded nothing. */
const FILLABLE: ReadonlySet<string> = new Set(["network", "stalled", "media process", "storage", "disk", "not recorded"]);

/** Whether a copy of this may lie on its owner's device: only the asesi's keeps one, of the camera. */
export function fillable({ kind, cause }: GapRow, ownerRole: string): boolean {
  return kind === "camera" && ownerRole === "asesi" && FILLABLE.has(cause);
}

/** A hole in frames smaller than this is not heard and not seen. */
const SEAM_MS = 100;

function filledOf(gap: Span, fills: readonly Span[]): Filled {
  const parts = fills
    .map((fill) => ({ startMs: Math.max(fill.startMs, gap.startMs), endMs: Math.min(fill.endMs, gap.endMs) }))
    .filter(({ startMs, endMs }) => endMs > startMs);
  const has = lengthOf(parts);
  if (has === 0) return "none";
  return gap.endMs - gap.startMs - has <= SEAM_MS ? "all" : "part";
}

/** All gaps by time; those of one stream that touch and share a cause are one. */
export function gapRows(log: RoomLog): GapRow[] {
  const merged = new Map<string, Gap[]>();
  for (const gap of [...log.gaps].sort((a, b) => a.startMs - b.startMs)) {
    const key = `${gap.stream} ${gap.cause} ${gap.media}`;
    const known = merged.get(key) ?? [];
    const last = known.at(-1);
    if (last !== undefined && gap.startMs <= last.endMs) {
      known[known.length - 1] = { ...last, endMs: Math.max(last.endMs, gap.endMs) };
    } else known.push(gap);
    merged.set(key, known);
  }
  return [...merged.values()].flat()
    .map((gap) => {
      const stream = log.streams.get(gap.stream);
      const asked = log.asks.find((ask) => ask.stream === gap.stream && overlap(ask, gap) > 0);
      return {
        ...gap,
        owner: stream?.owner ?? "",
        kind: stream?.kind ?? "camera",
        filled: filledOf(gap, log.fills.filter(({ stream: of }) => of === gap.stream)),
        askedBy: asked?.actor ?? "",
      };
    })
    .sort((a, b) => a.startMs - b.startMs || a.stream.localeCompare(b.stream));
}

/** One lane for each stream that ever ran, those with gaps or not. */
export function lanesOf(log: RoomLog, rows: readonly GapRow[]): Lane[] {
  return [...log.streams.values()].map(({ id, owner, kind }) => ({
    stream: id, owner, kind, rows: rows.filter(({ stream }) => stream === id),
  }));
}

/** Session ms of "12.03", "1.12.03" or "12:03"; null for anything else. */
export function momentOf(words: string): number | null {
  const found = /^(?:(\d{1,2})[.:])?(\d{1,3})[.:](\d{1,2})$/.exec(words.trim());
  if (found === null) return null;
  const [hours, minutes, seconds] = [Number(found[1] ?? 0), Number(found[2]), Number(found[3])];
  if (seconds > 59 || (found[1] !== undefined && minutes > 59)) return null;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
