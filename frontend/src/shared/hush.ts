/** Whether what came at every look has stopped. Pure. */
const STEADY_LOOKS = 6;
const QUIET_LOOKS = 2;

export class Hush {
  #steady = 0;
  #quiet = 0;

  /** One look; true once, when nothing new came for two looks after a steady flow. */
  note(came: boolean): boolean {
    if (came) {
      this.#steady += 1;
      this.#quiet = 0;
      return false;
    }
    this.#quiet += 1;
    const hushed = this.#steady >= STEADY_LOOKS && this.#quiet === QUIET_LOOKS;
    if (this.#quiet >= QUIET_LOOKS) this.#steady = 0;
    // A report that is due each second comes at every other look: never steady.
    else if (this.#steady < STEADY_LOOKS) this.#steady = 0;
    return hushed;
  }
}
