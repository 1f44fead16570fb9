/** What the log says of how a piece of evidence came to be. Pure. */
import { type Fields, fields, list, number, text } from "../shared/json.ts";
import type { Entry } from "../shared/wire.ts";

export interface Capture {
  readonly source: "live" | "gallery";
  /** What the server found not to fit; empty when all of it does. */
  readonly doubts: readonly string[];
  /** The device's own wall clock, of a chosen file its date. */
  readonly wallMs: number | null;
  readonly stream: string;
}

export interface Told {
  readonly takenMs: number | null;
  readonly capture: Capture | null;
  /** The file that it was made from; null when it came as it was. */
  readonly original: { readonly bytes: number; readonly type: string } | null;
  /** A small picture of it is to be had. */
  readonly thumb: boolean;
}

export function readTold(data: Fields): Told {
  const original = fields(data["original"]);
  const bytes = number(original["bytes"]);
  const capture = fields(data["capture"]);
  const source = capture["source"];
  return {
    takenMs: number(data["taken_ms"]),
    capture: source !== "live" && source !== "gallery" ? null : {
      source,
      doubts: list(capture["doubts"]).map((one) => text(one)),
      wallMs: number(capture["wall_ms"]),
      stream: text(capture["stream"]),
    },
    original: bytes === null ? null : { bytes, type: text(original["filetype"]) },
    thumb: text(data["thumb"]) !== "",
  };
}

/** A file that is on its way: everybody knows of it, nobody has it. */
export interface Announced {
  readonly id: string;
  readonly seq: number;
  readonly atMs: number;
  readonly owner: string;
  readonly filename: string;
  readonly filetype: string;
  readonly bytes: number;
  readonly told: Told;
}

/** What the log says of evidence beside the files themselves. */
export interface EvidenceLog {
  readonly announced: Map<string, Announced>;
  /** Evidence whose original was asked for. */
  readonly asked: Set<string>;
  /** By evidence, the id of the original that came. */
  readonly originals: Map<string, string>;
}

export function emptyEvidence(): EvidenceLog {
  return { announced: new Map(), asked: new Set(), originals: new Map() };
}

/** True when `entry` needs no other fold: it is about evidence that is not there, or not new. */
export function foldEvidenceStory(log: EvidenceLog, { seq, atMs, actor, kind, data }: Entry): boolean {
  const id = text(data["evidence"]);
  switch (kind) {
    case "evidence.announced":
      log.announced.set(id, {
        id, seq, atMs, owner: actor, filename: text(data["filename"]), filetype: text(data["filetype"]),
        bytes: number(data["bytes"]) ?? 0, told: readTold(data),
      });
      return true;
    case "evidence.asked":
      log.asked.add(id);
      return true;
    case "evidence.received": {
      log.announced.delete(id);
      const of = text(data["original_of"]);
      if (of !== "") log.originals.set(of, id);
      return of !== "";
    }
    default:
      return false;
  }
}
