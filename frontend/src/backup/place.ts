/** Where a slice lies on the session clock, from what its run measured. Pure. */
import type { Placed, Sample, Slice } from "./slice.ts";

/** Two quartz clocks drift apart by up to this share. */
const DRIFT = 50e-6;
/** A recorder's first frame and its start event lie this far apart, on a busy phone; measured. */
const START_MS = 120;
/** Wall and monotonic time may differ by this much between two readings without anything being wrong. */
const AGREE_MS = 100;
/** A run that never heard the server: the wall clock of this device, as a later visit found it. */
const WALL_ONLY_MS = 1000;

/** The device's wall clock against the session's, by a later visit; ms. */
export interface Later {
  readonly wall: number;
  readonly session: number;
  readonly errorMs: number;
}

interface Guess {
  readonly startMs: number;
  readonly errorMs: number;
}

/**
 * By one sample. The monotonic clock stands still while some devices sleep, and the wall clock jumps
 * when it is set: where the two disagree since the sample, the difference is part of the error.
 */
function by(slice: Slice, sample: Sample): Guess {
  const passed = slice.startPerf - sample.perf;
  const jump = Math.abs(slice.startWall - sample.wall - passed);
  return {
    startMs: sample.session + passed,
    errorMs: sample.errorMs + Math.abs(passed) * DRIFT + (jump > AGREE_MS ? jump : 0),
  };
}

function best(guesses: readonly Guess[]): Guess | null {
  return guesses.reduce<Guess | null>((one, other) => (one === null || other.errorMs < one.errorMs ? other : one), null);
}

/** `samples` may be of any run; null when nothing tells where this slice lies. */
export function placed(slice: Slice, samples: readonly Sample[], later: Later | null): Placed | null {
  const own = best(samples.filter(({ run }) => run === slice.run).map((sample) => by(slice, sample)));
  const guess = own ?? (later === null ? null : {
    startMs: later.session + slice.startWall - later.wall,
    errorMs: later.errorMs + WALL_ONLY_MS,
  });
  if (guess === null) return null;
  const startMs = Math.round(guess.startMs);
  return {
    slice,
    startMs,
    endMs: startMs + Math.max(0, Math.round(slice.lastPerf - slice.startPerf)),
    errorMs: Math.ceil(guess.errorMs + START_MS),
  };
}

/** At most `keep` samples of one run, spread over it so that drift and jumps stay visible: of each stretch the most exact. */
export function thinned(samples: readonly Sample[], keep: number): Sample[] {
  const ordered = [...samples].sort((a, b) => a.perf - b.perf);
  if (ordered.length <= keep) return ordered;
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return [];
  const width = (last.perf - first.perf) / keep || 1;
  const chosen = new Map<number, Sample>();
  for (const sample of ordered) {
    const stretch = Math.min(keep - 1, Math.floor((sample.perf - first.perf) / width));
    const known = chosen.get(stretch);
    if (known === undefined || sample.errorMs < known.errorMs) chosen.set(stretch, sample);
  }
  return [...chosen.values()];
}
