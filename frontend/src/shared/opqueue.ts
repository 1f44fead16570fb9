/**
 * Commands on their way. An op stays until the log itself has been read up to its entry: acknowledged
 * is not yet seen. It outlives a reload and is sent again under the same id, which the server counts once.
 */
import { type Fields, fields, list, number, text } from "./json.ts";

export interface Op {
  readonly id: string;
  readonly kind: string;
  readonly data: Fields;
  readonly clientMs: number;
  readonly baseSeq: number;
  /** Sequence number of the ack, or null while the server has not answered. */
  readonly seq: number | null;
}

export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

function restore(raw: string | null): Op[] {
  if (raw === null) return [];
  try {
    return list(JSON.parse(raw)).map((value) => {
      const op = fields(value);
      return {
        id: text(op["id"]),
        kind: text(op["kind"]),
        data: fields(op["data"]),
        clientMs: number(op["clientMs"]) ?? 0,
        baseSeq: number(op["baseSeq"]) ?? 0,
        seq: number(op["seq"]),
      };
    });
  } catch {
    return [];
  }
}

export class OpQueue {
  #ops: Op[];

  constructor(
    private readonly keep: Keep,
    private readonly key: string,
    private readonly newId: () => string,
  ) {
    this.#ops = restore(keep.getItem(key));
  }

  get pending(): readonly Op[] {
    return this.#ops;
  }

  /** Ops that must be sent (again) on a fresh connection, in their order. */
  get unanswered(): readonly Op[] {
    return this.#ops.filter((op) => op.seq === null);
  }

  add(kind: string, data: Fields, clientMs: number, baseSeq: number): Op {
    const op: Op = { id: this.newId(), kind, data, clientMs, baseSeq, seq: null };
    this.#store([...this.#ops, op]);
    return op;
  }

  /** The server stored it as entry `seq`; `cursor` is how far the log has been read here. */
  acknowledged(id: string, seq: number, cursor: number): Op | null {
    const op = this.#find(id);
    if (op === null) return null;
    this.#store(
      seq <= cursor
        ? this.#ops.filter((other) => other !== op)
        : this.#ops.map((other) => (other === op ? { ...op, seq } : other)),
    );
    return op;
  }

  rejected(id: string): Op | null {
    const op = this.#find(id);
    if (op !== null) this.#store(this.#ops.filter((other) => other !== op));
    return op;
  }

  /** The log has been read up to `cursor`: what it contains is no longer pending. */
  reached(cursor: number): void {
    const left = this.#ops.filter((op) => op.seq === null || op.seq > cursor);
    if (left.length !== this.#ops.length) this.#store(left);
  }

  #find(id: string): Op | null {
    return this.#ops.find((op) => op.id === id) ?? null;
  }

  #store(ops: Op[]): void {
    this.#ops = ops;
    this.keep.setItem(this.key, JSON.stringify(ops));
  }
}
