/** Evidence on its way to the LSP: tus in small chunks, so that a broken line costs at most one of them. */
import { type DetailedError, Upload } from "tus-js-client";

export type UploadState = "queued" | "sending" | "received" | "failed";

export interface Sending {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly preview: string | null;
  state: UploadState;
  sent: number;
  /** Bytes per second over the whole sending, for "kira-kira … lagi". */
  rate: number;
  /** Local time of the last change of state. */
  at: number;
  /** HTTP status of the refusal, 0 when there was no answer. */
  status: number;
}

const CHUNK = 256 * 1024;
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];

/** Too large, or of a kind that is not taken: the same file will never be. */
const REFUSED: ReadonlySet<number> = new Set([413, 415]);

export interface UploadsOptions {
  readonly endpoint: string;
  readonly token: () => string;
  /** Session ms of the picture, for the log; null before the session opened. */
  readonly takenMs: () => number | null;
  readonly onChange: () => void;
}

export class Uploads {
  readonly items: Sending[] = [];
  #running = new Map<string, Upload>();

  constructor(private readonly options: UploadsOptions) {
    window.addEventListener("online", () => this.resume());
  }

  add(file: File, kuk: readonly number[]): void {
    const item: Sending = {
      id: crypto.randomUUID(),
      name: file.name,
      type: file.type || "application/octet-stream",
      bytes: file.size,
      preview: file.type.startsWith("image/") ? URL.createObjectURL(file) : null,
      state: "queued", sent: 0, rate: 0, at: Date.now(), status: 0,
    };
    this.items.unshift(item);
    const upload = this.#upload(file, item, kuk);
    this.#running.set(item.id, upload);
    this.#start(item, upload);
  }

  /** Goes on where it stopped; what was received stays received. */
  resume(): void {
    for (const item of this.items) {
      const worthIt = item.state === "queued" || (item.state === "failed" && !REFUSED.has(item.status));
      if (worthIt) this.retry(item.id);
    }
  }

  retry(id: string): void {
    const item = this.items.find(({ id: own }) => own === id);
    const upload = this.#running.get(id);
    if (item === undefined || upload === undefined || item.state === "sending") return;
    this.#start(item, upload);
  }

  /** Forgets a file that was refused; what the server has, it keeps. */
  remove(id: string): void {
    const index = this.items.findIndex((item) => item.id === id);
    if (index === -1) return;
    const [item] = this.items.splice(index, 1);
    if (item?.preview != null) URL.revokeObjectURL(item.preview);
    void this.#running.get(id)?.abort();
    this.#running.delete(id);
    this.options.onChange();
  }

  get waiting(): readonly Sending[] {
    return this.items.filter((item) => item.state !== "received");
  }

  #start(item: Sending, upload: Upload): void {
    item.state = navigator.onLine ? "sending" : "queued";
    item.at = Date.now();
    // tus may still be waiting for its own next attempt: never two at once.
    void upload.abort().then(() => upload.start());
    this.options.onChange();
  }

  #upload(file: File, item: Sending, kuk: readonly number[]): Upload {
    const started = Date.now();
    const taken = this.options.takenMs();
    return new Upload(file, {
      endpoint: this.options.endpoint,
      chunkSize: CHUNK,
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      metadata: {
        filename: file.name,
        filetype: item.type,
        kuk: kuk.join(","),
        ...(taken === null ? {} : { taken_ms: String(taken) }),
      },
      onBeforeRequest: (request) => {
        request.setHeader("Authorization", `Bearer ${this.options.token()}`);
      },
      onProgress: (sent) => {
        item.state = "sending";
        item.sent = sent;
        item.rate = (sent * 1000) / Math.max(1, Date.now() - started);
        this.options.onChange();
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        if (status === 0) item.state = "queued";
        this.options.onChange();
        return status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
      },
      onSuccess: () => this.#settle(item, "received", 0),
      onError: (error) => {
        const status = "originalResponse" in error ? statusOf(error) : 0;
        this.#settle(item, status === 0 ? "queued" : "failed", status);
      },
    });
  }

  #settle(item: Sending, state: UploadState, status: number): void {
    item.state = state;
    item.status = status;
    item.at = Date.now();
    if (state === "received") this.#running.delete(item.id);
    this.options.onChange();
  }
}

function statusOf(error: DetailedError): number {
  return error.originalResponse?.getStatus() ?? 0;
}
