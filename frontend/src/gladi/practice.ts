/** The practice room: one's own media to the server by WHIP and back by WHEP, never recorded. */
import { readIce } from "../room/facts.ts";
import type { Api } from "../shared/api.ts";
import { type Fields, fields, text } from "../shared/json.ts";
import { type Access, hangUp, type Link, play, publish } from "../shared/whip.ts";
import { arrived, direct, pathFigures, type Stats } from "./figures.ts";
import type { Measured } from "./measured.ts";
import { startFor } from "./start.ts";

const LOOK_MS = 150;
const MEDIA_MS = 12_000;
const WATCH_MS = 6000;
/** A picture that comes later than the sound by this much is not waited for. */
const PICTURE_MS = 6000;

export interface Way extends Access {
  readonly whip: string;
  readonly whep: string;
}

export async function openPractice(api: Api, url: string): Promise<Way> {
  const raw: Fields = fields(await api.post(url, {}));
  return {
    token: text(raw["token"]),
    whip: text(raw["whip_url"]),
    whep: text(raw["whep_url"]),
    iceServers: readIce(raw["ice_servers"]),
  };
}

async function statsOf(link: Link): Promise<Stats> {
  const found: Fields[] = [];
  (await link.pc.getStats()).forEach((row: unknown) => found.push(fields(row)));
  return found;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Practice {
  #out: Link | null = null;
  #back: Link | null = null;
  #closed = false;

  constructor(
    private readonly way: Way,
    private readonly media: MediaStream,
    private readonly upBps: number | null,
    private readonly onReturn: (media: MediaStream) => void,
  ) {}

  /** Ms until one's own media came back; null when it did not. Rejects when the server refuses. */
  async connect(): Promise<number | null> {
    const began = performance.now();
    const height = this.media.getVideoTracks()[0]?.getSettings().height ?? 720;
    const start = startFor(this.upBps, height);
    this.#out = await publish(this.way, this.way.whip, this.media, start);
    this.#back = await play(this.way, this.way.whep, this.onReturn);
    const back = this.#back;
    // Closed meanwhile: what was made after that is ended too.
    if (this.#closed) this.close();
    const picture = this.#sends("video") && start.video.active === true;
    while (!this.#closed && performance.now() - began < MEDIA_MS) {
      const seen = arrived(await statsOf(back));
      const waited = performance.now() - began;
      const sound = seen.sound || (seen.picture && !this.#sends("audio"));
      if (sound && (seen.picture || !picture || waited > PICTURE_MS)) return Math.round(waited);
      await pause(LOOK_MS);
    }
    return null;
  }

  /** Loss, jitter and trip of exactly this path, watched for some seconds. */
  async watch(): Promise<Partial<Measured>> {
    await pause(WATCH_MS);
    if (this.#out === null || this.#back === null) return {};
    const sent = await statsOf(this.#out);
    const { loss, jitterMs, tripMs } = pathFigures(sent, await statsOf(this.#back));
    const straight = direct(sent);
    return {
      ...(loss === null ? {} : { loss }),
      ...(jitterMs === null ? {} : { jitter_ms: jitterMs }),
      ...(tripMs === null ? {} : { trip_ms: tripMs }),
      ...(straight === null ? {} : { udp: straight ? "ok" : "failed" }),
    };
  }

  /** As a page that dies: no farewell by signalling. */
  drop(): void {
    this.#out?.pc.close();
    this.#back?.pc.close();
    this.#out = this.#back = null;
  }

  close(): void {
    this.#closed = true;
    // The server ends whoever watches a practice together with its sender.
    this.#back?.pc.close();
    if (this.#out !== null) hangUp(this.#out, this.way.token, true);
    this.#out = this.#back = null;
  }

  #sends(kind: string): boolean {
    return this.media.getTracks().some((track) => track.kind === kind);
  }
}
