/** The socket's vocabulary (docs: contracts, Socket). Unknown frames are dropped, never guessed. */
import { type Fields, fields, list, number, text, truth } from "./json.ts";

export interface Entry {
  readonly seq: number;
  /** When it was done, session ms: as the entry says (`acted`), else its arrival. */
  readonly atMs: number;
  /** When it arrived, session ms: the log's own order. */
  readonly storedMs: number;
  readonly kind: string;
  readonly actor: string;
  readonly data: Fields;
  readonly hash: string;
}

export type Presenting = "live" | "stopped" | "off";

export interface Media {
  readonly state: Presenting;
  readonly sinceMs: number | null;
  readonly alarm: Alarm | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly online: boolean;
  readonly sinceMs: number | null;
  readonly hand: boolean;
  /** At the door, not let in yet. */
  readonly waiting: boolean;
  readonly media: ReadonlyMap<string, Media>;
}

export type RecordingState = "recording" | "not_recording" | "stored_locally";

/** What is wrong with the recording now; the server knows more kinds, a room is told of these. */
export type Alarm = "not_recording" | "stalled" | "disk" | "storage";

export interface Recording {
  readonly state: RecordingState;
  readonly untilMs: number | null;
  readonly sinceMs: number | null;
  readonly alarm: Alarm | null;
}

/** What the media node receives of a stream at this moment; a stream that is not told of does not flow. */
export interface Beat {
  readonly audio: "speaking" | "quiet" | "off";
  readonly video: "moving" | "stills" | "off";
  readonly height: number;
  readonly thin: boolean;
  /** Session ms since when nothing comes; null while something does. */
  readonly frozenMs: number | null;
}

export type Frame =
  | { readonly type: "entry"; readonly entry: Entry }
  | { readonly type: "presence"; readonly people: readonly Person[]; readonly recording: Recording | null }
  | { readonly type: "pulse"; readonly beats: ReadonlyMap<string, Beat> }
  | { readonly type: "pong"; readonly pong: number; readonly serverMs: number | null; readonly now: number | null }
  | { readonly type: "ack"; readonly op: string; readonly seq: number }
  | { readonly type: "reject"; readonly op: string; readonly code: string; readonly message: string };

export function readEntry(value: unknown): Entry | null {
  const raw = fields(value);
  const seq = number(raw["seq"]);
  const atMs = number(raw["at_ms"]);
  const kind = text(raw["kind"]);
  if (seq === null || atMs === null || kind === "") return null;
  const data = fields(raw["data"]);
  const acted = number(fields(data["acted"])["ms"]);
  return { seq, atMs: acted ?? atMs, storedMs: atMs, kind, actor: text(raw["actor"]), data, hash: text(raw["hash"]) };
}

function presenting(value: unknown): Presenting {
  return value === "live" || value === "stopped" ? value : "off";
}

const ALARMS: ReadonlySet<unknown> = new Set<Alarm>(["not_recording", "stalled", "disk", "storage"]);

function alarmIn(raw: Fields): Alarm | null {
  return ALARMS.has(raw["alarm"]) ? (raw["alarm"] as Alarm) : null;
}

function readPerson(value: unknown): Person {
  const raw = fields(value);
  const media = Object.entries(fields(raw["media"]))
    .filter(([kind]) => kind !== "since_ms")
    .map(([kind, state]) => {
      const detail = fields(state);
      const since = number(detail["since_ms"]) ?? number(fields(raw["media"])["since_ms"]);
      return [kind, { state: presenting(detail["state"] ?? state), sinceMs: since, alarm: alarmIn(detail) }] as const;
    });
  return {
    id: text(raw["id"]),
    name: text(raw["name"]),
    role: text(raw["role"]),
    online: truth(raw["online"]),
    sinceMs: number(raw["since_ms"]),
    hand: truth(raw["hand"]),
    waiting: truth(raw["waiting"]),
    media: new Map(media),
  };
}

function readRecording(value: unknown): Recording | null {
  const raw = fields(value);
  const state = raw["state"];
  if (state !== "recording" && state !== "not_recording" && state !== "stored_locally") return null;
  return { state, untilMs: number(raw["until_ms"]), sinceMs: number(raw["since_ms"]), alarm: alarmIn(raw) };
}

function readBeat(value: unknown): Beat {
  const raw = fields(value);
  const [audio, video] = [raw["audio"], raw["video"]];
  return {
    audio: audio === "speaking" || audio === "quiet" ? audio : "off",
    video: video === "moving" || video === "stills" ? video : "off",
    height: number(raw["height"]) ?? 0,
    thin: truth(raw["thin"]),
    frozenMs: number(raw["frozen_ms"]),
  };
}

export function readFrame(raw: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return null;
  }
  const frame = fields(value);
  if ("presence" in frame) {
    return {
      type: "presence",
      people: list(frame["presence"]).map(readPerson),
      recording: readRecording(frame["recording"]),
    };
  }
  if ("pulse" in frame) {
    const beats = Object.entries(fields(frame["pulse"])).map(([id, beat]) => [id, readBeat(beat)] as const);
    return { type: "pulse", beats: new Map(beats) };
  }
  if ("pong" in frame) {
    const pong = number(frame["pong"]);
    if (pong === null) return null;
    return { type: "pong", pong, serverMs: number(frame["server_ms"]), now: number(frame["now"]) };
  }
  if ("ack" in frame) {
    const seq = number(frame["seq"]);
    return seq === null ? null : { type: "ack", op: text(frame["ack"]), seq };
  }
  if ("reject" in frame) {
    return { type: "reject", op: text(frame["reject"]), code: text(frame["code"]), message: text(frame["message"]) };
  }
  const entry = readEntry(frame);
  return entry && { type: "entry", entry };
}
