/**
 * Evidence that others see coming: how many bytes the server has of each announced file, asked of the
 * server itself while something is on its way, and whether there is a small picture already.
 */
import { fields, instant, list, number, text } from "../shared/json.ts";
import type { Entry } from "../shared/wire.ts";
import type { Room } from "../room/room.ts";

export interface Progress {
  readonly offset: number;
  /** Address of the small picture; "" while there is none. */
  readonly thumb: string;
  /** Server epoch ms of the last piece. */
  readonly changedAt: number;
}

const LOOK_MS = 2000;
/** Nobody sends any more for now: look less often. */
const IDLE_MS = 10_000;

export class Arriving {
  readonly progress = new Map<string, Progress>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #busy = false;

  constructor(private readonly room: Room) {}

  told({ kind, actor, data }: Entry): void {
    const { room } = this;
    if (kind === "evidence.announced" && actor !== room.me) this.#look(300);
    if (kind === "evidence.asked" && room.facts.role === "asesi") void room.uploads.asked(text(data["evidence"]));
  }

  #look(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  async #ask(): Promise<void> {
    const { room } = this;
    this.#timer = null;
    if (room.log.story.announced.size === 0 || this.#busy) return;
    this.#busy = true;
    try {
      const answer = fields(await room.api.get(room.url("evidence")));
      const seen = new Map<string, Progress>();
      for (const item of list(answer["incoming"]).map(fields)) {
        seen.set(text(item["evidence"]), {
          offset: number(item["offset"]) ?? 0, thumb: text(item["thumb"]), changedAt: instant(item["changed_at"]) ?? 0,
        });
      }
      for (const id of this.progress.keys()) if (!seen.has(id)) this.progress.delete(id);
      for (const [id, one] of seen) this.progress.set(id, one);
      room.changed();
      if (seen.size === 0) return;
      const now = room.clock.epoch(Date.now());
      const moving = [...seen.values()].some(({ changedAt }) => now - changedAt < 6 * IDLE_MS);
      this.#look(moving ? LOOK_MS : IDLE_MS);
    } catch {
      // Not answered: what is shown stays as the server last said it.
      this.#look(IDLE_MS);
    } finally {
      this.#busy = false;
    }
  }
}
