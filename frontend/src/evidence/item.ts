/** One piece of evidence on this device, and what is to be done for it next. Pure. */

/** Where a picture was taken; the server holds it against what it knows itself. */
export interface Moment {
  /** Session ms; null before the session opened, or for a file that was only chosen. */
  readonly takenMs: number | null;
  readonly clockErrorMs: number | null;
  /** Date.now() when it was taken; of a chosen file its own date. */
  readonly wallMs: number;
  /** The stream of the running camera, "" for a chosen file. */
  readonly stream: string;
  /** `SEQ:HASH` of the newest entry that this device had read: not knowable before. */
  readonly head: string;
}

export interface Bytes {
  readonly bytes: number;
  readonly type: string;
}

export interface Original extends Bytes {
  /** Hex SHA-256; null while it is not computed. */
  readonly sha256: string | null;
}

export interface Item {
  readonly id: string;
  readonly session: string;
  readonly owner: string;
  readonly name: string;
  readonly source: "live" | "gallery";
  readonly moment: Moment;
  readonly kuk: readonly number[];
  readonly original: Original;
  /** What is sent; null until it is made. The same bytes as the original when nothing is smaller. */
  readonly sent: (Bytes & { readonly same: boolean }) | null;
  /** Bytes of the small picture; 0 when there is none. */
  readonly thumb: number;
  readonly announced: boolean;
  readonly thumbed: boolean;
  /** Bytes that the server says it has. */
  readonly offset: number;
  /** HTTP status and code of a refusal for good. */
  readonly refused: { readonly status: number; readonly code: string } | null;
  /** Date.now() when the server had all of it. */
  readonly receivedWall: number | null;
  /** An asesor wants the original. */
  readonly asked: boolean;
  readonly originalId: string;
  readonly originalOffset: number;
  readonly originalWall: number | null;
  readonly addedWall: number;
}

export type Which = "original" | "sent" | "thumb";
export type Step = "announce" | "thumb" | "body" | "original";

export interface Job {
  readonly item: Item;
  readonly step: Step;
}

function stepOf(item: Item): Step | null {
  if (item.receivedWall !== null) return item.asked && item.originalWall === null ? "original" : null;
  if (item.refused !== null || item.sent === null) return null;
  if (!item.announced) return "announce";
  return item.thumb > 0 && !item.thumbed ? "thumb" : "body";
}

/** What everybody can see goes before what makes it whole, that before what was asked for later. */
const ORDER: readonly Step[] = ["announce", "thumb", "body", "original"];

/** The next thing to do, of the oldest item first; null when nothing is owed. */
export function nextJob(items: readonly Item[]): Job | null {
  const jobs = [...items]
    .sort((one, other) => one.addedWall - other.addedWall)
    .flatMap((item) => {
      const step = stepOf(item);
      return step === null ? [] : [{ item, step }];
    });
  return ORDER.flatMap((step) => jobs.filter((job) => job.step === step))[0] ?? null;
}

/** The oldest that is still as it was taken. */
export function unprepared(items: readonly Item[]): Item | null {
  const raw = items.filter(({ sent, refused }) => sent === null && refused === null);
  return raw.sort((one, other) => one.addedWall - other.addedWall)[0] ?? null;
}

/** Something small waits that is seen at once: it goes between two pieces of a large one. */
export function hasUrgent(items: readonly Item[]): boolean {
  const job = nextJob(items);
  return job !== null && job.step !== "body" && job.step !== "original";
}

/** Days that an original is kept after the server has what was made of it, as the server asks no longer. */
export const KEPT_MS = 14 * 24 * 60 * 60 * 1000;
/** Of originals that nobody has asked for, at most. */
export const KEPT_BYTES = 300_000_000;

/** Items that need not be kept any longer, the oldest first. */
export function disposable(items: readonly Item[], nowWall: number): Item[] {
  const received = items
    .filter(({ receivedWall }) => receivedWall !== null)
    .sort((one, other) => (one.receivedWall ?? 0) - (other.receivedWall ?? 0));
  const done = received.filter(
    (item) => item.sent?.same !== false || item.originalWall !== null || nowWall - (item.receivedWall ?? 0) > KEPT_MS,
  );
  const kept = received.filter((item) => !done.includes(item));
  let bytes = kept.reduce((sum, { original }) => sum + original.bytes, 0);
  for (const item of kept) {
    if (bytes <= KEPT_BYTES) break;
    if (item.asked) continue;
    done.push(item);
    bytes -= item.original.bytes;
  }
  return done;
}

/** tus metadata of an item, or of its original. */
export function described(item: Item, whole: boolean): Record<string, string> {
  if (whole) {
    return {
      id: item.originalId, owner: item.owner, filename: item.name, filetype: item.original.type, original_of: item.id,
    };
  }
  const { takenMs, clockErrorMs, wallMs, stream, head } = item.moment;
  const { original } = item;
  return {
    id: item.id, owner: item.owner, filename: item.name, filetype: item.sent?.type ?? original.type,
    kuk: item.kuk.join(","), source: item.source, wall_ms: String(Math.round(wallMs)),
    ...(takenMs === null ? {} : { taken_ms: String(Math.round(takenMs)) }),
    ...(clockErrorMs === null ? {} : { clock_error_ms: String(Math.ceil(clockErrorMs)) }),
    ...(stream === "" ? {} : { stream }),
    ...(head === "" ? {} : { moment: head }),
    ...(item.sent?.same !== false || original.sha256 === null
      ? {}
      : { original_sha256: original.sha256, original_bytes: String(original.bytes), original_type: original.type }),
  };
}
