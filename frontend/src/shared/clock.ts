/**
 * The server's clock on this device. It is carried from the last measurements by the monotonic clock;
 * what the device's own wall clock says matters only where the page began anew without a network.
 */
import { type Look, type Placed, place, type Reading } from "./moments.ts";

/** This device's two clocks; `life` is set once its number is known. */
export interface DeviceClocks {
  readonly perf: () => number;
  readonly wall: () => number;
}

const BROWSER: DeviceClocks = { perf: () => performance.now(), wall: () => Date.now() };
/** Session ms, and how far it may be off. */
export interface SessionMoment {
  readonly ms: number;
  readonly errorMs: number;
}

/** Enough to choose the most exact from, few enough to look through at every redraw. */
const RECENT = 8;

export class SessionClock {
  life = 0;
  #readings: Reading[] = [];
  #earlier: readonly Reading[] = [];
  #t0: number | null = null;
  #tripMs: number | null = null;
  /** Told of every measurement. */
  onReading: (reading: Reading) => void = () => undefined;

  constructor(private readonly device: DeviceClocks = BROWSER) {}

  /** Both clocks now. */
  look(): Look {
    return { life: this.life, perf: this.device.perf(), wall: this.device.wall() };
  }

  /** What an earlier page of this device measured: all that is known until the server answers. */
  remember(life: number, earlier: readonly Reading[]): void {
    this.#readings = this.#readings.map((reading) => ({ ...reading, life }));
    this.life = life;
    this.#earlier = earlier;
  }

  /** `sent` and `received` are monotonic ms of this page; the server's epoch and session ms lie between. */
  measure(sent: number, received: number, now: number | null, serverMs: number | null): void {
    if (now === null || received < sent) return;
    const here = this.look();
    const middle = (sent + received) / 2;
    const wall = here.wall - (here.perf - middle);
    const reading = { life: this.life, perf: middle, wall, epoch: now, errorMs: (received - sent) / 2 + 1 };
    this.#readings.push(reading);
    this.#tripMs = received - sent;
    if (serverMs !== null) this.#t0 = now - serverMs;
    this.onReading(reading);
  }

  /** Epoch ms of session time zero, as told by `session.opened` or the session's facts. */
  set t0(value: number | null) {
    if (!this.measured || this.#t0 === null) this.#t0 = value;
  }

  get t0(): number | null {
    return this.#t0;
  }

  /** By this page; what an earlier one knew is not a measurement. */
  get measured(): boolean {
    return this.#readings.length > 0;
  }

  /** Round trip of the last measurement. */
  get tripMs(): number | null {
    return this.#tripMs;
  }

  /** Server epoch ms at this device's wall time `at`, as its clock stands now. */
  epoch(at: number = this.device.wall()): number {
    const here = this.look();
    return at + (this.#recent(here)?.epoch ?? here.wall) - here.wall;
  }

  /** Session ms at this device's wall time `at`; null until the session has opened. */
  session(at: number = this.device.wall()): number | null {
    return this.#t0 === null ? null : Math.max(0, Math.round(this.epoch(at) - this.#t0));
  }

  /** How far `session()` may be off now, ms; null while nothing was ever measured. */
  get errorMs(): number | null {
    return this.#recent(this.look())?.errorMs ?? null;
  }

  /** Session ms of an earlier look, from all that is known before and after it. */
  placed(look: Look): SessionMoment | null {
    const found = place(look, [...this.#earlier, ...this.#readings]);
    return found === null || this.#t0 === null
      ? null
      : { ms: Math.max(0, Math.round(found.epoch - this.#t0)), errorMs: Math.ceil(found.errorMs) };
  }

  #recent(here: Look): Placed | null {
    const near = this.#readings.slice(-RECENT);
    return place(here, near.length > 0 ? near : this.#earlier.slice(-RECENT));
  }
}
