/** The media desk: what I send, what I receive, and whether it really arrives. */
import { Flow, type Counted, type FlowState } from "../shared/flow.ts";
import { fields, list, number, text, truth } from "../shared/json.ts";
import { answeredAt } from "../shared/patience.ts";
import { type Access, PLAIN, play, publish, type Start } from "../shared/whip.ts";
import { seenOf } from "../link/seen.ts";
import { publishes, watches } from "./facts.ts";
import type { StreamState } from "./fold.ts";
import { Picture } from "./picture.ts";
import { type Counters, type Quality, qualityOf, reading, type Reading } from "./quality.ts";
import type { Room } from "./room.ts";

export type Kind = "camera" | "screen";

export interface Incoming {
  readonly id: string;
  readonly owner: string;
  readonly kind: string;
  readonly picture: Picture;
  flow: Flow | null;
  state: FlowState;
  /** performance.now() when the flow became live. */
  liveAt: number;
  counters: Counters | null;
  reading: Reading | null;
}

export interface Outgoing {
  readonly kind: Kind;
  readonly media: MediaStream;
  readonly picture: Picture;
  readonly flow: Flow;
  state: FlowState;
  counters: Counters | null;
  reading: Reading | null;
  availableBps: number | null;
}

const LOOK_MS = 500;
const RESYNC_MS = 5000;
const MOVED_MS = 1200;
const HEARD_MS = 5000;

export class Desk {
  readonly incoming = new Map<string, Incoming>();
  readonly outgoing = new Map<Kind, Outgoing>();
  #look = 0;
  #resync = 0;
  #lookedAt = 0;

  /** How a publication begins; the link manager knows. */
  starts: (kind: Kind, media: MediaStream) => Start = () => PLAIN;

  onHush: () => void = () => undefined;

  constructor(private readonly room: Room) {
    this.#look = window.setInterval(() => this.#lookAll(), LOOK_MS);
    // The log tells of streams; this catches what a late log (or a killed process) has not told yet.
    this.#resync = window.setInterval(() => void this.resync(), RESYNC_MS);
    document.addEventListener("visibilitychange", () => this.#excuse());
    window.addEventListener("pagehide", () => this.close());
    void this.resync();
  }

  // --- sending ---

  send(kind: Kind, media: MediaStream): void {
    if (media.getTracks().length === 0 || !publishes(this.room.facts.role)) return;
    this.stop(kind);
    const picture = new Picture(true);
    picture.show(media);
    const url = `${this.room.joined?.whipUrl ?? ""}?kind=${kind}`;
    const flow = new Flow({
      open: async () => publish(await this.#access(), url, media, this.starts(kind, media)),
      reachable: () => this.#reachable(),
      token: () => this.room.joined?.token ?? "",
      onState: (state) => this.#sent(kind, state),
      onCounted: (counted) => this.#countOut(kind, counted),
      onHush: () => this.onHush(),
    });
    this.outgoing.set(kind, {
      kind, media, picture, flow, state: "connecting", counters: null, reading: null, availableBps: null,
    });
    this.room.changed();
  }

  stop(kind: Kind): void {
    const out = this.outgoing.get(kind);
    if (out === undefined) return;
    this.outgoing.delete(kind);
    out.flow.close();
    for (const track of out.media.getTracks()) track.stop();
    this.room.changed();
  }

  /** Microphone or camera on or off; the connection and the recording go on. */
  enable(of: "audio" | "video", on: boolean): void {
    for (const track of this.#tracks(of)) track.enabled = on;
    this.room.changed();
  }

  /** null when there is no such device in use. */
  enabled(of: "audio" | "video"): boolean | null {
    const [track] = this.#tracks(of);
    return track === undefined ? null : track.enabled;
  }

  #tracks(of: "audio" | "video"): MediaStreamTrack[] {
    const media = this.outgoing.get("camera")?.media;
    return media === undefined ? [] : of === "audio" ? media.getAudioTracks() : media.getVideoTracks();
  }

  async share(): Promise<void> {
    const media = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
    for (const track of media.getVideoTracks()) {
      track.contentHint = "detail";
      track.addEventListener("ended", () => this.stop("screen"));
    }
    this.send("screen", media);
  }

  #sent(kind: Kind, state: FlowState): void {
    const out = this.outgoing.get(kind);
    if (out === undefined || state === "closed") return;
    out.state = state;
    this.room.changed();
  }

  #countOut(kind: Kind, counted: Counted): void {
    const out = this.outgoing.get(kind);
    if (out === undefined) return;
    out.reading = reading(out.counters, counted) ?? out.reading;
    out.counters = counted;
    out.availableBps = counted.availableBps;
  }

  // --- receiving ---

  /** The log's streams are the list of what should be seen; mine I see without the server. */
  follow(): void {
    if (!watches(this.room.facts.role)) return;
    for (const stream of this.room.log.streams.values()) {
      if (stream.owner !== this.room.me) this.#followOne(stream);
    }
  }

