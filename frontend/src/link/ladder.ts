/**
 * Which picture a line can carry: a ladder with six rungs. Down fast, because sound suffers meanwhile;
 * up slowly, and ever more slowly where going up failed. Pure: times in ms of any clock that only goes on.
 */
export const RUNGS = ["text", "audio", "still", "180p", "360p", "720p"] as const;

export type Rung = (typeof RUNGS)[number];

export interface Shape {
  /** Bit/s of video at most, and the least that makes the rung worth having. */
  readonly mostBps: number;
  /** How far the browser may look for more than it sends, bit/s. */
  readonly searchBps: number;
  readonly leastBps: number;
  readonly height: number;
  readonly fps: number;
}

export const SHAPES: Readonly<Record<Rung, Shape>> = {
  "720p": { mostBps: 1_200_000, searchBps: 2_500_000, leastBps: 450_000, height: 720, fps: 30 },
  "360p": { mostBps: 500_000, searchBps: 900_000, leastBps: 130_000, height: 360, fps: 24 },
  "180p": { mostBps: 160_000, searchBps: 300_000, leastBps: 45_000, height: 180, fps: 10 },
  still: { mostBps: 24_000, searchBps: 40_000, leastBps: 10_000, height: 180, fps: 0.25 },
  audio: { mostBps: 0, searchBps: 40_000, leastBps: 0, height: 0, fps: 0 },
  text: { mostBps: 0, searchBps: 40_000, leastBps: 0, height: 0, fps: 0 },
};

export function heightOf(rung: Rung): number {
  return RUNGS.indexOf(rung);
}

export function isRung(value: unknown): value is Rung {
  return RUNGS.includes(value as Rung);
}

export function lower(a: Rung, b: Rung): Rung {
  return heightOf(a) <= heightOf(b) ? a : b;
}

/** One look at the line; once or twice a second. */
export interface Signs {
  readonly at: number;
  /** What video may take by the sender's estimate, bit/s; null where no video tells it. */
  readonly roomBps: number | null;
  /** What video is really sent, bit/s; a dark or resting picture needs less than it may have. */
  readonly videoBps: number;
  /** 0..1, as the server reports it of what we send. */
  readonly loss: number;
  /** How much longer a round trip takes now than it does on the empty line, ms. */
  readonly queueMs: number;
}

export interface Ladder {
  readonly rung: Rung;
  /** When `rung` was taken. */
  readonly since: number;
  /** Since when something says "down", or null. */
  readonly badSince: number | null;
  /** Since when everything says "up", or null. */
  readonly goodSince: number | null;
  /** How often going up to a rung failed in a row. */
  readonly failures: Readonly<Partial<Record<Rung, number>>>;
  /** The rung that was reached by going up and has not yet proved itself. */
  readonly trial: Rung | null;
  /** What the line carried when people limited it: there it goes back to when they lift the limit. */
  readonly capped: Rung | null;
}

export const BAD_LOSS = 0.12;
export const BAD_QUEUE_MS = 500;
const HOPELESS_LOSS = 0.4;
const HOPELESS_QUEUE_MS = 2500;
const GOOD_LOSS = 0.07;
const GOOD_QUEUE_MS = 200;
/** The estimate has to leave so much air above what the next rung needs. */
const AIR = 1.3;

const PRESSED = 0.6;

const DOWN_MS = 900;
/** An estimate that little is sent beyond hurts nobody: the encoder follows it, and it may be a mistake. */
const ESTIMATE_DOWN_MS = 5000;
const COLLAPSED = 1.2;
/** What was just sent less of must have left the queue before it is judged again. */
const SETTLE_MS = 3000;
const HOPELESS_MS = 10_000;
const UP_MS = 6000;
/** Where no estimate says that there is room, going up is a try. */
const BLIND_UP_MS = 20_000;
const LONGEST_UP_MS = 300_000;
const TRIAL_MS = 15_000;
/** An estimate has to grow into a new rung first; loss and the queue are judged at once. */
const GRACE_MS = 6000;

export function begin(rung: Rung, at: number): Ladder {
  return { rung, since: at, badSince: null, goodSince: null, failures: {}, trial: null, capped: null };
}

/** The highest rung that `bps` of video is enough for; sound alone where there is none. */
export function rungFor(bps: number): Rung {
  return [...RUNGS].reverse().find((rung) => SHAPES[rung].mostBps > 0 && SHAPES[rung].leastBps <= bps) ?? "audio";
}

/** An estimate says what the line bears only where it is used; else it repeats what was sent. */
function pressed(roomBps: number, videoBps: number): boolean {
  return videoBps >= PRESSED * roomBps;
}

/** How long all must be well before `next` is tried. */
export function patienceMs(ladder: Ladder, next: Rung, known = true): number {
  const first = blind(ladder.rung) || !known ? BLIND_UP_MS : UP_MS;
  return Math.min(LONGEST_UP_MS, first * 2 ** (ladder.failures[next] ?? 0));
}

