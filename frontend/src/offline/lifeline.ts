/**
 * Everything that may cost a room its connection, in one place: another network, no network, sleep, a
 * frozen page, a server that went away. What still looks alive must prove it; what is down is tried
 * the moment the server answers, not at the end of somebody's waiting time.
 */
import type { Desk } from "../room/desk.ts";
import type { Room } from "../room/room.ts";
import { letGo, onAnswer, within } from "../shared/patience.ts";
import { Reach } from "../shared/reach.ts";

const LOOK_MS = 500;
const ASK_MS = 1500;
/**
 * How long one attempt to open the line may take, by how often it was tried: browsers hold back new lines by
 * up to five seconds once many of them failed, and within an attempt TCP knocks after 1 and 3 seconds again.
 */
const KNOCK_MS: readonly (readonly [number, number])[] = [[3, 1300], [8, 2500], [30, 5000], [Infinity, 8000]];
/** After an answer the attempts that it set off get this long before it is asked again. */
const REST_MS = 3000;
/** A timer this late: the page was frozen or the device slept. */
const GAP_MS = 4000;
/** So much more on the wall clock than on the monotonic one: the device slept. */
const SLEPT_MS = 2000;

/** What was asked longer ago than this, and not answered, was asked into the outage. */
const HANGS_MS = 1200;

/** A way that is dead is known after a report of the other end stayed out, at most two seconds. */
const MOVED_LOOKS = 8;
const MOVED_LOOK_MS = 200;

interface Connection extends EventTarget {}

export class Lifeline {
  readonly #reach: Reach;
  #beat = 0;
  #seenPerf = performance.now();
  #seenWall = Date.now();
  #backAt = -Infinity;
  #wasOpen = false;
  #hushed = false;
  #deaf: () => void;
  readonly #events: readonly [EventTarget, string][];

  constructor(
    private readonly room: Room,
    private readonly desk: Desk,
  ) {
    this.#reach = new Reach({
      ask: () => this.#ask(),
      onBack: () => this.#back(),
      now: () => performance.now(),
      random: Math.random,
      later: (act, ms) => window.setTimeout(act, ms),
      never: (timer) => clearTimeout(timer),
    });
    const connection = (navigator as { connection?: Connection }).connection;
    this.#events = [
      [window, "online"], [document, "resume"], [document, "visibilitychange"],
      ...(connection === undefined ? [] : [[connection, "change"] as [EventTarget, string]]),
    ];
    for (const [target, name] of this.#events) target.addEventListener(name, this.doubt);
    this.#deaf = onAnswer(() => this.#heard());
    desk.onHush = () => void this.#hush();
    this.#beat = window.setInterval(() => this.#look(), LOOK_MS);
  }

  close(): void {
    for (const [target, name] of this.#events) target.removeEventListener(name, this.doubt);
    clearInterval(this.#beat);
    this.#reach.stop();
    this.#deaf();
  }

  /** Some request was answered, whoever asked: what is down can be had again. */
  #heard(): void {
    const lost = this.room.line.downSince !== null || this.desk.waiting;
    if (!lost || performance.now() - this.#backAt < REST_MS) return;
    this.#reach.stop();
    // What is slow while somebody comes in does not hang: only a lost line leaves requests behind.
    this.#back(this.room.line.downSince !== null);
  }

  /** The network is not what it was: nothing is believed to hold until it is heard from again. */
  doubt = (): void => {
    if (document.visibilityState === "hidden" || this.room.over) return;
    this.room.doubtLine();
    this.desk.doubt();
    if (!this.#down()) return;
    if (!this.room.line.open) this.room.hurry();
    this.#reach.look();
  };

  /** Media that came steadily stopped: if the server answers all the same, the way may be another now. */
  async #hush(): Promise<void> {
    if (this.#hushed || this.room.over) return;
    this.#hushed = true;
    const answers = (await this.#ask().catch(() => false)) || (await this.#ask().catch(() => false));
    for (let look = 0; answers && look < MOVED_LOOKS && !this.desk.moved(); look += 1) {
      await new Promise((resolve) => setTimeout(resolve, MOVED_LOOK_MS));
    }
    this.#hushed = false;
  }

  #down(): boolean {
    return !this.room.line.open || this.desk.waiting;
  }

  #look(): void {
    const [perf, wall] = [performance.now(), Date.now()];
    const [gone, passed] = [perf - this.#seenPerf, wall - this.#seenWall];
    this.#seenPerf = perf;
    this.#seenWall = wall;
    const lost = this.#wasOpen && !this.room.line.open;
    this.#wasOpen = this.room.line.open;
    // The line breaks first when the network changes: the media hears of it before it falls silent.
    if (lost || gone > GAP_MS || passed - gone > SLEPT_MS) this.doubt();
    if (!this.#down()) this.#reach.stop();
    else if (!this.#reach.looking && perf - this.#backAt > REST_MS) {
      // A picture that stopped is the first to know; the line behind it may be as dead.
      this.room.doubtLine();
      this.#reach.look();
    }
  }

  /** Also by the line itself while it is down: a request may hang behind one that was lost long ago. */
  async #ask(): Promise<boolean> {
    const open = this.room.line.open;
    const limitMs = open ? ASK_MS : knockMs(this.#reach.asked);
    const asked = within(limitMs, (signal) => fetch("/healthz", { method: "HEAD", cache: "no-store", signal })).then(({ ok }) => ok);
    if (open) return asked;
    const either = [asked, this.room.answers(limitMs)].map(async (one) => ((await one) ? true : Promise.reject(new Error("silent"))));
    return Promise.any(either).catch(() => false);
  }

  #back(hung = true): void {
    this.#backAt = performance.now();
    if (hung) letGo(HANGS_MS);
    this.room.hurry();
    this.desk.hurry();
    this.room.uploads.resume();
  }
}

function knockMs(asked: number): number {
  return KNOCK_MS.find(([most]) => asked <= most)?.[1] ?? ASK_MS;
}
