/** A session that goes on without live media, as the log tells it. No DOM, no clock. */
import { type Fields, instant, number, numbers, text, truth } from "../shared/json.ts";
import type { Entry } from "../shared/wire.ts";

export type How = "video" | "audio" | "text";

export interface Turn {
  readonly seq: number;
  readonly askedMs: number;
  readonly how: How;
  readonly answerS: number;
  /** Step of the agenda; empty when it is bound to none. */
  readonly step: string;
  readonly kuk: readonly number[];
  readonly state: "asked" | "opened" | "answered" | "withdrawn";
  /** Empty for the asesi until it is opened. */
  readonly text: string;
  readonly openedMs: number | null;
  readonly dueMs: number | null;
  readonly answeredMs: number | null;
  readonly answer: string;
  /** Hash of the recording, which arrives as evidence. */
  readonly sha256: string;
  readonly bytes: number;
  /** When it was recorded, by the device's word, on the session clock. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly lateMs: number;
  /** Whether the device's word fits what the server knows. */
  readonly believed: boolean;
}

export interface RescueLog {
  started: { readonly atMs: number; readonly actor: string; readonly reason: string; readonly until: number } | null;
  turns: Map<number, Turn>;
  /** Evidence by the hash of its file. */
  files: Map<string, string>;
}

export function emptyRescue(): RescueLog {
  return { started: null, turns: new Map(), files: new Map() };
}

interface Holder {
  readonly rescue: RescueLog;
}

function change(log: Holder, data: Fields, to: Partial<Turn>): void {
  const known = log.rescue.turns.get(number(data["turn"]) ?? 0);
  if (known !== undefined) log.rescue.turns.set(known.seq, { ...known, ...to });
}

function howOf(value: unknown): How {
  return value === "audio" || value === "text" ? value : "video";
}

export const RESCUE_FOLDS: Readonly<Record<string, (log: Holder, entry: Entry) => void>> = {
  "rescue.started": ({ rescue }, { atMs, actor, data }) => {
    rescue.started = { atMs, actor, reason: text(data["reason"]), until: instant(data["until"]) ?? 0 };
  },
  "rescue.asked": ({ rescue }, { seq, atMs, data }) => {
    rescue.turns.set(seq, {
      seq, askedMs: atMs, how: howOf(data["how"]), answerS: number(data["answer_s"]) ?? 0, step: text(data["step"]), kuk: numbers(data["kuk"]),
      state: "asked", text: "", openedMs: null, dueMs: null, answeredMs: null, answer: "", sha256: "", bytes: 0,
      fromMs: 0, toMs: 0, lateMs: 0, believed: true,
    });
  },
  "rescue.question": (log, { data }) => change(log, data, { text: text(data["text"]) }),
  "rescue.opened": (log, { atMs, data }) => {
    change(log, data, { state: "opened", text: text(data["text"]), openedMs: atMs, dueMs: number(data["due_ms"]) });
  },
  "rescue.answered": (log, { atMs, data }) => {
    change(log, data, {
      state: "answered", answeredMs: atMs, answer: text(data["text"]), sha256: text(data["sha256"]),
      bytes: number(data["bytes"]) ?? 0, fromMs: number(data["from_ms"]) ?? 0, toMs: number(data["to_ms"]) ?? 0,
      lateMs: number(data["late_ms"]) ?? 0, believed: truth(data["believed"]),
    });
  },
  "rescue.withdrawn": (log, { data }) => change(log, data, { state: "withdrawn" }),
};

export const RESCUE_TOLD: readonly string[] = ["rescue.started", "rescue.asked", "rescue.opened", "rescue.answered", "rescue.withdrawn"];

/** Turns that count, in order. */
export function turnsOf({ turns }: RescueLog): Turn[] {
  return [...turns.values()].filter(({ state }) => state !== "withdrawn");
}
