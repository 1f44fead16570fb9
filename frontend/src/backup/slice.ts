/** What the device keeps of a session: slices of its own camera and microphone, and how they lie in time. */

import type { Span } from "../shared/spans.ts";

/** Where its bytes lie: a file of the browser, one file per second, or rows of IndexedDB. */
export type How = "file" | "parts" | "rows";

/** One self-contained MediaRecorder file of about ten seconds, as the ledger knows it. */
export interface Slice {
  readonly id: string;
  readonly session: string;
  readonly owner: string;
  /** One life of one page: `performance.now()` counts from its beginning. */
  readonly run: string;
  readonly kind: string;
  readonly mime: string;
  readonly how: How;
  /** performance.now() and Date.now() when its recorder began, ms. */
  readonly startPerf: number;
  readonly startWall: number;
  /** performance.now() of the last second that reached the disk. */
  readonly lastPerf: number;
  readonly bytes: number;
  /** Complete as far as it ever will be: also after a crash, then possibly torn at its end. */
  readonly closed: boolean;
  /** The live line did not carry all of it: the server may ask for it. */
  readonly risky: boolean;
  /** Address of its upload; null before the first byte was sent. */
  readonly upload: string | null;
  /** Bytes that the server has acknowledged. */
  readonly offset: number;
  /** Date.now() when the server had the last byte; null before. */
  readonly sentWall: number | null;
  /** HTTP status with which the server refused this file for good. */
  readonly refused: number | null;
}

/** One reading of the session clock by one run: at `perf`/`wall` the session stood at `session`, ± `errorMs`. */
export interface Sample {
  readonly run: string;
  readonly perf: number;
  readonly wall: number;
  readonly session: number;
  readonly errorMs: number;
}

/** A slice on the session clock, in ms; the truth lies within `errorMs`. */
export interface Placed {
  readonly slice: Slice;
  readonly startMs: number;
  readonly endMs: number;
  readonly errorMs: number;
}

/** A span that the server would like to have, as GET /backup tells it. */
export interface Wanted extends Span {
  readonly kind: string;
  readonly why: "gap" | "asked";
}
