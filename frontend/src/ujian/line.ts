/**
 * What is answered, on its way to the server: on this device's disk first, then sent in one request at a
 * time, again and again until the log has it. Whoever works tells that they are here: that time counts;
 * time in which the page was not open is given back (ajj/assessment/sheet.py).
 */
import { ApiError } from "../shared/api.ts";
import { type Pace, waitMs } from "../shared/backoff.ts";
import type { SessionClock } from "../shared/clock.ts";
import { fields, list, number, text } from "../shared/json.ts";
import type { Memory } from "../shared/memory.ts";
import type { Op } from "../shared/opqueue.ts";

const PACE: Pace = { firstMs: 800, capMs: 10_000 };
const AT_ONCE = 100;
const LIMIT_MS = 20_000;

/** An answer that the log has, given on this device or on another. */
export interface Stored {
  readonly butir: number;
  readonly value: string;
}

/** Ms left for who works on, ms given back so far. */
export interface Left {
  readonly leftMs: number;
  readonly returnedMs: number;
  readonly over: boolean;
}

export interface LineOptions {
  readonly post: (body: unknown, limitMs: number) => Promise<unknown>;
  readonly clock: SessionClock;
  readonly memory: Memory;
  /** How far the log had been read when the page was made. */
  readonly head: number;
  readonly onStored: (stored: readonly Stored[]) => void;
  readonly onLeft: (left: Left) => void;
  /** Everything that the server said. */
  readonly onAnswer?: (answer: ReturnType<typeof fields>) => void;
  /** Something of the line's own state is different now. */
  readonly onChange: () => void;
  readonly perf: () => number;
  readonly random: () => number;
  readonly later: (act: () => void, ms: number) => number;
  readonly never: (timer: number) => void;
}

export class Line {
  cursor: number;
  /** The last request got no answer. */
  offline = false;
  /** Why the server will not have something: its own words. */
  refusal = "";
  #here: number;
  #busy = false;
  #again = false;
  #attempt = 0;
  #timer = 0;
  #flying: ReadonlySet<string> = new Set();

  constructor(private readonly o: LineOptions) {
    this.cursor = o.head;
    this.#here = o.perf();
  }

  /** Answers that are not in the log yet, by butir: the last of each. */
  get waiting(): ReadonlyMap<number, string> {
    const found = new Map<number, string>();
    for (const op of this.o.memory.queue.pending) {
      if (op.kind === "answer") found.set(number(op.data["butir"]) ?? 0, text(op.data["value"]));
    }
    return found;
  }

  /** Whether what waits would outlive this tab. */
  get safe(): boolean {
    return this.o.memory.queue.kept;
  }

  /** Nothing is owed to the server but presence. */
  get settled(): boolean {
    return this.o.memory.queue.pending.every(({ kind }) => kind === "here");
  }

  answer(butir: number, value: string): void {
    this.#replace((op) => op.kind === "answer" && op.data["butir"] === butir);
    this.#add("answer", { butir, value });
  }

  /** `asked` or `result` of one butir: what an asesor says who asks aloud. */
  say(kind: "asked" | "result", butir: number, data: { readonly [name: string]: unknown }): void {
    this.#add(kind, { butir, ...data });
  }

  /** A result of a task, under the id by which its bytes come in. */
  file(butir: number, data: { readonly [name: string]: unknown }): void {
    this.#add("file", { butir, ...data });
  }

  drop(butir: number, evidence: string): void {
    this.#add("drop", { butir, evidence });
  }

  finish(): void {
    this.here();
    this.#add("finish", {});
  }

  /** Says that the page was open until now; what was said and not yet sent becomes one. */
  here(): void {
    const now = this.o.perf();
    const unsent = this.#replace((op) => op.kind === "here" && op.look.life === this.o.clock.life);
    const before = unsent.reduce((sum, op) => sum + (number(op.data["ms"]) ?? 0), 0);
    this.#add("here", { ms: Math.round(before + now - this.#here) });
    this.#here = now;
  }

  /** Takes ops that were not sent yet out of the queue. */
  #replace(which: (op: Op) => boolean): Op[] {
    const { queue } = this.o.memory;
    const gone = queue.pending.filter((op) => op.seq === null && which(op) && !this.#flying.has(op.id));
    for (const { id } of gone) queue.rejected(id);
    return gone;
  }

  #add(kind: string, data: { readonly [name: string]: unknown }): void {
    this.o.memory.queue.add(kind, data, this.o.clock.look(), this.cursor);
    this.o.onChange();
  }

  /** Sends what is owed, and reads what other devices did. */
  sync = (): void => {
    this.o.never(this.#timer);
    if (this.#busy) {
      this.#again = true;
      return;
    }
    void this.#sync();
  };

  async #sync(): Promise<void> {
    this.#busy = true;
    this.#again = false;
    const ops = this.o.memory.queue.unanswered.slice(0, AT_ONCE);
    this.#flying = new Set(ops.map(({ id }) => id));
    const sent = this.o.perf();
    try {
      const wire = ops.map((op) => this.o.memory.wire(op));
      this.#told(fields(await this.o.post({ after: this.cursor, ops: wire }, LIMIT_MS)), sent);
    } catch (problem) {
      this.#failed(problem);
    }
    this.#flying = new Set();
    this.#busy = false;
    if (this.#again && !this.offline) this.sync();
    this.o.onChange();
  }

  #told(answer: ReturnType<typeof fields>, sent: number): void {
    const { clock, memory, perf } = this.o;
    clock.measure(sent, perf(), number(answer["now"]), number(answer["now_ms"]));
    if (this.offline) memory.reconnected();
    this.offline = false;
    this.#attempt = 0;
    const head = number(answer["head"]) ?? this.cursor;
    for (const each of list(answer["acks"]).map(fields)) this.#acked(each, head);
    memory.queue.reached(head);
    const stored = list(answer["answers"]).map(fields);
    this.cursor = head;
    this.o.onStored(stored.map((one) => ({ butir: number(one["butir"]) ?? 0, value: text(one["value"]) })));
    this.o.onAnswer?.(answer);
    const over = text(answer["state"]) !== "running";
    this.o.onLeft({ leftMs: number(answer["left_ms"]) ?? 0, returnedMs: number(answer["returned_ms"]) ?? 0, over });
    if (memory.queue.unanswered.length > 0) this.#again = true;
  }

  #acked(each: ReturnType<typeof fields>, head: number): void {
    const { queue } = this.o.memory;
    const [id, seq] = [text(each["op_id"]), number(each["seq"])];
    if (seq !== null) queue.acknowledged(id, seq, head);
    else {
      queue.rejected(id);
      this.refusal = text(each["message"]);
    }
  }

  #failed(problem: unknown): void {
    const status = problem instanceof ApiError ? problem.status : 0;
    if (status >= 400 && status < 500 && status !== 429) {
      this.refusal = problem instanceof ApiError ? problem.message : "";
      return;
    }
    this.offline = true;
    this.#timer = this.o.later(this.sync, waitMs(this.#attempt, PACE, this.o.random));
    this.#attempt += 1;
  }
}
