/** Work that goes on in rounds, in one tab at a time: each round tells how long to rest after it. */
export interface RoundsOptions {
  /** The tabs of one origin that share this name take turns. */
  readonly lock: string;
  readonly signal: AbortSignal;
  /** One piece of work; gives ms until the next. Must not reject. */
  readonly round: () => Promise<number>;
  /** It is this tab's turn. */
  readonly onTurn: () => void;
  /** Another tab is at it. */
  readonly onElsewhere: () => void;
}

const PATIENCE_MS = 500;

export class Rounds {
  #wake: (() => void) | null = null;
  #hurried = false;

  constructor(private readonly options: RoundsOptions) {
    options.signal.addEventListener("abort", () => this.#wake?.());
    void this.#run();
  }

  /** Something changed: the rest is over, and a round under way is followed by another at once. */
  hurry(): void {
    this.#hurried = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal, lock } = this.options;
    if (!("locks" in navigator)) return this.#loop();
    const waiting = setTimeout(this.options.onElsewhere, PATIENCE_MS);
    await navigator.locks
      .request(lock, { signal }, () => {
        clearTimeout(waiting);
        return this.#loop();
      })
      .catch((error: unknown) => {
        clearTimeout(waiting);
        if (!signal.aborted) throw error;
      });
  }

  async #loop(): Promise<void> {
    this.options.onTurn();
    while (!this.options.signal.aborted) await this.rest(await this.options.round());
  }

  /** Waits `ms`, or until somebody hurries. */
  rest(ms: number): Promise<void> {
    if (ms <= 0 || this.#hurried || this.options.signal.aborted) {
      this.#hurried = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        this.#hurried = false;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
