/** Records one stream of this device in slices, second by second onto the shelf. */
import {
  AUDIO_BPS, due, FLUSH_MS, KEYFRAME_MS, mimeFor, OVERLAP_MS, restartMs, VIDEO_BPS,
} from "./schedule.ts";
import type { Ledger } from "./ledger.ts";
import type { Shelf } from "./shelf.ts";
import type { Slice } from "./slice.ts";

export type Recording = "off" | "on" | "audio" | "full" | "failed" | "unsupported";

export interface RecorderOptions {
  readonly session: string;
  readonly owner: string;
  readonly run: string;
  readonly kind: string;
  readonly shelf: Shelf;
  readonly ledger: Ledger;
  /** The live line does not carry everything right now. */
  readonly risky: () => boolean;
  /** Makes room for `bytes`; false when nothing may give way. */
  readonly makeRoom: (bytes: number) => Promise<boolean>;
  readonly onChange: () => void;
}

/** One MediaRecorder and its file. */
interface Take {
  readonly id: string;
  readonly recorder: MediaRecorder;
  readonly startPerf: number;
  bytes: number;
  risky: boolean;
  /** Its first bytes have come. */
  started: boolean;
  /** We asked it to stop. */
  ending: boolean;
  writing: Promise<void>;
}

const WATCH_MS = 500;
const PATIENCE_MS = 5000;
const ROOM_FOR = 2_000_000;

export function supported(): boolean {
  return typeof MediaRecorder !== "undefined" && mimeFor(false, (mime) => MediaRecorder.isTypeSupported(mime)) !== null;
}

export class Recorder {
  state: Recording = "off";
  #media: MediaStream | null = null;
  #sparing = false;
  #take: Take | null = null;
  #open = new Set<Take>();
  #attempt = 0;
  #restart = 0;
  readonly #watch: number;

  constructor(private readonly options: RecorderOptions) {
    this.#watch = window.setInterval(() => this.#look(), WATCH_MS);
  }

