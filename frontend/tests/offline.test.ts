import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DeviceClocks, SessionClock } from "../src/shared/clock.ts";
import { type Look, place, type Reading } from "../src/shared/moments.ts";
import { type Op, OpQueue, type OpStore } from "../src/shared/opqueue.ts";

// --- a store as a database is: later, whole, and it may fail ---

class Disk implements OpStore {
  readonly rows = new Map<string, Op>();
  broken = false;
  #n = 0;

  async add(op: Op): Promise<number> {
    await Promise.resolve();
    if (this.broken) throw new Error("full");
    this.#n += 1;
    this.rows.set(op.id, { ...op, n: this.#n });
    return this.#n;
  }

  async put(op: Op): Promise<void> {
    await Promise.resolve();
    if (this.broken) throw new Error("full");
    this.rows.set(op.id, op);
  }

  async remove(id: string): Promise<void> {
    await Promise.resolve();
    this.rows.delete(id);
  }
}

const LOOK: Look = { life: 1, perf: 5, wall: 5 };
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

function queueOn(store: OpStore): { queue: OpQueue; ready: Op[] } {
  let next = 0;
  const ready: Op[] = [];
  return { queue: new OpQueue({ store, newId: () => `op-${(next += 1)}`, onReady: (op) => ready.push(op) }), ready };
}

describe("commands on their way", () => {
  it("are on the disk before they are on the wire", async () => {
    const disk = new Disk();
    const { queue, ready } = queueOn(disk);
    queue.add("mark", { kuk: 1 }, LOOK, 3);
    assert.deepEqual([queue.pending.length, queue.unanswered.length, ready.length, queue.kept], [1, 0, 0, false]);
    await soon();
    assert.deepEqual([queue.unanswered.length, ready.length, queue.kept, disk.rows.size], [1, 1, true, 1]);
    assert.equal(ready[0]?.n, 1);
  });

  it("stay until the log has been read up to them", async () => {
    const { queue } = queueOn(new Disk());
    const op = queue.add("mark", { kuk: 1 }, LOOK, 3);
    await soon();
    queue.acknowledged(op.id, 9, 6);
    assert.deepEqual([queue.pending.length, queue.unanswered.length], [1, 0]);
    queue.reached(8);
    assert.equal(queue.pending.length, 1);
    queue.reached(9);
    assert.equal(queue.pending.length, 0);
  });

  it("go at once when the log was faster than the ack", async () => {
    const { queue } = queueOn(new Disk());
    const op = queue.add("chat", { text: "a" }, LOOK, 3);
    await soon();
    queue.acknowledged(op.id, 9, 9);
    assert.equal(queue.pending.length, 0);
  });

  it("outlive the tab under their own id, in their order, with what was pressed meanwhile", async () => {
    const disk = new Disk();
    const { queue: before } = queueOn(disk);
    before.add("mark", { kuk: 1 }, LOOK, 3);
    const second = before.add("mark", { kuk: 2 }, { ...LOOK, perf: 9 }, 3);
    await soon();
    before.undoLater(second.id, { ...LOOK, perf: 20 });
    await soon();
    const { queue: after } = queueOn(disk);
    after.restore([...disk.rows.values()]);
    assert.deepEqual(after.unanswered.map(({ id, data, look, n }) => [id, data["kuk"], look.perf, n]), [["op-1", 1, 5, 1], ["op-2", 2, 9, 2]]);
    const stored = after.acknowledged(second.id, 12, 0);
    assert.equal(stored?.undo?.perf, 20);
  });

  it("are sent, and not called safe, where nothing can be kept", async () => {
    const disk = new Disk();
    disk.broken = true;
    const { queue, ready } = queueOn(disk);
    queue.add("chat", { text: "a" }, LOOK, 0);
    await soon();
    assert.deepEqual([ready.length, queue.kept, queue.unanswered.length], [1, false, 1]);
    assert.equal(queue.rejected("op-1")?.kind, "chat");
    assert.equal(queue.rejected("op-1"), null);
    assert.equal(queue.pending.length, 0);
  });
});

// --- a device whose clocks misbehave, and the truth beside them ---

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** True time runs; sleep stops `perf`, somebody sets `wall`, a new page begins `perf` anew. */
class Device {
  true = 1_770_000_000_000;
  life = 1;
  #perf = 200;
  #wall: number;
  readonly readings: Reading[] = [];

  constructor(
    private readonly chance: () => number,
    wrongMs: number,
    private readonly perfPpm: number,
    private readonly wallPpm: number,
  ) {
    this.#wall = this.true + wrongMs;
  }

  pass(ms: number): void {
    this.true += ms;
    this.#perf += ms * (1 + this.perfPpm / 1e6);
    this.#wall += ms * (1 + this.wallPpm / 1e6);
  }

  sleep(ms: number): void {
    this.true += ms;
    this.#wall += ms * (1 + this.wallPpm / 1e6);
  }

  set(by: number): void {
    this.#wall += by;
  }

  restart(): void {
    this.pass(700);
    this.life += 1;
    this.#perf = 150 + this.chance() * 1000;
  }

  look(): Look {
    return { life: this.life, perf: this.#perf, wall: this.#wall };
  }

  /** A ping over a line with a trip of `tripMs`, whose halves are not equal. */
  measure(tripMs: number): void {
    const share = this.chance();
    this.pass(tripMs * share);
    const epoch = this.true;
    this.pass(tripMs * (1 - share));
    const end = this.look();
    this.readings.push({ life: this.life, perf: end.perf - tripMs / 2, wall: end.wall - tripMs / 2, epoch, errorMs: tripMs / 2 + 1 });
  }
}

interface Act {
  readonly look: Look;
  readonly true: number;
}

function act(device: Device): Act {
  return { look: device.look(), true: device.true };
}

const MINUTE = 60_000;

function walk(seed: number, during: (device: Device, chance: () => number, acts: Act[]) => void): { device: Device; acts: Act[] } {
  const chance = random(seed);
  const device = new Device(chance, (chance() - 0.5) * 60 * MINUTE, (chance() - 0.5) * 80, (chance() - 0.5) * 300);
  const acts: Act[] = [];
  for (let ping = 0; ping < 5; ping += 1) {
    device.measure(60 + chance() * 500);
    device.pass(4000);
  }
  during(device, chance, acts);
  device.pass(1500);
  for (let ping = 0; ping < 3; ping += 1) {
    device.measure(60 + chance() * 500);
    device.pass(200);
  }
  return { device, acts };
}

function worst({ device, acts }: ReturnType<typeof walk>): number {
  return Math.max(...acts.map(({ look, true: moment }) => {
    const placed = place(look, device.readings);
    assert.ok(placed !== null);
    const off = Math.abs(placed.epoch - moment);
    assert.ok(off <= placed.errorMs + 1, `off by ${off}, said at most ${placed.errorMs}`);
    return off;
  }));
}

const RUNS = 400;

describe("the moment of an act", () => {
  it("is right within a second through ten minutes offline, whatever the wall clock says and drifts", () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const found = worst(walk(seed, (device, chance, acts) => {
        for (let mark = 0; mark < 12; mark += 1) {
          device.pass(chance() * 100_000);
          acts.push(act(device));
        }
      }));
      assert.ok(found <= 1000, `seed ${seed}: ${found} ms`);
    }
  });

  it("is right when the device slept, when its clock was set, or both, once each, in any order", () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const found = worst(walk(seed, (device, chance, acts) => {
        const disturb = [
          () => device.sleep(5000 + chance() * 20 * MINUTE),
          () => device.set((chance() < 0.5 ? -1 : 1) * (3000 + chance() * 30 * MINUTE)),
          () => undefined,
        ];
        if (chance() < 0.5) disturb.reverse();
        for (const change of disturb) {
          device.pass(chance() * 60_000);
          // Only acts after which something is still measured in the same page are asked of both ends.
          if (change !== disturb[1]) acts.push(act(device));
          change();
          device.pass(chance() * 60_000);
        }
        acts.push(act(device));
      }));
      assert.ok(found <= 1000, `seed ${seed}: ${found} ms`);
    }
  });

