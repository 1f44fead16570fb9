import assert from "node:assert/strict";
import { describe, it } from "node:test";
import cases from "../../tests/unit/live/identity_cases.json" with { type: "json" };
import { apply, emptyLog } from "../src/room/fold.ts";
import { Attention, type Told } from "../src/room/workplace/attention.ts";
import { remainingOf } from "../src/room/workplace/fold.ts";
import { queueOf } from "../src/room/workplace/lobby.ts";
import { fields, list, text } from "../src/shared/json.ts";
import { type Entry, readFrame } from "../src/shared/wire.ts";

function entries(told: readonly unknown[], everyMs = 1000): Entry[] {
  return told.map((row, index) => {
    const [kind, actor, data] = list(row);
    return { seq: index + 1, atMs: (index + 1) * everyMs, storedMs: (index + 1) * everyMs, kind: text(kind), actor: text(actor), data: fields(data), hash: "" };
  });
}

describe("identity belongs to a connection", () => {
  for (const item of cases) {
    const { name, log: told, states } = fields(item);
    it(text(name), () => {
      const log = emptyLog();
      const found = entries(list(told)).map((entry) => {
        apply(log, entry);
        return log.work.identity.get("1")?.state;
      });
      assert.deepEqual(found, states);
    });
  }
});

describe("the clock of a task", () => {
  it("stands still while it is paused, and takes what is added", () => {
    const log = emptyLog();
    for (const entry of entries([
      ["timer.started", "2", { step: "observasi", label: "", ms: 60_000 }],
      ["timer.paused", "2", { timer: 1 }],
      ["timer.extended", "2", { timer: 1, ms: 30_000 }],
      ["timer.resumed", "2", { timer: 1 }],
      ["timer.paused", "2", { timer: 99 }],
    ])) apply(log, entry);
    const { timer } = log.work;
    assert.ok(timer);
    assert.equal(timer.totalMs, 90_000);
    assert.equal(remainingOf(timer, 5000), 88_000);
  });
});

describe("the door", () => {
  it("shows who waits in the order they came, and nobody who went", () => {
    const people = [["3", true, true, 900], ["1", true, true, 100], ["2", false, true, 50], ["4", true, false, 10]];
    const frame = readFrame(JSON.stringify({
      presence: people.map(([id, waiting, online, since_ms]) => ({ id, waiting, online, since_ms, name: "", role: "asesi", hand: false, media: {} })),
      recording: null,
    }));
    assert.equal(frame?.type, "presence");
    assert.deepEqual(frame.type === "presence" ? queueOf(frame.people).map(({ id }) => id) : [], ["1", "3"]);
  });
});

describe("attention", () => {
  const make = (): { attention: Attention; told: Told[] } => ({ attention: new Attention(() => false), told: [] });

  it("says nothing of a glance, and tells a real absence while it lasts and with its length", () => {
    const { attention, told } = make();
    attention.lost("tab", 0);
    told.push(...attention.tick(1000), ...attention.back(1500), ...attention.tick(2000));
    assert.equal(told.length, 0);
    attention.lost("tab", 10_000);
    attention.lost("window", 10_100);
    told.push(...attention.tick(11_000), ...attention.tick(12_000), ...attention.tick(13_000), ...attention.back(40_000));
    assert.deepEqual(told.map(({ kind }) => kind), ["focus.lost", "focus.back"]);
    assert.deepEqual(told[1]?.data, { reason: "tab", sharing: false, ms: 30_000, count: 1 });
  });

  it("tells many absences together, at most one pair in twenty seconds", () => {
    const { attention, told } = make();
    for (let start = 0; start < 60_000; start += 6000) {
      attention.lost("window", start);
      for (let now = start; now < start + 3000; now += 1000) told.push(...attention.tick(now));
      told.push(...attention.back(start + 3000));
      for (let now = start + 3000; now < start + 6000; now += 1000) told.push(...attention.tick(now));
    }
    for (let now = 60_000; now < 90_000; now += 1000) told.push(...attention.tick(now));
    const backs = told.filter(({ kind }) => kind === "focus.back");
    assert.ok(told.length <= 8, String(told.length));
    assert.equal(backs.reduce((sum, { data }) => sum + Number(data["count"]), 0), 10);
    assert.equal(backs.reduce((sum, { data }) => sum + Number(data["ms"]), 0), 30_000);
  });

  it("excuses what the page itself opened, and only that", () => {
    const { attention, told } = make();
    attention.excuse(1000);
    attention.lost("window", 1200);
    attention.lost("tab", 3000);
    told.push(...attention.tick(30_000), ...attention.back(60_000));
    assert.equal(told.length, 0);
    attention.lost("tab", 70_000);
    told.push(...attention.back(75_000));
    assert.deepEqual(told.map(({ kind }) => kind), ["focus.back"]);
  });
});
