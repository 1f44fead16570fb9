import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiError } from "../src/shared/api.ts";
import { SessionClock } from "../src/shared/clock.ts";
import { fields, list, text } from "../src/shared/json.ts";
import { Memory } from "../src/shared/memory.ts";
import { type Left, Line, type Stored } from "../src/ujian/line.ts";

interface Sent {
  readonly after: number;
  readonly ops: readonly ReturnType<typeof fields>[];
}

/** A server that stores what it is sent, or is out of reach; time passes by hand. */
class World {
  now = 0;
  reachable = true;
  refuse = "";
  readonly log: { id: string; kind: string; data: ReturnType<typeof fields> }[] = [];
  readonly requests: Sent[] = [];
  readonly stored: Stored[] = [];
  left: Left | null = null;
  readonly line: Line;
  readonly memory: Memory;
  #timers: { at: number; act: () => void; id: number }[] = [];
  #next = 1;

  constructor() {
    const clock = new SessionClock({ perf: () => this.now, wall: () => this.now + 9_000_000 });
    clock.t0 = 1_000_000;
    this.memory = new Memory({ session: "ujian:x", user: "1" }, clock, () => this.line.sync());
    this.line = new Line({
      post: (body) => this.#answer(body),
      clock,
      memory: this.memory,
      head: 0,
      onStored: (stored) => this.stored.push(...stored),
      onLeft: (left) => (this.left = left),
      onChange: () => undefined,
      perf: () => this.now,
      random: () => 0.5,
      later: (act, ms) => {
        this.#timers.push({ at: this.now + ms, act, id: (this.#next += 1) });
        return this.#next;
      },
      never: (timer) => {
        this.#timers = this.#timers.filter(({ id }) => id !== timer);
      },
    });
  }

  async #answer(body: unknown): Promise<unknown> {
    if (!this.reachable) throw new ApiError(0, "offline", "", null);
    const raw = fields(body);
    const sent = { after: Number(raw["after"]), ops: list(raw["ops"]).map(fields) };
    this.requests.push(sent);
    const acks = sent.ops.map((op) => {
      const id = text(op["op_id"]);
      if (this.refuse !== "" && text(op["kind"]) === "answer") return { op_id: id, seq: null, message: this.refuse };
      let seq = this.log.findIndex((one) => one.id === id) + 1;
      if (seq === 0) seq = this.log.push({ id, kind: text(op["kind"]), data: fields(op["data"]) });
      return { op_id: id, seq };
    });
    const answers = this.log.map((one, at) => ({ ...one, seq: at + 1 })).filter(({ kind, seq }) => kind === "answer" && seq > sent.after);
    return {
      now: 1_000_000 + this.now, now_ms: this.now, state: "running", left_ms: 60_000 - this.now, returned_ms: 0,
      head: this.log.length, acks, answers: answers.map(({ data, seq }) => ({ ...data, seq })),
    };
  }

  /** Everything that is ready happens; then `ms` pass. */
  async run(ms: number): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    this.now += ms;
    for (const due of this.#timers.filter(({ at }) => at <= this.now)) {
      this.#timers = this.#timers.filter((one) => one !== due);
      due.act();
    }
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
  }

  answers(): Map<number, string> {
    return new Map(this.log.filter(({ kind }) => kind === "answer").map(({ data }) => [Number(data["butir"]), text(data["value"])]));
  }
}

describe("answers of a ujian", () => {
  it("wait without a network and go by themselves, the last of each item once", async () => {
    const world = new World();
    await world.run(10);
    world.reachable = false;
    world.line.answer(1, "a");
    world.line.answer(2, "b");
    world.line.answer(1, "c");
    await world.run(2000);
    assert.deepEqual([...world.line.waiting], [[2, "b"], [1, "c"]]);
    assert.equal(world.line.offline, true);
    world.reachable = true;
    await world.run(30_000);
    await world.run(0);
    assert.deepEqual(world.answers(), new Map([[2, "b"], [1, "c"]]));
    assert.equal(world.log.filter(({ kind }) => kind === "answer").length, 2);
    assert.equal(world.line.waiting.size, 0);
    assert.equal(world.line.settled, true);
    assert.equal(world.left?.over, false);
  });

  it("what is on the wire is not replaced: both are entries, in their order", async () => {
    const world = new World();
    world.line.answer(1, "a");
    await world.run(0);
    world.line.answer(1, "b");
    await world.run(0);
    assert.deepEqual(world.log.map(({ data }) => data["value"]), ["a", "b"]);
  });

  it("a refusal is said and not tried again", async () => {
    const world = new World();
    world.refuse = "Pilihan ini tidak ada.";
    world.line.answer(1, "z");
    await world.run(0);
    assert.equal(world.line.refusal, "Pilihan ini tidak ada.");
    assert.equal(world.line.settled, true);
    const asked = world.requests.length;
    await world.run(60_000);
    assert.equal(world.requests.length, asked);
  });

  it("tells that somebody was here, without a hole, as one span for a time offline", async () => {
    const world = new World();
    world.reachable = false;
    for (let ten = 0; ten < 6; ten += 1) {
      await world.run(10_000);
      world.line.here();
    }
    assert.equal(world.memory.queue.pending.length, 1);
    world.reachable = true;
    world.line.sync();
    await world.run(0);
    assert.deepEqual(world.log.map(({ kind, data }) => [kind, data["ms"]]), [["here", 60_000]]);
  });

  it("reads what another device answered", async () => {
    const world = new World();
    world.log.push({ id: "other", kind: "answer", data: { butir: 3, value: "d" } });
    world.line.sync();
    await world.run(0);
    assert.deepEqual(world.stored, [{ butir: 3, value: "d" }]);
    world.line.sync();
    await world.run(0);
    assert.equal(world.stored.length, 1);
  });
});
