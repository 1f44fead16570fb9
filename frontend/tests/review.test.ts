import assert from "node:assert/strict";
import { test } from "node:test";
import { readDownloads } from "../src/review/downloads.ts";
import { readManifest, type Segment } from "../src/review/model.ts";
import { logAt, moments, standingAt } from "../src/review/record.ts";
import { evictions, forgotten, gathers, Master, nextWanted, nudge, segmentAt } from "../src/review/schedule.ts";
import { shape, shapeAt, shapes } from "../src/review/screen.ts";
import { holds, merged, total, Watched } from "../src/review/spans.ts";
import { following, Scale, ticks, windowAround, withRoom } from "../src/review/timeline.ts";
import { gapWords } from "../src/review/words.ts";
import type { Entry } from "../src/shared/wire.ts";

function segments(count: number, length = 6000): Segment[] {
  return Array.from({ length: count }, (_, index) => ({
    index, start: index * length, end: (index + 1) * length, bytes: 1, mime: "video/webm", url: `/s/${index}`, device: false,
  }));
}

test("the segment under the playhead comes first, then ahead, then a little behind", () => {
  const all = segments(100);
  const order: number[] = [];
  const held = new Set<number>();
  for (;;) {
    const next = nextWanted(all, 60_500, held);
    if (next === null) break;
    order.push(next.index);
    held.add(next.index);
  }
  assert.deepEqual(order, [10, 11, 12, 13, 14, 15, 9]);
});

test("nothing is fetched in a hole of the recording but what follows it", () => {
  const all = segments(3).filter(({ index }) => index !== 1);
  assert.equal(segmentAt(all, 7000), null);
  assert.equal(nextWanted(all, 7000, new Set())?.index, 2);
});

test("a minute around the playhead is kept, the rest leaves and can come again", () => {
  const gone = evictions([{ start: 0, end: 300_000 }], 150_000);
  assert.deepEqual(gone, [{ start: 0, end: 90_000 }, { start: 210_000, end: 300_000 }]);
  assert.deepEqual(evictions([{ start: 100_000, end: 200_000 }], 150_000), []);
  assert.deepEqual(forgotten(segments(20), [{ start: 0, end: 12_001 }]), [0, 1, 2]);
});

test("small drift bends the speed towards the master, large drift seeks", () => {
  assert.deepEqual(nudge(10, 1), { seek: false, hold: false, rate: 1 });
  assert.ok(nudge(80, 1).rate < 1);
  assert.ok(nudge(-80, 2).rate > 2);
  assert.deepEqual(nudge(900, 1), { seek: false, hold: true, rate: 1 });
  assert.equal(nudge(-900, 1).seek, false);
  assert.equal(nudge(-9000, 1).seek, true);
});

test("the master waits for pictures that are behind, and for none that has to seek", () => {
  assert.equal(gathers([], 1, false), false);
  assert.equal(gathers([40, -120], 1, false), false);
  assert.equal(gathers([40, -700], 1, false), true);
  assert.equal(gathers([40, -120], 1, true), true, "until they are together");
  assert.equal(gathers([40, -50], 1, true), false);
  assert.equal(gathers([-700], 3, false), false);
  assert.equal(gathers([-20_000], 1, false), false);
});

test("the master keeps its place over pause, seek and speed, and stops at the end", () => {
  const master = new Master(10_000);
  master.play(0);
  assert.equal(master.at(1000), 1000);
  master.speed(2, 1000);
  assert.equal(master.at(2000), 3000);
  master.pause(2000);
  assert.equal(master.at(9000), 3000);
  master.seek(8000, 9000);
  master.play(9000);
  assert.equal(master.at(99_000), 10_000);
  master.pause(99_000);
  master.play(99_000);
  assert.equal(master.at(99_000), 0);
});

test("watched spans join and a jump counts for nothing", () => {
  const watched = new Watched([{ start: 0, end: 1000 }]);
  for (const at of [1000, 1250, 1500, 30_000, 30_250]) watched.see(at, 1);
  assert.deepEqual(watched.spans, [{ start: 0, end: 1500 }, { start: 30_000, end: 30_250 }]);
  const taken = watched.take();
  assert.deepEqual(taken, [{ start: 1000, end: 1500 }, { start: 30_000, end: 30_250 }]);
  assert.deepEqual(watched.take(), []);
  watched.giveBack(taken);
  assert.equal(total(watched.take()), 750);
});

test("spans are united and asked", () => {
  const union = merged([{ start: 5, end: 9 }, { start: 0, end: 5 }, { start: 20, end: 19 }, { start: 12, end: 14 }]);
  assert.deepEqual(union, [{ start: 0, end: 9 }, { start: 12, end: 14 }]);
  assert.equal(holds(union, 9), false);
  assert.equal(holds(union, 13), true);
});

test("the scale maps both ways and clips bars", () => {
  const scale = new Scale(60_000, 120_000, 600);
  assert.equal(scale.x(90_000), 300);
  assert.equal(scale.at(300), 90_000);
  assert.deepEqual(scale.bar({ start: 0, end: 66_000 }), { x: 0, width: 60 });
  assert.deepEqual(scale.bar({ start: 70_000, end: 70_001 }), { x: 100, width: 1 });
  assert.equal(scale.bar({ start: 0, end: 60_000 }), null);
});

test("ticks stand on round moments and apart", () => {
  const found = ticks(new Scale(0, 7_200_000, 800));
  assert.deepEqual(found.slice(0, 3), [0, 900_000, 1_800_000]);
  assert.deepEqual(ticks(new Scale(500, 9500, 1000)), [1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000]);
});

