/**
 * A whole file by tus over a line that breaks. Two pieces are under way at most, one well ahead:
 * the line is never idle for an answer, and what a break costs is at most both. Where an answer stays out, the server is asked how far it is, again and again, until it says so
 * or the pieces arrive after all; then it goes on from there, whatever was hoped before.
 */
import {
  type Acknowledged, aheadMs, askLimitMs, askMs, type Budget, humbled, isHole, learnt, type Pace, patienceMs, pieceBytes, recent,
  restMs, suspectMs, together, tripped,
} from "./pace.ts";
import { base64, credentials, type Endpoint, readOffset, sha256, standing, TusError } from "./tus.ts";

export interface PourOptions {
  readonly at: Endpoint;
  /** The upload's own address. */
  readonly url: string;
  readonly file: Blob;
  readonly offset: number;
  /** Kept by the caller from file to file: the line is the same. */
  readonly pace: { now: Pace };
  readonly signal: AbortSignal;
  /** Bytes that the server has, each time it says so. */
  readonly onOffset: (offset: number) => void;
  /** Whether the server answers. */
  readonly onLine: (answering: boolean) => void;
  /** True while no further piece may begin: something else goes first. */
  readonly hold: () => boolean;
  /** The share of the line that may be taken now; null for all of it. */
  readonly budget: () => Budget | null;
  /** Dispatches "nudge" when there is reason to believe that the line is back. */
  readonly nudges: EventTarget;
}

interface Flight {
  readonly from: number;
  readonly end: number;
  readonly startedAt: number;
  readonly request: XMLHttpRequest;
}

const ANSWER_MS = 60_000;
/** Questions that are open at once; with two pieces a browser's connections to one host are used up at six. */
const QUESTIONS = 3;
const AT_ONCE_MS = 600;
/** The share of the line changes while one waits for one's turn. */
const LOOK_MS = 1000;
/** Refusals after which asking where the upload stands helps: lost in between, spoilt, or pre-empted. */
const ASK_AGAIN: ReadonlySet<number> = new Set([0, 409, 423, 460]);

class Pour {
  #flights: Flight[] = [];
  #acked: number;
  #next: number;
  /** When the last piece was acknowledged: from then on the line belongs to the one behind it. */
  #freeAt = 0;
  /** The last piece that was acknowledged: what the line is left alone for. */
  #last = { bytes: 0, tookMs: 0 };
  #acks: Acknowledged[] = [];
  /** When the last break was over: the first answer after it. */
  #backAt = -Infinity;
  #error: TusError | null = null;
  #wake: () => void = () => undefined;

  constructor(private readonly o: PourOptions) {
    this.#acked = this.#next = o.offset;
  }

  async run(): Promise<number> {
    const stop = (): void => this.#wake();
    this.o.signal.addEventListener("abort", stop);
    try {
      while (this.#acked < this.o.file.size && !this.o.signal.aborted) {
        if (this.#error !== null) await this.#recover();
        else if (this.o.hold() && this.#flights.length === 0) return this.#acked;
        else await this.#step();
      }
      return this.#acked;
    } finally {
      this.o.signal.removeEventListener("abort", stop);
      this.#dropFlights();
    }
  }

  /** Begins what may begin, then waits for an answer, for the next piece's turn, or for patience to end. */
  async #step(): Promise<void> {
    const wait = this.#turnMs();
    if (wait <= 0) return this.#launch();
    const [first] = this.#flights;
    const patience = first === undefined ? Infinity : this.#since(first) + this.#patienceMs(first) - performance.now();
    if (patience <= 0) {
      this.#error = new TusError(0, "silent");
      return;
    }
    await this.#sleep(Math.min(wait, patience, LOOK_MS));
  }

  get #underWay(): number {
    return this.#flights.reduce((sum, { from, end }) => sum + end - from, 0);
  }

