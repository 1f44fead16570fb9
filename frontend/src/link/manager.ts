/**
 * The link manager of one client: looks at the line each second, moves the ladder, and puts what it
 * decides on the senders. Uploads ask it how much of the line is theirs.
 */
import type { Desk, Incoming, Outgoing } from "../room/desk.ts";
import type { Room } from "../room/room.ts";
import type { Start } from "../shared/whip.ts";
import { lineBps, type Pace, Share, type Shares, spend, voiceFor, VOICES, type VoiceName } from "./budget.ts";
import { Climb, type Looked, Watch } from "./climb.ts";
import { heightOf, lower, type Rung, rungFor, SHAPES } from "./ladder.ts";
import { ceilingFor } from "./limit.ts";
import { DataMeter } from "./meter.ts";
import { SenderControl } from "./sender.ts";
import { startOf } from "./shaping.ts";
import { Taking } from "./taking.ts";

const LOOK_MS = 1000;

export class LinkManager {
  readonly #climb: Climb;
  readonly data: DataMeter;
  #shares: Shares = spend(Number.POSITIVE_INFINITY, { voice: null, evidence: false, video: SHAPES["720p"].mostBps, backup: false });
  #lineBps = Number.POSITIVE_INFINITY;
  #control = new Map<string, SenderControl>();
  #watched = new WeakMap<Outgoing | Incoming, Watch>();
  #taking = new Map<string, Taking>();
  readonly #evidence = new Share();
  #timer = 0;

  constructor(
    private readonly room: Room,
    private readonly desk: Desk,
  ) {
    this.#climb = new Climb(startRung(), performance.now());
    this.data = new DataMeter(sessionStorage, `data:${room.config.session}`);
    desk.starts = (kind, media) => this.start(kind, media);
    this.#timer = window.setInterval(() => void this.#look(), LOOK_MS);
    this.#countLoads();
    window.addEventListener("pagehide", () => this.close());
  }

  get rung(): Rung {
    return this.#climb.rung;
  }

  get voice(): VoiceName {
    return voiceFor(this.rung, this.room.pulse.listenersThin(this.room.me));
  }

  /** Why the picture is small: people said so, or the line is. */
  get limited(): boolean {
    return heightOf(this.rung) >= heightOf(this.ceiling);
  }

  get ceiling(): Rung {
    return ceilingFor(this.room);
  }

  /** The line's share for evidence now. */
  evidenceBudget(): Pace {
    return this.#evidence.pace(this.#thin);
  }

  /** What the device's backup may count on, bit/s; nothing while the picture is held small by the line. */
  backupBps(roomBps: number | null): number | null {
    return heightOf(this.rung) >= heightOf("360p") ? roomBps : this.#shares.backup;
  }

  /** Whether this viewer takes the picture of a stream. */
  takes(stream: string): boolean {
    return this.#taking.get(stream)?.takes ?? true;
  }

  /** How a new connection for `kind` begins. */
  start(kind: string, media: MediaStream): Start {
    return startOf(kind, this.rung, media, VOICES[this.voice]);
  }

  async #look(): Promise<void> {
    const at = performance.now();
    for (const out of this.desk.outgoing.values()) await this.#measure(out, out.flow.pc, at);
    for (const incoming of this.desk.incoming.values()) {
      await this.#measure(incoming, incoming.flow?.pc ?? null, at);
    }
    const uploaded = this.room.uploads.items.reduce((sum, { offset, originalOffset }) => sum + offset + originalOffset, 0);
    this.data.count(this.room.uploads, uploaded, at, uploaded);
    this.#decide(at);
    await this.#act();
    this.room.changed();
  }

  /** Pages, scripts and answers, as the browser counts them. */
  #countLoads(): void {
    let loaded = 0;
    const loads = {};
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) loaded += (entry as PerformanceResourceTiming).transferSize || 0;
      this.data.count(loads, loaded, performance.now());
    }).observe({ type: "resource", buffered: true });
  }

  async #measure(of: Outgoing | Incoming, pc: RTCPeerConnection | null, at: number): Promise<void> {
    const watch = this.#watched.get(of) ?? new Watch();
    this.#watched.set(of, watch);
    const now = await watch.read(pc);
    if (now !== null && pc !== null) this.data.count(pc, now.sentBytes + now.receivedBytes, at);
  }

  #decide(at: number): void {
    const camera = this.desk.outgoing.get("camera");
    const watch = camera?.state === "live" ? this.#watched.get(camera) : undefined;
    const waiting = this.room.uploads.waiting.length > 0;
    const sends = this.desk.enabled("video") === true;
    const looked = watch === undefined
      ? null
      : this.#climb.look(watch, at, sends, (told) => lower(this.ceiling, this.#beside(waiting, told)));
    if (looked !== null) this.#lineBps = lineBps({ rung: this.rung, voice: this.#spoken(), ...looked });
    const signs = { waiting, thin: this.#thin, queueMs: looked?.queueMs ?? 0, loss: looked?.loss ?? 0 };
    if (this.#evidence.look(signs)) this.#climb.eased(at);
    this.#shares = spend(this.#lineBps, {
      voice: this.#spoken(), evidence: waiting, video: SHAPES["720p"].mostBps, backup: true,
    });
  }

  /** What the line was found to be; a picture that people or evidence hold small says nothing of it. */
  get #thin(): boolean {
    return heightOf(this.#climb.borne) <= heightOf("180p");
  }

  /**
   * On a thin line evidence goes before the picture, which never has to go altogether for it. On others
   * each finds its rate, and the picture, which asks for more more slowly, is the one that gives way.
   */
  #beside(waiting: boolean, { roomBps, videoBps }: Looked): Rung {
    if (!waiting || !this.#thin || this.desk.enabled("video") !== true) return "720p";
    if (roomBps === null) return "still";
    const { video } = this.#shares;
    if (videoBps <= video) return "720p";
    const fits = rungFor(video);
    return heightOf(fits) < heightOf("still") ? "still" : fits;
  }

  #spoken(): (typeof VOICES)[VoiceName] | null {
    return this.rung === "text" ? null : VOICES[this.voice];
  }

  async #act(): Promise<void> {
    for (const [kind, out] of this.desk.outgoing) {
      const pc = out.flow.pc;
      if (pc === null || out.state !== "live") continue;
      const control = this.#control.get(kind) ?? new SenderControl(kind);
      this.#control.set(kind, control);
      // Beside a shared screen the face can be small.
      const beside = kind === "camera" && this.desk.outgoing.has("screen");
      await control.apply(pc, out.media, {
        rung: beside ? lower(this.rung, "360p") : this.rung,
        voice: this.voice,
        videoBps: this.#shares.video,
        camera: kind === "screen" || this.desk.enabled("video") === true,
      });
    }
    for (const incoming of this.desk.incoming.values()) {
      const taking = this.#taking.get(incoming.id) ?? new Taking();
      this.#taking.set(incoming.id, taking);
      const lost = this.#watched.get(incoming)?.between?.lost ?? 0;
      await taking.look(incoming, { lost, rung: this.rung, ceiling: this.ceiling, token: this.room.joined?.token ?? "" });
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const control of this.#control.values()) control.close();
  }
}

/** What the browser says of its network, before anything was measured. */
function startRung(): Rung {
  const { connection } = navigator as { readonly connection?: { readonly effectiveType?: string } };
  switch (connection?.effectiveType) {
    case "slow-2g":
      return "audio";
    case "2g":
      return "still";
    case "3g":
      return "360p";
    default:
      return "720p";
  }
}
