/**
 * The link manager of one client: looks at the line each second, moves the ladder, and puts what it
 * decides on the senders. Uploads ask it how much of the line is theirs.
 */
import type { Desk, Incoming, Outgoing } from "../room/desk.ts";
import type { Room } from "../room/room.ts";
import type { Start } from "../shared/whip.ts";
import { lineBps, pace, type Pace, type Shares, spend, voiceFor, VOICES, type VoiceName } from "./budget.ts";
import { Delay } from "./delay.ts";
import { begin, heightOf, type Ladder, lower, type Rung, rungFor, SHAPES, step } from "./ladder.ts";
import { ceilingFor } from "./limit.ts";
import { DataMeter } from "./meter.ts";
import { SenderControl } from "./sender.ts";
import { encodingFor, shapeOf } from "./shaping.ts";
import { type Between, collect, type Counters, Recent } from "./stats.ts";
import { Taking } from "./taking.ts";

const LOOK_MS = 1000;
/** Where a browser begins to look by itself, bit/s. */
const START_BPS = 300_000;

interface Watch {
  pc: RTCPeerConnection | null;
  readonly recent: Recent;
  last: Counters | null;
  between: Between | null;
}

export class LinkManager {
  ladder: Ladder;
  readonly data: DataMeter;
  #shares: Shares = spend(Number.POSITIVE_INFINITY, { voice: null, evidence: false, video: SHAPES["720p"].mostBps, backup: false });
  #lineBps = Number.POSITIVE_INFINITY;
  #control = new Map<string, SenderControl>();
  #watched = new WeakMap<Outgoing | Incoming, Watch>();
  #taking = new Map<string, Taking>();
  readonly #delay = new Delay();
  #timer = 0;

  constructor(
    private readonly room: Room,
    private readonly desk: Desk,
  ) {
    this.ladder = begin(startRung(), performance.now());
    this.data = new DataMeter(sessionStorage, `data:${room.config.session}`);
    desk.starts = (kind, media) => this.start(kind, media);
    this.#timer = window.setInterval(() => void this.#look(), LOOK_MS);
    window.addEventListener("pagehide", () => this.close());
  }

  get rung(): Rung {
    return this.ladder.rung;
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
    return pace(this.#shares.evidence, this.#lineBps);
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
    const height = media.getVideoTracks()[0]?.getSettings().height ?? 720;
    const shape = shapeOf(kind, this.rung);
    return {
      video: encodingFor(shape, height, shape.mostBps),
      audio: { active: this.rung !== "text", maxBitrate: VOICES[this.voice].bps },
      voice: VOICES[this.voice],
      room: { startBps: Math.min(START_BPS, shape.searchBps / 2), mostBps: shape.searchBps },
    };
  }

  async #look(): Promise<void> {
    const at = performance.now();
    for (const out of this.desk.outgoing.values()) await this.#measure(out, out.flow.pc, at);
    for (const incoming of this.desk.incoming.values()) {
      await this.#measure(incoming, incoming.flow?.pc ?? null, at);
    }
    this.#decide(at);
    await this.#act();
    this.room.changed();
  }

  async #measure(of: Outgoing | Incoming, pc: RTCPeerConnection | null, at: number): Promise<void> {
    const watch = this.#watched.get(of) ?? { pc: null, recent: new Recent(), last: null, between: null };
    this.#watched.set(of, watch);
    if (watch.pc !== pc) Object.assign(watch, { pc, last: null, between: null }).recent.clear();
    if (pc === null) return;
    const now = await collect(pc).catch(() => null);
    if (now === null) return;
    watch.last = now;
    watch.between = watch.recent.add(now);
    this.data.count(pc, now.sentBytes + now.receivedBytes, at);
  }

  #decide(at: number): void {
    const camera = this.desk.outgoing.get("camera");
    const watch = camera === undefined ? undefined : this.#watched.get(camera);
    const { last, between } = watch ?? { last: null, between: null };
    const sending = camera?.state === "live" && last !== null && between !== null;
    if (sending) {
      const withPicture = heightOf(this.rung) >= heightOf("180p") && this.desk.enabled("video") === true;
      const roomBps = withPicture ? last.roomBps : null;
      const queueMs = last.tripMs === null ? 0 : this.#delay.note(last.tripMs, at);
      const before = this.rung;
      const ceiling = lower(this.ceiling, this.#beside());
      this.ladder = step(this.ladder, { at, roomBps, videoBps: between.videoBps, loss: between.missed, queueMs }, ceiling);
      if (heightOf(this.rung) < heightOf(before)) this.#delay.eased(at);
      this.#lineBps = lineBps({ rung: this.rung, roomBps, voice: this.#spoken(), sentBps: between.sentBps });
    }
    this.#shares = spend(this.#lineBps, {
      voice: this.#spoken(),
      evidence: this.room.uploads.waiting.length > 0,
      video: SHAPES["720p"].mostBps,
      backup: true,
    });
  }

  /** Evidence goes before the picture, which never has to go altogether for it. */
  #beside(): Rung {
    const shared = this.room.uploads.waiting.length > 0 && Number.isFinite(this.#lineBps);
    if (!shared) return "720p";
    const fits = rungFor(this.#shares.video);
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
