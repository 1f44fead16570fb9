/** The ladder of a sender that is alone on its device: a phone as second camera. */
import type { Flow } from "../shared/flow.ts";
import type { Start } from "../shared/whip.ts";
import { VOICES } from "./budget.ts";
import { Climb, Watch } from "./climb.ts";
import { SenderControl } from "./sender.ts";
import { startOf } from "./shaping.ts";

const LOOK_MS = 1000;
const MOST_BPS = 900_000;

export class SoloLink {
  readonly #climb = new Climb("720p", performance.now());
  readonly #watch = new Watch();
  readonly #control: SenderControl;
  readonly #timer: number;

  constructor(
    private readonly kind: string,
    private readonly sending: () => { readonly flow: Flow; readonly media: MediaStream } | null,
  ) {
    this.#control = new SenderControl(kind);
    this.#timer = window.setInterval(() => void this.#look(), LOOK_MS);
  }

  start(media: MediaStream): Start {
    return startOf(this.kind, this.#climb.rung, media, VOICES.thin);
  }

  async #look(): Promise<void> {
    const sending = this.sending();
    const pc = sending?.flow.pc ?? null;
    await this.#watch.read(pc);
    if (sending === null || pc === null || sending.flow.state !== "live") return;
    this.#climb.look(this.#watch, performance.now(), true, () => "720p");
    await this.#control.apply(pc, sending.media, {
      rung: this.#climb.rung, voice: "thin", videoBps: MOST_BPS, camera: true,
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#control.close();
  }
}
