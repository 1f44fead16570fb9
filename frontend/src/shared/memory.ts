/** What this room keeps on the device: commands on their way and how the clocks stood. */
import type { SessionClock } from "./clock.ts";
import type { Reading } from "./moments.ts";
import { type Op, OpQueue } from "./opqueue.ts";
import { type Owner, RoomDb } from "./roomdb.ts";

/** Readings are kept this far apart, and the first of each connection always. */
const NOTE_MS = 15_000;

export class Memory {
  readonly queue: OpQueue;
  readonly #opened: Promise<RoomDb | null>;
  #db: RoomDb | null = null;
  #device: string = crypto.randomUUID();
  #notedAt = -Infinity;

  constructor(
    readonly owner: Owner,
    private readonly clock: SessionClock,
    onReady: (op: Op) => void,
  ) {
    this.#opened = RoomDb.open().catch(() => null);
    const ops = async (): Promise<ReturnType<RoomDb["ops"]>> => {
      const db = await this.#opened;
      if (db === null) throw new Error("no database");
      return db.ops(owner);
    };
    this.queue = new OpQueue({
      store: {
        add: async (op) => (await ops()).add(op),
        put: async (op) => (await ops()).put(op),
        remove: async (id) => (await ops()).remove(id),
      },
      newId: () => crypto.randomUUID(),
      onReady,
    });
    clock.onReading = (reading) => this.#note(reading);
  }

  /** Before anything is done: what earlier pages of this device left. */
  async restore(): Promise<void> {
    const db = await this.#opened;
    if (db === null) return;
    this.#db = db;
    this.#device = db.device;
    const [readings, ops] = await Promise.all([db.readings(), db.ops(this.owner).load()]).catch(() => [[], []] as const);
    this.clock.remember(db.life, readings);
    this.queue.restore(ops);
  }

  /** The room for a page that opens without a network. */
  async keep(value: unknown): Promise<void> {
    await this.#db?.keepRoom(this.owner, value).catch(() => undefined);
  }

  async kept(): Promise<unknown> {
    return this.#db?.room(this.owner);
  }

  async forget(): Promise<void> {
    await this.#db?.forgetRoom(this.owner).catch(() => undefined);
  }

  /** The line was down: the first reading after it places what was done meanwhile. */
  reconnected(): void {
    this.#notedAt = -Infinity;
  }

  #note(reading: Reading): void {
    if (reading.perf - this.#notedAt < NOTE_MS) return;
    this.#notedAt = reading.perf;
    this.#db?.note(reading).catch(() => undefined);
  }

  /** As it goes over the wire now. */
  wire(op: Op): unknown {
    const placed = this.clock.placed(op.look);
    const frame = { op_id: op.id, kind: op.kind, data: op.data, base_seq: op.baseSeq };
    if (placed === null) return frame;
    return {
      ...frame, client_ms: placed.ms, device: { id: this.#device, n: op.n ?? 0, error_ms: placed.errorMs },
    };
  }
}
