import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chosen, NOTHING_OWED, owed } from "../src/backup/choice.ts";
import { chunkBytes, DRIP, LEAST_CHUNK, type Line, MOST_CHUNK, pauseOf, restMs } from "../src/backup/line.ts";
import { meterOf } from "../src/backup/meter.ts";
import { placed, thinned } from "../src/backup/place.ts";
import { budget, MOST_BYTES, victims, worth } from "../src/backup/quota.ts";
import { due, mimeFor, OVERLAP_MS, restartMs, SLICE_CAP, SLICE_MS, sparing } from "../src/backup/schedule.ts";
import type { Placed, Sample, Slice, Wanted } from "../src/backup/slice.ts";
import { metadata } from "../src/shared/tus.ts";
import { readWanted, UNASKED, UPLOAD_PACE } from "../src/backup/uploader.ts";
import { waitMs } from "../src/shared/backoff.ts";

function slice(id: string, change: Partial<Slice> = {}): Slice {
  return {
    id, session: "s", owner: "1", run: "r", kind: "camera", mime: "video/webm", how: "file",
    startPerf: 0, startWall: 0, lastPerf: 10_000, bytes: 700_000, closed: true, risky: false,
    upload: null, offset: 0, sentWall: null, refused: null, ...change,
  };
}

function at(id: string, startMs: number, change: Partial<Slice> = {}, errorMs = 100): Placed {
  return { slice: slice(id, change), startMs, endMs: startMs + 10_000, errorMs };
}

function gap(startMs: number, endMs: number, why: Wanted["why"] = "gap"): Wanted {
  return { kind: "camera", startMs, endMs, why };
}

const ids = (some: readonly Placed[]): string[] => some.map((one) => one.slice.id);

describe("slices", () => {
  it("end after ten seconds or at the cap, whatever comes first, and late timers are still due", () => {
    assert.equal(due({ startPerf: 500, bytes: 0 }, 500 + SLICE_MS - OVERLAP_MS - 1), false);
    assert.equal(due({ startPerf: 500, bytes: 0 }, 500 + SLICE_MS - OVERLAP_MS), true);
    assert.equal(due({ startPerf: 500, bytes: 0 }, 70_000), true);
    assert.equal(due({ startPerf: 500, bytes: SLICE_CAP }, 501), true);
  });

  it("are recorded in what the server records, else in what there is, else not at all", () => {
    assert.equal(mimeFor(true, () => true), "video/webm;codecs=vp8,opus");
    assert.equal(mimeFor(true, (mime) => mime === "video/mp4"), "video/mp4");
    assert.equal(mimeFor(false, (mime) => mime.includes("webm")), "audio/webm;codecs=opus");
    assert.equal(mimeFor(true, () => false), null);
  });

  it("are sound alone on a weak battery, until it is charged or charging", () => {
    assert.equal(sparing(null, true), false);
    assert.equal(sparing({ level: 0.14, charging: false }, false), true);
    assert.equal(sparing({ level: 0.14, charging: true }, true), false);
    assert.equal(sparing({ level: 0.17, charging: false }, false), false);
    assert.equal(sparing({ level: 0.17, charging: false }, true), true);
    assert.equal(sparing({ level: 0.2, charging: false }, true), false);
  });

  it("are begun again after a dead recorder, ever more rarely, but always", () => {
    assert.deepEqual([0, 1, 5, 6, 60].map(restartMs), [1000, 2000, 32_000, 60_000, 60_000]);
  });
});

describe("where a slice lies", () => {
  const sample = (change: Partial<Sample>): Sample => ({ run: "r", perf: 0, wall: 0, session: 0, errorMs: 20, ...change });

  it("is told by the best reading of its own run", () => {
    const samples = [
      sample({ perf: 1000, wall: 901_000, session: 5300, errorMs: 300 }),
      sample({ perf: 11_000, wall: 911_000, session: 15_000, errorMs: 5 }),
      sample({ run: "other", perf: 6000, wall: 1, session: 99_000, errorMs: 1 }),
    ];
    const found = placed(slice("a", { startPerf: 6000, startWall: 906_000, lastPerf: 16_020 }), samples, null);
    assert.equal(found?.startMs, 10_000);
    assert.equal(found?.endMs, 20_020);
    assert.ok(found !== null && found.errorMs < 150);
  });

  it("prefers readings on its own side of a jump of the clocks", () => {
    const samples = [
      sample({ perf: 1000, wall: 1000, session: 1000, errorMs: 50 }),
      // The phone slept for a minute: the wall clock went on, the monotonic one did not.
      sample({ perf: 3000, wall: 63_000, session: 63_000, errorMs: 2 }),
    ];
    const before = placed(slice("a", { startPerf: 2000, startWall: 2000, lastPerf: 2900 }), samples, null);
    const after = placed(slice("b", { startPerf: 4000, startWall: 64_000, lastPerf: 5000 }), samples, null);
    assert.equal(before?.startMs, 2000);
    assert.equal(after?.startMs, 64_000);
  });

  it("is told by a later visit where its run never heard the server, and admits the error", () => {
    const later = { wall: 500_000, session: 300_000, errorMs: 40 };
    const found = placed(slice("a", { startWall: 410_000 }), [], later);
    assert.equal(found?.startMs, 210_000);
    assert.ok(found !== null && found.errorMs >= 1000);
    assert.equal(placed(slice("a"), [], null), null);
  });

  it("needs few readings: the most exact of each stretch", () => {
    const many = Array.from({ length: 200 }, (_, n) => sample({ perf: n * 1000, errorMs: n % 7 === 3 ? 1 : 50 }));
    const kept = thinned(many, 20);
    assert.ok(kept.length <= 20);
    assert.ok(kept.every(({ errorMs }) => errorMs === 1));
    assert.deepEqual(thinned(many.slice(0, 5), 20), many.slice(0, 5));
    assert.deepEqual(thinned([], 20), []);
  });
});

