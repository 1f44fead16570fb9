/** The room as the log tells it: a fold, entry by entry, without holes. No DOM, no clock. */
import { emptyEvidence, type EvidenceLog, foldEvidenceStory, readTold, type Told } from "../evidence/told.ts";
import { type Fields, fields, instant, list, number, numbers, text, truth } from "../shared/json.ts";
import { emptySecond, SECOND_FOLDS, SECOND_TOLD, type SecondLog } from "../second/fold.ts";
import { emptyRescue, RESCUE_FOLDS, RESCUE_TOLD, type RescueLog } from "../rescue/fold.ts";
import type { Entry } from "../shared/wire.ts";
import { UJIAN_TOLD } from "../ujian/told.ts";
import { emptyWork, foldWork, WORK_TOLD, type WorkLog } from "./workplace/fold.ts";

export type MarkValue = "ya" | "tidak" | "lanjut";

export interface Mark {
  readonly seq: number;
  readonly atMs: number;
  readonly kuk: number;
  readonly value: MarkValue;
  readonly note: string;
  readonly actor: string;
  /** Sequence number of the entry that undid it. */
  readonly undoneBy: number | null;
  /** When it arrived; later than `atMs` when it was made without a network. */
  readonly storedMs: number;
  /** How far `atMs` may be off, as its device said. */
  readonly errorMs: number;
}

/** The lead asesor's word where two marks of one KUK differ; both marks stay. */
export interface Resolution {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly value: MarkValue;
  readonly note: string;
  readonly settles: readonly number[];
}

export interface Judgement {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly kuk: readonly number[];
  readonly valid: boolean;
  readonly asli: boolean;
  readonly terkini: boolean;
  readonly memadai: boolean;
  readonly accepted: boolean;
  readonly note: string;
}

export interface Evidence {
  readonly id: string;
  readonly seq: number;
  readonly atMs: number;
  readonly owner: string;
  readonly filename: string;
  readonly filetype: string;
  readonly bytes: number;
  readonly kuk: readonly number[];
  readonly judged: Judgement | null;
  readonly told: Told;
}

export interface StreamState {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly live: boolean;
  readonly changedMs: number;
  readonly reason: string;
}

export interface Gap {
  readonly stream: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly cause: string;
  /** "video" or "audio" when only that is missing; empty when all of it is. */
  readonly media: string;
}

/** A stretch of a stream: filled from its device, or asked of it. */
export interface Stretch {
  readonly stream: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly actor: string;
}

export interface Line {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly kind: string;
  readonly data: Fields;
}

export interface Proposal {
  readonly seq: number;
  readonly actor: string;
  readonly bukti: readonly string[];
  readonly hari: string;
  readonly waktu: string;
  readonly tuk: string;
}

export interface Tick {
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly done: boolean;
}

/** How large a picture may be at most, by who said so. */
export interface Limit {
  readonly rung: string;
  readonly by: string;
  readonly atMs: number;
}

/** The clock stood still; `endMs` is null while it does. */
export interface Pause {
  readonly startMs: number;
  readonly endMs: number | null;
  readonly reason: string;
  readonly note: string;
}

export type Phase = "scheduled" | "open" | "live" | "rescue" | "ended" | "sealed";

export interface RoomLog {
  head: number;
  /** Hash of the newest entry: proof of having read it. */
  headHash: string;
  t0: number | null;
  phase: Phase;
  endedMs: number | null;
  endReason: string;
  names: Map<string, string>;
  roles: Map<string, string>;
  marks: Map<number, Mark[]>;
  kukOfMark: Map<number, number>;
  resolutions: Map<number, Resolution>;
  evidence: Map<string, Evidence>;
  /** What is told of evidence beside the files: on their way, asked for, originals. */
  story: EvidenceLog;
  streams: Map<string, StreamState>;
  gaps: Gap[];
  fills: Stretch[];
  asks: Stretch[];
  segments: number;
  recordedMs: number;
  steps: Map<string, Tick>;
  chat: Line[];
  incidents: Line[];
  happenings: Line[];
  hands: Map<string, number>;
  limits: Map<string, Map<string, Limit>>;
  pauses: Pause[];
  proposal: Proposal | null;
  signatures: Map<string, Line>;
  forms: Line[];
  recommendation: Line | null;
  decision: Line | null;
  /** The second camera and room sweeps. */
  second: SecondLog;
  work: WorkLog;
  /** How the session went on without live media. */
  rescue: RescueLog;
}

