/** Where things lie on the timeline. No DOM: session ms in, pixels out. */
import type { Span } from "./model.ts";

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const SMALLEST_MS = 10_000;

export class Scale {
  constructor(
    readonly from: number,
    readonly to: number,
    readonly width: number,
  ) {}

  x(at: number): number {
    return ((at - this.from) / (this.to - this.from)) * this.width;
  }

  at(x: number): number {
    return this.from + (x / this.width) * (this.to - this.from);
  }

  holds(at: number): boolean {
    return at >= this.from && at <= this.to;
  }

  /** x and width of the visible part of a span; null when nothing of it shows. At least 1 px wide. */
  bar({ start, end }: Span): { x: number; width: number } | null {
    if (end <= this.from || start >= this.to) return null;
    const left = Math.max(0, this.x(start));
    return { x: left, width: Math.max(1, Math.min(this.width, this.x(end)) - left) };
  }
}

/** Round moments for the axis, at least `apart` px from each other. */
export function ticks(scale: Scale, apart = 84): number[] {
  const perPixel = (scale.to - scale.from) / Math.max(1, scale.width);
  const step = (STEPS_S.find((seconds) => seconds * 1000 >= perPixel * apart) ?? 3600) * 1000;
  const found: number[] = [];
  for (let at = Math.ceil(scale.from / step) * step; at <= scale.to; at += step) found.push(at);
  return found;
}

/** The window around `middle` of length `length`, inside the session. */
export function windowAround(middle: number, length: number, duration: number): Span {
  const size = Math.min(duration, Math.max(Math.min(SMALLEST_MS, duration), length));
  const start = Math.max(0, Math.min(duration - size, middle - size / 2));
  return { start, end: start + size };
}

/** Scrolls the window a page on when the playhead leaves it; else leaves it alone. */
export function following(view: Span, at: number, duration: number): Span {
  if (at >= view.start && at <= view.end) return view;
  const length = view.end - view.start;
  return windowAround(at + length * 0.4, length, duration);
}

/** Which labels have room: an item's words are dropped when the next one begins too soon. */
export function withRoom<T>(items: readonly T[], xOf: (item: T) => number, needed: (item: T) => number): boolean[] {
  return items.map((item, index) => {
    const next = items[index + 1];
    return next === undefined || xOf(next) - xOf(item) >= needed(item);
  });
}
