/** The phone's own recording of what it sends; loaded after the camera is on, which works without it. */
import { fileSize } from "../shared/format.ts";
import { hint } from "../backup/hint.ts";
import { Keep } from "../backup/keep.ts";
import { Ledger } from "../backup/ledger.ts";
import type { Line } from "../backup/line.ts";
import { meterOf } from "../backup/meter.ts";
import { Recorder, type Recording, supported } from "../backup/recorder.ts";
import { hold, running } from "../backup/runs.ts";
import { openShelf } from "../backup/shelf.ts";
import { UNASKED, Uploader } from "../backup/uploader.ts";
import { KIND, type Paired } from "./paired.ts";
import type { Phone } from "./phone.ts";

const SAMPLE_MS = 10_000;

export class PhoneBackup {
  #recorder: Recorder | null = null;
  #uploader: Uploader | null = null;
  #sampledAt = -Infinity;
  readonly #run = crypto.randomUUID();

  private constructor(
    private readonly phone: Phone,
    private readonly ledger: Ledger,
    private readonly keep: Keep,
  ) {}

  /** Rejects where the browser keeps nothing. */
  static async begin(phone: Phone, paired: Paired): Promise<PhoneBackup> {
    const ledger = await Ledger.open();
    const keep = new Keep(ledger, paired.session);
    await keep.adopt(await running());
    const backup = new PhoneBackup(phone, ledger, keep);
    if (supported() && phone.stage === "on") await backup.#record(paired);
    backup.#uploader = new Uploader({
      keep,
      url: paired.backupUrl,
      csrf: "",
      bearer: paired.token,
      kinds: new Set([KIND]),
      line: () => backup.#line(),
      onChange: phone.changed,
      over: () => phone.stage !== "on",
    });
    return backup;
  }

  async #record(paired: Paired): Promise<void> {
    void hold(this.#run);
    const shelf = await openShelf(this.ledger);
    hint(paired.session, null);
    void navigator.storage?.persist?.();
    this.#recorder = new Recorder({
      session: paired.session, owner: paired.owner, run: this.#run, kind: KIND,
      shelf, ledger: this.ledger, onChange: () => this.#uploader?.hurry(),
      risky: () => this.phone.flowState !== "live",
      makeRoom: (bytes) => this.keep.makeRoom(bytes, this.phone.flowState !== "live"),
    });
    this.#recorder.follow(this.phone.media);
  }

  follow(media: MediaStream | null): void {
    this.#recorder?.follow(media);
  }

  spare(sparing: boolean): void {
    this.#recorder?.spare(sparing);
  }

  /** A reading of the session clock: at `perf`/`wall` (ms) it stood at `session`, ± `errorMs`. */
  measured(perf: number, wall: number, session: number, errorMs: number): void {
    if (perf - this.#sampledAt < SAMPLE_MS) return;
    this.#sampledAt = perf;
    void this.ledger.note({ run: this.#run, perf, wall, session, errorMs });
  }

  #line(): Line {
    const { flowState, downMs, counted, reading } = this.phone;
    const live = this.phone.stage !== "on" ? "none" : flowState === "live" ? "live" : "down";
    return {
      online: navigator.onLine,
      live,
      downMs,
      availableBps: counted?.availableBps ?? null,
      sentBps: (reading?.kbps ?? 0) * 1000,
      loss: reading?.loss ?? 0,
      tripMs: reading?.tripMs ?? null,
    };
  }

  lineBack(): void {
    this.#uploader?.reconnect();
  }

  /** The last slice is closed; sending goes on. */
  async stop(): Promise<void> {
    await this.#recorder?.close();
    this.#recorder = null;
    this.#uploader?.hurry();
  }

  get recording(): Recording {
    return this.#recorder?.state ?? "off";
  }

  /** What is still owed, for people; null when nothing is. */
  owing(lang: string): { readonly size: string; readonly percent: number } | null {
    const { owing, percent } = meterOf(this.#uploader?.progress ?? UNASKED);
    return owing ? { size: fileSize(this.#uploader?.progress.owed.bytes ?? 0, lang), percent } : null;
  }

  /** The server has said that it wants nothing more of this phone. */
  get settled(): boolean {
    const phase = this.#uploader?.progress.phase;
    return phase === "idle" || phase === "closed";
  }
}
