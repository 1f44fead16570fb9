/** Records one answer into the outbox; what was flushed outlives the page. */
import { AUDIO_BPS, FLUSH_MS, mimeFor } from "../backup/schedule.ts";
import { hold } from "../backup/runs.ts";
import { type DeviceTrouble, troubleOf } from "../room/devices.ts";
import type { How } from "./fold.ts";
import { type Outbox, runOf } from "./outbox.ts";

/** Ten minutes of it stay below what one piece of evidence may weigh. */
const VIDEO_BPS = 450_000;

export class AnswerRecorder {
  #recorder: MediaRecorder | null = null;
  #writing: Promise<void> = Promise.resolve();
  #n = 0;
  #bytes = 0;
  #ended: (() => void) | null = null;
  readonly preview = document.createElement("video");

  private constructor(
    private readonly outbox: Outbox,
    readonly turn: number,
    private readonly media: MediaStream,
    private readonly now: () => number,
  ) {
    this.preview.muted = true;
    this.preview.autoplay = true;
    this.preview.playsInline = true;
    this.preview.srcObject = media;
  }

  /** Throws a DeviceTrouble. `now`: session ms. */
  static async begin(outbox: Outbox, turn: number, how: How, now: () => number): Promise<AnswerRecorder> {
    const video = how === "video" ? { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20, max: 24 } } : false;
    let media: MediaStream;
    try {
      if (!("mediaDevices" in navigator)) throw new Error("no mediaDevices");
      media = await navigator.mediaDevices.getUserMedia({ video, audio: true });
    } catch (error) {
      throw troubleOf(error);
    }
    const made = new AnswerRecorder(outbox, turn, media, now);
    try {
      await made.#start(how);
    } catch {
      made.#release();
      throw "other" satisfies DeviceTrouble;
    }
    return made;
  }

  async #start(how: How): Promise<void> {
    const mimeType = mimeFor(how === "video", (mime) => MediaRecorder.isTypeSupported(mime));
    if (mimeType === null) throw new Error("no recorder");
    const recorder = new MediaRecorder(this.media, { mimeType, audioBitsPerSecond: AUDIO_BPS, videoBitsPerSecond: VIDEO_BPS });
    const fromMs = this.now();
    // The server knows both containers as video, also when they hold a voice alone.
    const mime = mimeType.includes("mp4") ? "video/mp4" : "video/webm";
    await this.outbox.begin({
      session: this.outbox.session, turn: this.turn, mime, fromMs, toMs: fromMs, bytes: 0, running: true, sha256: "",
      upload: null, offset: 0, refused: null,
    });
    void hold(runOf({ session: this.outbox.session, turn: this.turn }));
    recorder.addEventListener("dataavailable", ({ data }) => {
      if (data.size > 0) this.#writing = this.#writing.then(async () => this.#write(await data.arrayBuffer()));
    });
    recorder.addEventListener("stop", () => this.#ended?.());
    recorder.start(FLUSH_MS);
    this.#recorder = recorder;
    void this.preview.play().catch(() => undefined);
  }

  async #write(bytes: ArrayBuffer): Promise<void> {
    this.#bytes += bytes.byteLength;
    await this.outbox.append(this.turn, this.#n, bytes);
    this.#n += 1;
    await this.outbox.change(this.turn, { bytes: this.#bytes, toMs: this.now() });
  }

  #release(): void {
    for (const track of this.media.getTracks()) track.stop();
    this.preview.srcObject = null;
  }

  /** Everything recorded is in the outbox when it resolves. */
  async stop(): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = null;
    if (recorder !== null && recorder.state !== "inactive") {
      await new Promise<void>((done) => {
        this.#ended = done;
        recorder.stop();
      });
    }
    await this.#writing;
    await this.outbox.change(this.turn, { running: false });
    this.#release();
  }
}
