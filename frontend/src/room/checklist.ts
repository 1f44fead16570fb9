/** FR.IA.01 as data: the scheme's units, and what stands at each KUK, stored and on its way. No DOM. */
import { fields, list, number, text } from "../shared/json.ts";
import type { Op } from "../shared/opqueue.ts";
import type { Mark, MarkValue, Resolution } from "./fold.ts";

export interface Kuk {
  readonly id: number;
  /** Number within its unit: 2.3 is KUK 3 of elemen 2. */
  readonly no: string;
  readonly teks: string;
}

export interface Elemen {
  readonly id: number;
  readonly no: string;
  readonly judul: string;
  readonly kuk: readonly Kuk[];
}

export interface Unit {
  readonly id: number;
  readonly kode: string;
  readonly judul: string;
  readonly elemen: readonly Elemen[];
  /** Evidence of FR.AK.02 from elsewhere: written and spoken tests. */
  readonly collected: readonly string[];
}

export function readChecklist(value: unknown): Unit[] {
  return list(fields(value)["units"]).map((rawUnit) => {
    const unit = fields(rawUnit);
    return {
      id: number(unit["id"]) ?? 0,
      kode: text(unit["kode"]),
      judul: text(unit["judul"]),
      elemen: list(unit["elemen"]).map(readElemen),
      collected: list(unit["collected"]).map((kind) => text(kind)),
    };
  });
}

function readElemen(value: unknown): Elemen {
  const elemen = fields(value);
  const no = text(elemen["no"]);
  return {
    id: number(elemen["id"]) ?? 0,
    no,
    judul: text(elemen["judul"]),
    kuk: list(elemen["kuk"]).map((rawKuk) => {
      const kuk = fields(rawKuk);
      const own = text(kuk["no"]);
      return {
        id: number(kuk["id"]) ?? 0,
        no: own.startsWith(`${no}.`) ? own : `${no}.${own}`,
        teks: text(kuk["teks"]),
      };
    }),
  };
}

export function kukOf(unit: Unit): Kuk[] {
  return unit.elemen.flatMap((elemen) => elemen.kuk);
}

export interface PendingMark {
  readonly op: string;
  readonly value: MarkValue;
  readonly note: string;
}

/** What one author says of one KUK now. */
export interface Standing {
  readonly actor: string;
  readonly mark: Mark;
  /** The same author's earlier value that this one replaced. */
  readonly replaced: Mark | null;
}

export interface Row {
  readonly standing: readonly Standing[];
  /** Two authors say different things and nothing settles it. */
  readonly differs: boolean;
  readonly settled: Resolution | null;
  readonly mine: Mark | null;
  readonly pending: PendingMark | null;
  readonly undoing: boolean;
  /** Undone marks with nothing newer by the same author: they stay visible, struck. */
  readonly struck: readonly Mark[];
}

export function standings(marks: readonly Mark[]): Standing[] {
  const byAuthor = new Map<string, Mark[]>();
  for (const mark of marks) {
    if (mark.undoneBy !== null) continue;
    byAuthor.set(mark.actor, [...(byAuthor.get(mark.actor) ?? []), mark]);
  }
  return [...byAuthor].flatMap(([actor, own]) => {
    // What was marked offline arrives late; the last word is the one that was said last.
    const said = [...own].sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
    const mark = said.at(-1);
    if (mark === undefined) return [];
    // A note added later says the same again; it replaces nothing.
    return [{ actor, mark, replaced: said.findLast(({ value }) => value !== mark.value) ?? null }];
  });
}

/** The resolution that holds: it settles every standing mark that says something else. */
export function settledBy(standing: readonly Standing[], made: Resolution | undefined): Resolution | null {
  if (made === undefined || new Set(standing.map(({ mark }) => mark.value)).size < 2) return null;
  return standing.every(({ mark }) => mark.value === made.value || made.settles.includes(mark.seq)) ? made : null;
}

function pendingOf(kuk: number, ops: readonly Op[]): PendingMark | null {
  const op = ops.findLast((queued) => queued.kind === "mark" && queued.data["kuk"] === kuk);
  const value = op?.data["value"];
  if (op === undefined || (value !== "ya" && value !== "tidak" && value !== "lanjut")) return null;
  return { op: op.id, value, note: text(op.data["note"]) };
}

export function rowOf(kuk: number, marks: readonly Mark[], ops: readonly Op[], me: string, made?: Resolution): Row {
  const standing = standings(marks);
  const settled = settledBy(standing, made);
  const mine = standing.find(({ actor }) => actor === me)?.mark ?? null;
  const authors = new Set(standing.map(({ actor }) => actor));
  return {
    standing,
    differs: settled === null && new Set(standing.map(({ mark }) => mark.value)).size > 1,
    settled,
    mine,
    pending: pendingOf(kuk, ops),
    undoing: mine !== null && ops.some((op) => op.kind === "mark.undo" && op.data["mark"] === mine.seq),
    struck: marks.filter((mark) => mark.undoneBy !== null && !authors.has(mark.actor)).slice(-1),
  };
}

/** How many of these KUK have a stored mark; pending ones do not count yet. */
export function counted(kuks: readonly Kuk[], marks: ReadonlyMap<number, Mark[]>): number {
  return kuks.filter((kuk) => standings(marks.get(kuk.id) ?? []).length > 0).length;
}

/** Position after a step in the list of all KUK of all units; stays at the ends. */
export function stepped(kuks: readonly Kuk[], current: number | null, by: 1 | -1): number | null {
  const at = kuks.findIndex((kuk) => kuk.id === current);
  if (at === -1) return kuks[0]?.id ?? null;
  return kuks[Math.min(kuks.length - 1, Math.max(0, at + by))]?.id ?? null;
}
