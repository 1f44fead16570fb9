/** Sends what the server wants and this device has, for as long as that takes; the live media goes first. */
import { type Pace, waitMs } from "../shared/backoff.ts";
import { fields, instant, list, number, text } from "../shared/json.ts";
import { Rounds } from "../shared/rounds.ts";
import { chosen, NOTHING_OWED, type Owed, owed } from "./choice.ts";
import { hint } from "./hint.ts";
import type { Keep } from "./keep.ts";
import { chunkBytes, type Line, MOST_CHUNK, type Pause, pauseOf, restMs } from "./line.ts";
import type { Placed, Wanted } from "./slice.ts";
import { create, credentials, type Endpoint, hex, send, sha256, type Standing, standing, TusError } from "../shared/tus.ts";

/**
 * "asking": nothing known yet. "idle": nothing owed. "sending". "paused": see `pause`. "waiting": the
 * server did not answer, next try later. "elsewhere": another tab does it. "closed": the time is over,
 * or this account has no part in it.
 */
export type Phase = "asking" | "idle" | "sending" | "paused" | "waiting" | "elsewhere" | "closed";

export interface Progress {
  readonly phase: Phase;
  readonly pause: Pause | null;
  readonly owed: Owed;
  /** Date.now() of the server's last answer; null before the first. */
  readonly heardWall: number | null;
  /** Server epoch ms until which slices are taken. */
  readonly until: number | null;
  /** Files that the server refused for good. */
  readonly refused: number;
}

export interface UploaderOptions {
  readonly keep: Keep;
  /** `/api/v1/sessions/{id}/backup` */
  readonly url: string;
  readonly csrf: string;
  /** A second camera's token; a person's device is known by its cookie. */
  readonly bearer?: string;
  /** Kinds of stream that this page records; what is wanted of others is not its business. */
  readonly kinds?: ReadonlySet<string>;
  readonly line: () => Line;
  readonly onChange: () => void;
  /** The session is over: once nothing is wanted any more, nothing will be. */
  readonly over: () => boolean;
}

export const UNASKED: Progress = {
  phase: "asking", pause: null, owed: NOTHING_OWED, heardWall: null, until: null, refused: 0,
};

interface Status {
  readonly wanted: readonly Wanted[];
  readonly received: ReadonlySet<string>;
  readonly until: number | null;
}

export const UPLOAD_PACE: Pace = { firstMs: 1000, capMs: 30_000 };
const POLL_MS = 15_000;
const PAUSED_MS = 2000;
const WORKING_MS = 3000;
const STATUS_MS = 15_000;
const KEEN_LOOKS = 4;

/** The same bytes will be refused again. */
const FINAL: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** Nothing of this session is for this account, at least today. */
const SHUT: ReadonlySet<number> = new Set([401, 403, 404, 410]);

export function readWanted(value: unknown): Wanted[] {
  return list(value).flatMap((item) => {
    const raw = fields(item);
    const [startMs, endMs] = [number(raw["start_ms"]), number(raw["end_ms"])];
    if (startMs === null || endMs === null || endMs <= startMs) return [];
    return [{ kind: text(raw["kind"], "camera"), startMs, endMs, why: raw["why"] === "asked" ? "asked" as const : "gap" as const }];
  });
}

export class Uploader {
  progress = UNASKED;
  #attempt = 0;
  #rate: number | null = null;
  #status: Status | null = null;
  /** Looks that follow each other closely, because the server may need a moment after the news. */
  #keen = 0;
  /** performance.now() since when the live media has held us up. */
  #heldAt: number | null = null;
  #stop = new AbortController();
  #flight = new AbortController();
  readonly #endpoint: Endpoint;
  readonly #rounds: Rounds;

