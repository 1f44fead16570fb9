/** What waits on this device: items and their bytes in IndexedDB, written through to the disk. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Item, Which } from "./item.ts";

interface Held {
  readonly id: string;
  readonly which: Which;
  readonly blob: Blob;
}

interface Schema extends DBSchema {
  items: { key: string; value: Item; indexes: { session: string } };
  files: { key: [string, Which]; value: Held };
}

const NAME = "ajj-evidence";
const CHANNEL = "ajj-evidence";
const WHICH: readonly Which[] = ["original", "sent", "thumb"];

export type Change = Partial<Omit<Item, "id">>;

export interface Shelf {
  /** False where what is put here is gone with the page. */
  readonly lasting: boolean;
  of(session: string): Promise<Item[]>;
  get(id: string): Promise<Item | undefined>;
  /** Durable when it resolves, item and bytes together or not at all. */
  put(item: Item, files: Partial<Record<Which, Blob>>): Promise<void>;
  change(id: string, change: Change): Promise<void>;
  file(id: string, which: Which): Promise<Blob | null>;
  dropFiles(id: string, which: readonly Which[]): Promise<void>;
  remove(id: string): Promise<void>;
}

class Disk implements Shelf {
  readonly lasting = true;

  constructor(private readonly db: IDBPDatabase<Schema>) {}

  of(session: string): Promise<Item[]> {
    return this.db.getAllFromIndex("items", "session", session);
  }

  get(id: string): Promise<Item | undefined> {
    return this.db.get("items", id);
  }

  async put(item: Item, files: Partial<Record<Which, Blob>>): Promise<void> {
    const writing = this.db.transaction(["items", "files"], "readwrite", { durability: "strict" });
    const puts = WHICH.flatMap((which) => {
      const blob = files[which];
      return blob === undefined ? [] : [writing.objectStore("files").put({ id: item.id, which, blob })];
    });
    await Promise.all([writing.objectStore("items").put(item), ...puts, writing.done]);
  }

  /** What was removed meanwhile stays removed. */
  async change(id: string, change: Change): Promise<void> {
    const writing = this.db.transaction("items", "readwrite", { durability: "relaxed" });
    const known = await writing.store.get(id);
    if (known !== undefined) await writing.store.put({ ...known, ...change });
    await writing.done;
  }

  async file(id: string, which: Which): Promise<Blob | null> {
    return (await this.db.get("files", [id, which]))?.blob ?? null;
  }

  async dropFiles(id: string, which: readonly Which[]): Promise<void> {
    const writing = this.db.transaction("files", "readwrite");
    await Promise.all([...which.map((one) => writing.store.delete([id, one])), writing.done]);
  }

  async remove(id: string): Promise<void> {
    const writing = this.db.transaction(["items", "files"], "readwrite");
    await Promise.all([
      writing.objectStore("items").delete(id),
      ...WHICH.map((which) => writing.objectStore("files").delete([id, which])),
      writing.done,
    ]);
  }
}

/** Where the browser keeps nothing (private windows): as long as the page lives, and the screen says so. */
class Memory implements Shelf {
  readonly lasting = false;
  readonly #items = new Map<string, Item>();
  readonly #files = new Map<string, Blob>();

  of(session: string): Promise<Item[]> {
    return Promise.resolve([...this.#items.values()].filter((item) => item.session === session));
  }

  get(id: string): Promise<Item | undefined> {
    return Promise.resolve(this.#items.get(id));
  }

  put(item: Item, files: Partial<Record<Which, Blob>>): Promise<void> {
    this.#items.set(item.id, item);
    for (const [which, blob] of Object.entries(files)) this.#files.set(`${item.id} ${which}`, blob);
    return Promise.resolve();
  }

  change(id: string, change: Change): Promise<void> {
    const known = this.#items.get(id);
    if (known !== undefined) this.#items.set(id, { ...known, ...change });
    return Promise.resolve();
  }

  file(id: string, which: Which): Promise<Blob | null> {
    return Promise.resolve(this.#files.get(`${id} ${which}`) ?? null);
  }

  dropFiles(id: string, which: readonly Which[]): Promise<void> {
    for (const one of which) this.#files.delete(`${id} ${one}`);
    return Promise.resolve();
  }

  remove(id: string): Promise<void> {
    this.#items.delete(id);
    return this.dropFiles(id, WHICH);
  }
}

export async function openShelf(): Promise<Shelf> {
  try {
    return new Disk(
      await openDB<Schema>(NAME, 1, {
        upgrade(fresh) {
          fresh.createObjectStore("items", { keyPath: "id" }).createIndex("session", "session");
          fresh.createObjectStore("files", { keyPath: ["id", "which"] });
        },
      }),
    );
  } catch {
    return new Memory();
  }
}

/** Other tabs of this browser: what one takes in, the one that sends must hear of. */
export function tabs(onNews: () => void): { readonly tell: () => void; readonly close: () => void } {
  if (!("BroadcastChannel" in window)) return { tell: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", onNews);
  return { tell: () => channel.postMessage(null), close: () => channel.close() };
}