  #followOne(stream: StreamState): void {
    const known = this.incoming.get(stream.id);
    if (stream.live) {
      if (known?.flow != null) known.flow.nudge();
      else this.#receive(stream.id, stream.owner, stream.kind);
    } else if (known !== undefined) {
      this.#release(known);
    }
  }

  #receive(id: string, owner: string, kind: string): void {
    const before = this.incoming.get(id);
    const incoming: Incoming = before ?? {
      id, owner, kind, picture: new Picture(false), flow: null,
      state: "connecting", liveAt: 0, counters: null, reading: null,
    };
    this.incoming.set(id, incoming);
    const url = `${this.room.joined?.whepUrl ?? ""}/${encodeURIComponent(id)}`;
    incoming.flow = new Flow({
      open: async () => play(await this.#access(), url, (media) => incoming.picture.show(media)),
      reachable: () => this.#reachable(),
      token: () => this.room.joined?.token ?? "",
      onState: (state) => {
        if (state === "live") {
          incoming.liveAt = performance.now();
          incoming.picture.thaw();
        } else incoming.picture.freeze();
        incoming.state = state;
        this.room.changed();
      },
      onCounted: (counted) => {
        incoming.picture.decoded(counted.frames, counted.at);
        incoming.reading = reading(incoming.counters, counted) ?? incoming.reading;
        incoming.counters = counted;
      },
      onHush: () => this.onHush(),
    });
    this.room.changed();
  }

  #release(incoming: Incoming): void {
    incoming.flow?.close();
    incoming.flow = null;
    incoming.reading = null;
    this.room.changed();
  }

  /** Live streams by the server's own list: also after it came back without a word in the log. */
  async resync(): Promise<void> {
    if (this.room.over || this.room.joined?.provider !== "embedded" || !this.room.line.open || !watches(this.room.facts.role)) return;
    // The pulse lists the same, and costs a thin line less than a request every five seconds.
    const mine = [...this.room.log.streams.values()].filter(({ owner }) => owner === this.room.me).map(({ id }) => id);
    const flowing = [...this.incoming.values()].filter(({ flow }) => flow !== null).map(({ id }) => id);
    if (this.room.pulse.covers(new Set([...mine, ...flowing]))) return;
    const answer = await this.room.api.get(this.room.url("streams")).catch(() => null);
    for (const item of list(fields(answer)["items"] ?? fields(answer)["streams"] ?? answer)) {
      const raw = fields(item);
      const id = text(raw["stream"]);
      const owner = text(raw["owner"]);
      if (!truth(raw["live"]) || id === "" || owner === this.room.me) continue;
      const known = this.incoming.get(id);
      if (known?.flow != null) known.flow.nudge();
      else if (this.#newerThanLog(id, number(raw["started_ms"]))) this.#receive(id, owner, text(raw["kind"]));
    }
  }

  /** A list that is older than a "stopped" of the log must not bring the stream back. */
  #newerThanLog(id: string, startedMs: number | null): boolean {
    const told = this.room.log.streams.get(id);
    return told === undefined || told.live || (startedMs ?? 0) > told.changedMs;
  }

  // --- the network ---

  #flows(): Flow[] {
    const flows = [...this.outgoing.values(), ...this.incoming.values()].map(({ flow }) => flow);
    return flows.filter((flow) => flow !== null);
  }

  /** Something that should flow does not, and nobody answers why. */
  get waiting(): boolean {
    return this.#flows().some(({ unreachable }) => unreachable);
  }

  /** While the server answers, all media silent means a dead way, not a dead line: new connections at once. */
  moved(): boolean {
    const flows = this.#flows().filter(({ silentMs }) => silentMs !== null);
    if (flows.length < 2 || flows.some(({ silentMs }) => (silentMs ?? 0) < MOVED_MS)) return false;
    for (const flow of flows) flow.replace();
    return true;
  }

  doubt(): void {
    for (const flow of this.#flows()) flow.doubt();
  }

  hurry(): void {
    for (const flow of this.#flows()) flow.hurry();
  }

  // --- looking ---

  #lookAll(): void {
    const now = performance.now();
    // A throttled timer means that nobody watched; stillness in between proves nothing.
    if (now - this.#lookedAt > 3 * LOOK_MS) this.#excuse();
    this.#lookedAt = now;
    for (const { picture } of [...this.incoming.values(), ...this.outgoing.values()]) picture.look(now);
    this.room.changed();
  }

  #excuse(): void {
    const now = performance.now();
    for (const { picture } of this.incoming.values()) picture.motion.excuse(now);
  }

  /** My own line as the server hears it, or another person's picture as it reaches me. */
  quality(person: string): Quality {
    if (person === this.room.me) {
      const out = this.outgoing.get("camera");
      if (!this.room.line.open) return "gone";
      return out === undefined ? "unknown" : qualityOf(out.reading, out.state === "live");
    }
    if (this.room.person(person)?.online === false) return "gone";
    const incoming = [...this.incoming.values()].find(({ owner, kind }) => owner === person && kind === "camera");
    if (incoming?.flow == null) return "unknown";
    const moves = incoming.picture.motion.moving(performance.now()) || !["late", null].includes(seenOf(this.room, incoming));
    return qualityOf(incoming.reading, incoming.state === "live" && moves);
  }

  close(): void {
    clearInterval(this.#look);
    clearInterval(this.#resync);
    for (const kind of [...this.outgoing.keys()]) this.stop(kind);
    for (const incoming of this.incoming.values()) this.#release(incoming);
  }

  /** The line holds, or the server answered something just now. */
  #reachable(): boolean {
    return this.room.line.downSince === null || performance.now() - answeredAt() < HEARD_MS;
  }

  async #access(): Promise<Access> {
    const joined = await this.room.admission();
    return { token: joined?.token ?? "", iceServers: joined?.iceServers ?? [] };
  }
}
