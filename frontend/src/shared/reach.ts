/**
 * Is the server there? Asked again and again with little patience, because what hangs after an outage is
 * the old connection: TCP tries again after 1, 3, 7 seconds and more. Pure of the DOM.
 */
export interface ReachOptions {
  /** One short question; resolves to whether an answer came, within its own time limit. */
  readonly ask: () => Promise<boolean>;
  readonly onBack: () => void;
  readonly now: () => number;
  readonly random: () => number;
  readonly later: (act: () => void, ms: number) => number;
  readonly never: (timer: number) => void;
}

/** No network answers late or not at all; a server that is down refuses at once. */
const REFUSED_MS = 300;
const NETWORK_PACE_MS = 300;
const SERVER_PACE_MS = 4000;

export class Reach {
  #timer: number | null = null;
  #asking = false;
  #asked = 0;
  #round = 0;

  constructor(private readonly options: ReachOptions) {}

  get looking(): boolean {
    return this.#asking || this.#timer !== null;
  }

  /** Questions asked since it was last lost. */
  get asked(): number {
    return this.#asked;
  }

  /** Something is down: ask until there is an answer. While asking already, only hurries. */
  look(): void {
    if (this.#asking) return;
    this.#clear();
    void this.#ask();
  }

  stop(): void {
    this.#clear();
    this.#round += 1;
    this.#asking = false;
    this.#asked = 0;
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    this.#asked += 1;
    const began = this.options.now();
    const round = this.#round;
    const there = await this.options.ask().catch(() => false);
    if (round !== this.#round) return;
    this.#asking = false;
    if (there) {
      this.stop();
      this.options.onBack();
      return;
    }
    const fast = this.options.now() - began < REFUSED_MS;
    const pace = fast && this.#asked > 5 ? SERVER_PACE_MS : NETWORK_PACE_MS;
    const wait = pace * (0.5 + this.options.random());
    this.#timer = this.options.later(() => {
      this.#timer = null;
      void this.#ask();
    }, wait);
  }

  #clear(): void {
    if (this.#timer !== null) this.options.never(this.#timer);
    this.#timer = null;
  }
}