  /** Records `media` from now on; null rests. */
  follow(media: MediaStream | null): void {
    if (media === this.#media) return;
    this.#media = media;
    this.#attempt = 0;
    this.#turn();
  }

  /** On a weak battery the voice alone. */
  spare(sparing: boolean): void {
    if (sparing === this.#sparing) return;
    this.#sparing = sparing;
    this.#turn();
  }

  /** Ends the running slices; resolves when they are on the shelf. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    this.#media = null;
    this.#take = null;
    const open = [...this.#open];
    for (const take of open) this.#end(take);
    this.#set("off");
    await Promise.all(open.map((take) => this.#ended(take)));
  }

  async #ended(take: Take): Promise<void> {
    while (this.#open.has(take)) {
      await take.writing;
      await new Promise((go) => setTimeout(go, 20));
    }
  }

  #set(state: Recording): void {
    if (this.state === state) return;
    this.state = state;
    this.options.onChange();
  }

  #look(): void {
    const take = this.#take;
    if (take === null) return;
    if (this.options.risky()) take.risky = true;
    if (due(take, performance.now())) this.#turn();
  }

  /** The next recorder first, the last one's end after: no hole between two files. */
  #turn(): void {
    clearTimeout(this.#restart);
    const last = this.#take;
    this.#take = null;
    this.#begin();
    if (last !== null) this.#handOver(last, this.#take, performance.now());
  }

  /** A recorder has begun when its first bytes are there; on a busy phone that takes seconds. */
  #handOver(last: Take, next: Take | null, since: number): void {
    if (next === null || next.started || next.recorder.state === "inactive" || performance.now() - since > PATIENCE_MS) {
      return this.#end(last);
    }
    setTimeout(() => {
      if (next.recorder.state === "recording" && !next.started) next.recorder.requestData();
      // The answer comes as an event of its own.
      setTimeout(() => this.#handOver(last, next, since), 0);
    }, OVERLAP_MS);
  }

  #tracks(): MediaStreamTrack[] {
    const tracks = this.#media?.getTracks() ?? [];
    return tracks.filter(({ kind, readyState }) => readyState === "live" && !(this.#sparing && kind === "video"));
  }

  #begin(): void {
    const tracks = this.#tracks();
    const video = tracks.some(({ kind }) => kind === "video");
    if (tracks.length === 0) return this.#set("off");
    const mimeType = mimeFor(video, (mime) => MediaRecorder.isTypeSupported(mime));
    if (mimeType === null) return this.#set("unsupported");
    try {
      const recorder = new MediaRecorder(new MediaStream(tracks), {
        mimeType, audioBitsPerSecond: AUDIO_BPS,
        ...(video ? { videoBitsPerSecond: VIDEO_BPS, videoKeyFrameIntervalDuration: KEYFRAME_MS } : {}),
      });
      this.#start(recorder, mimeType);
      this.#set(this.#sparing ? "audio" : "on");
    } catch {
      this.#failed();
    }
  }

  #start(recorder: MediaRecorder, mime: string): void {
    const [startPerf, startWall] = [performance.now(), Date.now()];
    const take: Take = {
      id: crypto.randomUUID(), recorder, startPerf, bytes: 0, risky: this.options.risky(), started: false, ending: false,
      writing: Promise.resolve(),
    };
    const { session, owner, run, kind, shelf } = this.options;
    const slice: Slice = {
      id: take.id, session, owner, run, kind, mime, how: shelf.how, startPerf, startWall, lastPerf: startPerf,
      bytes: 0, closed: false, risky: take.risky, upload: null, offset: 0, sentWall: null, refused: null,
    };
    this.#then(take, () => this.options.ledger.add(slice));
    // The event is nearer to the first frame than the call that asked for it.
    recorder.addEventListener("start", () => {
      const start = { startPerf: performance.now(), startWall: Date.now() };
      this.#then(take, () => this.options.ledger.change(take.id, start));
    });
    recorder.addEventListener("dataavailable", ({ data }) => {
      const at = performance.now();
      take.started ||= data.size > 0;
      if (data.size > 0) this.#then(take, async () => this.#write(take, await data.arrayBuffer(), at));
    });
    recorder.addEventListener("stop", () => this.#stopped(take));
    recorder.start(FLUSH_MS);
    this.#open.add(take);
    this.#take = take;
  }

  /** One after the other: seconds reach the file in their order. A failure ends this slice, not the next. */
  #then(take: Take, step: () => Promise<void>): void {
    take.writing = take.writing.then(step).catch((error: unknown) => {
      const full = error instanceof DOMException && error.name === "QuotaExceededError";
      this.#drop(take, full);
    });
  }

  async #write(take: Take, bytes: ArrayBuffer, at: number): Promise<void> {
    const { shelf, ledger, makeRoom } = this.options;
    const size = bytes.byteLength;
    if (!(await makeRoom(size))) throw new DOMException("", "QuotaExceededError");
    await shelf.append(take.id, bytes);
    take.bytes += size;
    this.#attempt = 0;
    await ledger.change(take.id, { bytes: take.bytes, lastPerf: at, risky: take.risky }, "relaxed");
    if (take === this.#take && due(take, performance.now())) this.#turn();
  }

  #end(take: Take): void {
    take.ending = true;
    if (take.recorder.state === "inactive") this.#stopped(take);
    else take.recorder.stop();
  }

  #stopped(take: Take): void {
    if (!this.#open.has(take)) return;
    const { shelf, ledger, onChange } = this.options;
    this.#then(take, async () => {
      this.#open.delete(take);
      await shelf.close(take.id);
      await ledger.change(take.id, { closed: true, bytes: take.bytes, risky: take.risky });
      onChange();
    });
    // A track that ended takes its recorder along; what is left of the stream goes on.
    if (take === this.#take && !take.ending) this.#failed();
  }

  #drop(take: Take, full: boolean): void {
    if (!this.#open.has(take)) return;
    const current = take === this.#take;
    take.ending = true;
    if (take.recorder.state !== "inactive") take.recorder.stop();
    this.#stopped(take);
    if (current) this.#failed(full ? "full" : "failed");
  }

  #failed(state: Recording = "failed"): void {
    this.#take = null;
    if (this.#tracks().length === 0) return this.#set("off");
    this.#set(state);
    this.#restart = window.setTimeout(() => void this.#again(), restartMs(this.#attempt));
    this.#attempt += 1;
  }

  async #again(): Promise<void> {
    if (this.state === "full" && !(await this.options.makeRoom(ROOM_FOR))) return this.#failed("full");
    if (this.#take === null && this.#media !== null) this.#begin();
  }
}
