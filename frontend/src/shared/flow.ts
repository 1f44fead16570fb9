/**
 * Keeps one media connection alive: opens it, watches whether bytes still come back, replaces it when
 * they do not, for as long as it is wanted.
 */
import { MEDIA_PACE, waitMs } from "./backoff.ts";
import { Hush } from "./hush.ts";
import { hangUp, type Link, SignallingError } from "./whip.ts";

export type FlowState = "connecting" | "live" | "waiting" | "closed";

export interface Counted {
  readonly at: number;
  readonly packets: number;
  readonly lost: number;
  readonly bytes: number;
  readonly frames: number;
  readonly tripMs: number | null;
  /** The browser's estimate of what it may send, bit/s. */
  readonly availableBps: number | null;
}

export interface FlowOptions {
  readonly open: () => Promise<Link>;
  readonly token: () => string;
  /** False while the server is known to be out of reach: then nothing is asked, for it would only hang. */
  readonly reachable?: () => boolean;
  readonly onState: (state: FlowState, error: unknown) => void;
  readonly onCounted?: (counted: Counted) => void;
  /** What came steadily has stopped; often the first sign that this device has another address. */
  readonly onHush?: () => void;
}

const EAGER_PACE = { firstMs: 500, capMs: 1500 };
const EAGER_ATTEMPTS = 20;
const WATCH_MS = 500;
/** Nothing at all came back on the transport for this long: consent checks alone come more often. */
const SILENT_MS = 3000;
/** A connection being made on a slow device or a busy server is not dead yet. */
const CONNECT_MS = 8000;
/** The same after a change of network: reports of the other end come every second. */
const DOUBT_MS = 1700;
/** Signalling that takes longer waits for a packet that was lost. */
const HANG_MS = 1200;

function numberIn(report: Record<string, unknown>, name: string): number | null {
  const value = report[name];
  return typeof value === "number" ? value : null;
}

interface Totals {
  packets: number;
  lost: number;
  bytes: number;
  frames: number;
  tripMs: number | null;
  availableBps: number | null;
  transportBytes: number;
}

/** Sums what both directions report; the remote's view (`remote-inbound-rtp`) tells our own loss. */
async function totals(pc: RTCPeerConnection): Promise<Totals> {
  const sum: Totals = { packets: 0, lost: 0, bytes: 0, frames: 0, tripMs: null, availableBps: null, transportBytes: 0 };
  const stats = await pc.getStats();
  stats.forEach((value: unknown) => {
    const report = value as Record<string, unknown>;
    switch (report["type"]) {
      case "inbound-rtp":
        sum.packets += numberIn(report, "packetsReceived") ?? 0;
        sum.lost += Math.max(0, numberIn(report, "packetsLost") ?? 0);
        sum.bytes += numberIn(report, "bytesReceived") ?? 0;
        sum.frames += numberIn(report, "framesDecoded") ?? 0;
        break;
      case "outbound-rtp":
        sum.packets += numberIn(report, "packetsSent") ?? 0;
        sum.bytes += numberIn(report, "bytesSent") ?? 0;
        sum.frames += numberIn(report, "framesEncoded") ?? 0;
        break;
      case "remote-inbound-rtp":
        sum.lost += Math.max(0, numberIn(report, "packetsLost") ?? 0);
        break;
      case "candidate-pair": {
        sum.transportBytes += (numberIn(report, "bytesReceived") ?? 0) + (numberIn(report, "responsesReceived") ?? 0);
        const trip = numberIn(report, "currentRoundTripTime");
        if (report["nominated"] !== true) break;
        if (trip !== null) sum.tripMs = trip * 1000;
        sum.availableBps = numberIn(report, "availableOutgoingBitrate") ?? sum.availableBps;
        break;
      }
    }
  });
  return sum;
}

export class Flow {
  #link: Link | null = null;
  #state: FlowState = "connecting";
  #attempt = 0;
  #timer = 0;
  #watch = 0;
  #heardBytes = -1;
  #heardAt = 0;
  #round = 0;
  #error: unknown = null;
  #triedAt = 0;
  #doubtedAt = -Infinity;
  #hush = new Hush();

  constructor(private readonly options: FlowOptions) {
    void this.#connect();
  }

  get state(): FlowState {
    return this.#state;
  }

