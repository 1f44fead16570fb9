/**
 * Commands on their way. An op stays until the log itself has been read up to its entry: acknowledged
 * is not yet seen. It is on the device's disk before it is on the wire, outlives the tab, and is sent
 * again under the same id, which the server counts once.
 */
import type { Fields } from "./json.ts";
import type { Look } from "./moments.ts";

export interface Op {
  readonly id: string;
  readonly kind: string;
  readonly data: Fields;
  /** This device's clocks when its person acted. */
  readonly look: Look;
  readonly baseSeq: number;
  /** Number of the act on this device, from 1; null until it is kept. */
  readonly n: number | null;
  /** Sequence number of the ack, or null while the server has not answered. */
  readonly seq: number | null;
  /** Pressed while it was still on its way: taken back as soon as it is stored, as of that look. */
  readonly undo: Look | null;
}

/** Where ops are kept; numbers them. */
export interface OpStore {
  /** Durable when it resolves; gives the op its number. */
  add(op: Op): Promise<number>;
  put(op: Op): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface QueueOptions {
  readonly store: OpStore;
  readonly newId: () => string;
  /** The op is kept (or cannot be): it may go on the wire. */
  readonly onReady: (op: Op) => void;
}

export class OpQueue {
  #ops: readonly Op[] = [];
  #last = 0;
  #unkept = new Set<string>();

  constructor(private readonly options: QueueOptions) {}

  get pending(): readonly Op[] {
    return this.#ops;
  }

  /** Ops that must be sent (again) on a fresh connection, in their order. */
  get unanswered(): readonly Op[] {
    return this.#ops.filter((op) => op.seq === null && op.n !== null);
  }

  /** Whether everything that waits would outlive this tab. */
  get kept(): boolean {
    return this.#ops.every((op) => op.n !== null && !this.#unkept.has(op.id));
  }

  /** What an earlier page left, in its order. */
  restore(ops: readonly Op[]): void {
    const known = new Set(this.#ops.map(({ id }) => id));
    this.#ops = [...ops.filter(({ id }) => !known.has(id)), ...this.#ops];
    this.#last = Math.max(this.#last, ...ops.map(({ n }) => n ?? 0));
  }

  add(kind: string, data: Fields, look: Look, baseSeq: number): Op {
    const op: Op = { id: this.options.newId(), kind, data, look, baseSeq, n: null, seq: null, undo: null };
    this.#ops = [...this.#ops, op];
    void this.#keep(op);
    return op;
  }

  async #keep(op: Op): Promise<void> {
    let n: number;
    try {
      n = await this.options.store.add(op);
    } catch {
      // No database here: it still goes on the wire, and the screen does not call it safe.
      this.#unkept.add(op.id);
      n = this.#last + 1;
    }
    this.#last = Math.max(this.#last, n);
    const numbered = this.#change(op.id, { n });
    if (numbered !== null) this.options.onReady(numbered);
  }

  /** The server stored it as entry `seq`; `cursor` is how far the log has been read here. */
  acknowledged(id: string, seq: number, cursor: number): Op | null {
    const op = this.#find(id);
    if (op === null) return null;
    if (seq <= cursor) this.#drop(id);
    else this.#put(this.#change(id, { seq }));
    return op;
  }

  rejected(id: string): Op | null {
    const op = this.#find(id);
    if (op !== null) this.#drop(id);
    return op;
  }

  /** Takes it back once it is stored. */
  undoLater(id: string, look: Look): void {
    this.#put(this.#change(id, { undo: look }));
  }

  /** The log has been read up to `cursor`: what it contains is no longer pending. */
  reached(cursor: number): void {
    for (const { id, seq } of this.#ops) if (seq !== null && seq <= cursor) this.#drop(id);
  }

  #find(id: string): Op | null {
    return this.#ops.find((op) => op.id === id) ?? null;
  }

  #change(id: string, change: Partial<Op>): Op | null {
    this.#ops = this.#ops.map((op) => (op.id === id ? { ...op, ...change } : op));
    return this.#find(id);
  }

  #put(op: Op | null): void {
    // What is not kept yet is written whole when it is numbered.
    if (op !== null && op.n !== null) this.options.store.put(op).catch(() => this.#unkept.add(op.id));
  }

  #drop(id: string): void {
    this.#ops = this.#ops.filter((op) => op.id !== id);
    this.#unkept.delete(id);
    this.options.store.remove(id).catch(() => undefined);
  }
}
