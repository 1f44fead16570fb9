/** From what a browser counts to what a gladi reports. Pure. */
import { type Fields, number, text } from "../shared/json.ts";

export type Stats = readonly Fields[];

export interface PathFigures {
  /** 0..1, the worse of both directions; null before any packet was counted. */
  readonly loss: number | null;
  readonly jitterMs: number | null;
  readonly tripMs: number | null;
}

const EVERY = ["audio", "video"];

function of(stats: Stats, type: string): Fields[] {
  return stats.filter((row) => row["type"] === type && (row["kind"] === undefined || EVERY.includes(text(row["kind"]))));
}

function sum(rows: readonly Fields[], name: string): number {
  return rows.reduce((total, row) => total + (number(row[name]) ?? 0), 0);
}

function share(lost: number, all: number): number | null {
  return all <= 0 ? null : Math.min(1, Math.max(0, lost / all));
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The pair of addresses that carries the media, where the browser says so. */
export function selectedPair(stats: Stats): Fields | null {
  const transport = stats.find((row) => row["type"] === "transport" && text(row["selectedCandidatePairId"]) !== "");
  const pairs = stats.filter((row) => row["type"] === "candidate-pair");
  return (
    pairs.find((row) => transport !== undefined && row["id"] === transport["selectedCandidatePairId"]) ??
    pairs.find((row) => row["selected"] === true || (row["nominated"] === true && row["state"] === "succeeded")) ??
    null
  );
}

/** Whether media goes straight to the server by UDP; null while no pair is known. */
export function direct(stats: Stats): boolean | null {
  const pair = selectedPair(stats);
  if (pair === null) return null;
  const local = stats.find((row) => row["id"] === pair["localCandidateId"]);
  if (local === undefined) return null;
  const kind = text(local["candidateType"]); // of the ICE candidate, RFC 8445
  return kind !== "relay" && text(local["protocol"], "udp") === "udp";
}

/** `sent`: statistics of the publishing connection, `got`: of the one that plays it back. */
export function pathFigures(sent: Stats, got: Stats): PathFigures {
  const far = of(sent, "remote-inbound-rtp");
  const near = of(got, "inbound-rtp");
  const up = share(sum(far, "packetsLost"), far.length === 0 ? 0 : sum(of(sent, "outbound-rtp"), "packetsSent"));
  const lost = sum(near, "packetsLost");
  const down = share(lost, lost + sum(near, "packetsReceived"));
  const jitters = [...far, ...near].map((row) => number(row["jitter"]));
  const trip = most([
    number(selectedPair(sent)?.["currentRoundTripTime"]),
    ...far.map((row) => number(row["roundTripTime"])),
  ]);
  const jitter = most(jitters);
  return {
    loss: most([up, down]),
    jitterMs: jitter === null ? null : jitter * 1000,
    tripMs: trip === null ? null : trip * 1000,
  };
}

export interface Arrived {
  readonly sound: boolean;
  readonly picture: boolean;
}

/** What of one's own media has come back. */
export function arrived(got: Stats): Arrived {
  const rows = of(got, "inbound-rtp");
  return {
    sound: rows.some((row) => row["kind"] === "audio" && (number(row["packetsReceived"]) ?? 0) > 0),
    picture: rows.some((row) => row["kind"] === "video" && (number(row["framesDecoded"]) ?? 0) > 0),
  };
}

/** A question about the time: by this device's wall clock when it went and came, by the server's between. */
export interface Ping {
  readonly sent: number;
  readonly received: number;
  readonly server: number;
}

/** Server minus device, ms, by the shortest trip, whose error is at most half of it. */
export function clockOf(pings: readonly Ping[]): { readonly offsetMs: number; readonly tripMs: number } | null {
  const trip = ({ sent, received }: Ping): number => received - sent;
  const best = pings
    .filter((ping) => trip(ping) >= 0)
    .reduce<Ping | null>((least, ping) => (least === null || trip(ping) < trip(least) ? ping : least), null);
  return best === null ? null : { offsetMs: best.server - (best.sent + best.received) / 2, tripMs: trip(best) };
}

export const HIGHEST_BPS = 100_000_000;

/**
 * Rate of a transfer in bit/s: `tookMs` includes one round trip in which nothing flowed. On a line
 * faster than its own delay that trip is most of the time, so at least a quarter counts as transfer.
 */
export function rateOf(bytes: number, tookMs: number, tripMs: number): number {
  const flowed = Math.max(tookMs - tripMs, tookMs / 4, 1);
  return Math.min(HIGHEST_BPS, Math.round((bytes * 8 * 1000) / flowed));
}

export type Way = "turn_udp" | "turn_tcp" | "turn_tls";
export const WAYS: readonly Way[] = ["turn_udp", "turn_tcp", "turn_tls"];

/** How a TURN address (RFC 7065) is reached; null for what is none. */
export function wayOf(url: string): Way | null {
  if (url.startsWith("turns:")) return "turn_tls";
  if (!url.startsWith("turn:")) return null;
  return /[?&]transport=tcp\b/i.test(url) ? "turn_tcp" : "turn_udp";
}

/** A browser as people name it, of its user agent: "Chrome 131 di Android". */
export function browserName(agent: string): string {
  const known: readonly (readonly [string, RegExp])[] = [
    ["Samsung Internet", /SamsungBrowser\/(\d+)/],
    ["Opera", /OPR\/(\d+)/],
    ["Edge", /Edg(?:A|iOS)?\/(\d+)/],
    ["Firefox", /(?:Firefox|FxiOS)\/(\d+)/],
    ["Chrome", /(?:Chrome|CriOS)\/(\d+)/],
    ["Safari", /Version\/(\d+).*Safari/],
  ];
  const found = known.map(([name, mark]) => [name, mark.exec(agent)?.[1]] as const).find(([, version]) => version !== undefined);
  const systems: readonly (readonly [string, RegExp])[] = [
    ["Android", /Android/],
    ["iOS", /iPhone|iPad/],
    ["Windows", /Windows/],
    ["macOS", /Mac OS X/],
    ["Linux", /Linux|CrOS/],
  ];
  const system = systems.find(([, mark]) => mark.test(agent))?.[0];
  const name = found === undefined ? agent.slice(0, 40) : `${found[0]} ${found[1]}`;
  return (system === undefined ? name : `${name}, ${system}`).slice(0, 80);
}