test("the window stays inside the session and follows the playhead by the page", () => {
  assert.deepEqual(windowAround(0, 60_000, 600_000), { start: 0, end: 60_000 });
  assert.deepEqual(windowAround(599_000, 60_000, 600_000), { start: 540_000, end: 600_000 });
  assert.deepEqual(windowAround(5, 60_000, 4000), { start: 0, end: 4000 });
  const view = { start: 0, end: 60_000 };
  assert.equal(following(view, 30_000, 600_000), view);
  assert.ok(following(view, 61_000, 600_000).start > 0);
});

test("labels give way to each other", () => {
  assert.deepEqual(withRoom([0, 10, 100], (x) => x, () => 40), [false, true, true]);
});

function entry(seq: number, atMs: number, kind: string, data: Record<string, unknown>, actor = "7"): Entry {
  return { seq, atMs, storedMs: atMs, kind, actor, data, hash: "" };
}

const LOG: Entry[] = [
  entry(1, 0, "session.opened", { t0: 1000 }),
  entry(2, 5000, "mark", { kuk: 4, value: "ya" }),
  entry(3, 6000, "mark", { kuk: 4, value: "tidak" }, "8"),
  entry(4, 9000, "mark.undone", { mark: 2 }),
  entry(5, 12_000, "mark", { kuk: 4, value: "lanjut" }),
];

test("the checklist stands at any second as it stood then", () => {
  const values = (at: number): string[] => standingAt(logAt(LOG, at), 4).map(({ mark }) => mark.value);
  assert.deepEqual(values(4999), []);
  assert.deepEqual(values(5000), ["ya"]);
  assert.deepEqual(values(8999), ["ya", "tidak"]);
  assert.deepEqual(values(9000), ["tidak"]);
  assert.deepEqual(values(60_000), ["tidak", "lanjut"]);
});

test("undone marks stay on the timeline, named as undone", () => {
  assert.deepEqual(
    moments(logAt(LOG, 60_000)).map(({ seq, undone }) => [seq, undone]),
    [[2, true], [3, false], [5, false]],
  );
});

test("of destroyed media the player keeps the minutes' number, and asks for no byte", () => {
  const piece = { index: 0, start_ms: 0, end_ms: 10, bytes: 1, mime: "video/webm", url: "/s/0" };
  const number = "BA-PM/001/LSP/III/2030";
  const [whole, gone, inCapsule] = readManifest({
    streams: [
      { stream: "a", erased: null, segments: [piece] },
      { stream: "b", erased: number, segments: [piece] },
      { stream: "c", segments: [{ ...piece, url: null, erased: number }] },
    ],
  }).streams;
  assert.equal(whole?.erased, undefined);
  assert.equal(whole?.segments.length, 1);
  for (const stream of [gone, inCapsule]) {
    assert.equal(stream?.erased, number);
    assert.deepEqual(stream?.segments, []);
  }
});

test("a stream needs a buffer for each set of tracks, whatever their codec", () => {
  const [one, two, three, four] = segments(4);
  assert.ok(one && two && three && four);
  const stream = {
    id: "s", owner: "1", kind: "camera",
    segments: [
      { ...one, mime: 'video/webm; codecs="vp8,opus"' },
      { ...two, mime: 'video/mp4; codecs="avc1.42C014,opus"' },
      { ...three, mime: 'audio/webm; codecs="opus"' },
      { ...four, start: 30_000, end: 36_000, mime: 'video/webm; codecs="vp8"' },
    ],
  };
  assert.deepEqual(shapes(stream), ["video:2", "audio:1", "video:1"]);
  assert.equal(shapeAt(stream, 7000), "video:2");
  assert.equal(shapeAt(stream, 13_000), "audio:1");
  assert.equal(shapeAt(stream, 20_000), "video:1", "in a hole: what comes next");
  assert.equal(shapeAt(stream, 99_000), null);
  assert.equal(shape({ ...one, mime: "" }), ":2");
});

test("the manifest tells the device's pieces apart and leaves out what was destroyed", () => {
  const piece = { index: 0, start_ms: 0, end_ms: 5, bytes: 1, mime: "video/webm" };
  const manifest = readManifest({
    duration_ms: 10,
    streams: [{ stream: "s", owner: "1", kind: "camera", segments: [
      { ...piece, index: 100_000, start_ms: 5, end_ms: 9, source: "device", url: "/b" },
      { ...piece, source: "live", url: "/a" },
      { ...piece, index: 7, url: null },
    ] }],
    gaps: [{ stream: "s", start_ms: 5000, end_ms: 9000, cause: "network", filled_by: "device backup" }],
  });
  assert.deepEqual(manifest.streams[0]?.segments.map(({ url, device }) => [url, device]), [["/a", false], ["/b", true]]);
  const [gap] = manifest.gaps;
  assert.ok(gap);
  assert.equal(gapWords(gap), "diisi dari cadangan perangkat 00.00.05–00.00.09, koneksi terputus");
  assert.equal(gapWords({ ...gap, filledBy: null, cause: "odd" }), "tidak terekam 00.00.05–00.00.09, odd");
});

test("downloads are read whatever the server leaves out", () => {
  assert.deepEqual(readDownloads({ items: [{ id: "1", state: "running", progress: 7 }] }), [
    { id: "1", what: "", stream: "", state: "running", progress: 7, problem: "", filename: "", bytes: 0, url: "" },
  ]);
  assert.deepEqual(readDownloads(null), []);
});