  it("is right when the tab was killed and the device restarted it without a network", () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const found = worst(walk(seed, (device, chance, acts) => {
        for (let page = 0; page < 3; page += 1) {
          device.pass(1000 + chance() * 100_000);
          acts.push(act(device));
          if (chance() < 0.4 && page === 0) device.sleep(chance() * 5 * MINUTE);
          device.restart();
        }
        device.pass(1000);
        acts.push(act(device));
      }));
      assert.ok(found <= 1000, `seed ${seed}: ${found} ms`);
    }
  });

  it("is right when the clock was set back and later forward again by as much", () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const found = worst(walk(seed, (device, chance, acts) => {
        const by = 3000 + chance() * 30 * MINUTE;
        device.pass(chance() * 60_000);
        device.set(-by);
        device.pass(chance() * 60_000);
        acts.push(act(device));
        if (chance() < 0.5) device.restart();
        device.pass(chance() * 60_000);
        device.set(by);
      }));
      assert.ok(found <= 1000, `seed ${seed}: ${found} ms`);
    }
  });

  it("is never claimed to be more exact than it is, however often everything happens", () => {
    let honest = 0;
    let sure = 0;
    let all = 0;
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const { device, acts } = walk(seed, (made, chance, done) => {
        for (let event = 0; event < 8; event += 1) {
          made.pass(chance() * 60_000);
          done.push(act(made));
          const which = chance();
          if (which < 0.3) made.sleep(2000 + chance() * 10 * MINUTE);
          else if (which < 0.6) made.set((chance() - 0.5) * 20 * MINUTE);
          else if (which < 0.8) made.restart();
        }
      });
      for (const { look, true: moment } of acts) {
        const placed = place(look, device.readings);
        assert.ok(placed !== null);
        all += 1;
        const off = Math.abs(placed.epoch - moment);
        if (off <= placed.errorMs + 1) honest += 1;
        if (placed.errorMs <= 1000 && off > 1000) sure += 1;
      }
    }
    assert.ok(honest / all > 0.95, `${honest} of ${all}`);
    // A clock that was set forward and back by as much looks like a sleep; nothing on the device tells them apart.
    assert.ok(sure / all < 0.004, `${sure} of ${all} were sure and wrong`);
  });
});

