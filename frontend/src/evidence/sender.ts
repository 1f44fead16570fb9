/** Sends what waits on this device, for as long as that takes; one tab at a time. */
import { type Pace as Wait, waitMs } from "../shared/backoff.ts";
import { type Budget, type Pace, tripped, UNKNOWN } from "../shared/pace.ts";
import { pour } from "../shared/pour.ts";
import { Rounds } from "../shared/rounds.ts";
import { call, create, type Endpoint, standing, TusError } from "../shared/tus.ts";
import { described, disposable, hasUrgent, type Item, type Job, nextJob, unprepared } from "./item.ts";
import type { Change, Shelf } from "./shelf.ts";

/** "waiting": the server does not answer. "elsewhere": another tab sends. "login": nobody is logged in. */
export type Phase = "idle" | "sending" | "waiting" | "elsewhere" | "login";

export interface SenderOptions {
  readonly shelf: Shelf;
  readonly session: string;
  /** `/api/v1/sessions/{id}/evidence` */
  readonly url: string;
  readonly csrf: () => string;
  readonly onChange: () => void;
  /** The line's share for evidence; null while all of it is ours. */
  readonly budget: () => Budget | null;
}

const RETRY: Wait = { firstMs: 1000, capMs: 30_000 };
const LOOK_MS = 15_000;
/** The same file will be refused again. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 409, 410, 413, 415, 422]);

export class Sender {
  phase: Phase = "idle";
  items: readonly Item[] = [];
  /** Of the line, over all files; bytes per second that were acknowledged. */
  readonly pace: { now: Pace } = { now: UNKNOWN };
  #attempt = 0;
  #preparing = false;
  #stop = new AbortController();
  /** Requests under way that a returned line makes anew. */
  #flight = new AbortController();
  readonly #nudges = new EventTarget();
  readonly #rounds: Rounds;

  constructor(private readonly options: SenderOptions) {
    window.addEventListener("online", this.reconnect);
    this.#rounds = new Rounds({
      lock: `ajj-evidence:${options.session}`,
      signal: this.#stop.signal,
      round: () => this.#round(),
      onTurn: () => this.#tell("idle"),
      onElsewhere: () => this.#tell("elsewhere"),
    });
  }

  /** Something changed: look now. */
  hurry = (): void => this.#rounds.hurry();

  /** The line is back: what hangs in the dead one is given up. */
  reconnect = (): void => {
    this.#attempt = 0;
    this.#flight.abort();
    this.#flight = new AbortController();
    this.#nudges.dispatchEvent(new Event("nudge"));
    this.hurry();
  };

  stop(): void {
    window.removeEventListener("online", this.reconnect);
    this.#stop.abort();
    this.#flight.abort();
  }

  get #at(): Endpoint {
    return { url: this.options.url, csrf: this.options.csrf() };
  }

  #tell(phase: Phase): void {
    this.phase = phase;
    this.options.onChange();
  }

  async #round(): Promise<number> {
    try {
      this.items = await this.options.shelf.of(this.options.session);
      await this.#tidy();
      this.#prepareNext();
      const job = nextJob(this.items);
      if (job === null) {
        this.#attempt = 0;
        this.#tell("idle");
        return LOOK_MS;
      }
      this.#tell("sending");
      await this.#do(job);
      this.#attempt = 0;
      return 0;
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      // A damaged database must not end the loop: the next page may find it whole.
      if (!(error instanceof TusError)) reportError(error);
      this.#tell(error instanceof TusError && error.status === 401 ? "login" : "waiting");
      const wait = waitMs(this.#attempt, RETRY, Math.random);
      this.#attempt += 1;
      return wait;
    }
  }

  async #tidy(): Promise<void> {
    for (const item of disposable(this.items, Date.now())) {
      // The room shows its own file as received until the log has it; the bytes are what takes room.
      await this.options.shelf.dropFiles(item.id, ["original", "sent", "thumb"]);
      if (Date.now() - (item.receivedWall ?? 0) > LOOK_MS) await this.options.shelf.remove(item.id);
    }
  }

  async #change(item: Item, change: Change): Promise<void> {
    this.items = this.items.map((one) => (one.id === item.id ? { ...one, ...change } : one));
    this.options.onChange();
    await this.options.shelf.change(item.id, change);
  }

  async #do({ item, step }: Job): Promise<void> {
    try {
      switch (step) {
        case "announce":
          return await this.#announce(item);
        case "thumb":
          return await this.#thumb(item);
        case "body":
          return await this.#body(item);
        case "original":
          return await this.#original(item);
      }
    } catch (error) {
      if (!(error instanceof TusError)) throw error;
      const { status, code } = error;
      if (step === "original" && FINAL.has(status)) return this.#change(item, { originalWall: Date.now() });
      // An upload that the server has forgotten is announced anew, under the same name.
      if (status === 404 && step !== "announce") return this.#change(item, { announced: false, thumbed: false, offset: 0 });
      if (step === "thumb" && FINAL.has(status)) return this.#change(item, { thumbed: true });
      if (FINAL.has(status) || status === 404) return this.#change(item, { refused: { status, code } });
      throw error;
    }
  }

  /** Beside the sending: making a video smaller takes as long as it lasts. */
  #prepareNext(): void {
    const item = unprepared(this.items);
    if (item === null || this.#preparing) return;
    this.#preparing = true;
    this.#prepare(item)
      .catch(reportError)
      .finally(() => {
        this.#preparing = false;
        this.hurry();
      });
  }

  async #prepare(item: Item): Promise<void> {
    const { shelf } = this.options;
    const original = await shelf.file(item.id, "original");
    if (original === null) return shelf.remove(item.id);
    const { prepare } = await import("./prepare.ts");
    const { sent, thumb, sha256 } = await prepare(original);
    const changed: Item = {
      ...item,
      original: { ...item.original, sha256 },
      sent: { bytes: (sent ?? original).size, type: sent?.type || item.original.type, same: sent === null },
      thumb: thumb?.size ?? 0,
    };
    // Removed by its owner meanwhile: it stays removed.
    if ((await shelf.get(item.id)) === undefined) return;
    await shelf.put(changed, { ...(sent === null ? {} : { sent }), ...(thumb === null ? {} : { thumb }) });
    this.items = this.items.map((one) => (one.id === item.id ? changed : one));
    this.options.onChange();
  }

  async #announce(item: Item): Promise<void> {
    const beganAt = performance.now();
    const { offset } = await create(this.#at, item.sent?.bytes ?? 0, described(item, false), this.#flight.signal);
    this.pace.now = tripped(this.pace.now, performance.now() - beganAt);
    await this.#change(item, { announced: true, offset });
  }

  async #thumb(item: Item): Promise<void> {
    const body = await this.options.shelf.file(item.id, "thumb");
    if (body !== null) {
      const headers = { "Content-Type": body.type };
      await call(this.#at, `${this.options.url}/${item.id}/thumb`, { method: "PUT", headers, body }, this.#flight.signal);
    }
    await this.#change(item, { thumbed: true });
  }

  async #body(item: Item): Promise<void> {
    const same = item.sent?.same !== false;
    const file = await this.options.shelf.file(item.id, same ? "original" : "sent");
    // The browser's data was cleared: there is nothing to send.
    if (file === null) return this.options.shelf.remove(item.id);
    const offset = await this.#pour(item.id, file, (at) => this.#change(item, { offset: at }));
    if (offset < file.size) return;
    await this.#change(item, { offset, receivedWall: Date.now() });
    await this.options.shelf.dropFiles(item.id, ["sent", "thumb"]);
  }

  async #original(item: Item): Promise<void> {
    const file = await this.options.shelf.file(item.id, "original");
    if (file === null) return this.#change(item, { originalWall: Date.now() });
    await create(this.#at, file.size, described(item, true), this.#flight.signal);
    const offset = await this.#pour(item.originalId, file, (at) => this.#change(item, { originalOffset: at }));
    if (offset === file.size) await this.#change(item, { originalOffset: offset, originalWall: Date.now() });
  }

  async #pour(id: string, file: Blob, onOffset: (offset: number) => Promise<void>): Promise<number> {
    const url = `${this.options.url}/${id}`;
    const beganAt = performance.now();
    const offset = await standing(this.#at, url, this.#flight.signal);
    this.pace.now = tripped(this.pace.now, performance.now() - beganAt);
    return pour({
      at: this.#at, url, file, offset, pace: this.pace,
      signal: this.#stop.signal,
      nudges: this.#nudges,
      onOffset: (at) => void onOffset(at),
      onLine: (answering) => this.#tell(answering ? "sending" : "waiting"),
      hold: () => hasUrgent(this.items),
      budget: this.options.budget,
    });
  }
}
