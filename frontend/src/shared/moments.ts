/**
 * Where on the server's clock a device's moment lies, though neither of its clocks can be trusted: the
 * wall clock is wrong by minutes and may be set; the monotonic one stands still while the device
 * sleeps and begins anew with each page. Each moment is carried four ways, forward from the last
 * measurement before it and back from the first one after it, by either clock. One disturbance spoils
 * at most two of the four, and those two disagree; the ones that agree are right. No DOM, no clock.
 */

/** One look at both clocks, in ms. `life` counts this device's pages; `perf` is of that page. */
export interface Look {
  readonly life: number;
  readonly perf: number;
  readonly wall: number;
}

/** The server's epoch ms at a look, right within `errorMs` (half of the round trip). */
export interface Reading extends Look {
  readonly epoch: number;
  readonly errorMs: number;
}

/** Server epoch ms, and how far it may be off. */
export interface Placed {
  readonly epoch: number;
  readonly errorMs: number;
}

interface Estimate extends Placed {
  readonly by: "perf" | "wall";
  readonly tolerance: number;
}

/** Crystals are within 50 ppm, a wall clock that is being slewed within 500. */
const DRIFT = { perf: 0.00005, wall: 0.0005 } as const;
/** Two clocks are never read at the same instant; browsers round both. */
const GRAIN_MS = 10;
/** Between two looks whose clocks moved alike nothing happened: the most exact of such readings counts. */
const ALIKE_MS = 40;
/** A wall clock alone, with nothing to hold it against. */
const ALONE_MS = 1000;

function later(a: Look, b: Look): number {
  return a.life - b.life || a.perf - b.perf;
}

function apart(a: Look, b: Look): number {
  return Math.abs(a.wall - a.perf - (b.wall - b.perf));
}

/** The reading beside `look` in `row` (nearest first), or a more exact one that the same holds for. */
function best(row: readonly Reading[], look: Look): Reading | null {
  const [nearest] = row;
  if (nearest === undefined) return null;
  let chosen = nearest;
  const cost = (one: Reading): number => one.errorMs + DRIFT.perf * Math.abs(one.perf - look.perf);
  for (const one of row) {
    const distance = Math.abs(one.perf - nearest.perf);
    if (one.life !== nearest.life || apart(one, nearest) > ALIKE_MS + DRIFT.wall * distance) break;
    if (look.life === one.life ? cost(one) < cost(chosen) : one.errorMs < chosen.errorMs) chosen = one;
  }
  return chosen;
}

function carried(look: Look, from: Reading | null): Estimate[] {
  if (from === null) return [];
  const found: Estimate[] = [];
  const add = (by: Estimate["by"], gone: number): void => {
    const errorMs = from.errorMs + DRIFT[by] * Math.abs(gone);
    found.push({ by, epoch: from.epoch + gone, errorMs, tolerance: errorMs + GRAIN_MS });
  };
  if (look.life === from.life) add("perf", look.perf - from.perf);
  add("wall", look.wall - from.wall);
  return found;
}

interface Pair {
  readonly a: Estimate;
  readonly b: Estimate;
}

function agreeing(estimates: readonly Estimate[]): Pair[] {
  return estimates
    .flatMap((a, i) => estimates.slice(i + 1).map((b) => ({ a, b })))
    .filter(({ a, b }) => Math.abs(a.epoch - b.epoch) <= a.tolerance + b.tolerance)
    .sort((p, q) => p.a.tolerance + p.b.tolerance - (q.a.tolerance + q.b.tolerance));
}

function between({ a, b }: Pair): number {
  return (a.epoch * b.tolerance + b.epoch * a.tolerance) / (a.tolerance + b.tolerance);
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/**
 * A monotonic clock never runs ahead: what it counted since the reading before is the least that has
 * passed, and what it counted until the reading after the least that was still to come.
 */
function bounds(look: Look, before: Reading | null, after: Reading | null): Bounds {
  const edge = (from: Reading | null, otherwise: number, sign: 1 | -1): number => {
    if (from === null) return otherwise;
    const gone = from.life === look.life ? look.perf - from.perf : 0;
    return from.epoch + gone - sign * (from.errorMs + DRIFT.perf * Math.abs(gone) + GRAIN_MS);
  };
  return { least: edge(before, -Infinity, 1), most: edge(after, Infinity, -1) };
}

/** The moment of `look`; null when this device has never heard the server. `readings` in any order. */
export function place(look: Look, readings: readonly Reading[]): Placed | null {
  const sorted = [...readings].sort(later);
  const index = sorted.findIndex((one) => later(one, look) > 0);
  const before = best((index === -1 ? sorted : sorted.slice(0, index)).reverse(), look);
  const after = best(index === -1 ? [] : sorted.slice(index), look);
  const estimates = [...carried(look, before), ...carried(look, after)];
  const { least, most } = bounds(look, before, after);
  const pairs = agreeing(estimates).filter((one) => between(one) >= least - one.b.tolerance && between(one) <= most + one.b.tolerance);
  const [pair] = pairs;
  if (pair !== undefined) {
    const epoch = between(pair);
    // Another pair that agrees on something else: it cannot be told which of them is right.
    const doubt = Math.max(0, ...pairs.map((other) => Math.abs(between(other) - epoch) - other.a.tolerance - other.b.tolerance));
    return { epoch, errorMs: Math.max(pair.a.tolerance, pair.b.tolerance) + doubt };
  }
  const possible = estimates.filter(({ epoch, tolerance }) => epoch >= least - tolerance && epoch <= most + tolerance);
  const guess = guessed(possible.length > 0 ? possible : estimates, estimates);
  if (guess === null) return null;
  const epoch = Math.min(Math.max(guess.epoch, least), Math.max(least, most));
  return { epoch, errorMs: Math.min(guess.errorMs + Math.abs(guess.epoch - epoch), Math.max(epoch - least, most - epoch)) };
}

/** No two agree. A device slept more often than its clock was set: of two forward the later one. */
function guessed(estimates: readonly Estimate[], all: readonly Estimate[]): Placed | null {
  const [only] = [...estimates].sort((a, b) => a.tolerance - b.tolerance);
  if (only === undefined) return null;
  if (all.length === 1) return { epoch: only.epoch, errorMs: only.errorMs + (only.by === "wall" ? ALONE_MS : 0) };
  const chosen = estimates.length === 2 ? estimates.reduce((a, b) => (b.epoch > a.epoch ? b : a)) : only;
  const spread = Math.max(...all.map(({ epoch }) => Math.abs(epoch - chosen.epoch)));
  // Each may have been disturbed on its own: the truth need not lie between them.
  return { epoch: chosen.epoch, errorMs: chosen.errorMs + 2 * spread };
}