describe("the clock", () => {
  function device(): { clocks: DeviceClocks; go(ms: number): void; set(ms: number): void } {
    let [perf, wall] = [1000, 9_000_000];
    return {
      clocks: { perf: () => perf, wall: () => wall },
      go: (ms) => {
        perf += ms;
        wall += ms;
      },
      set: (ms) => {
        wall += ms;
      },
    };
  }

  it("counts from t0 until it is measured, and knows nothing before", () => {
    const { clocks } = device();
    const clock = new SessionClock(clocks);
    assert.equal(clock.session(), null);
    clock.t0 = 9_000_000 - 600;
    assert.equal(clock.session(), 600);
    clock.measure(900, 800, 100, 100);
    assert.equal(clock.measured, false);
  });

  it("goes on when somebody sets the device back", () => {
    const { clocks, go, set } = device();
    const clock = new SessionClock(clocks);
    go(20);
    clock.measure(1000, 1020, 52_010, 42_010);
    assert.deepEqual([clock.session(), clock.t0, clock.tripMs], [42_020, 10_000, 20]);
    go(1000);
    set(-7 * MINUTE);
    assert.equal(clock.session(), 43_020);
    assert.equal(clock.epoch(), 53_020);
    assert.ok((clock.errorMs ?? 0) > 6 * MINUTE, "and says that it cannot be sure");
    clock.measure(2010, 2020, 53_015, 43_015);
    assert.ok((clock.errorMs ?? Infinity) < 20);
  });

  it("believes the shortest trip of those that one clock ties together", () => {
    const { clocks, go } = device();
    const clock = new SessionClock(clocks);
    go(10);
    clock.measure(1000, 1010, 20_000, 10_000);
    go(1000);
    clock.measure(1210, 2010, 21_300, 11_300);
    assert.ok(Math.abs((clock.session() ?? 0) - 11_005) <= 2, String(clock.session()));
  });

  it("places what another page of this device did", () => {
    const { clocks, go } = device();
    const clock = new SessionClock(clocks);
    clock.t0 = 1_000_000;
    clock.remember(4, [{ life: 3, perf: 50, wall: 8_000_000, epoch: 2_000_000, errorMs: 5 }]);
    go(100);
    clock.measure(1090, 1100, 3_000_090, 2_000_090);
    const placed = clock.placed({ life: 3, perf: 90_050, wall: 8_090_000 });
    assert.ok(placed !== null && Math.abs(placed.ms - 1_090_000) < 20, JSON.stringify(placed));
  });
});