export function emptyLog(): RoomLog {
  return {
    head: 0, headHash: "", t0: null, phase: "scheduled", endedMs: null, endReason: "",
    names: new Map(), roles: new Map(), marks: new Map(), kukOfMark: new Map(), resolutions: new Map(),
    evidence: new Map(), story: emptyEvidence(),
    streams: new Map(), gaps: [], fills: [], asks: [], segments: 0, recordedMs: 0, steps: new Map(), chat: [], incidents: [],
    happenings: [], hands: new Map(), limits: new Map(), pauses: [], proposal: null, signatures: new Map(), forms: [],
    recommendation: null, decision: null, second: emptySecond(), rescue: emptyRescue(), work: emptyWork(),
  };
}

/** Goes past an entry that had not happened yet at the moment that is looked at. */
export function pass(log: RoomLog, entry: Entry): void {
  if (entry.seq === log.head + 1) log.head = entry.seq;
}

export type Outcome = "applied" | "duplicate" | "hole";

/** Adds `entry` to `log`. A hole changes nothing: the caller must read again from `log.head`. */
export function apply(log: RoomLog, entry: Entry): Outcome {
  if (entry.seq <= log.head) return "duplicate";
  if (entry.seq !== log.head + 1) return "hole";
  log.head = entry.seq;
  log.headHash = entry.hash;
  FOLDS[entry.kind]?.(log, entry);
  foldWork(log.work, entry);
  if (TOLD.has(entry.kind)) log.happenings.push(line(entry));
  return "applied";
}

/** Kinds that the Kejadian tab tells; the others have a place of their own. */
const TOLD: ReadonlySet<string> = new Set([
  "clock.paused", "clock.resumed", "session.opened", "session.live", "session.ended", "session.sealed", "consent", "joined", "left",
  "incident", "media.limited", "gap", "gap.filled", "backup.asked", "stream.started", "stream.stopped", "ak01.proposed", "ak01.signed", "form.issued",
  "ak02.recommended", "decision", ...SECOND_TOLD, ...RESCUE_TOLD, ...WORK_TOLD, ...UJIAN_TOLD,
]);

function line({ seq, atMs, actor, kind, data }: Entry): Line {
  return { seq, atMs, actor, kind, data };
}

function stretch({ actor, data }: Entry): Stretch {
  return {
    stream: text(data["stream"]), startMs: number(data["start_ms"]) ?? 0, endMs: number(data["end_ms"]) ?? 0, actor,
  };
}

type Fold = (log: RoomLog, entry: Entry) => void;

function isMarkValue(value: unknown): value is MarkValue {
  return value === "ya" || value === "tidak" || value === "lanjut";
}

function foldMark(log: RoomLog, { seq, atMs, storedMs, actor, data }: Entry): void {
  const kuk = number(data["kuk"]);
  const value = data["value"];
  if (kuk === null || !isMarkValue(value)) return;
  const mark: Mark = { seq, atMs, kuk, value, note: text(data["note"]), actor, undoneBy: null, storedMs, errorMs: number(fields(data["acted"])["error_ms"]) ?? 0 };
  log.marks.set(kuk, [...(log.marks.get(kuk) ?? []), mark]);
  log.kukOfMark.set(seq, kuk);
}

function foldUndone(log: RoomLog, { seq, data }: Entry): void {
  const undone = number(data["mark"]);
  const kuk = undone === null ? undefined : log.kukOfMark.get(undone);
  if (kuk === undefined) return;
  const marks = log.marks.get(kuk) ?? [];
  log.marks.set(kuk, marks.map((mark) => (mark.seq === undone ? { ...mark, undoneBy: seq } : mark)));
}

function foldResolved(log: RoomLog, { seq, atMs, actor, data }: Entry): void {
  const kuk = number(data["kuk"]);
  const value = data["value"];
  if (kuk === null || !isMarkValue(value) || (log.resolutions.get(kuk)?.atMs ?? 0) > atMs) return;
  log.resolutions.set(kuk, { seq, atMs, actor, value, note: text(data["note"]), settles: numbers(data["settles"]) });
}

function foldEvidence(log: RoomLog, entry: Entry): void {
  if (foldEvidenceStory(log.story, entry)) return;
  const { seq, atMs, actor, data } = entry;
  const id = text(data["evidence"]);
  log.rescue.files.set(text(data["sha256"]), id);
  log.evidence.set(id, {
    id, seq, atMs, owner: text(data["owner"], actor),
    filename: text(data["filename"]), filetype: text(data["filetype"]),
    bytes: number(data["bytes"]) ?? 0, kuk: numbers(data["kuk"]), judged: null, told: readTold(data),
  });
}

function foldJudged(log: RoomLog, { seq, atMs, actor, data }: Entry): void {
  const evidence = log.evidence.get(text(data["evidence"]));
  if (evidence === undefined) return;
  const judged: Judgement = {
    seq, atMs, actor, kuk: numbers(data["kuk"]),
    valid: truth(data["valid"]), asli: truth(data["asli"]), terkini: truth(data["terkini"]),
    memadai: truth(data["memadai"]), accepted: truth(data["accepted"]), note: text(data["note"]),
  };
  log.evidence.set(evidence.id, { ...evidence, judged });
}

