/** The workbench's state: one clock, the players on it, the log, the komite. Draws nothing itself. */
import { readChecklist, type Unit } from "../room/checklist.ts";
import type { RoomLog } from "../room/fold.ts";
import { type Api, ApiError } from "../shared/api.ts";
import { type Fields, fields, list, number, text } from "../shared/json.ts";
import { newId } from "../shared/uuid.ts";
import { type Entry, readEntry } from "../shared/wire.ts";
import { type Finding, type Manifest, readManifest, readReview, type Review, type Span, type Stream } from "./model.ts";
import { Downloads } from "./downloads.ts";
import { Player } from "./player.ts";
import { logAt, type Moment, moments, Past } from "./record.ts";
import { gathers, Master, type Motion } from "./schedule.ts";
import type { Screen } from "./screen.ts";
import { Watched } from "./spans.ts";
import { following, windowAround } from "./timeline.ts";
import { t } from "./words.ts";

const LEAD_MS = 5000;
const FIRST_WINDOW_MS = 20 * 60_000;
const SEND_MS = 10_000;
const LOOK_MS = 20_000;
const PAGE = 1000;
const GATHER_MS = 4000;
export const RATES = [1, 1.5, 2, 3] as const;

export interface Draft {
  value: Finding | null;
  reason: string;
  declared: boolean;
  sending: boolean;
  problem: string;
  saved: boolean;
}

/** Everything a desk stands on. Without `api` nothing is told to anybody: the capsule. */
export interface Ground {
  readonly api: Api | null;
  readonly urls: Fields;
  readonly asesi: string;
  readonly manifest: Manifest;
  readonly entries: readonly Entry[];
  readonly units: readonly Unit[];
  readonly review: Review;
  /** Who is looking and since when, as the server wrote it; stands over every picture. */
  readonly watermark: string;
  readonly screen: (stream: Stream, duration: number, changed: () => void) => Screen;
}

export class Desk {
  readonly manifest: Manifest;
  readonly entries: readonly Entry[];
  readonly units: readonly Unit[];
  readonly watermark: string;
  readonly urls: Fields;
  readonly asesi: string;
  readonly downloads: Downloads | null;
  review: Review;
  readonly log: RoomLog;
  readonly past: Past;
  readonly moments: readonly Moment[];
  readonly master: Master;
  readonly players: readonly Screen[];
  readonly watched: Watched;
  readonly draft: Draft;
  view: Span;
  wanted = false;
  waiting = false;
  muted = false;
  then = false;
  /** Sequence number of the mark that was asked for last. */
  current: number | null = null;
  big: string | null = null;
  comment = "";
  copied = false;
  offline = false;
  readonly #api: Api | null;
  readonly #view = newId();
  #drawn = 0;
  #drawnAt = -1;
  /** performance.now() since which the clock waits for who is behind. */
  #gathering: number | null = null;

  constructor(ground: Ground, private readonly changed: () => void) {
    const { api, manifest, entries, review } = ground;
    this.#api = api;
    this.manifest = manifest;
    this.entries = entries;
    this.units = ground.units;
    this.watermark = ground.watermark;
    this.urls = ground.urls;
    this.asesi = ground.asesi;
    this.review = review;
    this.log = logAt(entries, Number.POSITIVE_INFINITY);
    this.past = new Past(entries);
    this.moments = moments(this.log);
    this.master = new Master(manifest.duration);
    this.players = this.#ordered(manifest.streams).map((stream) => ground.screen(stream, manifest.duration, changed));
    this.watched = new Watched(review.watched);
    this.downloads = api === null || this.urls["exports"] === undefined ? null : new Downloads(api, String(this.urls["exports"]), changed);
    const mine = review.members.find(({ id }) => id === review.me)?.vote ?? null;
    this.draft = {
      value: mine?.value ?? null, reason: mine?.reason ?? "", declared: mine !== null,
      sending: false, problem: "", saved: mine !== null,
    };
    this.view = windowAround(0, Math.min(FIRST_WINDOW_MS, manifest.duration), manifest.duration);
    if (api === null) return;
    // Nobody looks unseen: the view begins before the first picture.
    void this.#tell([]);
    setInterval(() => void this.send(), SEND_MS);
    setInterval(() => void this.look(), LOOK_MS);
  }

