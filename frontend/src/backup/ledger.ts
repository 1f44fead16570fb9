/** The index of what this device keeps: slices and clock readings, in IndexedDB, written through to the disk. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { thinned } from "./place.ts";
import type { Sample, Slice } from "./slice.ts";

interface Chunk {
  readonly name: string;
  readonly n: number;
  readonly bytes: ArrayBuffer;
}

interface Schema extends DBSchema {
  slices: { key: string; value: Slice; indexes: { session: string } };
  samples: { key: [string, number]; value: Sample };
  chunks: { key: [string, number]; value: Chunk };
}

const NAME = "ajj-backup";
const SAMPLES_KEPT = 60;

export type Change = Partial<Omit<Slice, "id">>;

export class Ledger {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** Rejects where the browser has no IndexedDB to offer. */
  static async open(): Promise<Ledger> {
    const db = await openDB<Schema>(NAME, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("slices", { keyPath: "id" }).createIndex("session", "session");
        fresh.createObjectStore("samples", { keyPath: ["run", "perf"] });
        fresh.createObjectStore("chunks", { keyPath: ["name", "n"] });
      },
    });
    return new Ledger(db);
  }

  close(): void {
    this.db.close();
  }

  /** Durable when it resolves. */
  async add(slice: Slice): Promise<void> {
    const writing = this.db.transaction("slices", "readwrite", { durability: "strict" });
    await Promise.all([writing.store.put(slice), writing.done]);
  }

  /** Changes what is there; a slice that was removed meanwhile stays removed. */
  async change(id: string, change: Change, durability: "strict" | "relaxed" = "strict"): Promise<void> {
    const writing = this.db.transaction("slices", "readwrite", { durability });
    const known = await writing.store.get(id);
    if (known !== undefined) await writing.store.put({ ...known, ...change });
    await writing.done;
  }

  get(id: string): Promise<Slice | undefined> {
    return this.db.get("slices", id);
  }

  async remove(id: string): Promise<void> {
    await this.db.delete("slices", id);
  }

  of(session: string): Promise<Slice[]> {
    return this.db.getAllFromIndex("slices", "session", session);
  }

  all(): Promise<Slice[]> {
    return this.db.getAll("slices");
  }

  // --- clock readings ---

  async note(sample: Sample): Promise<void> {
    const own = IDBKeyRange.bound([sample.run, -Infinity], [sample.run, Infinity]);
    const writing = this.db.transaction("samples", "readwrite");
    await writing.store.put(sample);
    const known = await writing.store.getAll(own);
    if (known.length > 2 * SAMPLES_KEPT) {
      const kept = new Set(thinned(known, SAMPLES_KEPT).map(({ perf }) => perf));
      for (const { run, perf } of known) if (!kept.has(perf)) await writing.store.delete([run, perf]);
    }
    await writing.done;
  }

  samples(): Promise<Sample[]> {
    return this.db.getAll("samples");
  }

  /** Forgets the readings of runs that no slice belongs to any more. */
  async tidy(): Promise<void> {
    const runs = new Set((await this.all()).map(({ run }) => run));
    const writing = this.db.transaction("samples", "readwrite");
    for (const { run, perf } of await writing.store.getAll()) {
      if (!runs.has(run)) await writing.store.delete([run, perf]);
    }
    await writing.done;
  }

  // --- the shelf of last resort ---

  #chunksOf(name: string): IDBKeyRange {
    return IDBKeyRange.bound([name, 0], [name, Infinity]);
  }

  async addChunk(name: string, bytes: ArrayBuffer): Promise<void> {
    const writing = this.db.transaction("chunks", "readwrite", { durability: "strict" });
    const n = await writing.store.count(this.#chunksOf(name));
    await Promise.all([writing.store.put({ name, n, bytes }), writing.done]);
  }

  async chunks(name: string): Promise<ArrayBuffer[]> {
    return (await this.db.getAll("chunks", this.#chunksOf(name))).map(({ bytes }) => bytes);
  }

  async dropChunks(name: string): Promise<void> {
    await this.db.delete("chunks", this.#chunksOf(name));
  }

  async chunked(): Promise<ReadonlySet<string>> {
    return new Set((await this.db.getAllKeys("chunks")).map(([name]) => name));
  }
}
