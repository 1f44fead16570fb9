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
  #round = 0;
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
    this.#round += 1;
    const round = this.#round;
    this.state = "opening";
    this.problem = null;
    this.changed();
    await this.senses.begin();
    // Closed while the browser was asking: what it gave is given back.
    if (round !== this.#round) return this.senses.end();
    const problem = await this.#connect().catch(() => "practice.failed" as const);
    if (round !== this.#round) return;
    if (problem !== null) return this.#fail(problem);
    this.state = "open";
    this.closesAt = Date.now() + LONGEST_MS;
    this.#limit = setTimeout(() => this.close(), LONGEST_MS);
    this.changed();
  }

  async #connect(): Promise<"practice.failed" | "practice.noDevice" | null> {
    const { media } = this.senses;
    if (media === null) return "practice.noDevice";
    const practice = new Practice(await openPractice(this.api, this.url), media, null, (back) => {
      this.picture.srcObject = back;
      void this.picture.play().catch(() => undefined);
      this.#echo.begin(back);
    });
    this.#practice = practice;
    return (await practice.connect()) === null ? "practice.failed" : null;
  }

  #fail(problem: "practice.failed" | "practice.noDevice"): void {
    this.close();
    this.problem = problem;
    this.changed();
  }

  close(): void {
    this.#round += 1;
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
