/**
 * One stream from files beside the page, opened by `file://` without a network.
 *
 * A page from `file://` may read no bytes, but a media element may play a file. So segments play one
 * after the other in a few elements that take turns: while one plays, the next is loaded and stands
 * on its first picture. Nothing is in the capsule twice.
 */
import type { Segment, Stream } from "../review/model.ts";
import { type Motion, nudge, segmentAt } from "../review/schedule.ts";
import { type Condition, newSurface, newVideo, type Screen } from "../review/screen.ts";

const REELS = 3;
const HAVE_CURRENT_DATA = 2;
/** The next element is started so much earlier: starting takes a moment. */
const HEAD_START_MS = 40;
const SLACK_MS = 250;
const STEP_S = 0.05;

class Reel {
  segment: Segment | null = null;
  readonly video: HTMLVideoElement;
  #goal: number | null = null;

  constructor(stream: Stream, changed: () => void) {
    this.video = newVideo(stream);
    for (const event of ["loadeddata", "seeked", "progress"]) this.video.addEventListener(event, () => this.#step());
    for (const event of ["loadeddata", "seeked", "canplaythrough", "error"]) this.video.addEventListener(event, changed);
  }

  load(segment: Segment): void {
    this.segment = segment;
    this.#goal = null;
    this.video.hidden = true;
    this.video.src = segment.url;
    this.video.load();
  }

  get broken(): boolean {
    return this.video.error !== null;
  }

  /**
   * Session ms at the element's zero. Chromium keeps the file's own time (the session's), Firefox
   * counts from the file's first frame.
   */
  get #origin(): number {
    const { segment } = this;
    const { buffered, duration } = this.video;
    if (segment === null) return 0;
    const end = Math.max(buffered.length === 0 ? 0 : buffered.end(buffered.length - 1), Number.isFinite(duration) ? duration : 0);
    return end * 1000 > segment.end - segment.start + SLACK_MS ? 0 : segment.start;
  }

  /** Session ms of the picture that stands there. */
  get at(): number {
    return this.video.currentTime * 1000 + this.#origin;
  }

  holds(at: number): boolean {
    const { buffered } = this.video;
    const place = at - this.#origin;
    for (let i = 0; i < buffered.length; i += 1) {
      if (buffered.start(i) * 1000 - 100 <= place && place <= buffered.end(i) * 1000) return true;
    }
    return false;
  }

  get ready(): boolean {
    return this.video.readyState >= HAVE_CURRENT_DATA && !this.video.seeking;
  }

  /** Goes to session ms `at`, at once or as soon as the file has been read so far. */
  seek(at: number): void {
    if (this.#goal !== null && Math.abs(this.#goal - at) < 40) return;
    this.#goal = at;
    this.#step();
  }

  /**
   * Chromium believes the length in the file's head, which is the segment's own, and reads only some
   * seconds ahead of the picture: what lies further is reached in steps.
   */
  #step(): void {
    const { video } = this;
    if (this.#goal === null || video.seeking || video.readyState < HAVE_CURRENT_DATA) return;
    const goal = Math.max(0, this.#goal - this.#origin) / 1000;
    const { buffered } = video;
    const reach = buffered.length === 0 ? 0 : buffered.end(buffered.length - 1) - STEP_S;
    if (goal <= reach || reach <= video.currentTime + STEP_S) this.#goal = null;
    video.currentTime = this.#goal === null ? goal : reach;
  }

  rest(): void {
    if (!this.video.paused) this.video.pause();
  }
}

export class FilePlayer implements Screen {
  readonly surface = newSurface();
  readonly #reels: readonly Reel[];
  drift = 0;

  constructor(readonly stream: Stream, changed: () => void) {
    this.#reels = Array.from({ length: REELS }, () => new Reel(stream, changed));
    this.surface.append(...this.#reels.map(({ video }) => video));
  }

  get unplayable(): boolean {
    return this.stream.segments.every(({ mime }) => document.createElement("video").canPlayType(mime) === "");
  }

  condition(at: number): Condition {
    const segment = segmentAt(this.stream.segments, at);
    if (segment === null) return "absent";
    const reel = this.#of(segment);
    if (reel?.broken === true) return "broken";
    return reel !== null && reel.ready && Math.abs(reel.at - at) < 1500 ? "ready" : "loading";
  }

  follow(at: number, motion: Motion, rate: number): void {
    const place = this.#place(at);
    const segment = segmentAt(this.stream.segments, at);
    this.#load(place);
    const current = segment === null ? null : this.#of(segment);
    const coming = this.stream.segments[place + (segment === null ? 0 : 1)];
    for (const reel of this.#reels) {
      reel.video.hidden = reel !== current;
      if (reel === current) this.#keep(reel, at, motion, rate);
      else if (reel.segment !== null && reel.segment === coming) this.#standBy(reel, coming, at, motion === "play", rate);
      else reel.rest();
    }
  }

  jump(at: number): void {
    this.#load(this.#place(at));
  }

  mute(muted: boolean): void {
    for (const { video } of this.#reels) video.muted = muted;
  }

  #of(segment: Segment): Reel | null {
    return this.#reels.find((reel) => reel.segment?.index === segment.index) ?? null;
  }

  /** The place in the list of what plays at `at`, or would play next. */
  #place(at: number): number {
    const found = this.stream.segments.findIndex(({ end }) => end > at);
    return found === -1 ? this.stream.segments.length : found;
  }

  /** What plays and what follows stand in elements; those that are done are used for it. */
  #load(place: number): void {
    const wanted = this.stream.segments.slice(place, place + REELS - 1);
    for (const segment of wanted) {
      if (this.#of(segment) !== null) continue;
      const free = this.#reels.find((reel) => reel.segment === null || !wanted.includes(reel.segment));
      free?.load(segment);
    }
  }

  #keep(reel: Reel, at: number, motion: Motion, rate: number): void {
    if (!reel.holds(at)) {
      this.drift = 0;
      // Its end comes a little before the next one's beginning: no reason to stop.
      if (reel.video.ended) return;
      reel.rest();
      reel.seek(at);
      return;
    }
    this.drift = reel.at - at;
    if (motion === "stand") {
      reel.rest();
      if (Math.abs(this.drift) > 40) reel.seek(at);
      return;
    }
    const { seek, hold, rate: own } = nudge(this.drift, rate);
    if (hold || (motion === "gather" && this.drift >= 0)) {
      reel.rest();
      return;
    }
    if (seek) reel.seek(at);
    if (reel.video.playbackRate !== own) reel.video.playbackRate = own;
    if (reel.video.paused && !reel.video.ended) void reel.video.play().catch(() => undefined);
  }

  /** Stands on its first picture, and starts unseen just before it is due. */
  #standBy(reel: Reel, segment: Segment, at: number, playing: boolean, rate: number): void {
    const wait = segment.start - at;
    if (playing && wait < HEAD_START_MS * rate + 100 * rate && wait >= 0 && reel.ready) {
      setTimeout(() => {
        reel.video.playbackRate = rate;
        void reel.video.play().catch(() => undefined);
      }, Math.max(0, wait / rate - HEAD_START_MS));
      return;
    }
    reel.rest();
    if (reel.ready && Math.abs(reel.at - segment.start) > 120) reel.seek(segment.start);
  }
}