  #patienceMs(flight: Flight): number {
    const { now } = this.o.pace;
    return flight.startedAt < this.#backAt ? suspectMs(now) : patienceMs(now, this.#underWay);
  }

  /** When `flight` got the line to itself. */
  #since(flight: Flight): number {
    return Math.max(flight.startedAt, this.#freeAt);
  }

  /** Ms until the next piece may begin; Infinity while that depends on an answer. */
  #turnMs(): number {
    if (this.#next >= this.o.file.size || this.#flights.length >= together(this.o.budget()) || this.o.hold()) return Infinity;
    const now = performance.now();
    const rest = this.#freeAt + restMs(this.o.budget(), this.#last.bytes, this.#last.tookMs) - now;
    const [first] = this.#flights;
    if (first === undefined) return rest;
    const ahead = aheadMs(this.o.pace.now, first.end - first.from);
    return ahead === null ? Infinity : Math.max(rest, first.startedAt + ahead - now);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? setTimeout(() => this.#wake(), ms) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
    });
  }

  async #launch(): Promise<void> {
    const from = this.#next;
    const end = from + pieceBytes(this.o.pace.now, this.o.file.size - from, this.o.budget());
    this.#next = end;
    const body = await this.o.file.slice(from, end).arrayBuffer();
    const checksum = base64(await sha256(body));
    if (this.o.signal.aborted) return;
    const request = new XMLHttpRequest();
    const flight: Flight = { from, end, startedAt: performance.now(), request };
    request.open("PATCH", this.o.url);
    request.timeout = ANSWER_MS;
    for (const [name, value] of Object.entries({
      "Tus-Resumable": "1.0.0",
      ...credentials(this.o.at).headers,
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(from),
      "Upload-Checksum": `sha256 ${checksum}`,
      // RFC 7240: it may overtake the piece before it, and overlap what had arrived when a break ended.
      Prefer: "handling=lenient, wait=3",
    })) request.setRequestHeader(name, value);
    request.addEventListener("loadend", () => this.#landed(flight));
    this.#flights.push(flight);
    request.send(body);
  }

  #landed(flight: Flight): void {
    if (!this.#flights.includes(flight)) return;
    const { status } = flight.request;
    if (status >= 200 && status < 300) {
      const now = performance.now();
      const tookMs = now - this.#since(flight);
      const bytes = flight.end - flight.from;
      const before = this.#acks.at(-1)?.at ?? now;
      if (isHole(this.o.pace.now, now - before, bytes)) {
        // The break says nothing of how fast the line is.
        this.#acks = [];
        this.#backAt = now;
      }
      this.#acks = recent([...this.#acks, { at: now, bytes }], now);
      this.o.pace.now = learnt(this.o.pace.now, this.#acks, tookMs);
      this.#freeAt = now;
      this.#last = { bytes, tookMs };
      this.#reached(readOffset(flight.request.getResponseHeader("Upload-Offset")) ?? flight.end);
    } else {
      this.#flights = this.#flights.filter((one) => one !== flight);
      this.#error ??= new TusError(status, codeIn(flight.request.responseText));
    }
    this.#wake();
  }

  #reached(offset: number): void {
    this.#acked = Math.max(this.#acked, offset);
    this.#flights = this.#flights.filter(({ end }) => end > this.#acked);
    this.o.onOffset(this.#acked);
    this.o.onLine(true);
  }

  #dropFlights(): void {
    const flights = this.#flights;
    this.#flights = [];
    for (const { request } of flights) request.abort();
  }

  /** Asks until the server says where it stands, or until a piece arrives that was given up too soon. */
  async #recover(): Promise<void> {
    const error = this.#error;
    this.#error = null;
    if (error !== null && !ASK_AGAIN.has(error.status)) throw error;
    const before = this.#acked;
    const began = performance.now();
    const offset = await this.#standing(() => this.#acked > before);
    // A question that was answered late tells of a time before the pieces that arrived meanwhile.
    if (offset === null || this.#acked > Math.max(before, offset)) return;
    // It answers at once, so what still hangs is not dead: the line is slower than we thought.
    if (error?.code === "silent" && performance.now() - began < AT_ONCE_MS) this.o.pace.now = humbled(this.o.pace.now);
    this.#dropFlights();
    this.#error = null;
    this.#acks = [];
    this.#acked = this.#next = offset;
    this.#freeAt = performance.now();
    this.#last = { bytes: 0, tookMs: 0 };
    this.o.onOffset(offset);
    this.o.onLine(true);
  }

  /** The server's word; null when `enough` or the end came first. A question in a dead line dies with it, so others follow. */
  async #standing(enough: () => boolean): Promise<number | null> {
    const stop = new AbortController();
    const end = (): void => stop.abort();
    this.o.signal.addEventListener("abort", end);
    let answer: number | null = null;
    let refusal: unknown = null;
    let open = 0;
    const ask = async (attempt: number): Promise<void> => {
      open += 1;
      const began = performance.now();
      try {
        const offset = await standing(this.o.at, this.o.url, stop.signal, askLimitMs(attempt, this.o.pace.now));
        this.o.pace.now = tripped(this.o.pace.now, performance.now() - began);
        answer ??= offset;
      } catch (problem) {
        if (!(problem instanceof TusError) || problem.status !== 0) refusal = problem;
      } finally {
        open -= 1;
        this.#wake();
      }
    };
    try {
      for (let attempt = 0; !this.o.signal.aborted && !enough(); attempt += 1) {
        if (open < QUESTIONS) void ask(attempt);
        await this.#pauseBeforeAsking(askMs(attempt, Math.random));
        if (refusal !== null) throw refusal;
        if (answer !== null) return answer;
        if (attempt === QUESTIONS) this.o.onLine(false);
      }
      return null;
    } finally {
      this.o.signal.removeEventListener("abort", end);
      stop.abort();
    }
  }

  async #pauseBeforeAsking(ms: number): Promise<void> {
    const nudged = (): void => this.#wake();
    this.o.nudges.addEventListener("nudge", nudged);
    await this.#sleep(ms);
    this.o.nudges.removeEventListener("nudge", nudged);
  }
}

function codeIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && "code" in parsed ? String(parsed.code) : "";
  } catch {
    return "";
  }
}

/**
 * Sends `file` from `offset` and gives how far the server is: all of it, or less when `hold` or the
 * signal said so. Waits out breaks of any length; rejects with what no waiting mends (4xx, 5xx).
 */
export function pour(options: PourOptions): Promise<number> {
  return new Pour(options).run();
}