describe("what is sent", () => {
  const held = [at("c", 20_000), at("a", 0), at("b", 9900), at("d", 29_800), at("e", 200_000)];

  it("follows the server's order, then time, and no file goes twice", () => {
    const wanted = [gap(22_000, 31_000), gap(1000, 2000, "asked"), gap(25_000, 26_000, "asked")];
    assert.deepEqual(ids(chosen(wanted, held, 0)), ["c", "d", "a"]);
    assert.deepEqual(chosen([], held, 0), []);
  });

  it("reaches over the edge by the error of the clock, since the truth may lie there", () => {
    assert.deepEqual(ids(chosen([gap(10_050, 12_000)], held, 0)), ["a", "b"]);
    assert.deepEqual(ids(chosen([gap(11_000, 12_000)], held, 0)), ["b"]);
  });

  it("leaves out what still grows, what was refused, what has just gone and what is of another kind", () => {
    const some = [
      at("open", 0, { closed: false }), at("refused", 0, { refused: 415 }), at("gone", 0, { sentWall: 90_000 }),
      at("screen", 0, { kind: "screen" }), at("old", 0, { sentWall: 10_000 }),
    ];
    assert.deepEqual(ids(chosen([gap(0, 5000)], some, 100_000)), ["old"]);
  });

  it("is counted honestly: what is owed, what has gone of it, what is not here at all", () => {
    const some = [at("a", 0), at("b", 9900, { offset: 200_000 }), at("c", 20_000, { offset: 700_000, sentWall: 5 })];
    assert.deepEqual(owed([gap(5000, 40_000)], some), { ms: 14_900, bytes: 1_200_000, ofBytes: 2_100_000, missingMs: 10_100 });
    assert.deepEqual(owed([], some), NOTHING_OWED);
    assert.deepEqual(owed([gap(50_000, 60_000)], some), { ...NOTHING_OWED, missingMs: 10_000 });
  });

  it("is read from the server's answer without trusting it", () => {
    const raw = [
      { kind: "camera", start_ms: 5, end_ms: 9, why: "asked" }, { start_ms: 9, end_ms: 5 }, null, "x",
      { kind: "camera", start_ms: 1, end_ms: 2, why: "whatever" },
    ];
    assert.deepEqual(readWanted(raw), [gap(5, 9, "asked"), gap(1, 2)]);
    assert.deepEqual(readWanted({}), []);
  });

  it("describes itself as tus wants it", () => {
    assert.equal(metadata({ slice: "a-1", wall_ms: "7" }), "slice YS0x,wall_ms Nw==");
  });
});

