/** What keeps a phone's camera going: its battery, and a screen that stays on. */
import { type Battery, sparing } from "../backup/schedule.ts";

interface PowerSource extends Battery, EventTarget {}

export class Power {
  battery: Battery | null = null;
  awake = false;
  sparing = false;
  #lock: WakeLockSentinel | null = null;
  #wanted = false;

  constructor(private readonly changed: () => void) {
    void this.#watch();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#wanted) void this.wake();
    });
  }

  async #watch(): Promise<void> {
    const asked = (navigator as { readonly getBattery?: () => Promise<PowerSource> }).getBattery;
    const battery = asked === undefined ? null : await asked.call(navigator).catch(() => null);
    const look = (): void => {
      this.battery = battery;
      this.sparing = sparing(battery, this.sparing);
      this.changed();
    };
    battery?.addEventListener("levelchange", look);
    battery?.addEventListener("chargingchange", look);
    look();
  }

  /** Asks the browser to keep the screen on; it lets go by itself when the page is hidden. */
  async wake(): Promise<void> {
    this.#wanted = true;
    if (!("wakeLock" in navigator)) return;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
      this.awake = true;
      this.#lock.addEventListener("release", () => {
        this.awake = false;
        this.changed();
      });
    } catch {
      this.awake = false;
    }
    this.changed();
  }

  async rest(): Promise<void> {
    this.#wanted = false;
    await this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }
}
