/** What this person does, on its way to the log: kept first, then sent by socket, or by HTTP where there is none. */
import { ApiError } from "../shared/api.ts";
import { type Fields, fields, number, text } from "../shared/json.ts";
import type { Op } from "../shared/opqueue.ts";
import { Memory } from "../shared/memory.ts";
import type { Room } from "./room.ts";

/** The server's word for "later": not an answer. */
const TOO_FAST = "too_fast";
const AGAIN_MS = 2000;

export class Commands {
  readonly memory: Memory;

  constructor(private readonly room: Room) {
    const owner = { session: room.config.session, user: room.config.me.id };
    this.memory = new Memory(owner, room.clock, (op) => this.#deliver(op));
  }

  send(kind: string, data: Fields, look = this.room.clock.look()): Op {
    const op = this.memory.queue.add(kind, data, look, this.room.log.head);
    this.room.changed();
    return op;
  }

  acknowledged(id: string, seq: number): void {
    const op = this.memory.queue.acknowledged(id, seq, this.room.log.head);
    if (op?.undo != null) this.send("mark.undo", { mark: seq }, op.undo);
  }

  /** `refused` gets what will never be stored. */
  rejected(id: string, code: string, refused: (op: Op) => void): void {
    if (code === TOO_FAST) {
      setTimeout(() => this.#again(id), AGAIN_MS);
      return;
    }
    const op = this.memory.queue.rejected(id);
    if (op !== null) refused(op);
  }

  #deliver(op: Op): void {
    if (!this.room.sendNow(op)) void this.#post(op);
  }

  #again(id: string): void {
    const op = this.memory.queue.unanswered.find((one) => one.id === id);
    if (op !== undefined) this.#deliver(op);
  }

  /** Over HTTP, where no socket is given any more: what this device still owes the session. */
  async sendRest(): Promise<void> {
    const { room } = this;
    if (this.memory.queue.unanswered.length === 0) return;
    const sent = performance.now();
    const now = number(fields(await room.api.get(room.url("session")))["now_ms"]);
    const { t0 } = room.clock;
    if (now !== null && t0 !== null) room.clock.measure(sent, performance.now(), t0 + now, now);
    for (const op of this.memory.queue.unanswered) await this.#post(op);
  }

  async #post(op: Op): Promise<void> {
    const { room } = this;
    try {
      const answer = fields(await room.api.post(room.url("ops"), this.memory.wire(op)));
      const seq = answer["seq"];
      if (typeof seq === "number") this.acknowledged(op.id, seq);
      await room.readLog();
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
        room.refused(op.id, error.code, text(fields(error.body)["message"], error.message));
      } else setTimeout(() => void this.#post(op), AGAIN_MS);
    }
    room.changed();
  }
}
