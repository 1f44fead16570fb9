import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { logAt, moments, standingAt } from "../src/review/record.ts";
import { rowOf } from "../src/room/checklist.ts";
import { readEntry } from "../src/shared/wire.ts";

describe("what arrives late", () => {
  const raw = (seq: number, at_ms: number, kind: string, data: Record<string, unknown>): unknown => ({ seq, at_ms, kind, actor: "7", data, hash: "" });
  const log = [
    raw(1, 0, "session.opened", { t0: 5 }),
    raw(2, 300_000, "mark", { kuk: 4, value: "tidak" }),
    raw(3, 700_000, "mark", { kuk: 4, value: "ya", acted: { ms: 120_000, error_ms: 30, device: "t", n: 1 } }),
    raw(4, 701_000, "mark.undone", { mark: 3, acted: { ms: 130_000, error_ms: 30, device: "t", n: 2 } }),
  ].map(readEntry).filter((entry) => entry !== null);

  it("stands at its own moment, and the latest word counts", () => {
    const end = logAt(log, Infinity);
    assert.deepEqual(standingAt(end, 4).map(({ mark }) => [mark.value, mark.atMs]), [["tidak", 300_000]]);
    assert.deepEqual(moments(end).map(({ at, undone }) => [at, undone]), [[120_000, true], [300_000, false]]);
    assert.equal(end.marks.get(4)?.[1]?.storedMs, 700_000);
  });

  it("two words on one KUK stand until a third settles them, and again when one is changed", () => {
    const told = [
      raw(1, 0, "session.opened", { t0: 5 }),
      raw(2, 10_000, "mark", { kuk: 4, value: "ya" }),
      { ...(raw(3, 20_000, "mark", { kuk: 4, value: "tidak" }) as object), actor: "8" },
      raw(4, 30_000, "mark.resolved", { kuk: 4, value: "tidak", note: "dibahas", settles: [2, 3] }),
      raw(5, 40_000, "mark", { kuk: 4, value: "lanjut" }),
    ].map(readEntry).filter((entry) => entry !== null);
    const at = (ms: number): readonly [boolean, string | undefined] => {
      const then = logAt(told, ms);
      const row = rowOf(4, then.marks.get(4) ?? [], [], "7", then.resolutions.get(4));
      return [row.differs, row.settled?.value];
    };
    assert.deepEqual([at(15_000), at(25_000), at(35_000), at(45_000)], [[false, undefined], [true, undefined], [false, "tidak"], [true, undefined]]);
  });

  it("was there at that second of the recording", () => {
    assert.deepEqual(standingAt(logAt(log, 125_000), 4).map(({ mark }) => mark.value), ["ya"]);
    assert.deepEqual(standingAt(logAt(log, 131_000), 4), []);
  });
});
