/**
 * Where slices lie on this device: files of the browser written in place by a worker; where that is
 * not to be had, one small file per second; at last, rows of IndexedDB. What `append` has resolved
 * outlives the page, the browser and the phone.
 */
import type { Ledger } from "./ledger.ts";
import type { How } from "./slice.ts";
import { type Answer, FOLDER, type Order } from "./wire.ts";

export interface Shelf {
  readonly how: How;
  /** Rejects with a DOMException; QuotaExceededError when there is no room. */
  append(name: string, bytes: ArrayBuffer): Promise<void>;
  /** No more is appended to `name`. */
  close(name: string): Promise<void>;
  read(name: string): Promise<Blob>;
  remove(name: string): Promise<void>;
  names(): Promise<ReadonlySet<string>>;
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

function missing(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotFoundError";
}

async function removeEntry(name: string): Promise<void> {
  try {
    await (await folder()).removeEntry(name);
  } catch (error) {
    if (!missing(error)) throw error;
  }
}

class Disk {
  #n = 0;
  #waiting = new Map<number, { readonly done: () => void; readonly failed: (error: DOMException) => void }>();

  constructor(private readonly worker: Worker) {
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.n);
      this.#waiting.delete(data.n);
      if (data.error === null) waiting?.done();
      else waiting?.failed(new DOMException("", data.error));
    });
    worker.addEventListener("error", () => this.#giveUp());
  }

  #giveUp(): void {
    for (const { failed } of this.#waiting.values()) failed(new DOMException("", "NotSupportedError"));
    this.#waiting.clear();
  }

  ask(order: { readonly op: "probe" } | { readonly op: "close"; readonly name: string }): Promise<void> {
    return this.#send((n) => ({ ...order, n }), []);
  }

  append(name: string, bytes: ArrayBuffer): Promise<void> {
    return this.#send((n) => ({ n, op: "append", name, bytes }), [bytes]);
  }

  #send(order: (n: number) => Order, transfer: Transferable[]): Promise<void> {
    const n = (this.#n += 1);
    return new Promise((done, failed) => {
      this.#waiting.set(n, { done, failed });
      this.worker.postMessage(order(n), transfer);
    });
  }
}

class Files implements Shelf {
  readonly how: How = "file";

  /** Without a worker nothing can be appended, only read and removed. */
  constructor(private readonly disk: Disk | null) {}

  async append(name: string, bytes: ArrayBuffer): Promise<void> {
    if (this.disk === null) throw new DOMException("", "NoModificationAllowedError");
    await this.disk.append(name, bytes);
  }

  async close(name: string): Promise<void> {
    await this.disk?.ask({ op: "close", name });
  }

  async read(name: string): Promise<Blob> {
    return (await (await folder()).getFileHandle(name)).getFile();
  }

  remove(name: string): Promise<void> {
    return removeEntry(name);
  }

  async names(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for await (const name of (await folder()).keys()) found.add(name);
    return found;
  }
}

/** `slice.000007`: a writable stream is durable only once it is closed, so each second is a file. */
class Parts implements Shelf {
  readonly how: How = "parts";
  #next = new Map<string, number>();

  async append(name: string, bytes: ArrayBuffer): Promise<void> {
    const n = this.#next.get(name) ?? 0;
    this.#next.set(name, n + 1);
    const file = await (await folder()).getFileHandle(`${name}.${String(n).padStart(6, "0")}`, { create: true });
    const writable = await file.createWritable();
    await writable.write(bytes);
    await writable.close();
  }

  close(name: string): Promise<void> {
    this.#next.delete(name);
    return Promise.resolve();
  }

  async #of(name: string): Promise<string[]> {
    const found: string[] = [];
    for await (const key of (await folder()).keys()) if (key.startsWith(`${name}.`)) found.push(key);
    return found.sort();
  }

  async read(name: string): Promise<Blob> {
    const place = await folder();
    const files = await this.#of(name);
    return new Blob(await Promise.all(files.map(async (key) => (await place.getFileHandle(key)).getFile())));
  }

  async remove(name: string): Promise<void> {
    for (const key of await this.#of(name)) await removeEntry(key);
  }

  async names(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for await (const key of (await folder()).keys()) found.add(key.replace(/\.\d{6}$/, ""));
    return found;
  }
}

class Rows implements Shelf {
  readonly how: How = "rows";

  constructor(private readonly ledger: Ledger) {}

  append(name: string, bytes: ArrayBuffer): Promise<void> {
    return this.ledger.addChunk(name, bytes);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async read(name: string): Promise<Blob> {
    return new Blob(await this.ledger.chunks(name));
  }

  remove(name: string): Promise<void> {
    return this.ledger.dropChunks(name);
  }

  names(): Promise<ReadonlySet<string>> {
    return this.ledger.chunked();
  }
}

const PROBE_MS = 5000;

async function files(): Promise<Shelf> {
  const worker = new Worker(new URL("./disk.worker.ts", import.meta.url), { type: "module" });
  const disk = new Disk(worker);
  try {
    await Promise.race([
      disk.ask({ op: "probe" }),
      new Promise((_, failed) => setTimeout(() => failed(new DOMException("", "TimeoutError")), PROBE_MS)),
    ]);
    return new Files(disk);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

async function parts(): Promise<Shelf> {
  const shelf = new Parts();
  await shelf.append("probe", new Uint8Array([1]).buffer);
  await shelf.remove("probe");
  return shelf;
}

/** The best shelf that works here; what an earlier visit wrote in another way is read in that way. */
export async function openShelf(ledger: Ledger): Promise<Shelf> {
  return files().catch(parts).catch(() => new Rows(ledger));
}

/** Only to read and remove what is there: no worker, nothing is tried out. */
export function shelfFor(how: How, ledger: Ledger): Shelf {
  if (how === "rows") return new Rows(ledger);
  return how === "parts" ? new Parts() : new Files(null);
}