describe("the line", () => {
  const good: Line = { online: true, live: "live", downMs: 0, availableBps: 900_000, sentBps: 150_000, loss: 0, tripMs: 40 };

  it("carries the live media first", () => {
    assert.equal(pauseOf(good), null);
    assert.equal(pauseOf({ ...good, availableBps: 200_000 }), "live");
    assert.equal(pauseOf({ ...good, availableBps: 100_000, sentBps: 60_000 }), null);
    assert.equal(pauseOf({ ...good, availableBps: 100_000, sentBps: 80_000 }), "live");
    assert.equal(pauseOf({ ...good, availableBps: null }), null);
    assert.equal(pauseOf({ ...good, loss: 0.1 }), "live");
    assert.equal(pauseOf({ ...good, tripMs: 1500 }), "live");
    assert.equal(pauseOf({ ...good, online: false }), "offline");
  });

  it("waits for media to come back, but not for ever", () => {
    assert.equal(pauseOf({ ...good, live: "down", downMs: 1000 }), "live");
    assert.equal(pauseOf({ ...good, live: "down", downMs: 30_000 }), null);
    assert.equal(pauseOf({ ...good, loss: 0.2 }, 29_000), "live");
    assert.equal(pauseOf({ ...good, loss: 0.2 }, 30_000), null);
    assert.equal(pauseOf({ ...good, online: false }, 30_000), "offline");
  });

  it("is all for the backup when the session is over", () => {
    assert.equal(pauseOf({ ...good, live: "none", availableBps: 1, loss: 1 }), null);
    assert.equal(restMs({ ...good, live: "none" }, 900), 0);
    assert.equal(restMs(good, 900), 900);
    assert.equal(restMs(good, 60_000), 5000);
  });

  it("sets the size of a chunk, between 64 and 256 KiB", () => {
    assert.equal(chunkBytes(null), LEAST_CHUNK);
    assert.equal(chunkBytes(100_000, { ...good, availableBps: 90_000 }), DRIP);
    assert.equal(chunkBytes(100_000, { ...good, live: "none" }), 150_000);
    assert.equal(chunkBytes(1000), LEAST_CHUNK);
    assert.equal(chunkBytes(100_000), 150_000);
    assert.equal(chunkBytes(10_000_000), MOST_CHUNK);
  });

  it("is knocked at ever more rarely, with jitter, within bounds", () => {
    for (const random of [0, 0.5, 0.999]) {
      const waits = Array.from({ length: 20 }, (_, attempt) => waitMs(attempt, UPLOAD_PACE, () => random));
      assert.ok(waits.every((wait) => wait >= 500 && wait <= UPLOAD_PACE.capMs));
      assert.ok(waits.every((wait, n) => n === 0 || wait >= (waits[n - 1] ?? 0)));
    }
  });
});

describe("room on the device", () => {
  it("is bounded by what the browser gives and by what is decent", () => {
    assert.equal(budget(null, 0), MOST_BYTES);
    assert.equal(budget({ usage: 0, quota: 1e12 }, 0), MOST_BYTES);
    assert.equal(budget({ usage: 30_000_000, quota: 120_000_000 }, 10_000_000), 45_000_000);
    assert.equal(budget({ usage: 120_000_000, quota: 120_000_000 }, 10_000_000), 10_000_000);
  });

  it("is worth most to what the server wants, least to what it has", () => {
    assert.equal(worth(slice("a"), at("a", 0), []), 0);
    assert.equal(worth(slice("a", { risky: true }), at("a", 0), []), 1);
    assert.equal(worth(slice("a"), at("a", 0), [gap(9000, 12_000)]), 2);
    assert.equal(worth(slice("a"), at("a", 0), [gap(10_050, 12_000)]), 2);
    assert.equal(worth(slice("a"), at("a", 0), [gap(10_150, 12_000)]), 0);
    assert.equal(worth(slice("a"), null, []), 1);
    assert.equal(worth(slice("a", { refused: 415 }), at("a", 0), [gap(0, 1)]), 0);
  });

  it("is made by the oldest that is worth least; what is wanted never gives way", () => {
    const valued = [
      { slice: slice("new", { startWall: 30 }), worth: 0 as const },
      { slice: slice("old", { startWall: 10 }), worth: 0 as const },
      { slice: slice("risky", { startWall: 1 }), worth: 1 as const },
      { slice: slice("wanted", { startWall: 0 }), worth: 2 as const },
      { slice: slice("open", { startWall: 0, closed: false }), worth: 0 as const },
    ];
    const names = (bytes: number, fresh: 0 | 1): string[] | undefined => victims(valued, bytes, fresh)?.map(({ id }) => id);
    assert.deepEqual(names(0, 0), []);
    assert.deepEqual(names(1, 0), ["old"]);
    assert.deepEqual(names(1_400_000, 0), ["old", "new"]);
    assert.equal(names(1_400_001, 0), undefined);
    assert.deepEqual(names(1_400_001, 1), ["old", "new", "risky"]);
    assert.equal(names(2_100_001, 1), undefined);
  });
});

describe("the meter", () => {
  const some = { ms: 15_000, bytes: 500_000, ofBytes: 2_000_000, missingMs: 0 };

  it("says nothing before the server has spoken, and why it waits when something is owed", () => {
    assert.deepEqual(meterOf(UNASKED), { owing: false, percent: 0, phase: null });
    const sending = meterOf({ ...UNASKED, phase: "sending", owed: some });
    assert.deepEqual(sending, { owing: true, percent: 75, phase: "phase.sending" });
    assert.equal(meterOf({ ...UNASKED, phase: "paused", pause: "live", owed: some }).phase, "phase.live");
    assert.equal(meterOf({ ...UNASKED, phase: "waiting", pause: "offline", owed: some }).phase, "phase.offline");
    assert.equal(meterOf({ ...UNASKED, phase: "waiting", owed: some }).phase, "phase.waiting");
    assert.equal(meterOf({ ...UNASKED, phase: "elsewhere", owed: some }).phase, "phase.elsewhere");
    assert.equal(meterOf({ ...UNASKED, phase: "closed", owed: some }).owing, false);
  });
});