function foldProposal(log: RoomLog, { seq, actor, data }: Entry): void {
  log.proposal = {
    seq, actor, bukti: list(data["bukti"]).map((item) => text(item)),
    hari: text(data["hari"]), waktu: text(data["waktu"]), tuk: text(data["tuk"]),
  };
  // A signature belongs to the text that was signed, never to a later one.
  log.signatures = new Map();
}

function endPause(log: RoomLog, { atMs }: Pick<Entry, "atMs">): void {
  log.pauses = log.pauses.map((pause) => (pause.endMs === null ? { ...pause, endMs: atMs } : pause));
}

const FOLDS: Readonly<Record<string, Fold>> = {
  ...SECOND_FOLDS,
  ...RESCUE_FOLDS,
  "rescue.started": (log, entry) => {
    log.phase = "rescue";
    RESCUE_FOLDS["rescue.started"]?.(log, entry);
  },
  "session.opened": (log, { data }) => {
    log.t0 = instant(data["t0"]);
    log.phase = "open";
  },
  "session.live": (log) => {
    log.phase = "live";
  },
  "clock.paused": (log, { atMs, data }) => {
    log.pauses.push({ startMs: atMs, endMs: null, reason: text(data["reason"]), note: text(data["note"]) });
  },
  "clock.resumed": endPause,
  "session.ended": (log, { atMs, data }) => {
    endPause(log, { atMs });
    log.phase = "ended";
    log.endedMs = atMs;
    log.endReason = text(data["reason"]);
  },
  "session.sealed": (log) => {
    log.phase = "sealed";
  },
  joined: (log, { actor, data }) => {
    log.names.set(actor, text(data["name"]));
    log.roles.set(actor, text(data["role"]));
  },
  mark: foldMark,
  "mark.undone": foldUndone,
  "mark.resolved": foldResolved,
  "evidence.announced": foldEvidence,
  "evidence.asked": foldEvidence,
  "evidence.received": foldEvidence,
  "evidence.judged": foldJudged,
  "stream.started": (log, { atMs, actor, data }) => {
    const id = text(data["stream"]);
    const owner = text(data["owner"], actor);
    log.streams.set(id, { id, kind: text(data["kind"]), owner, live: true, changedMs: atMs, reason: "" });
  },
  "stream.stopped": (log, { atMs, data }) => {
    const stream = log.streams.get(text(data["stream"]));
    if (stream === undefined) return;
    log.streams.set(stream.id, { ...stream, live: false, changedMs: atMs, reason: text(data["reason"]) });
  },
  "segment.stored": (log, { data }) => {
    log.segments += 1;
    log.recordedMs = Math.max(log.recordedMs, number(data["end_ms"]) ?? 0);
  },
  gap: (log, { data }) => {
    log.gaps.push({
      stream: text(data["stream"]), startMs: number(data["start_ms"]) ?? 0,
      endMs: number(data["end_ms"]) ?? 0, cause: text(data["cause"]), media: text(data["media"]),
    });
  },
  "gap.filled": (log, entry) => {
    log.fills.push(stretch(entry));
  },
  "backup.asked": (log, entry) => {
    log.asks.push(stretch(entry));
  },
  "agenda.tick": (log, { seq, atMs, actor, data }) => {
    if ((log.steps.get(text(data["step"]))?.atMs ?? 0) > atMs) return;
    log.steps.set(text(data["step"]), { seq, atMs, actor, done: data["done"] !== false });
  },
  chat: (log, entry) => {
    log.chat.push(line(entry));
  },
  hand: (log, { atMs, actor, data }) => {
    if (truth(data["raised"])) log.hands.set(actor, atMs);
    else log.hands.delete(actor);
  },
  "media.limited": (log, { atMs, actor, data }) => {
    const person = text(data["person"]);
    const limits = new Map(log.limits.get(person));
    limits.set(actor, { rung: text(data["rung"]), by: actor, atMs });
    log.limits.set(person, limits);
  },
  incident: (log, entry) => {
    log.incidents.push(line(entry));
  },
  "ak01.proposed": foldProposal,
  "ak01.signed": (log, entry) => {
    log.signatures.set(text(entry.data["as"]), line(entry));
  },
  "form.issued": (log, entry) => {
    log.forms.push(line(entry));
  },
  "ak02.recommended": (log, entry) => {
    log.recommendation = line(entry);
  },
  decision: (log, entry) => {
    log.decision = line(entry);
  },
  left: (log, { actor }) => {
    log.hands.delete(actor);
  },
};

/** Fields of a line's data, for views that show one detail. */
export function detail(of: Line, name: string): string {
  return text(fields(of.data)[name]);
}
