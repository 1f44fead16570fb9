/** One rehearsal from the first click to the stored report. view.ts draws it. */
import { Api, ApiError } from "../shared/api.ts";
import { waitMs } from "../shared/backoff.ts";
import { newId } from "../shared/uuid.ts";
import { SignallingError } from "../shared/whip.ts";
import { lookAtDevice } from "./device.ts";
import { Line } from "./line.ts";
import type { Measured } from "./measured.ts";
import { openPractice, Practice, type Way } from "./practice.ts";
import { type Report, readReport } from "./report.ts";
import { tryRoutes } from "./routes.ts";
import { Senses } from "./senses.ts";
import { playTone, standIn } from "./sound.ts";

export const STEPS = ["device", "senses", "line", "routes", "path", "reconnect", "report"] as const;
export type Step = (typeof STEPS)[number];
export type StepState = "waiting" | "running" | "done" | "failed";

export interface GladiConfig {
  readonly csrf: string;
  readonly lang: string;
  readonly zone: string;
  /** Whether the room's media can be tried here; Jitsi's cannot. */
  readonly practice: boolean;
  readonly urls: Readonly<Record<"report" | "clock" | "bytes" | "practice" | "room", string>>;
}

const SAVE_PACE = { firstMs: 1000, capMs: 15_000 };

export class Run {
  phase: "idle" | "running" | "done" = "idle";
  /** Measured, but the server has not said yet that it is stored. */
  unsaved = false;
  returning = false;
  asking = false;
  report: Report | null = null;
  readonly steps = new Map<Step, StepState>();
  readonly senses = new Senses();
  readonly picture = document.createElement("video");
  #measured: Measured = {};
  #answered: (heard: "heard" | "silent" | null) => void = () => undefined;
  #hurry: () => void = () => undefined;

  constructor(
    private readonly config: GladiConfig,
    private readonly api: Api,
    private readonly changed: () => void,
  ) {
    this.picture.muted = true;
    this.picture.autoplay = true;
    this.picture.playsInline = true;
  }

  async begin(): Promise<void> {
    this.phase = "running";
    this.report = null;
    this.#measured = {};
    for (const step of STEPS) this.steps.set(step, "waiting");
    // While the click still counts: sound may only be made because of it.
    const heard = this.#ask();
    await this.#step("device", lookAtDevice);
    await this.#step("senses", () => this.#sense());
    const line = new Line(this.api, this.config.csrf, this.config.urls);
    await this.#step("line", async () => ({ ...(await line.clock()), ...(await line.down()), ...(await line.up()) }));
    await this.#tryMedia();
    const answer = await heard;
    Object.assign(this.#measured, this.senses.peak, answer === null ? {} : { speaker: answer });
    this.senses.end();
    this.#show(null, false);
    await this.#save();
  }

  #ask(): Promise<"heard" | "silent" | null> {
    this.asking = true;
    void this.tone();
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  async tone(): Promise<void> {
    await playTone().catch(() => undefined);
  }

  /** null: the person would rather not say. */
  answer(heard: "heard" | "silent" | null): void {
    this.asking = false;
    this.#answered(heard);
    this.changed();
  }

  async #sense(): Promise<Partial<Measured>> {
    const found = await this.senses.begin();
    this.#show(this.senses.media, false);
    return found;
  }

  #show(media: MediaStream | null, returning: boolean): void {
    this.returning = returning;
    this.picture.srcObject = media;
    if (media !== null) void this.picture.play().catch(() => undefined);
    this.changed();
  }

  async #tryMedia(): Promise<void> {
    if (!this.config.practice || !("RTCPeerConnection" in window)) {
      for (const step of ["routes", "path", "reconnect"] as const) this.steps.set(step, "failed");
      return;
    }
    let way: Way | null = null;
    await this.#step("routes", async () => {
      way = await openPractice(this.api, this.config.urls.practice);
      return tryRoutes(way.iceServers);
    });
    const own = this.senses.media?.getTracks() ?? [];
    // Without a microphone a tone goes the way of a voice: the line is measured all the same.
    const spare = own.some((track) => track.kind === "audio") ? null : standIn();
    const media = new MediaStream([...own, ...(spare?.media.getTracks() ?? [])]);
    if (way !== null) await this.#goThrough(way, media);
    else for (const step of ["path", "reconnect"] as const) this.steps.set(step, "failed");
    spare?.end();
  }

  async #goThrough(way: Way, media: MediaStream): Promise<void> {
    const practice = new Practice(way, media, this.#measured.up_bps ?? null, (back) => {
      if (media.getVideoTracks().length > 0) this.#show(back, true);
    });
    await this.#step("path", async () => {
      const took = await practice.connect();
      if (took === null) return { connected: false, udp: "failed" as const };
      return { connected: true, media_ms: took, ...(await practice.watch()) };
    });
    practice.drop();
    if (this.#measured.connected === true) {
      await this.#step("reconnect", async () => {
        const took = await practice.connect();
        return took === null ? { reconnected: false } : { reconnected: true, reconnect_ms: took };
      });
    } else this.steps.set("reconnect", "failed");
    practice.close();
  }

  /** A test that breaks costs its own figures only; the report says that they are missing. */
  async #step(step: Step, test: () => Promise<Partial<Measured>>): Promise<void> {
    this.steps.set(step, "running");
    this.changed();
    try {
      Object.assign(this.#measured, await test());
      this.steps.set(step, "done");
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof SignallingError)) console.warn(`gladi: ${step}`, error);
      this.steps.set(step, "failed");
    }
    this.changed();
  }

  /** Until the server has it; what it refuses for good ends the run without a report. */
  async #save(): Promise<void> {
    const body = { run: newId(), measured: this.#measured };
    this.steps.set("report", "running");
    for (let attempt = 0; this.report === null; attempt += 1) {
      try {
        this.report = readReport(await this.api.post(this.config.urls.report, body));
      } catch (error) {
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
          this.steps.set("report", "failed");
          break;
        }
        this.unsaved = true;
        this.changed();
        await this.#patience(waitMs(attempt, SAVE_PACE, Math.random));
      }
    }
    this.unsaved = false;
    if (this.report !== null) this.steps.set("report", "done");
    this.phase = "done";
    this.changed();
  }

  #patience(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        window.removeEventListener("online", go);
        resolve();
      };
      this.#hurry = go;
      window.addEventListener("online", go);
      setTimeout(go, ms);
    });
  }

  saveNow(): void {
    this.#hurry();
  }
}
