/** The second camera and room sweeps as the log tells them. No DOM, no clock. */
import { type Fields, number, text } from "../shared/json.ts";
import type { Entry } from "../shared/wire.ts";

export interface PairedPhone {
  readonly camera: string;
  readonly device: string;
  readonly atMs: number;
}

export type SweepResult = "aman" | "temuan" | "tidak_dilakukan";

export interface Sweep {
  readonly seq: number;
  readonly askedMs: number;
  /** Where it is to be seen; null until the room has been shown. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Null until judged, and always for the asesi, who is not told. */
  readonly result: SweepResult | null;
  readonly note: string;
}

export interface SecondLog {
  /** The phone that is paired now. */
  phone: PairedPhone | null;
  sweeps: Map<number, Sweep>;
}

export function emptySecond(): SecondLog {
  return { phone: null, sweeps: new Map() };
}

interface Holder {
  readonly second: SecondLog;
}

function change(log: Holder, data: Fields, to: (known: Sweep) => Sweep): void {
  const known = log.second.sweeps.get(number(data["sweep"]) ?? 0);
  if (known !== undefined) log.second.sweeps.set(known.seq, to(known));
}

function resultIn(value: unknown): SweepResult | null {
  return value === "aman" || value === "temuan" || value === "tidak_dilakukan" ? value : null;
}

export const SECOND_FOLDS: Readonly<Record<string, (log: Holder, entry: Entry) => void>> = {
  "camera.paired": ({ second }, { atMs, data }) => {
    second.phone = { camera: text(data["camera"]), device: text(data["device"]), atMs };
  },
  "camera.unpaired": ({ second }, { data }) => {
    if (second.phone?.camera === text(data["camera"])) second.phone = null;
  },
  "sweep.asked": ({ second }, { seq, atMs }) => {
    second.sweeps.set(seq, { seq, askedMs: atMs, startMs: null, endMs: null, result: null, note: "" });
  },
  "sweep.done": (log, { data }) => {
    change(log, data, (known) => ({ ...known, startMs: number(data["start_ms"]), endMs: number(data["end_ms"]) }));
  },
  "sweep.judged": (log, { data }) => {
    change(log, data, (known) => ({ ...known, result: resultIn(data["result"]), note: text(data["note"]) }));
  },
};

export const SECOND_TOLD: readonly string[] = Object.keys(SECOND_FOLDS);

/** The sweep that is not finished yet: not shown for the asesi, not judged for the asesor. */
export function openSweep({ sweeps }: SecondLog, judges: boolean): Sweep | null {
  const last = [...sweeps.values()].at(-1) ?? null;
  if (last === null || last.result !== null) return null;
  return judges || last.endMs === null ? last : null;
}
