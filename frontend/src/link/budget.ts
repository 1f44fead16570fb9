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
/** A request at once fills the line's queue; more than this of it would hold sound up. */
const QUEUE_S = 0.6;
/** A line with so much room is left to the congestion control of TCP. */
const AMPLE_BPS = 1_500_000;
const LEAST_PACE_BPS = 6000;

export function pace(shareBps: number, lineBps: number): Pace {
  if (lineBps >= AMPLE_BPS) return FREE;
  const bytesPerSecond = Math.max(LEAST_PACE_BPS, shareBps) / 8;
  const queued = (Math.max(LEAST_PACE_BPS, lineBps) / 8) * QUEUE_S;
  const chunkBytes = Math.round(Math.min(FREE.chunkBytes, Math.max(LEAST_CHUNK, queued)));
  return { bytesPerSecond, chunkBytes };
}

/** Ms to wait after a request of `bytes` that took `tookMs`, to keep to the pace. */
export function restMs(of: Pace, bytes: number, tookMs: number): number {
  if (!Number.isFinite(of.bytesPerSecond)) return 0;
  return Math.max(0, Math.round((bytes / of.bytesPerSecond) * 1000 - tookMs));
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
