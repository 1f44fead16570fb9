/** Is this picture moving? Only growth of the frame counter says so; everything else is a claim. */
export const STILL_AFTER_MS = 2000;

export class Motion {
  #frames = 0;
  #movedAt: number | null = null;

  /** A reading of the counter (it may restart at 0 with a new connection) at local time `at`, ms. */
  note(frames: number, at: number): void {
    if (frames > this.#frames) this.#movedAt = at;
    this.#frames = frames;
  }

  /** The page slept: what was not watched is not held against the picture. */
  excuse(at: number): void {
    if (this.#movedAt !== null) this.#movedAt = Math.max(this.#movedAt, at);
  }

  /** Local time of the last frame; null before the first. */
  get lastAt(): number | null {
    return this.#movedAt;
  }

  moving(at: number): boolean {
    return this.#movedAt !== null && at - this.#movedAt < STILL_AFTER_MS;
  }
}
