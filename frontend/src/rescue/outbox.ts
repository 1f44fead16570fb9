/** Recorded answers on this device, second by second in IndexedDB, until the server has them. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface Answer {
  readonly session: string;
  readonly turn: number;
  readonly mime: string;
  /** Session ms of its first and its newest second. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
  /** The recorder runs, in this page or in one that died. */
  readonly running: boolean;
  /** Empty until the recording is whole. */
  readonly sha256: string;
  /** Address of its upload; null before the first byte was sent. */
  readonly upload: string | null;
  readonly offset: number;
  /** HTTP status with which the server refused it for good. */
  readonly refused: number | null;
}

/** Name of the lock that the page holds which records it. */
export function runOf({ session, turn }: Pick<Answer, "session" | "turn">): string {
  return `rescue:${session}:${turn}`;
}

interface Schema extends DBSchema {
  answers: { key: [string, number]; value: Answer };
  chunks: { key: [string, number, number]; value: { session: string; turn: number; n: number; bytes: ArrayBuffer } };
}

export class Outbox {
  private constructor(
    private readonly db: IDBPDatabase<Schema>,
    readonly session: string,
  ) {}

  static async open(session: string): Promise<Outbox> {
    const db = await openDB<Schema>("ajj-rescue", 1, {
      upgrade(fresh) {
        fresh.createObjectStore("answers", { keyPath: ["session", "turn"] });
        fresh.createObjectStore("chunks", { keyPath: ["session", "turn", "n"] });
      },
    });
    return new Outbox(db, session);
  }

  async all(): Promise<Answer[]> {
    const range = IDBKeyRange.bound([this.session, -Infinity], [this.session, Infinity]);
    return this.db.getAll("answers", range);
  }

  /** Begins anew: what an earlier attempt left of this turn goes. */
  async begin(answer: Answer): Promise<void> {
    await this.remove(answer.turn);
    await this.db.put("answers", answer);
  }

  async change(turn: number, change: Partial<Omit<Answer, "session" | "turn">>): Promise<void> {
    const writing = this.db.transaction("answers", "readwrite", { durability: "strict" });
    const known = await writing.store.get([this.session, turn]);
    if (known !== undefined) await writing.store.put({ ...known, ...change });
    await writing.done;
  }

  /** On the disk when it resolves. */
  async append(turn: number, n: number, bytes: ArrayBuffer): Promise<void> {
    const { session } = this;
    const writing = this.db.transaction("chunks", "readwrite", { durability: "strict" });
    await Promise.all([writing.store.put({ session, turn, n, bytes }), writing.done]);
  }

  #chunks(turn: number): IDBKeyRange {
    return IDBKeyRange.bound([this.session, turn, -Infinity], [this.session, turn, Infinity]);
  }

  async read(turn: number): Promise<Blob> {
    return new Blob((await this.db.getAll("chunks", this.#chunks(turn))).map(({ bytes }) => bytes));
  }

  async remove(turn: number): Promise<void> {
    const writing = this.db.transaction(["answers", "chunks"], "readwrite");
    await Promise.all([
      writing.objectStore("answers").delete([this.session, turn]),
      writing.objectStore("chunks").delete(this.#chunks(turn)),
      writing.done,
    ]);
  }
}
