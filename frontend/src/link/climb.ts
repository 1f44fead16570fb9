/** One publication on its ladder: reads its counters each second and moves. Knows no room. */
import { Delay } from "./delay.ts";
import { begin, heightOf, type Ladder, type Rung, step } from "./ladder.ts";
import { type Between, collect, type Counters, Recent } from "./stats.ts";

/** What was read of a connection; null where there is nothing to read yet. */
export class Watch {
  last: Counters | null = null;
  between: Between | null = null;
  readonly #recent = new Recent();
  #pc: RTCPeerConnection | null = null;

  async read(pc: RTCPeerConnection | null): Promise<Counters | null> {
    if (pc !== this.#pc) {
      this.#pc = pc;
      this.last = this.between = null;
      this.#recent.clear();
    }
    if (pc === null) return null;
    const now = await collect(pc).catch(() => null);
    if (now === null || pc !== this.#pc) return null;
    this.last = now;
    this.between = this.#recent.add(now);
    return now;
  }
}

export interface Looked {
  /** What the estimate leaves for pictures, bit/s; null where none are sent, or too few to tell. */
  readonly roomBps: number | null;
  readonly videoBps: number;
  readonly sentBps: number;
  readonly loss: number;
  readonly queueMs: number;
}

export class Climb {
  ladder: Ladder;
  readonly #delay = new Delay();

  constructor(rung: Rung, at: number) {
    this.ladder = begin(rung, at);
  }

  get rung(): Rung {
    return this.ladder.rung;
  }

  /** What the line bore last, without the limits of people and of what goes first. */
  get borne(): Rung {
    return this.ladder.capped ?? this.ladder.rung;
  }

  /** One look; null while nothing can be told. `camera`: a picture is meant to be sent. */
  look({ last, between }: Watch, at: number, camera: boolean, ceiling: (looked: Looked) => Rung): Looked | null {
    if (last === null || between === null) return null;
    const looked: Looked = {
      roomBps: camera && heightOf(this.rung) >= heightOf("180p") ? last.roomBps : null,
      videoBps: between.videoBps,
      sentBps: between.sentBps,
      loss: between.missed,
      queueMs: last.tripMs === null ? 0 : this.#delay.note(last.tripMs, at),
    };
    const before = this.rung;
    this.ladder = step(this.ladder, { at, ...looked }, ceiling(looked));
    if (heightOf(this.rung) < heightOf(before)) this.eased(at);
    return looked;
  }

  /** Less is being sent from now on, of pictures or of something else. */
  eased(at: number): void {
    this.#delay.eased(at);
  }
}
