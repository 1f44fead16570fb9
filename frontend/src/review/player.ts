/** One stream from the server: segments appended around the playhead, kept on the master's clock. */
import type { Segment, Span, Stream } from "./model.ts";
import { evictions, forgotten, type Motion, nextWanted, nudge, segmentAt } from "./schedule.ts";
import { type Condition, newSurface, newVideo, type Screen, shape, shapeAt, shapes } from "./screen.ts";

const CONCURRENT = 2;
const RETRY_MS = 4000;
const HAVE_CURRENT_DATA = 2;

/** A stream is one reel, or several where its tracks change; only the one that plays now shows. */
export class Player implements Screen {
  readonly surface = newSurface();
  readonly #reels: ReadonlyMap<string, Reel>;
  #current: Reel | null = null;

  constructor(readonly stream: Stream, duration: number, changed: () => void) {
    const reel = (kind: string): [string, Reel] => {
      const own = stream.segments.filter((segment) => shape(segment) === kind);
      return [kind, new Reel({ ...stream, segments: own }, duration, changed)];
    };
    this.#reels = new Map(shapes(stream).map(reel));
    this.surface.append(...[...this.#reels.values()].map(({ video }) => video));
  }

  get unplayable(): boolean {
    return [...this.#reels.values()].every((reel) => reel.unplayable);
  }

  get drift(): number {
    return this.#current?.drift ?? 0;
  }

  condition(at: number): Condition {
    return this.#at(at)?.condition(at) ?? "absent";
  }

  follow(at: number, motion: Motion, rate: number): void {
    const current = this.#at(at);
    if (current !== this.#current) {
      this.#current = current;
      for (const reel of this.#reels.values()) reel.video.hidden = reel !== current;
    }
    // The others too: what follows a change of tracks is fetched before it is due.
    for (const reel of this.#reels.values()) reel.follow(at, reel === current ? motion : "stand", rate);
  }

  jump(at: number): void {
    for (const reel of this.#reels.values()) reel.jump(at);
  }

  mute(muted: boolean): void {
    for (const reel of this.#reels.values()) reel.video.muted = muted;
  }

  #at(at: number): Reel | null {
    const kind = shapeAt(this.stream, at);
    return (kind === null ? this.#current : this.#reels.get(kind)) ?? null;
  }
}

class Reel {
  readonly video: HTMLVideoElement;
  readonly #source = new MediaSource();
  #buffer: SourceBuffer | null = null;
  #mime = "";
  #held = new Set<number>();
  #flying = new Map<number, AbortController>();
  #queue: { segment: Segment; bytes: ArrayBuffer }[] = [];
  #failed = new Map<number, number>();
  #done = new Set<number>();
  #appending: number | null = null;
  #playable: boolean;
  /** ms that the element was ahead of the master when last compared. */
  drift = 0;

  constructor(
    readonly stream: Stream,
    private readonly duration: number,
    private readonly changed: () => void,
  ) {
    this.video = newVideo(stream);
    this.#playable = stream.segments.some(({ mime }) => MediaSource.isTypeSupported(mime));
    this.video.src = URL.createObjectURL(this.#source);
    this.#source.addEventListener("sourceopen", () => this.#open(), { once: true });
  }

  condition(at: number): Condition {
    const segment = segmentAt(this.stream.segments, at);
    if (segment === null) return "absent";
    if (this.unplayable || this.#failed.has(segment.index)) return "broken";
    // Appended, and still nothing at this very moment: a seam of some ms that nobody should wait for.
    if (this.#done.has(segment.index) && !this.#holds(at)) return "ready";
    return this.#holds(at) && this.video.readyState >= HAVE_CURRENT_DATA && !this.video.seeking ? "ready" : "loading";
  }

  /** The browser cannot decode this stream, now or later. */
  get unplayable(): boolean {
    return !this.#playable || this.video.error !== null;
  }

  /** Brings the element to session ms `at`, and looks after its buffer. */
  follow(at: number, motion: Motion, rate: number): void {
    this.#fill(at);
    if (!this.#holds(at)) {
      this.drift = 0;
      this.#rest();
      return;
    }
    this.drift = this.video.currentTime * 1000 - at;
    if (motion === "stand") {
      this.#rest();
      if (Math.abs(this.drift) > 40 && !this.video.seeking) this.video.currentTime = at / 1000;
      return;
    }
    const { seek, hold, rate: own } = nudge(this.drift, rate);
    if (hold || (motion === "gather" && this.drift >= 0)) {
      this.#rest();
      return;
    }
    if (seek && !this.video.seeking) this.video.currentTime = at / 1000;
    if (this.video.playbackRate !== own) this.video.playbackRate = own;
    if (this.video.paused) void this.video.play().catch(() => undefined);
  }

  #rest(): void {
    if (!this.video.paused) this.video.pause();
  }

  /** The playhead jumped: what is on its way for elsewhere is of no use now. */
  jump(at: number): void {
    for (const [index, control] of this.#flying) {
      const segment = this.stream.segments.find((item) => item.index === index);
      if (segment !== undefined && segment.start <= at && at < segment.end) continue;
      control.abort();
      this.#flying.delete(index);
      this.#held.delete(index);
    }
    this.#fill(at);
  }

  #open(): void {
    this.#source.duration = this.duration / 1000;
    const mime = this.stream.segments.find((item) => MediaSource.isTypeSupported(item.mime))?.mime;
    if (mime === undefined) return;
    this.#mime = mime;
    this.#buffer = this.#source.addSourceBuffer(mime);
    this.#buffer.mode = "segments";
    this.#buffer.addEventListener("updateend", () => {
      if (this.#appending !== null) this.#done.add(this.#appending);
      this.#appending = null;
      this.#append();
      this.changed();
    });
    this.changed();
  }

  get #spans(): Span[] {
    const ranges = this.#buffer?.buffered;
    if (ranges === undefined) return [];
    return Array.from({ length: ranges.length }, (_, i) => ({ start: ranges.start(i) * 1000, end: ranges.end(i) * 1000 }));
  }

  #holds(at: number): boolean {
    return this.#spans.some(({ start, end }) => start - 60 <= at && at < end);
  }

  #fill(at: number): void {
    if (this.#buffer === null || this.unplayable) return;
    this.#evict(at);
    this.#heal(at);
    const now = performance.now();
    for (const [index, since] of this.#failed) {
      if (now - since < RETRY_MS) continue;
      this.#failed.delete(index);
      this.#held.delete(index);
    }
    while (this.#flying.size < CONCURRENT) {
      const wanted = nextWanted(this.stream.segments, at, this.#held);
      if (wanted === null) return;
      void this.#fetch(wanted);
    }
  }

  async #fetch(segment: Segment): Promise<void> {
    const control = new AbortController();
    this.#held.add(segment.index);
    this.#flying.set(segment.index, control);
    try {
      const answer = await fetch(segment.url, { credentials: "same-origin", signal: control.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      this.#queue.push({ segment, bytes: await answer.arrayBuffer() });
      this.#append();
    } catch {
      if (!control.signal.aborted) this.#failed.set(segment.index, performance.now());
    } finally {
      if (this.#flying.get(segment.index) === control) this.#flying.delete(segment.index);
      this.changed();
    }
  }

  #append(): void {
    const buffer = this.#buffer;
    if (buffer === null || buffer.updating || this.#source.readyState !== "open") return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    try {
      if (next.segment.mime !== this.#mime) {
        buffer.changeType(next.segment.mime);
        this.#mime = next.segment.mime;
      }
      this.#appending = next.segment.index;
      buffer.appendBuffer(next.bytes);
    } catch {
      this.#appending = null;
      this.#failed.set(next.segment.index, performance.now());
    }
  }

  #evict(at: number): void {
    const buffer = this.#buffer;
    if (buffer === null || buffer.updating) return;
    const [first] = evictions(this.#spans, at);
    if (first === undefined) return;
    for (const index of forgotten(this.stream.segments, [first])) this.#forget(index);
    buffer.remove(first.start / 1000, first.end / 1000);
  }

  #forget(index: number): void {
    this.#held.delete(index);
    this.#done.delete(index);
  }

  /** A browser short of memory drops what it likes: what is gone is fetched again. */
  #heal(at: number): void {
    const segment = segmentAt(this.stream.segments, at);
    if (segment === null || !this.#done.has(segment.index) || this.#buffer?.updating === true) return;
    if (!this.#spans.some(({ start, end }) => start < segment.end && segment.start < end)) this.#forget(segment.index);
  }
}
