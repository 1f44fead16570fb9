/** Which files a task has, as the log, what is still owed to it, and this device's own uploads say. Pure. */
import { type Fields, number, text, truth } from "../shared/json.ts";

export type Arrival = "received" | "coming" | "awaited" | "differs";

/** A file as the server tells it. */
export interface Told {
  readonly evidence: string;
  readonly butir: number;
  readonly name: string;
  readonly bytes: number;
  readonly late: boolean;
  readonly counts: boolean;
  readonly arrival: Arrival;
  readonly percent: number;
  readonly url: string;
}

/** What was done here and the log does not have yet. */
export interface Owed {
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How far this device is with the bytes of one file. */
export interface Sending {
  readonly percent: number;
  readonly refused: boolean;
}

/** One line on screen. `stored`: the log has it; `here`: this device holds its bytes. */
export interface Row extends Told {
  readonly stored: boolean;
  readonly here: Sending | null;
}

const ARRIVALS: readonly Arrival[] = ["received", "coming", "awaited", "differs"];

export function told(raw: Fields): Told {
  const arrival = ARRIVALS.find((one) => one === text(raw["arrival"])) ?? "awaited";
  return {
    evidence: text(raw["evidence"]), butir: number(raw["butir"]) ?? 0, name: text(raw["name"]),
    bytes: number(raw["bytes"]) ?? 0, late: truth(raw["late"]), counts: truth(raw["counts"]), arrival,
    percent: number(raw["percent"]) ?? 0, url: text(raw["url"]),
  };
}

/** The files of `butir`: those of the log without what is being detached, then those being attached. */
export function rows(
  butir: number, known: readonly Told[], owed: readonly Owed[], sending: ReadonlyMap<string, Sending>,
): Row[] {
  const last = new Map<string, Owed>();
  for (const op of owed) if (op.kind === "file" || op.kind === "drop") last.set(text(op.data["evidence"]), op);
  const stored = known
    .filter((one) => one.butir === butir && last.get(one.evidence)?.kind !== "drop")
    .map((one) => ({ ...one, stored: true, here: one.arrival === "received" ? null : sending.get(one.evidence) ?? null }));
  const names = new Set(stored.map(({ evidence }) => evidence));
  const added = [...last.values()]
    .filter(({ kind, data }) => kind === "file" && number(data["butir"]) === butir && !names.has(text(data["evidence"])))
    .map(({ data }): Row => {
      const here = sending.get(text(data["evidence"])) ?? null;
      return {
        evidence: text(data["evidence"]), butir, name: text(data["name"]), bytes: number(data["bytes"]) ?? 0,
        late: false, counts: true, arrival: "awaited", percent: 0, url: "", stored: false, here,
      };
    });
  return [...stored, ...added];
}

/** Evidence of the session that can be attached again: what a task names already is not offered twice. */
export function named(known: readonly Told[], owed: readonly Owed[]): ReadonlySet<string> {
  const found = new Set(known.map(({ evidence }) => evidence));
  for (const { kind, data } of owed) {
    if (kind === "file") found.add(text(data["evidence"]));
    if (kind === "drop") found.delete(text(data["evidence"]));
  }
  return found;
}
