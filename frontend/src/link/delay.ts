/**
 * How long packets wait in a queue, from round trips: what they take now, less what the empty line takes. A
 * path that became longer looks like a queue, until sending less has not shortened it. Pure; ms.
 */
const KEPT = 60;
/** One upload's burst is no queue: the best of so many readings counts. */
const BRIEF = 3;
/** After sending less for so long a queue of ours would have become shorter, by so much of itself. */
const ANSWER_MS = 2500;
const SHORTER = 0.3;

export class Delay {
  #trips: number[] = [];
  #asked: { readonly at: number; readonly trip: number } | null = null;

  /** One reading a second; gives the queue. */
  note(tripMs: number, at: number): number {
    this.#trips = [...this.#trips.slice(1 - KEPT), tripMs];
    if (this.#asked !== null && at - this.#asked.at >= ANSWER_MS) {
      const { trip } = this.#asked;
      if (trip - this.#now() < SHORTER * (trip - this.#least())) this.#trips = this.#trips.slice(-BRIEF);
      this.#asked = null;
    }
    return this.#now() - this.#least();
  }

  /** Less is being sent from now on. */
  eased(at: number): void {
    if (this.#trips.length > 0 && this.#asked === null) this.#asked = { at, trip: this.#now() };
  }

  #now(): number {
    return Math.min(...this.#trips.slice(-BRIEF));
  }

  #least(): number {
    return Math.min(...this.#trips);
  }
}
