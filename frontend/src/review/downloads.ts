/** Files that the server makes from this recording: asked for, made while one goes on, fetched. */
import { type Api, ApiError } from "../shared/api.ts";
import { fields, list, number, text } from "../shared/json.ts";

const LOOK_MS = 2000;

export type ExportKind = "stream" | "composite" | "capsule";
export type ExportState = "queued" | "running" | "done" | "failed" | "cancelled" | "expired";

export interface Download {
  readonly id: string;
  readonly what: string;
  readonly stream: string;
  readonly state: string;
  readonly progress: number;
  readonly problem: string;
  readonly filename: string;
  readonly bytes: number;
  readonly url: string;
}

export function readDownloads(value: unknown): Download[] {
  return list(fields(value)["items"]).map((item) => {
    const raw = fields(item);
    return {
      id: text(raw["id"]),
      what: text(raw["what"]),
      stream: text(raw["stream"]),
      state: text(raw["state"]),
      progress: number(raw["progress"]) ?? 0,
      problem: text(raw["problem"]),
      filename: text(raw["filename"]),
      bytes: number(raw["bytes"]) ?? 0,
      url: text(raw["url"]),
    };
  });
}

export class Downloads {
  items: readonly Download[] = [];
  may: readonly string[] = [];
  problem = "";
  open = false;
  #timer: number | null = null;

  constructor(
    private readonly api: Api,
    private readonly url: string,
    private readonly changed: () => void,
  ) {}

  get working(): boolean {
    return this.items.some(({ state }) => state === "queued" || state === "running");
  }

  show(open: boolean): void {
    this.open = open;
    if (open) void this.look();
  }

  /** Looks now, and again while something is being made. Addresses are fresh each time. */
  async look(): Promise<void> {
    if (this.#timer !== null) window.clearTimeout(this.#timer);
    this.#timer = null;
    await this.#try(async () => {
      const body = await this.api.get(this.url);
      this.items = readDownloads(body);
      this.may = list(fields(body)["may"]).map((kind) => text(kind));
    });
    if (this.open && this.working) this.#timer = window.setTimeout(() => void this.look(), LOOK_MS);
  }

  async ask(what: ExportKind, stream = ""): Promise<void> {
    await this.#try(() => this.api.post(this.url, { what, stream }));
    await this.look();
  }

  /** Stops what is being made; removes what is finished. */
  async remove(id: string): Promise<void> {
    await this.#try(() => this.api.remove(`${this.url}/${id}`));
    await this.look();
  }

  /** An address works for ten minutes only, so it is asked for when it is needed. */
  async fetch(id: string): Promise<void> {
    await this.look();
    const found = this.items.find((item) => item.id === id);
    if (found !== undefined && found.url !== "") location.assign(found.url);
  }

  async #try(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
      this.problem = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.message === "" ? "offline" : error.message;
    }
    this.changed();
  }
}
