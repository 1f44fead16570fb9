/** Evidence on its way from this device, as a screen shows it: taken in, kept, sent, received. */
import type { Budget } from "../shared/pace.ts";
import { hint } from "./hint.ts";
import { type Item, type Moment, nextJob } from "./item.ts";
import { type Phase, Sender } from "./sender.ts";
import { openShelf, type Shelf, tabs } from "./shelf.ts";

export type SendingState = "preparing" | "queued" | "sending" | "received" | "failed";

export interface OutboxOptions {
  readonly session: string;
  readonly owner: string;
  readonly url: string;
  readonly csrf: () => string;
  readonly onChange: () => void;
  /** The line's share for evidence; null while all of it is ours. */
  readonly budget: () => Budget | null;
}

/** Too large, or of a kind that is not taken: the same file will never be. */
const NEVER: ReadonlySet<number> = new Set([413, 415, 422]);

export function neverTaken(item: Item): boolean {
  return item.refused !== null && NEVER.has(item.refused.status);
}

export class Outbox {
  /** Newest first. */
  items: readonly Item[] = [];
  /** False where a closed tab loses what is not sent yet. */
  lasting = true;
  #sender: Sender | null = null;
  #shelf: Promise<Shelf> | null = null;
  #previews = new Map<string, string>();
  /** Items whose small picture is shown. */
  readonly #small = new Set<string>();
  #tabs: ReturnType<typeof tabs> | null = null;

  constructor(private readonly options: OutboxOptions) {}

  /** Opens what an earlier visit left and goes on with it. */
  async begin(): Promise<void> {
    const shelf = await (this.#shelf ??= openShelf());
    this.lasting = shelf.lasting;
    if (this.#sender !== null) return;
    this.#tabs = tabs(() => void this.#reload(true));
    this.#sender = new Sender({ ...this.options, shelf, onChange: () => this.#changed() });
    await this.#reload(false);
  }

  /** What waits is whole on the disk when this resolves, with its id; rejects when there is no room for it. */
  async add(file: Blob & { readonly name: string }, source: Item["source"], moment: Moment, kuk: readonly number[] = []): Promise<string> {
    await this.begin();
    const shelf = await (this.#shelf ??= openShelf());
    const item: Item = {
      id: crypto.randomUUID(), session: this.options.session, owner: this.options.owner,
      name: file.name, source, moment, kuk,
      original: { bytes: file.size, type: file.type || "application/octet-stream", sha256: null },
      sent: null, thumb: 0, announced: false, thumbed: false, offset: 0, refused: null, receivedWall: null,
      asked: false, originalId: crypto.randomUUID(), originalOffset: 0, originalWall: null, addedWall: Date.now(),
    };
    if (file.type.startsWith("image/")) this.#previews.set(item.id, URL.createObjectURL(file));
    hint(this.options.session, true);
    void navigator.storage?.persist?.();
    // A copy: a chosen file is only a name for what may change or go.
    const original = new Blob([await file.arrayBuffer()], { type: item.original.type });
    try {
      await shelf.put(item, { original });
    } catch {
      await this.#makeRoom(shelf);
      await shelf.put(item, { original });
    }
    await this.#reload(true);
    this.#tabs?.tell();
    return item.id;
  }

  resume(): void {
    this.#sender?.reconnect();
  }

  async retry(id: string): Promise<void> {
    await (await this.#shelf)?.change(id, { refused: null });
    await this.#reload(true);
  }

  /** Forgets a file; what the server has, it keeps. */
  async remove(id: string): Promise<void> {
    await (await this.#shelf)?.remove(id);
    await this.#reload(true);
  }

  /** An asesor wants the original of `id`; one that this device does not keep is another device's. */
  async asked(id: string): Promise<void> {
    await (await this.#shelf)?.change(id, { asked: true });
    await this.#reload(true);
  }

  get phase(): Phase {
    return this.#sender?.phase ?? "idle";
  }

  /** Bytes per second that were acknowledged of late; null before the first. */
  get rate(): number | null {
    return this.#sender?.pace.now.rate ?? null;
  }

  get waiting(): readonly Item[] {
    return this.items.filter(({ receivedWall, refused }) => receivedWall === null && refused === null);
  }

  stateOf(item: Item): SendingState {
    if (item.refused !== null) return "failed";
    if (item.receivedWall !== null) return "received";
    if (item.sent === null) return "preparing";
    const now = this.phase === "sending" && nextJob(this.items)?.item.id === item.id;
    return now && navigator.onLine ? "sending" : "queued";
  }

  /** Address of the picture for an img; null where there is none to show. */
  preview(item: Item): string | null {
    return this.#previews.get(item.id) ?? null;
  }

  /** The original as a blob, to look at what is kept. */
  async file(id: string): Promise<Blob | null> {
    return (await (await this.#shelf)?.file(id, "original")) ?? null;
  }

  close(): void {
    this.#sender?.stop();
    this.#tabs?.close();
  }

  /** Originals that nobody has asked for give way to what the server does not have at all. */
  async #makeRoom(shelf: Shelf): Promise<void> {
    const items = await shelf.of(this.options.session);
    for (const item of items) if (item.receivedWall !== null && !item.asked) await shelf.remove(item.id);
  }

  #changed(): void {
    if (this.#sender !== null && this.#sender.items.length > 0) this.#show(this.#sender.items);
    this.options.onChange();
  }

  #show(items: readonly Item[]): void {
    this.items = [...items].sort((one, other) => other.addedWall - one.addedWall);
    for (const item of items) if (item.thumb > 0 && !this.#small.has(item.id)) void this.#look(item);
  }

  async #reload(hurry: boolean): Promise<void> {
    const shelf = await (this.#shelf ??= openShelf());
    const items = await shelf.of(this.options.session);
    this.#show(items);
    hint(this.options.session, items.length > 0);
    if (this.#sender !== null) {
      this.#sender.items = items;
      if (hurry) this.#sender.hurry();
    }
    this.options.onChange();
  }

  /** From then on the small picture is shown: twelve megapixels in a list cost a phone dearly. */
  async #look({ id }: Item): Promise<void> {
    this.#small.add(id);
    const blob = (await (await this.#shelf)?.file(id, "thumb")) ?? null;
    if (blob === null) return;
    const whole = this.#previews.get(id);
    this.#previews.set(id, URL.createObjectURL(blob));
    if (whole !== undefined) URL.revokeObjectURL(whole);
    this.options.onChange();
  }
}