/** With no or hardly any video the estimate only repeats what was sent. */
function blind(rung: Rung): boolean {
  return heightOf(rung) < heightOf("180p");
}

/** The rung after this look. `ceiling` is the highest that people allow. */
export function step(ladder: Ladder, signs: Signs, ceiling: Rung): Ladder {
  if (heightOf(ladder.rung) > heightOf(ceiling)) {
    return { ...moved(ladder, ceiling, signs.at), capped: ladder.capped ?? ladder.rung };
  }
  if (ladder.capped !== null && heightOf(ceiling) > heightOf(ladder.rung)) return freed(ladder, ladder.capped, ceiling, signs.at);
  const wanted = wish(ladder, signs);
  if (heightOf(wanted) < heightOf(ladder.rung)) return worse(ladder, signs, wanted);
  return better({ ...ladder, badSince: null }, signs, ceiling);
}

function freed(ladder: Ladder, capped: Rung, ceiling: Rung, at: number): Ladder {
  const rung = lower(capped, ceiling);
  return { ...moved(ladder, rung, at), trial: rung, capped: rung === capped ? null : capped };
}

/** Where this look alone would stand. */
function wish(ladder: Ladder, { at, loss, queueMs, roomBps: told, videoBps }: Signs): Rung {
  const { rung } = ladder;
  const early = ladder.trial === rung && at - ladder.since < GRACE_MS;
  const roomBps = told !== null && !early && pressed(told, videoBps) ? told : null;
  if (rung === "audio") {
    return loss > HOPELESS_LOSS || queueMs > HOPELESS_QUEUE_MS ? "text" : "audio";
  }
  if (loss > BAD_LOSS || queueMs > BAD_QUEUE_MS) {
    const below = RUNGS[Math.max(heightOf("audio"), heightOf(rung) - 1)] ?? "audio";
    return rung === "text" ? "text" : lower(below, fitting(rung, roomBps));
  }
  return fitting(rung, roomBps);
}

function fitting(rung: Rung, roomBps: number | null): Rung {
  if (roomBps === null || blind(rung) || roomBps >= SHAPES[rung].leastBps) return rung;
  return lower(rung, rungFor(roomBps));
}

function worse(ladder: Ladder, signs: Signs, wanted: Rung): Ladder {
  const { at } = signs;
  const badSince = ladder.badSince ?? at;
  const waiting = { ...ladder, badSince, goodSince: null };
  const settled = at - ladder.since >= SETTLE_MS || ladder.trial === ladder.rung;
  const needed = wanted === "text" ? HOPELESS_MS : hurts(signs) ? DOWN_MS : ESTIMATE_DOWN_MS;
  if (at - badSince < needed || !settled) return waiting;
  const failed = ladder.trial === null ? ladder.failures : failedAt(ladder, ladder.trial);
  return { ...moved(ladder, wanted, at), failures: failed, capped: null };
}

function hurts({ loss, queueMs, roomBps, videoBps }: Signs): boolean {
  return loss > BAD_LOSS || queueMs > BAD_QUEUE_MS || (roomBps !== null && videoBps > COLLAPSED * roomBps);
}

function failedAt({ failures }: Ladder, rung: Rung): Ladder["failures"] {
  return { ...failures, [rung]: (failures[rung] ?? 0) + 1 };
}

function better(ladder: Ladder, signs: Signs, ceiling: Rung): Ladder {
  const proved = ladder.trial !== null && signs.at - ladder.since >= TRIAL_MS;
  const held: Ladder = proved
    ? { ...ladder, trial: null, failures: { ...ladder.failures, [ladder.rung]: 0 } }
    : ladder;
  const next = RUNGS[heightOf(held.rung) + 1];
  if (next === undefined || heightOf(next) > heightOf(ceiling) || !mayRise(held, signs, next)) {
    return { ...held, goodSince: null };
  }
  const goodSince = held.goodSince ?? signs.at;
  const known = signs.roomBps !== null && signs.roomBps >= SHAPES[next].leastBps * AIR;
  if (signs.at - goodSince < patienceMs(held, next, known)) return { ...held, goodSince };
  return { ...moved(held, next, signs.at), trial: next };
}

function mayRise({ rung }: Ladder, { loss, queueMs, roomBps, videoBps }: Signs, next: Rung): boolean {
  if (loss > GOOD_LOSS || queueMs > GOOD_QUEUE_MS) return false;
  if (blind(rung)) return true;
  return roomBps !== null && (roomBps >= SHAPES[next].leastBps * AIR || !pressed(roomBps, videoBps));
}

function moved(ladder: Ladder, rung: Rung, at: number): Ladder {
  return { ...ladder, rung, since: at, badSince: null, goodSince: null, trial: null };
}
