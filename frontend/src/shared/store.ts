/** One observable: `changed()` asks for one redraw in the next animation frame, however often it is called. */
export class Store<T> {
  #watchers = new Set<(value: T) => void>();
  #waiting = false;

  constructor(readonly value: T) {}

  watch(watcher: (value: T) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  changed = (): void => {
    if (this.#waiting) return;
    this.#waiting = true;
    const draw = (): void => {
      if (!this.#waiting) return;
      this.#waiting = false;
      for (const watcher of this.#watchers) watcher(this.value);
    };
    requestAnimationFrame(draw);
    // A hidden tab gets no animation frames, but its title and its live regions still count.
    setTimeout(draw, 200);
  };
}