  constructor(private readonly options: UploaderOptions) {
    this.#endpoint = { url: `${options.url}/files`, csrf: options.csrf, bearer: options.bearer ?? "" };
    window.addEventListener("online", this.reconnect);
    // A page that nobody is logged in to must not keep a second camera waiting, nor the other way round.
    const lock = `ajj-backup:${options.keep.session}${options.bearer ? ":camera" : ""}`;
    this.#rounds = new Rounds({
      lock,
      signal: this.#stop.signal,
      round: () => this.#round(),
      onTurn: () => this.#tell({ phase: "asking" }),
      onElsewhere: () => this.#tell({ phase: "elsewhere" }),
    });
  }

  /** Something changed: look now. */
  hurry = (): void => {
    this.#attempt = 0;
    this.#keen = KEEN_LOOKS;
    this.#rounds.hurry();
  };

  /** The line is back: a request that still hangs in the dead one is given up and made anew. */
  reconnect = (): void => {
    this.#flight.abort();
    this.#flight = new AbortController();
    this.hurry();
  };

  stop(): void {
    window.removeEventListener("online", this.reconnect);
    this.#stop.abort();
    this.#flight.abort();
  }

  #tell(change: Partial<Progress>): void {
    this.progress = { ...this.progress, ...change };
    this.options.onChange();
  }

  /** One look and at most one slice; gives the time until the next, ms. */
  async #round(): Promise<number> {
    try {
      if (!this.options.line().online) throw new TusError(0, "offline");
      // While the line is poor it is not asked about either.
      if (this.#stillHeldUp()) return PAUSED_MS;
      const status = await this.#ask();
      if (status === null) return 4 * POLL_MS;
      const held = await this.#tidied(status);
      this.#tell({ owed: owed(status.wanted, held), heardWall: Date.now(), until: status.until });
      const [next] = chosen(status.wanted, held, Date.now());
      if (next === undefined) return this.#rest();
      return await this.#send(next);
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      // A damaged database must not end the loop: the next page may find it whole.
      if (!(error instanceof TusError)) reportError(error);
      this.#tell({ phase: "waiting", pause: this.options.line().online ? null : "offline" });
      const wait = waitMs(this.#attempt, UPLOAD_PACE, Math.random);
      this.#attempt += 1;
      return wait;
    }
  }

  /** Nothing to send now: how long until the next look. */
  #rest(): number {
    this.#attempt = 0;
    this.#tell({ phase: "idle", pause: null });
    this.#keen -= 1;
    return this.#keen >= 0 || this.progress.owed.ofBytes > 0 ? WORKING_MS : POLL_MS;
  }

  /** What the server wants now; null when there is nothing more to do for this account. */
  async #ask(): Promise<Status | null> {
    const asked = { wall: Date.now(), perf: performance.now() };
    const answer = await this.#get();
    if (SHUT.has(answer.status)) {
      this.#tell({ phase: "closed", owed: NOTHING_OWED });
      return null;
    }
    const body: unknown = await answer.json().catch(() => null);
    if (!answer.ok || body === null) throw new TusError(answer.status, "status");
    const raw = fields(body);
    const trip = performance.now() - asked.perf;
    const [t0, session] = [instant(raw["t0"]), number(raw["now_ms"])];
    const { keep } = this.options;
    if (session !== null) keep.later = { wall: asked.wall + trip / 2, session, errorMs: trip / 2 };
    const { kinds } = this.options;
    const wanted = readWanted(raw["wanted"]).filter(({ kind }) => kinds?.has(kind) ?? true);
    keep.wanted = wanted;
    const until = instant(raw["accepts_until"]);
    this.#status = { wanted, received: new Set(list(raw["received"]).map((id) => text(id))), until };
    hint(keep.session, until);
    if (until !== null && t0 !== null && session !== null && t0 + session > until) {
      await keep.clear();
      this.#tell({ phase: "closed", owed: NOTHING_OWED, until });
      return null;
    }
    return this.#status;
  }

  async #get(): Promise<Response> {
    const flight = this.#flight;
    const limit = setTimeout(() => flight.abort(), STATUS_MS);
    try {
      return await fetch(this.options.url, { ...credentials(this.#endpoint), signal: flight.signal });
    } catch {
      if (flight === this.#flight && flight.signal.aborted) this.#flight = new AbortController();
      throw new TusError(0, "offline");
    } finally {
      clearTimeout(limit);
    }
  }

  /** Removes what the server has; gives what is left. */
  async #tidied(status: Status): Promise<Placed[]> {
    const { keep } = this.options;
    const held = await keep.held();
    for (const { slice } of held) if (status.received.has(slice.id)) await keep.remove(slice);
    const left = held.filter(({ slice }) => !status.received.has(slice.id));
    this.#tell({ refused: left.filter(({ slice }) => slice.refused !== null).length });
    if (left.length === 0 && this.options.over()) hint(keep.session, undefined);
    return left;
  }

  async #send(at: Placed): Promise<number> {
    const pause = this.#pause();
    if (pause !== null) {
      this.#tell({ phase: "paused", pause });
      return PAUSED_MS;
    }
    this.#tell({ phase: "sending", pause: null });
    const { keep } = this.options;
    const file = await keep.read(at.slice).catch(() => null);
    if (file === null || file.size === 0) {
      // The browser's data was cleared, or the shelf is damaged: there is nothing to send.
      await keep.remove(at.slice);
      return 0;
    }
    try {
      return await this.#chunks(at, file, await this.#standing(at, file));
    } catch (error) {
      if (!(error instanceof TusError)) throw error;
      if (FINAL.has(error.status)) {
        await keep.ledger.change(at.slice.id, { refused: error.status });
        return 0;
      }
      // An upload that the server has forgotten, or that stands elsewhere than we think: ask anew.
      if (error.status !== 0) await keep.ledger.change(at.slice.id, { upload: null, offset: 0 });
      throw error;
    }
  }

  #stillHeldUp(): boolean {
    const { phase, heardWall } = this.progress;
    const fresh = heardWall !== null && Date.now() - heardWall < POLL_MS;
    return phase === "paused" && fresh && this.#pause() !== null;
  }

  #pause(): Pause | null {
    const now = performance.now();
    const pause = pauseOf(this.options.line(), this.#heldAt === null ? 0 : now - this.#heldAt);
    if (pause !== null) this.#heldAt ??= now;
    return pause;
  }

  /** Where the upload stands: asked by HEAD where there is one, begun anew where it is gone. */
  async #standing(at: Placed, file: Blob): Promise<Standing> {
    const { signal } = this.#flight;
    const { upload } = at.slice;
    if (upload !== null) {
      try {
        return { url: upload, offset: await standing(this.#endpoint, upload, signal) };
      } catch (error) {
        if (!(error instanceof TusError) || ![403, 404, 410].includes(error.status)) throw error;
      }
    }
    const described = {
      slice: at.slice.id,
      run: at.slice.run,
      kind: at.slice.kind,
      filetype: at.slice.mime.replace(/;.*$/, ""),
      start_ms: String(at.startMs),
      end_ms: String(at.endMs),
      clock_error_ms: String(at.errorMs),
      wall_ms: String(Math.round(at.slice.startWall)),
      sha256: hex(await sha256(await file.arrayBuffer())),
    };
    const begun = await create(this.#endpoint, file.size, described, signal);
    await this.options.keep.ledger.change(at.slice.id, { upload: begun.url, offset: begun.offset });
    return begun;
  }

  async #chunks(at: Placed, file: Blob, begun: Standing): Promise<number> {
    const { keep, line } = this.options;
    let { offset } = begun;
    let pause: Pause | null = null;
    while (offset < file.size && pause === null && !this.#stop.signal.aborted) {
      const size = line().live === "none" && this.#rate === null ? MOST_CHUNK / 2 : chunkBytes(this.#rate, line());
      const chunk = await file.slice(offset, offset + size).arrayBuffer();
      const began = performance.now();
      offset = await send(this.#endpoint, { url: begun.url, offset }, chunk, this.#flight.signal);
      const took = Math.max(1, performance.now() - began);
      this.#rate = (chunk.byteLength * 1000) / took;
      await keep.ledger.change(at.slice.id, { offset }, "relaxed");
      await this.#count();
      await this.#rounds.rest(restMs(line(), took));
      this.#heldAt = null;
      this.#attempt = 0;
      pause = this.#pause();
    }
    if (offset < file.size) {
      if (pause !== null) this.#tell({ phase: "paused", pause });
      return PAUSED_MS;
    }
    await keep.ledger.change(at.slice.id, { sentWall: Date.now(), offset });
    await this.#count();
    return 0;
  }

  /** The meter between two answers: the server's list against the bytes that it has acknowledged. */
  async #count(): Promise<void> {
    if (this.#status !== null) this.#tell({ owed: owed(this.#status.wanted, await this.options.keep.held()) });
  }
}
