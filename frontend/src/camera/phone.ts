/** A phone as second camera: paired by a code, sending until it is told or asked to stop. */
import { SoloLink } from "../link/solo.ts";
import { devices, type DeviceTrouble, troubleOf } from "../room/devices.ts";
import { reading, type Reading } from "../room/quality.ts";
import { type Counted, Flow, type FlowState } from "../shared/flow.ts";
import { fields, text } from "../shared/json.ts";
import { publish } from "../shared/whip.ts";
import type { PhoneBackup } from "./backup.ts";
import { KIND, type Paired, readPaired, readStanding, recall, remember, type Standing } from "./paired.ts";
import { Power } from "./power.ts";
import { w } from "./words.ts";

/** "code": not paired. "on": sends, or tries to. "done": its own end, or the session's. "unpaired": by others. */
export type Stage = "code" | "on" | "done" | "unpaired";

const POLL_MS = 2000;
const ANSWER_MS = 8000;
const RECAPTURE_MS = 1500;
const PICTURE: MediaTrackConstraints = {
  width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 20, max: 24 },
};

export class Phone {
  stage: Stage = "code";
  busy = false;
  problem = "";
  trouble: DeviceTrouble | null = null;
  standing: Standing | null = null;
  media: MediaStream | null = null;
  cameras: readonly MediaDeviceInfo[] = [];
  choice = "";
  counted: Counted | null = null;
  reading: Reading | null = null;
  /** Date.now() when the server last answered; null before. */
  heardAt: number | null = null;
  asking = false;
  showing = false;
  backup: PhoneBackup | null = null;
  paired: Paired | null = null;
  readonly power: Power;
  readonly preview = document.createElement("video");
  #flow: Flow | null = null;
  readonly #link = new SoloLink(KIND, () =>
    this.#flow === null || this.media === null ? null : { flow: this.#flow, media: this.media },
  );
  #downAt: number | null = null;
  #poll = 0;
  #round = 0;

  constructor(
    private readonly pairUrl: string,
    readonly changed: () => void,
  ) {
    this.power = new Power(() => {
      this.backup?.spare(this.power.sparing);
      changed();
    });
    this.preview.muted = true;
    this.preview.autoplay = true;
    this.preview.playsInline = true;
    window.addEventListener("online", () => this.#lineBack());
    window.addEventListener("pagehide", () => this.#flow?.close());
    window.addEventListener("pageshow", ({ persisted }) => {
      if (persisted) location.reload();
    });
  }

  get flowState(): FlowState {
    return this.#flow?.state ?? "waiting";
  }

  get downMs(): number {
    return this.#downAt === null ? 0 : performance.now() - this.#downAt;
  }

  /** Goes on where this phone stood before a reload. */
  resume(): void {
    const known = recall();
    if (known !== null) void this.#begin(known);
  }

  async pair(code: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    this.changed();
    try {
      const answer = await fetch(this.pairUrl, {
        method: "POST", credentials: "omit",
        headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body: unknown = await answer.json().catch(() => null);
      if (answer.ok) {
        const paired = readPaired(body);
        remember(paired);
        // The code is used up: a reload must not try it again.
        history.replaceState(null, "", "/kamera/");
        await this.#begin(paired);
      } else this.problem = text(fields(body)["message"], w("error.other"));
    } catch {
      this.problem = w("error.offline");
    }
    this.busy = false;
    this.changed();
  }

  async #begin(paired: Paired): Promise<void> {
    this.paired = paired;
    this.stage = paired.finished ? "done" : "on";
    this.changed();
    if (this.stage === "on") {
      void this.power.wake();
      void this.#ask();
      await this.capture(this.choice);
    }
    import("./backup.ts")
      .then(async ({ PhoneBackup }) => {
        this.backup = await PhoneBackup.begin(this, paired);
        this.backup.spare(this.power.sparing);
        if (this.stage !== "on") await this.backup.stop();
        this.changed();
      })
      .catch(() => undefined);
  }

  // --- the camera ---

  /** Switches to camera `choice` ("": the one that looks away from the screen). */
  async capture(choice: string): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    this.choice = choice;
    this.trouble = null;
    this.#release();
    try {
      if (!("mediaDevices" in navigator)) throw new Error("no mediaDevices");
      const which = choice === "" ? { facingMode: { ideal: "environment" } } : { deviceId: { exact: choice } };
      const media = await navigator.mediaDevices.getUserMedia({ video: { ...PICTURE, ...which }, audio: false });
      if (round !== this.#round || this.stage !== "on") {
        for (const track of media.getTracks()) track.stop();
        return;
      }
      this.#take(media);
      this.cameras = await devices("videoinput");
    } catch (error) {
      if (round === this.#round) this.trouble = troubleOf(error);
    }
    this.changed();
  }

  #take(media: MediaStream): void {
    const { paired } = this;
    if (paired === null) return;
    this.media = media;
    this.preview.srcObject = media;
    void this.preview.play().catch(() => undefined);
    const round = this.#round;
    // Another app took the camera, or the phone slept: it is taken back, the stream goes on.
    media.getVideoTracks()[0]?.addEventListener("ended", () => {
      if (round === this.#round) setTimeout(() => round === this.#round && void this.capture(this.choice), RECAPTURE_MS);
      this.changed();
    });
    this.backup?.follow(media);
    this.#downAt = performance.now();
    this.#flow = new Flow({
      open: () => publish({ token: paired.token, iceServers: paired.iceServers }, paired.whipUrl, media, this.#link.start(media)),
      token: () => paired.token,
      onState: (state) => {
        this.#downAt = state === "live" ? null : (this.#downAt ?? performance.now());
        this.changed();
      },
      onCounted: (counted) => {
        this.reading = reading(this.counted, counted) ?? this.reading;
        this.counted = counted;
      },
    });
  }

  #release(): void {
    this.#flow?.close();
    this.#flow = null;
    for (const track of this.media?.getTracks() ?? []) track.stop();
    this.media = null;
    this.preview.srcObject = null;
    this.backup?.follow(null);
  }

  /** The camera has stopped by itself and is being taken back. */
  get stopped(): boolean {
    return this.media?.getVideoTracks()[0]?.readyState === "ended";
  }

  // --- the server's word ---

  async #ask(): Promise<void> {
    clearTimeout(this.#poll);
    await this.#call("GET", "");
    if (this.stage === "on") this.#poll = window.setTimeout(() => void this.#ask(), POLL_MS);
  }

  async #call(method: "GET" | "POST", path: string, body: unknown = null): Promise<boolean> {
    const { paired } = this;
    if (paired === null) return false;
    const [wall, perf] = [Date.now(), performance.now()];
    let answer: Response;
    let said: unknown;
    try {
      answer = await fetch(`${paired.cameraUrl}${path}`, {
        method, credentials: "omit", cache: "no-store",
        headers: { Authorization: `Bearer ${paired.token}`, "Content-Type": "application/json" },
        body: body === null ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      said = await answer.json().catch(() => null);
    } catch {
      this.changed();
      return false;
    }
    if (answer.status === 401 || answer.status === 403) this.#unpaired();
    const standing = answer.ok ? readStanding(said) : null;
    if (standing !== null) this.#heard(standing, wall, perf);
    this.changed();
    return standing !== null;
  }

  #heard(standing: Standing, wall: number, perf: number): void {
    const trip = performance.now() - perf;
    if (this.heardAt !== null && Date.now() - this.heardAt > 3 * POLL_MS) this.#lineBack();
    this.heardAt = Date.now();
    this.standing = standing;
    this.backup?.measured(perf + trip / 2, wall + trip / 2, standing.nowMs, trip / 2 + 1);
    if (standing.state !== "live") this.#stop("done");
  }

  #lineBack(): void {
    this.#flow?.nudge();
    this.backup?.lineBack();
  }

  /** Server epoch ms of now, by its last answer. */
  get offset(): number {
    return this.standing === null || this.heardAt === null ? 0 : this.standing.now - this.heardAt;
  }

  async sweepDone(): Promise<void> {
    const seq = this.standing?.sweep ?? null;
    if (seq === null || this.showing) return;
    this.showing = true;
    this.changed();
    await this.#call("POST", "/sweep", { sweep: seq });
    this.showing = false;
    this.changed();
  }

  async finish(): Promise<void> {
    this.asking = false;
    // Off at once, whatever the line says; the server hears of it as soon as it can.
    this.#stop("done");
    if (!(await this.#call("POST", "/end"))) setTimeout(() => void this.#call("POST", "/end"), POLL_MS);
  }

  #unpaired(): void {
    remember(null);
    this.#stop("unpaired");
  }

  #stop(stage: "done" | "unpaired"): void {
    if (this.stage === "unpaired" || this.stage === stage) return;
    this.stage = stage;
    this.#round += 1;
    clearTimeout(this.#poll);
    this.#release();
    void this.power.rest();
    void this.backup?.stop();
    if (stage === "done" && this.paired !== null) remember({ ...this.paired, finished: true });
  }

  /** What is owed is sent: the token has done its work. */
  settle(): void {
    if (this.stage === "done" && (this.backup === null || this.backup.settled)) remember(null);
  }

  restart(): void {
    remember(null);
    location.assign("/kamera/");
  }
}
