/** What the page knows before the room: its configuration, the session's facts, the answer to joining. */
import { type Last, readLast } from "../gladi/last.ts";
import { type Fields, fields, instant, list, number, text } from "../shared/json.ts";

export interface Config {
  readonly session: string;
  readonly csrf: string;
  readonly me: { readonly id: string; readonly name: string; readonly role: string };
  readonly zone: string;
  readonly lang: string;
  readonly urls: Fields;
}

export function readConfig(value: unknown): Config {
  const raw = fields(value);
  const me = fields(raw["me"]);
  return {
    session: text(raw["session"]),
    csrf: text(raw["csrf"]),
    me: { id: text(me["id"]), name: text(me["name"]), role: text(me["role"]) },
    zone: text(raw["zone"], "Asia/Jakarta"),
    lang: text(raw["lang"], "id"),
    urls: fields(raw["urls"]),
  };
}

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

export interface Step {
  readonly step: string;
  readonly judul: string;
  readonly arahan: string;
}

/** One row of the catalogue of irregularities. */
export interface Irregularity {
  readonly code: string;
  readonly kelompok: string;
  readonly tingkat: string;
  readonly judul: string;
  readonly tindakan: string;
}

export interface Facts {
  readonly kind: string;
  readonly state: string;
  readonly judul: string;
  readonly nomor: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly t0: number | null;
  readonly role: string;
  readonly members: readonly Member[];
  readonly agenda: readonly Step[];
  readonly consentVersion: string;
  /** Length of the log when the page was made. */
  readonly headSeq: number;
  readonly tuk: string;
  /** Where FR.AK.01 is signed; empty when it is not required (any more). */
  readonly praUrl: string;
  readonly ak01Required: boolean;
  /** Written tests and questions asked aloud; empty where there are none to see. */
  readonly ujianUrl: string;
  /** Start of the asesmen that this pra-asesmen prepares, where one is fixed. */
  readonly asesmenAt: number | null;
  /** The asesi's last rehearsal; null: none yet, undefined: not for this reader. */
  readonly gladi: Last | null | undefined;
  readonly irregularities: readonly Irregularity[];
}

export function readFacts(value: unknown, config: Config): Facts {
  const raw = fields(value);
  const skema = fields(raw["skema"]);
  return {
    kind: text(raw["kind"], "asesmen"),
    state: text(raw["state"], "scheduled"),
    judul: text(skema["judul"]),
    nomor: text(skema["nomor"]),
    startsAt: instant(raw["starts_at"]) ?? 0,
    endsAt: instant(raw["ends_at"]) ?? 0,
    opensAt: instant(raw["opens_at"]) ?? 0,
    closesAt: instant(raw["closes_at"]) ?? 0,
    t0: instant(raw["t0"]),
    role: text(raw["role"], config.me.role),
    members: list(raw["members"]).map((item) => {
      const member = fields(item);
      return { id: text(member["id"]), name: text(member["name"]), role: text(member["role"]) };
    }),
    agenda: list(raw["agenda"]).map((item) => {
      const step = fields(item);
      return { step: text(step["step"]), judul: text(step["judul"]), arahan: text(step["arahan"]) };
    }),
    consentVersion: text(raw["consent_version"]),
    headSeq: number(raw["head_seq"]) ?? 0,
    tuk: typeof raw["tuk"] === "string" ? raw["tuk"] : text(fields(raw["tuk"])["nama"]),
    praUrl: text(raw["pra_url"]),
    ak01Required: raw["ak01_required"] === true,
    ujianUrl: text(raw["ujian_url"]),
    asesmenAt: instant(raw["asesmen_starts_at"]),
    gladi: readLast(fields(raw["gladi"]), "gladi" in raw),
    irregularities: list(raw["irregularities"]).map((item) => {
      const row = fields(item);
      return {
        code: text(row["code"]), kelompok: text(row["kelompok"]), tingkat: text(row["tingkat"]),
        judul: text(row["judul"]), tindakan: text(row["tindakan"]),
      };
    }),
  };
}

export interface Joined {
  readonly provider: "embedded" | "jitsi";
  readonly token: string;
  /** When something of this answer ends, the token or the relay's credential: ask anew before. */
  readonly freshUntil: number;
  readonly wsUrl: string;
  readonly whipUrl: string;
  readonly whepUrl: string;
  readonly iceServers: readonly RTCIceServer[];
  readonly t0: number | null;
  /** At the door: let in by an asesor, later. */
  readonly waiting: boolean;
  readonly jitsi: { readonly domain: string; readonly room: string; readonly jwt: string; readonly script: string } | null;
}

export function readIce(value: unknown): RTCIceServer[] {
  return list(value).map((item) => {
    const raw = fields(item);
    const urls = Array.isArray(raw["urls"]) ? list(raw["urls"]).map((url) => text(url)) : text(raw["urls"]);
    const username = text(raw["username"]);
    return username === "" ? { urls } : { urls, username, credential: text(raw["credential"]) };
  });
}

/** Epoch ms at which a relay refuses new allocations: its user name says so in seconds. */
function endOf(servers: readonly RTCIceServer[]): number {
  const ends = servers.map(({ username }) => Number.parseInt(username ?? "", 10) * 1000);
  return Math.min(...ends.filter((end) => end > 0), Number.MAX_SAFE_INTEGER);
}

export function readJoined(value: unknown): Joined {
  const raw = fields(value);
  const jitsi = raw["provider"] === "jitsi";
  const iceServers = readIce(raw["ice_servers"]);
  const expiresAt = instant(raw["expires_at"]) ?? number(raw["expires_at"]) ?? Number.MAX_SAFE_INTEGER;
  return {
    provider: jitsi ? "jitsi" : "embedded",
    token: text(raw["token"]),
    freshUntil: Math.min(expiresAt, endOf(iceServers)),
    wsUrl: text(raw["ws_url"]),
    whipUrl: text(raw["whip_url"]),
    whepUrl: text(raw["whep_url"]),
    iceServers,
    t0: instant(fields(raw["clock"])["t0"]),
    waiting: raw["waiting"] === true,
    jitsi: jitsi
      ? {
          domain: text(raw["domain"]),
          room: text(raw["room"]),
          jwt: text(raw["jwt"]),
          script: text(raw["external_api_url"]),
        }
      : null,
  };
}

const ASSESSING: ReadonlySet<string> = new Set(["asesor", "asesor_pendamping"]);

/** Who sends a picture; the others only watch. */
export function publishes(role: string): boolean {
  return role === "asesi" || ASSESSING.has(role);
}

/** Technical support follows without pictures and sound. */
export function watches(role: string): boolean {
  return role !== "admin";
}

/** An observer is silent. */
export function speaks(role: string): boolean {
  return role !== "pengamat";
}

export function assesses(role: string): boolean {
  return ASSESSING.has(role);
}