  get at(): number {
    return this.master.at(performance.now());
  }

  /** Whose voice and face, and what of them: the asesi first, camera before screen. */
  #ordered(streams: readonly Stream[]): Stream[] {
    const kinds = ["camera", "screen", "second_camera"];
    const rank = ({ owner, kind }: Stream): number => (owner === this.asesi ? 0 : 10) + kinds.indexOf(kind);
    return streams.filter(({ segments, erased }) => segments.length > 0 || erased !== undefined).sort((a, b) => rank(a) - rank(b));
  }

  nameOf(stream: Stream): string {
    const role = this.log.roles.get(stream.owner) ?? "";
    const who =
      stream.owner === this.asesi ? t("Asesi") : role === "asesor_pendamping" ? t("Pendamping") : t("Asesor");
    if (stream.kind === "screen") return t("Layar {who}", { who: who.toLowerCase() });
    return stream.kind === "second_camera" ? t("Kamera kedua") : who;
  }

  /** Something that only this screen knows has changed. */
  redraw(): void {
    this.changed();
  }

  toggle(): void {
    this.wanted = !this.wanted;
    this.changed();
    if (this.wanted && this.at >= this.master.duration) this.seek(0);
    this.tick();
  }

  seek(at: number): void {
    const now = performance.now();
    this.master.seek(at, now);
    this.watched.pause();
    for (const player of this.players) player.jump(this.at);
    const length = this.view.end - this.view.start;
    if (this.at < this.view.start || this.at > this.view.end) {
      this.view = windowAround(this.at, length, this.master.duration);
    }
    this.tick();
  }

  /** Stands five seconds before a moment and plays it. */
  show(at: number, seq: number | null = null): void {
    this.current = seq;
    this.wanted = true;
    this.seek(at - LEAD_MS);
  }

  speed(rate: number): void {
    this.master.speed(rate, performance.now());
    this.changed();
  }

  zoom(factor: number): void {
    const length = (this.view.end - this.view.start) * factor;
    this.view = windowAround(this.at, length, this.master.duration);
    this.changed();
  }

  lookAt(middle: number): void {
    this.view = windowAround(middle, this.view.end - this.view.start, this.master.duration);
    this.seek(middle);
  }

  /** Ten times a second: hold the clock while a picture is missing, bring every element to it. */
  tick(): void {
    const now = performance.now();
    const at = this.at;
    if (this.wanted && at >= this.master.duration) this.wanted = false;
    const ready = this.players.filter((player) => player.condition(at) === "ready");
    const motion = this.#motion(at, ready, now);
    const run = motion === "play";
    if (run && !this.master.playing) this.master.play(now);
    if (!run && this.master.playing) this.master.pause(now);
    for (const player of this.players) {
      player.mute(this.muted);
      player.follow(at, motion, this.master.rate);
    }
    if (run) {
      if (ready.length > 0) this.watched.see(at, this.master.rate);
      else this.watched.pause();
      this.view = following(this.view, at, this.master.duration);
    } else {
      this.watched.pause();
    }
    // A standing picture still changes: segments arrive, a video gets ready.
    if (run || at !== this.#drawnAt || now - this.#drawn > 400) {
      this.#drawn = now;
      this.#drawnAt = at;
      this.changed();
    }
  }

  /** The clock stands while a picture is missing, or behind; one that does not come nearer is seeked. */
  #motion(at: number, ready: readonly Screen[], now: number): Motion {
    const loading = this.players.some((player) => player.condition(at) === "loading");
    const behind = gathers(ready.map(({ drift }) => drift), this.master.rate, this.#gathering !== null);
    this.waiting = loading || (this.wanted && behind);
    if (!this.wanted || loading || !behind) {
      this.#gathering = null;
      return this.wanted && !loading ? "play" : "stand";
    }
    this.#gathering ??= now;
    if (now - this.#gathering < GATHER_MS) return "gather";
    this.#gathering = null;
    return "stand";
  }

  /** The pictures, names and watermark alone on the screen, or back. */
  fullscreen(): void {
    if (document.fullscreenElement === null) void document.getElementById("panggung")?.requestFullscreen().catch(() => undefined);
    else void document.exitFullscreen();
  }

  get link(): string {
    const url = new URL(location.href);
    url.search = `?t=${Math.floor(this.at / 1000)}`;
    return url.href;
  }

  async copy(): Promise<void> {
    history.replaceState(null, "", this.link);
    this.copied = await navigator.clipboard.writeText(this.link).then(
      () => true,
      () => false,
    );
    this.changed();
    setTimeout(() => {
      this.copied = false;
      this.changed();
    }, 2000);
  }

  /** Tells the server what has been watched since the last time. */
  async send(): Promise<void> {
    const spans = this.watched.take();
    if (spans.length === 0) return;
    if (!(await this.#tell(spans))) this.watched.giveBack(spans);
  }

  /** The log of views, and the komite's own count; both take the same spans twice as once. */
  async #tell(spans: readonly Span[]): Promise<boolean> {
    const api = this.#api;
    if (api === null) return true;
    const pairs = spans.map(({ start, end }) => [start, end]);
    try {
      await api.post(String(this.urls["views"]), { view: this.#view, page: "workbench", spans: pairs });
      if (pairs.length > 0 && this.review.seat !== null) await api.post(String(this.urls["watched"]), { spans: pairs });
      this.offline = false;
      return true;
    } catch (error) {
      this.offline = error instanceof ApiError && error.status === 0;
      return false;
    }
  }

  async look(): Promise<void> {
    await this.#komite((api) => api.get(String(this.urls["review"])));
  }

  async #komite(call: (api: Api) => Promise<unknown>): Promise<string> {
    if (this.#api === null) return "";
    try {
      this.review = readReview(await call(this.#api));
      this.offline = false;
      return "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.offline = error.status === 0;
      return error.message;
    } finally {
      this.changed();
    }
  }

  async say(at: number): Promise<void> {
    const words = this.comment.trim();
    if (words === "") return;
    const problem = await this.#komite((api) =>
      api.post(String(this.urls["comments"]), { at_ms: Math.round(at), text: words }),
    );
    if (problem === "") this.comment = "";
    this.changed();
  }

  async decide(): Promise<void> {
    const { draft } = this;
    if (draft.sending || draft.value === null) return;
    draft.sending = true;
    this.changed();
    void this.send();
    draft.problem = await this.#komite((api) =>
      api.post(String(this.urls["vote"]), {
        value: draft.value, reason: draft.reason, no_conflict: draft.declared,
      }),
    );
    draft.sending = false;
    draft.saved = draft.problem === "";
    this.changed();
  }
}

async function wholeLog(api: Api, url: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const after = entries.at(-1)?.seq ?? 0;
    const page = list(fields(await api.get(`${url}?after=${after}&limit=${PAGE}`))["items"]).map(readEntry);
    const found = page.filter((entry): entry is Entry => entry !== null);
    entries.push(...found);
    if (found.length < PAGE) return entries;
  }
}

/** A session whose FR.AK.01 was never signed has no checklist; its recording can be watched all the same. */
function withoutChecklist(error: unknown): unknown {
  if (error instanceof ApiError && error.status === 409) return null;
  throw error;
}

/** Reads everything the desk stands on. */
export async function openDesk(api: Api, boot: Fields, changed: () => void): Promise<Desk> {
  const urls = fields(boot["urls"]);
  const [manifest, entries, checklist, review] = await Promise.all([
    api.get(String(urls["recording"])),
    wholeLog(api, String(urls["log"])),
    api.get(String(urls["checklist"])).catch(withoutChecklist),
    api.get(String(urls["review"])),
  ]);
  const desk = new Desk(
    {
      api, urls, asesi: String(boot["asesi"]), manifest: readManifest(manifest), entries, units: readChecklist(checklist),
      review: readReview(review), watermark: text(boot["watermark"]),
      screen: (stream, duration, redraw) => new Player(stream, duration, redraw),
    },
    changed,
  );
  const wish = number(Number(new URLSearchParams(location.search).get("t") ?? Number.NaN));
  if (wish !== null) desk.seek(wish * 1000);
  return desk;
}