  /** No answer comes at all; a refusal is an answer. */
  get unreachable(): boolean {
    return this.#state === "waiting" && !(this.#error instanceof SignallingError);
  }

  get pc(): RTCPeerConnection | null {
    return this.#link?.pc ?? null;
  }

  get resource(): string | null {
    return this.#link?.resource ?? null;
  }

  /** There is reason to believe that it works now: try at once instead of waiting. */
  nudge(): void {
    if (this.#state !== "waiting") return;
    this.#attempt = 0;
    void this.#connect();
  }

  /** The server answers again: an attempt that hangs is replaced by a new one. */
  hurry(): void {
    const hangs = this.#state === "connecting" && this.#link === null && performance.now() - this.#triedAt > HANG_MS;
    if (hangs) void this.#connect();
    else this.nudge();
  }

  /** The network changed: for a moment silence counts sooner. */
  doubt(): void {
    this.#doubtedAt = performance.now();
  }

  /** Ms since anything came back; null while it is not up. */
  get silentMs(): number | null {
    return this.#state === "live" ? performance.now() - this.#heardAt : null;
  }

  /** Its way is known to be dead, and the server to be there. */
  replace(): void {
    if (this.#state !== "live") return;
    this.#retry("moved");
    this.nudge();
  }

  close(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
    // Told first: whoever shows this stream keeps the last image before the connection takes it away.
    this.#set("closed", null);
    this.#drop(true);
  }

  #set(state: FlowState, error: unknown): void {
    this.#state = state;
    this.options.onState(state, error);
  }

  #drop(onPurpose: boolean): void {
    clearInterval(this.#watch);
    if (this.#link !== null) hangUp(this.#link, this.options.token(), onPurpose);
    this.#link = null;
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.options.reachable?.() === false) return this.#retry("unreachable");
    this.#round += 1;
    const round = this.#round;
    this.#triedAt = performance.now();
    this.#set("connecting", null);
    try {
      const link = await this.options.open();
      if (round !== this.#round) {
        hangUp(link, this.options.token(), true);
        return;
      }
      this.#link = link;
      this.#heardBytes = -1;
      this.#hush = new Hush();
      this.#heardAt = performance.now();
      link.pc.addEventListener("connectionstatechange", () => {
        if (round === this.#round) this.#changed(link.pc.connectionState);
      });
      this.#watch = window.setInterval(() => void this.#look(round), WATCH_MS);
      this.#changed(link.pc.connectionState);
    } catch (error) {
      if (round === this.#round) this.#retry(error);
    }
  }

  #changed(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      this.#attempt = 0;
      this.#set("live", null);
    } else if (state === "failed" || state === "closed") {
      this.#retry(state);
    }
  }

  /** Transport silence covers what "disconnected" would tell, and sooner. */
  async #look(round: number): Promise<void> {
    const pc = this.#link?.pc;
    if (pc === undefined) return;
    const now = performance.now();
    const sum = await totals(pc).catch(() => null);
    if (round !== this.#round || sum === null) return;
    const came = sum.transportBytes !== this.#heardBytes;
    if (this.#hush.note(came) && this.#state === "live") this.options.onHush?.();
    if (came) {
      this.#heardBytes = sum.transportBytes;
      this.#heardAt = now;
    }
    const { transportBytes: _, ...counted } = sum;
    this.options.onCounted?.({ at: now, ...counted });
    // On a long way with a full queue the next word may be late without the line being dead.
    const slow = 2 * (sum.tripMs ?? 0);
    const silent = now - this.#doubtedAt < SILENT_MS ? DOUBT_MS : SILENT_MS;
    const limit = this.#state === "live" ? silent + slow : CONNECT_MS;
    if (now - this.#heardAt > limit) this.#retry("silent");
  }

  #retry(error: unknown): void {
    this.#round += 1;
    this.#error = error;
    this.#set("waiting", error);
    this.#drop(false);
    const gone = error instanceof SignallingError && error.status === 404;
    // A stream that is not there yet, or a media process on its way back, appears soon: look often.
    const pace = gone || this.#attempt < EAGER_ATTEMPTS ? EAGER_PACE : MEDIA_PACE;
    this.#timer = window.setTimeout(() => void this.#connect(), waitMs(this.#attempt, pace, Math.random));
    this.#attempt += 1;
  }
}
