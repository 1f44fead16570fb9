import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Hush } from "../src/shared/hush.ts";
import { Reach } from "../src/shared/reach.ts";

/** A world in which time passes by hand: the server is there from `backAt` on, or refuses at once. */
class World {
  now = 0;
  back = 0;
  asked: number[] = [];
  #timers: { at: number; act: () => void; id: number }[] = [];
  #next = 1;
  readonly reach: Reach;

  constructor(private readonly answer: (now: number) => { there: boolean; afterMs: number }) {
    this.reach = new Reach({
      ask: () => {
        this.asked.push(this.now);
        const { there, afterMs } = this.answer(this.now);
        return new Promise((done) => this.#at(this.now + afterMs, () => done(there)));
      },
      onBack: () => {
        this.back = this.now;
      },
      now: () => this.now,
      random: () => 0.5,
      later: (act, ms) => this.#at(this.now + ms, act),
      never: (timer) => {
        this.#timers = this.#timers.filter(({ id }) => id !== timer);
      },
    });
  }

  #at(at: number, act: () => void): number {
    const id = (this.#next += 1);
    this.#timers.push({ at, act, id });
    return id;
  }

  async run(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await new Promise((done) => setImmediate(done));
      const next = this.#timers.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.#timers.shift();
      this.now = next.at;
      next.act();
    }
    this.now = until;
  }
}

describe("looking for the server", () => {
  it("finds it within two and a half seconds of its return, however long it was gone", async () => {
    for (const gone of [800, 5000, 60_000, 1_800_000]) {
      const world = new World((now) => (now >= gone ? { there: true, afterMs: 80 } : { there: false, afterMs: 1500 }));
      world.reach.look();
      await world.run(gone + 5000);
      assert.ok(world.back >= gone && world.back - gone <= 2500, `${gone}: back after ${world.back - gone}`);
      assert.equal(world.reach.looking, false);
    }
  });

  it("does not hammer a server that refuses", async () => {
    const world = new World(() => ({ there: false, afterMs: 5 }));
    world.reach.look();
    await world.run(60_000);
    assert.ok(world.asked.length <= 25, String(world.asked.length));
  });

  it("asks at once when there is news, and not twice at a time", async () => {
    const world = new World(() => ({ there: false, afterMs: 1500 }));
    world.reach.look();
    world.reach.look();
    await world.run(1600);
    assert.equal(world.asked.length, 1);
    world.reach.look();
    assert.equal(world.asked.length, 2);
    world.reach.stop();
    await world.run(60_000);
    assert.equal(world.asked.length, 2);
  });
});

describe("a hush", () => {
  const looks = (marks: string): number[] => {
    const hush = new Hush();
    return [...marks].flatMap((mark, index) => (hush.note(mark === "x") ? [index] : []));
  };

  it("is two looks of nothing after a steady flow, told once", () => {
    assert.deepEqual(looks("xxxxxxxx...."), [9]);
    assert.deepEqual(looks("xxxxxxx.xxxxxxx..."), [16]);
    assert.deepEqual(looks("xxxxxxx..xx...xxxxxxxx.."), [8, 23]);
  });

  it("is not the pause between reports that come every second or two", () => {
    assert.deepEqual(looks("x.x.x.x.x.x.x.x..x.x"), []);
    assert.deepEqual(looks("xx..xx..xx..xxx..xxxxx.."), []);
  });
});
