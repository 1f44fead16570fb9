/** What the workbench reads from the server: the recording's manifest and the komite's state. No DOM. */
import { fields, list, number, text, truth } from "../shared/json.ts";

/** A span on the session clock in ms, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Segment extends Span {
  readonly index: number;
  readonly bytes: number;
  readonly mime: string;
  readonly url: string;
  /** Recorded by the asesi's own device and handed in later. */
  readonly device: boolean;
}

export interface Stream {
  readonly id: string;
  readonly owner: string;
  readonly kind: string;
  readonly segments: readonly Segment[];
  /** Number of the minutes by which it was destroyed; absent while it is kept. */
  readonly erased?: string;
}

export interface Gap extends Span {
  readonly stream: string;
  readonly cause: string;
  /** Where these seconds came from later; null while they are missing. */
  readonly filledBy: string | null;
}

export interface Manifest {
  readonly t0: number | null;
  readonly duration: number;
  readonly streams: readonly Stream[];
  readonly gaps: readonly Gap[];
  readonly sealed: boolean;
}

export function readManifest(value: unknown): Manifest {
  const raw = fields(value);
  const streams = list(raw["streams"]).map(readStream);
  const ends = streams.flatMap(({ segments }) => segments.map(({ end }) => end));
  return {
    t0: number(raw["t0"]),
    duration: Math.max(number(raw["duration_ms"]) ?? 0, ...ends, 1),
    streams,
    gaps: list(raw["gaps"]).map((item) => {
      const gap = fields(item);
      return {
        stream: text(gap["stream"]),
        start: number(gap["start_ms"]) ?? 0,
        end: number(gap["end_ms"]) ?? 0,
        cause: text(gap["cause"]),
        filledBy: text(gap["filled_by"]) || null,
      };
    }),
    sealed: raw["sealed_head"] !== null && raw["sealed_head"] !== undefined,
  };
}

function readStream(value: unknown): Stream {
  const raw = fields(value);
  const segments = list(raw["segments"]).map((item) => {
    const segment = fields(item);
    return {
      index: number(segment["index"]) ?? 0,
      start: number(segment["start_ms"]) ?? 0,
      end: number(segment["end_ms"]) ?? 0,
      bytes: number(segment["bytes"]) ?? 0,
      mime: text(segment["mime"]),
      url: text(segment["url"]),
      device: segment["source"] === "device",
    };
  });
  const erased = text(raw["erased"]) || list(raw["segments"]).map((item) => text(fields(item)["erased"])).find(Boolean);
  return {
    ...(erased ? { erased } : {}),
    id: text(raw["stream"]),
    owner: text(raw["owner"]),
    kind: text(raw["kind"]),
    // Without an address: destroyed, or left out of a capsule.
    segments: segments.filter(({ url }) => url !== "" && !erased).sort((a, b) => a.start - b.start),
  };
}

export type Finding = "K" | "BK" | "KL";

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly jabatan: string;
  readonly voted: boolean;
  readonly watched: number;
  readonly vote: { readonly value: Finding; readonly reason: string } | null;
}

export interface Comment {
  readonly id: number;
  readonly user: string;
  readonly name: string;
  readonly at: number;
  readonly text: string;
}

export interface Risk {
  readonly kind: string;
  readonly text: string;
  readonly at: number;
}

export interface Review {
  readonly state: string;
  readonly recommendation: string;
  readonly recommendationNote: string;
  /** ketua, anggota, or null for people who only look. */
  readonly seat: string | null;
  readonly me: string;
  readonly members: readonly Member[];
  readonly comments: readonly Comment[];
  readonly watched: readonly Span[];
  readonly risks: readonly Risk[];
}

export function isFinding(value: unknown): value is Finding {
  return value === "K" || value === "BK" || value === "KL";
}

export function readSpans(value: unknown): Span[] {
  return list(value).flatMap((item) => {
    const [start, end] = list(item).map(number);
    return typeof start === "number" && typeof end === "number" ? [{ start, end }] : [];
  });
}

export function readReview(value: unknown): Review {
  const raw = fields(value);
  return {
    state: text(raw["state"]),
    recommendation: text(raw["recommendation"]),
    recommendationNote: text(raw["recommendation_note"]),
    seat: text(raw["seat"]) || null,
    me: text(raw["me"]),
    members: list(raw["members"]).map(readMember),
    comments: list(raw["comments"]).map((item) => {
      const comment = fields(item);
      return {
        id: number(comment["id"]) ?? 0,
        user: text(comment["user"]),
        name: text(comment["name"]),
        at: number(comment["at_ms"]) ?? 0,
        text: text(comment["text"]),
      };
    }),
    watched: readSpans(raw["watched"]),
    risks: list(raw["risks"]).map((item) => {
      const risk = fields(item);
      return { kind: text(risk["kind"]), text: text(risk["text"]), at: number(risk["at_ms"]) ?? 0 };
    }),
  };
}

function readMember(value: unknown): Member {
  const raw = fields(value);
  const vote = fields(raw["vote"]);
  const found = vote["value"];
  return {
    id: text(raw["id"]),
    name: text(raw["name"]),
    jabatan: text(raw["jabatan"]),
    voted: truth(raw["voted"]),
    watched: number(raw["watched_ms"]) ?? 0,
    vote: isFinding(found) ? { value: found, reason: text(vote["reason"]) } : null,
  };
}
