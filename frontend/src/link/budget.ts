/**
 * One line, spent in this order: sound, marks and log, evidence, video, the device's backup. Bit/s on the
 * wire, packet headers included. Pure.
 */
import type { Voice } from "../shared/terms.ts";
import { type Rung, RUNGS } from "./ladder.ts";

export const VOICES = {
  full: { bps: 32_000, ptimeMs: 20 },
  thin: { bps: 16_000, ptimeMs: 60 },
} as const satisfies Readonly<Record<string, Voice>>;

export type VoiceName = keyof typeof VOICES;

/** IPv4, UDP, RTP with its extensions, SRTP's tag. */
const HEADER_BYTES = 70;

export function wireBps({ bps, ptimeMs }: Voice): number {
  return bps + (HEADER_BYTES * 8 * 1000) / ptimeMs;
}

/** Speech keeps its full quality as long as a picture worth the name passes beside it. */
export function voiceFor(rung: Rung, listenersThin: boolean): VoiceName {
  return listenersThin || RUNGS.indexOf(rung) <= RUNGS.indexOf("180p") ? "thin" : "full";
}

export interface Wants {
  readonly voice: Voice | null;
  readonly evidence: boolean;
  /** What the picture may use at most, bit/s. */
  readonly video: number;
  readonly backup: boolean;
}

export interface Shares {
  readonly audio: number;
  readonly log: number;
  readonly evidence: number;
  readonly video: number;
  readonly backup: number;
}

/** Marks, clock, presence, and the upkeep of the connections. */
const LOG_BPS = 6000;
/** Evidence never waits wholly, and never takes all: the people go on seeing each other. */
const EVIDENCE_PART = 0.6;

/** Shares of a line of `lineBps`; they never add up to more than it. */
export function spend(lineBps: number, wants: Wants): Shares {
  let left = Math.max(0, lineBps);
  const take = (most: number): number => {
    const taken = Math.min(left, Math.max(0, most));
    left -= taken;
    return taken;
  };
  const audio = take(wants.voice === null ? 0 : wireBps(wants.voice));
  const log = take(LOG_BPS);
  const evidence = take(wants.evidence ? left * EVIDENCE_PART : 0);
  const video = take(wants.video);
  const backup = take(wants.backup ? left : 0);
  return { audio, log, evidence, video, backup };
}

/** How an upload may use the line: `chunkBytes` in one request, `bytesPerSecond` on average. */
export interface Pace {
  readonly bytesPerSecond: number;
  readonly chunkBytes: number;
}

export const FREE: Pace = { bytesPerSecond: Number.POSITIVE_INFINITY, chunkBytes: 256 * 1024 };

const LEAST_CHUNK = 4 * 1024;
const CHUNK_S = 1;
const FIRST_BPS = { ample: 500_000, thin: 12_000 };
const LEAST_BPS = 8000;
const AMPLE_BPS = 5_000_000;
const FULL_QUEUE_MS = 200;
const FULL_LOSS = 0.1;
const LESS = 0.5;
/** How fast to ask for more: what a thin line answers comes seconds later. */
const MORE = { ample: { factor: 1.25, bps: 2000 }, thin: { factor: 1.06, bps: 200 } };
/** What a thin line leaves beside the sound, and half a second of it in one piece. */
const THIN_MOST_BPS = 40_000;
const THIN_CHUNK = LEAST_CHUNK;

/**
 * An upload's rate beside live media: more each second while the line's queue stays short, less at once
 * when it fills. What TCP would do by itself costs a second of queue, and the sound stands in it.
 */
export class Share {
  #bps: number | null = null;

  /** One look a second; true where less is sent from now on. `waiting`: something wants to be sent; `thin`: the line was found to be. */
  look({ waiting, thin, queueMs, loss }: { waiting: boolean; thin: boolean; queueMs: number; loss: number }): boolean {
    if (!waiting) {
      this.#bps = null;
      return false;
    }
    const now = this.#bps ?? (thin ? FIRST_BPS.thin : FIRST_BPS.ample);
    const full = queueMs > FULL_QUEUE_MS || loss > FULL_LOSS;
    const { factor, bps } = thin ? MORE.thin : MORE.ample;
    const next = Math.max(LEAST_BPS, full ? now * LESS : now * factor + bps);
    this.#bps = thin ? Math.min(THIN_MOST_BPS, next) : next;
    return full;
  }

  pace(thin: boolean): Pace {
    const bps = this.#bps ?? (thin ? FIRST_BPS.thin : FIRST_BPS.ample);
    if (bps >= AMPLE_BPS) return FREE;
    const most = thin ? THIN_CHUNK : FREE.chunkBytes;
    const chunkBytes = Math.round(Math.min(most, Math.max(LEAST_CHUNK, (bps / 8) * CHUNK_S)));
    return { bytesPerSecond: bps / 8, chunkBytes };
  }
}

/** What a line is taken to carry while nothing has shown more, bit/s. */
const LEAST_LINE_BPS = 48_000;

export interface Known {
  readonly rung: Rung;
  readonly roomBps: number | null;
  readonly voice: Voice | null;
  /** What we sent in the last seconds, all of it, without congestion. */
  readonly sentBps: number;
}

/** What the line carries, as far as anything has shown. */
export function lineBps({ rung, roomBps, voice, sentBps }: Known): number {
  const audio = voice === null ? 0 : wireBps(voice);
  const told = roomBps === null || RUNGS.indexOf(rung) < RUNGS.indexOf("180p") ? 0 : roomBps + audio + LOG_BPS;
  return Math.max(LEAST_LINE_BPS, told, sentBps);
}
