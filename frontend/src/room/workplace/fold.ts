/**
 * The log as it concerns the room as a workplace: the door, the person behind the picture, the clock
 * of a task, attention. The same rules in Python: ajj/live/fold/workplace.py.
 */
import { number, text } from "../../shared/json.ts";
import type { Entry } from "../../shared/wire.ts";

export type IdentityState = "belum_diperiksa" | "ditunjukkan" | "cocok" | "tidak_cocok" | "ragu";

export interface Identity {
  readonly person: string;
  readonly state: IdentityState;
  /** The entry that made it so, its moment and its kind. */
  readonly seq: number;
  readonly atMs: number;
  readonly cause: string;
  /** Who decided or showed; empty when it fell back. */
  readonly actor: string;
  readonly note: string;
  readonly picture: string;
}

/** Runs while `endsMs` is set; stands still at `leftMs` else. Its end ends nothing. */
export interface Timer {
  readonly seq: number;
  readonly actor: string;
  readonly step: string;
  readonly label: string;
  readonly totalMs: number;
  readonly endsMs: number | null;
  readonly leftMs: number;
}

/** The page was out of sight for `ms` in all before `atMs`. */
export interface Absence {
  readonly atMs: number;
  readonly ms: number;
  readonly count: number;
}

export interface WorkLog {
  byAsesor: boolean;
  admitted: Set<string>;
  connections: Map<string, string>;
  identity: Map<string, Identity>;
  identityStory: Identity[];
  timer: Timer | null;
  /** Since when the person's page is out of sight. */
  away: Map<string, number>;
  absences: Absence[];
}

export function emptyWork(): WorkLog {
  return {
    byAsesor: false, admitted: new Set(), connections: new Map(), identity: new Map(), identityStory: [],
    timer: null, away: new Map(), absences: [],
  };
}

export function remainingOf(timer: Timer, atMs: number): number {
  return timer.endsMs === null ? timer.leftMs : timer.endsMs - atMs;
}

function identify(work: WorkLog, identity: Identity): void {
  work.identity.set(identity.person, identity);
  work.identityStory.push(identity);
}

/** Whoever comes back is a stranger until somebody looked again. */
function fallBack(work: WorkLog, person: string, { seq, atMs, kind }: Entry): void {
  identify(work, { person, state: "belum_diperiksa", seq, atMs, cause: kind, actor: "", note: "", picture: "" });
}

const DECISIONS: ReadonlySet<string> = new Set(["cocok", "tidak_cocok", "ragu"]);

function changeTimer(work: WorkLog, { kind, atMs, data }: Entry): void {
  const { timer } = work;
  if (timer === null || timer.seq !== number(data["timer"])) return;
  const more = number(data["ms"]) ?? 0;
  switch (kind) {
    case "timer.paused":
      work.timer = { ...timer, leftMs: remainingOf(timer, atMs), endsMs: null };
      break;
    case "timer.resumed":
      work.timer = { ...timer, endsMs: atMs + timer.leftMs, leftMs: 0 };
      break;
    case "timer.extended":
      work.timer = {
        ...timer, totalMs: timer.totalMs + more,
        endsMs: timer.endsMs === null ? null : timer.endsMs + more,
        leftMs: timer.endsMs === null ? timer.leftMs + more : 0,
      };
      break;
    case "timer.stopped":
      work.timer = null;
      break;
  }
}

const STEPS: Readonly<Record<string, (work: WorkLog, entry: Entry) => void>> = {
  "session.opened": (work, { data }) => {
    work.byAsesor = data["admission"] === "by_asesor";
  },
  joined: (work, entry) => {
    work.connections.set(text(entry.data["connection"]), entry.actor);
    if (entry.data["role"] === "asesi") fallBack(work, entry.actor, entry);
  },
  left: (work, entry) => {
    const connection = text(entry.data["connection"]);
    const person = work.connections.get(connection) ?? entry.actor;
    work.connections.delete(connection);
    if ([...work.connections.values()].includes(person)) return;
    work.away.delete(person);
    if (work.identity.has(person)) fallBack(work, person, entry);
  },
  "stream.started": (work, entry) => {
    const owner = text(entry.data["owner"], entry.actor);
    if (entry.data["kind"] === "camera" && work.identity.has(owner)) fallBack(work, owner, entry);
  },
  "identity.pictured": (work, { seq, atMs, kind, actor, data }) => {
    const person = text(data["person"]);
    if (actor !== person || work.identity.get(person)?.state !== "belum_diperiksa") return;
    identify(work, { person, state: "ditunjukkan", seq, atMs, cause: kind, actor, note: "", picture: text(data["picture"]) });
  },
  "identity.checked": (work, { seq, atMs, kind, actor, data }) => {
    const decision = text(data["decision"]);
    if (!DECISIONS.has(decision)) return;
    identify(work, {
      person: text(data["person"]), state: decision as IdentityState, seq, atMs, cause: kind, actor,
      note: text(data["note"]), picture: text(data["picture"]),
    });
  },
  admitted: (work, { data }) => {
    work.admitted.add(text(data["person"]));
  },
  unadmitted: (work, { data }) => {
    work.admitted.delete(text(data["person"]));
  },
  "timer.started": (work, { seq, atMs, actor, data }) => {
    const totalMs = number(data["ms"]) ?? 0;
    work.timer = { seq, actor, step: text(data["step"]), label: text(data["label"]), totalMs, endsMs: atMs + totalMs, leftMs: 0 };
  },
  "timer.paused": changeTimer,
  "timer.resumed": changeTimer,
  "timer.extended": changeTimer,
  "timer.stopped": changeTimer,
  "focus.lost": (work, { actor, atMs, data }) => {
    if (data["reason"] !== "fullscreen") work.away.set(actor, atMs);
  },
  "focus.back": (work, { actor, atMs, data }) => {
    if (data["reason"] === "fullscreen") return;
    work.away.delete(actor);
    work.absences.push({ atMs, ms: number(data["ms"]) ?? 0, count: number(data["count"]) ?? 1 });
  },
};

export function foldWork(work: WorkLog, entry: Entry): void {
  STEPS[entry.kind]?.(work, entry);
}

/** Kinds that the list of what happened tells. */
export const WORK_TOLD: readonly string[] = [
  "admitted", "unadmitted", "identity.checked", "identity.pictured", "timer.started", "timer.stopped", "focus.back",
];
