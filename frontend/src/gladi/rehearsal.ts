/** The practice room for as long as somebody wants to look at and hear themselves. */
import type { Api } from "../shared/api.ts";
import { openPractice, Practice } from "./practice.ts";
import { Senses } from "./senses.ts";
import { Echo } from "./sound.ts";

const LONGEST_MS = 3 * 60_000;

export class Rehearsal {
  state: "closed" | "opening" | "open" = "closed";
  problem: "practice.failed" | "practice.noDevice" | null = null;
  closesAt = 0;
  readonly senses = new Senses();
  readonly picture = document.createElement("video");
  readonly #echo = new Echo();
  #practice: Practice | null = null;
  #limit: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly url: string,
    private readonly changed: () => void,
  ) {
    this.picture.muted = true;
    this.picture.autoplay = true;
    this.picture.playsInline = true;
  }

  async open(): Promise<void> {
    this.state = "opening";
    this.problem = null;
    this.changed();
    await this.senses.begin();
    const { media } = this.senses;
    if (media === null) return this.#fail("practice.noDevice");
    try {
      const way = await openPractice(this.api, this.url);
      this.#practice = new Practice(way, media, (back) => {
        this.picture.srcObject = back;
        void this.picture.play().catch(() => undefined);
        this.#echo.begin(back);
      });
      if ((await this.#practice.connect()) === null) return this.#fail("practice.failed");
    } catch {
      return this.#fail("practice.failed");
    }
    this.state = "open";
    this.closesAt = Date.now() + LONGEST_MS;
    this.#limit = setTimeout(() => this.close(), LONGEST_MS);
    this.changed();
  }

  #fail(problem: "practice.failed" | "practice.noDevice"): void {
    this.close();
    this.problem = problem;
    this.changed();
  }

  close(): void {
    clearTimeout(this.#limit);
    this.#practice?.close();
    this.#practice = null;
    this.#echo.end();
    this.senses.end();
    this.picture.srcObject = null;
    this.state = "closed";
    this.changed();
  }
}
