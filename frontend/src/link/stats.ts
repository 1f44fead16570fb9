/** What one connection's counters say about its line. Pure readings; `collect` alone touches WebRTC. */
export interface Counters {
  readonly at: number;
  /** Bytes of the transport, both ways, headers of UDP and IP not included. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Of these, pictures. */
  readonly videoBytes: number;
  /** Packets we sent, and how many of them the far end misses. */
  readonly sent: number;
  readonly missed: number;
  /** Packets that came to us, and how many did not. */
  readonly came: number;
  readonly lost: number;
  readonly tripMs: number | null;
  /** The sender's estimate for video, bit/s. */
  readonly roomBps: number | null;
  readonly framesCame: number;
}

export const NOTHING: Counters = {
  at: 0, sentBytes: 0, receivedBytes: 0, videoBytes: 0, sent: 0, missed: 0, came: 0, lost: 0, tripMs: null, roomBps: null, framesCame: 0,
};

type Report = Readonly<Record<string, unknown>>;

function num(report: Report, name: string): number {
  const value = report[name];
  return typeof value === "number" ? value : 0;
}

function maybe(report: Report, name: string): number | null {
  const value = report[name];
  return typeof value === "number" ? value : null;
}

export function read(reports: readonly Report[], at: number): Counters {
  const sum = { ...NOTHING, at };
  // What is not sent has no new sender report: its trip is that of the last one, through a queue of then.
  const resting = new Set(reports.filter(({ type, active }) => type === "outbound-rtp" && active === false).map(({ id }) => id));
  let rtcpTrip: number | null = null;
  for (const report of reports) {
    switch (report["type"]) {
      case "outbound-rtp":
        sum.sent += num(report, "packetsSent");
        if (report["kind"] === "video") sum.videoBytes += num(report, "bytesSent");
        break;
      case "remote-inbound-rtp": {
        sum.missed += Math.max(0, num(report, "packetsLost"));
        const trip = maybe(report, "roundTripTime");
        if (trip !== null && !resting.has(report["localId"])) rtcpTrip = Math.max(rtcpTrip ?? 0, trip * 1000);
        break;
      }
      case "inbound-rtp":
        sum.came += num(report, "packetsReceived");
        sum.lost += Math.max(0, num(report, "packetsLost"));
        sum.framesCame += num(report, "framesReceived");
        break;
      case "candidate-pair":
        sum.sentBytes += num(report, "bytesSent");
        sum.receivedBytes += num(report, "bytesReceived");
        if (report["nominated"] !== true) break;
        sum.tripMs = maybe(report, "currentRoundTripTime") ?? sum.tripMs;
        sum.roomBps = maybe(report, "availableOutgoingBitrate") ?? sum.roomBps;
        break;
      default:
    }
  }
  // A receiver report comes each second; a consent check tells the trip only every few.
  return { ...sum, tripMs: rtcpTrip ?? (sum.tripMs === null ? null : sum.tripMs * 1000) };
}

export async function collect(pc: RTCPeerConnection): Promise<Counters> {
  const reports: Report[] = [];
  (await pc.getStats()).forEach((report: unknown) => reports.push(report as Report));
  return read(reports, performance.now());
}

export interface Between {
  readonly ms: number;
  readonly sentBps: number;
  readonly cameBps: number;
  readonly videoBps: number;
  /** 0..1 of what we sent, and of what was sent to us. */
  readonly missed: number;
  readonly lost: number;
}

/** What happened between two readings of one connection; null when they do not follow each other. */
export function between(before: Counters | null, now: Counters): Between | null {
  if (before === null || now.at <= before.at || now.sentBytes < before.sentBytes) return null;
  const ms = now.at - before.at;
  return {
    ms,
    sentBps: ((now.sentBytes - before.sentBytes) * 8000) / ms,
    videoBps: Math.max(0, ((now.videoBytes - before.videoBytes) * 8000) / ms),
    cameBps: Math.max(0, ((now.receivedBytes - before.receivedBytes) * 8000) / ms),
    missed: share(now.missed - before.missed, now.sent - before.sent),
    lost: share(now.lost - before.lost, now.came - before.came + Math.max(0, now.lost - before.lost)),
  };
}

function share(gone: number, all: number): number {
  return all <= 0 ? 0 : Math.min(1, Math.max(0, gone) / all);
}

/** Loss over the last seconds: one second of thin sound is too few packets to judge by. */
const WINDOW_MS = 4000;

export class Recent {
  #readings: Counters[] = [];

  add(now: Counters): Between | null {
    const last = this.#readings.at(-1);
    if (last !== undefined && now.sentBytes < last.sentBytes) this.#readings = [];
    this.#readings = [...this.#readings.filter(({ at }) => now.at - at <= WINDOW_MS), now];
    return between(this.#readings.length > 1 ? (this.#readings[0] ?? null) : null, now);
  }

  clear(): void {
    this.#readings = [];
  }
}
