/** The disk's worker: only a worker may write a file of the browser in place, and flush it at once. */
import { type Answer, FOLDER, type Order } from "./wire.ts";

/** What of FileSystemSyncAccessHandle is used: the type library for pages does not know it. */
interface InPlace {
  write(bytes: ArrayBuffer, where: { readonly at: number }): number;
  truncate(size: number): void;
  flush(): void;
  getSize(): number;
  close(): void;
}

interface Opened {
  readonly handle: InPlace;
  /** End of the file. */
  at: number;
}

const open = new Map<string, Opened>();
const PROBE = "probe";

async function inPlace(file: FileSystemFileHandle): Promise<InPlace> {
  const capable = file as FileSystemFileHandle & { readonly createSyncAccessHandle?: () => Promise<InPlace> };
  if (capable.createSyncAccessHandle === undefined) throw new DOMException("", "NotSupportedError");
  return capable.createSyncAccessHandle();
}

async function handleOf(name: string): Promise<Opened> {
  const known = open.get(name);
  if (known !== undefined) return known;
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const file = await folder.getFileHandle(name, { create: true });
  const handle = await inPlace(file);
  const opened = { handle, at: handle.getSize() };
  open.set(name, opened);
  return opened;
}

async function append(name: string, bytes: ArrayBuffer): Promise<void> {
  const file = await handleOf(name);
  const written = file.handle.write(bytes, { at: file.at });
  if (written < bytes.byteLength) {
    file.handle.truncate(file.at);
    throw new DOMException("", "QuotaExceededError");
  }
  file.handle.flush();
  file.at += written;
}

function close(name: string): void {
  open.get(name)?.handle.close();
  open.delete(name);
}

async function probe(): Promise<void> {
  await append(PROBE, new Uint8Array([1]).buffer);
  close(PROBE);
  const root = await navigator.storage.getDirectory();
  await (await root.getDirectoryHandle(FOLDER)).removeEntry(PROBE);
}

async function obey(order: Order): Promise<void> {
  switch (order.op) {
    case "probe":
      return probe();
    case "append":
      return append(order.name, order.bytes);
    case "close":
      return close(order.name);
  }
}

// In order: a second chunk must not overtake the opening of its file.
let queue: Promise<void> = Promise.resolve();
self.addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  queue = queue.then(() => obey(order)).then(
    () => self.postMessage({ n: order.n, error: null } satisfies Answer),
    (error: unknown) => {
      const name = error instanceof Error ? error.name : "Error";
      self.postMessage({ n: order.n, error: name } satisfies Answer);
    },
  );
});
