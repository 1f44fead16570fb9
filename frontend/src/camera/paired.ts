/** What pairing gives a phone, and its place in this browser: a reload or a closed tab loses nothing. */
import { fields, instant, list, number, text } from "../shared/json.ts";

/** The one kind of stream that such a phone sends. */
export const KIND = "second_camera";

/** What the server says now. `state`: may it send; moments: epoch or session ms. */
export interface Standing {
  readonly state: "live" | "ended" | "over";
  readonly asesi: string;
  readonly t0: number;
  readonly now: number;
  readonly nowMs: number;
  /** End of what storage holds of this camera, session ms; null when it holds nothing. */
  readonly storedMs: number | null;
  /** Sequence number of the room sweep that is asked for; null when none is. */
  readonly sweep: number | null;
}

export interface Paired {
  readonly session: string;
  readonly owner: string;
  readonly token: string;
  readonly expiresAt: number;
  readonly whipUrl: string;
  readonly cameraUrl: string;
  readonly backupUrl: string;
  readonly iceServers: readonly RTCIceServer[];
  readonly asesi: string;
  /** The camera is off for good; only what it recorded may still be owed. */
  readonly finished: boolean;
}

export function readStanding(value: unknown): Standing | null {
  const raw = fields(value);
  const state = raw["state"];
  if (state !== "live" && state !== "ended" && state !== "over") return null;
  return {
    state,
    asesi: text(raw["asesi"]),
    t0: number(raw["t0"]) ?? 0,
    now: number(raw["now"]) ?? 0,
    nowMs: number(raw["now_ms"]) ?? 0,
    storedMs: number(raw["stored_ms"]),
    sweep: number(fields(raw["sweep"])["seq"]),
  };
}

export function readPaired(value: unknown): Paired {
  const raw = fields(value);
  return {
    session: text(raw["session"]),
    owner: text(raw["owner"]),
    token: text(raw["token"]),
    expiresAt: instant(raw["expires_at"]) ?? 0,
    whipUrl: text(raw["whip_url"]),
    cameraUrl: text(raw["camera_url"]),
    backupUrl: text(raw["backup_url"]),
    iceServers: list(raw["ice_servers"]).map((item) => {
      const server = fields(item);
      const urls = list(server["urls"]).map((url) => text(url));
      const username = text(server["username"]);
      return username === "" ? { urls } : { urls, username, credential: text(server["credential"]) };
    }),
    asesi: text(fields(raw["standing"])["asesi"]),
    finished: false,
  };
}

const KEY = "ajj.camera";

function isPaired(value: unknown): value is Paired {
  const raw = fields(value);
  return ["session", "owner", "token", "whipUrl", "cameraUrl", "backupUrl"].every((name) => text(raw[name]) !== "");
}

/** Null when there is none, or it is of no use any more. */
export function recall(): Paired | null {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return isPaired(known) && known.expiresAt > Date.now() ? known : null;
  } catch {
    return null;
  }
}

/** `null` forgets. */
export function remember(paired: Paired | null): void {
  try {
    if (paired === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(paired));
  } catch {
    // Without storage the phone works until its page is closed.
  }
}
