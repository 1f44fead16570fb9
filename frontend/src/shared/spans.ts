/** Spans of session time, in ms: start inclusive, end exclusive. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export function overlap(one: Span, other: Span): number {
  return Math.max(0, Math.min(one.endMs, other.endMs) - Math.max(one.startMs, other.startMs));
}

/** Total length of the union of `spans`, ms. */
export function lengthOf(spans: readonly Span[]): number {
  let total = 0;
  let reached = -Infinity;
  for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    total += Math.max(0, endMs - Math.max(startMs, reached));
    reached = Math.max(reached, endMs);
  }
  return total;
}
