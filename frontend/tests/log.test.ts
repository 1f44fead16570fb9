import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counted, type Kuk, rowOf, standings, stepped } from "../src/room/checklist.ts";
import { apply, emptyLog, type RoomLog } from "../src/room/fold.ts";
import { gapRows, lanesOf, momentOf } from "../src/room/gaps.ts";
import { turnsOf } from "../src/rescue/fold.ts";
import { openSweep } from "../src/second/fold.ts";
import type { Op } from "../src/shared/opqueue.ts";
import { type Entry, readEntry } from "../src/shared/wire.ts";

type Told = readonly [kind: string, actor: string, data?: Record<string, unknown>];

function entries(told: readonly Told[]): Entry[] {
  return told.map(([kind, actor, data], index) => ({
    seq: index + 1, atMs: (index + 1) * 1000, storedMs: (index + 1) * 1000, kind, actor, data: data ?? {}, hash: "",
  }));
}

function read(...told: Told[]): RoomLog {
  const log = emptyLog();
  for (const entry of entries(told)) assert.equal(apply(log, entry), "applied");
  return log;
}

function op(kind: string, data: Record<string, unknown>, id = "a"): Op {
  return { id, kind, data, look: { life: 1, perf: 0, wall: 0 }, baseSeq: 0, n: 1, seq: null, undo: null };
}

describe("the fold of the log", () => {
  it("takes every entry once and in order", () => {
    const log = emptyLog();
    const [first, second, third] = entries([["chat", "1", { text: "a" }], ["chat", "1", { text: "b" }], ["chat", "2", { text: "c" }]]);
    assert.ok(first && second && third);
    assert.equal(apply(log, first), "applied");
    assert.equal(apply(log, third), "hole");
    assert.equal(apply(log, second), "applied");
    assert.equal(apply(log, first), "duplicate");
    assert.equal(apply(log, third), "applied");
    assert.deepEqual(log.chat.map(({ data }) => data["text"]), ["a", "b", "c"]);
  });

  it("gives the same room however often entries are repeated", () => {
    const told = entries([
      ["session.opened", "1", { t0: 1_700_000_000_000 }], ["joined", "1", { name: "Ratna", role: "asesor" }],
      ["mark", "1", { kuk: 7, value: "ya", note: "" }], ["mark.undone", "1", { mark: 3 }], ["hand", "2", { raised: true }],
    ]);
    const once = emptyLog();
    for (const entry of told) apply(once, entry);
    const often = emptyLog();
    for (const entry of told) for (const again of [...told, entry]) apply(often, again);
    assert.deepEqual(often, once);
  });

  it("keeps its place over what it may not see", () => {
    const hidden = readEntry({ seq: 1, at_ms: 5, kind: "hidden", hash: "00" });
    assert.ok(hidden);
    const log = emptyLog();
    assert.equal(apply(log, hidden), "applied");
    assert.equal(log.head, 1);
    assert.equal(log.happenings.length, 0);
  });

  it("follows streams, gaps and the stored end of the recording", () => {
    const log = read(
      ["stream.started", "system", { stream: "s", kind: "camera", owner: "2", codecs: ["vp8"] }],
      ["segment.stored", "system", { stream: "s", index: 0, start_ms: 0, end_ms: 6000 }],
      ["stream.stopped", "system", { stream: "s", reason: "lost" }],
      ["gap", "system", { stream: "s", start_ms: 6000, end_ms: 9000, cause: "media process" }],
    );
    assert.equal(log.streams.get("s")?.live, false);
    assert.equal(log.streams.get("s")?.owner, "2");
    assert.equal(log.recordedMs, 6000);
    assert.equal(log.gaps.length, 1);
  });

  it("takes the signatures off a changed FR.AK.01", () => {
    const proposal = { bukti: ["observasi"], hari: "Senin", waktu: "10.00 WIB", tuk: "TUK Jarak Jauh" };
    const log = read(["ak01.proposed", "1", proposal], ["ak01.signed", "2", { as: "asesi" }], ["ak01.proposed", "1", proposal]);
    assert.equal(log.signatures.size, 0);
    assert.equal(log.proposal?.seq, 3);
  });

  it("ends", () => {
    const log = read(["session.opened", "1", { t0: 1 }], ["session.ended", "1", { reason: "asesor" }], ["session.sealed", "system"]);
    assert.equal(log.phase, "sealed");
    assert.equal(log.endReason, "asesor");
    assert.equal(log.endedMs, 2000);
  });
});

describe("a row of the checklist", () => {
  const ya = { kuk: 7, value: "ya", note: "" };
  const tidak = { kuk: 7, value: "tidak", note: "kurang" };

  it("shows a mark at once as pending, and as stored when the log has it", () => {
    const empty = rowOf(7, [], [op("mark", ya)], "1");
    assert.equal(empty.pending?.value, "ya");
    assert.equal(empty.standing.length, 0);
    const log = read(["mark", "1", ya]);
    const stored = rowOf(7, log.marks.get(7) ?? [], [], "1");
    assert.equal(stored.pending, null);
    assert.equal(stored.mine?.value, "ya");
  });

  it("keeps two authors who differ side by side", () => {
    const log = read(["mark", "1", ya], ["mark", "2", tidak]);
    const row = rowOf(7, log.marks.get(7) ?? [], [], "1");
    assert.equal(row.differs, true);
    assert.deepEqual(row.standing.map(({ actor, mark }) => [actor, mark.value]), [["1", "ya"], ["2", "tidak"]]);
  });

  it("counts an author's last mark, names what it replaced, and ignores a note to the same value", () => {
    const log = read(["mark", "1", tidak], ["mark", "1", ya], ["mark", "1", { ...ya, note: "rapi" }]);
    const [standing] = standings(log.marks.get(7) ?? []);
    assert.equal(standing?.mark.note, "rapi");
    assert.equal(standing?.replaced?.value, "tidak");
  });

  it("goes back to the earlier mark when the last is undone, and stays struck when none is left", () => {
    const back = read(["mark", "1", tidak], ["mark", "1", ya], ["mark.undone", "1", { mark: 2 }]);
    assert.equal(rowOf(7, back.marks.get(7) ?? [], [], "1").mine?.value, "tidak");
    const none = read(["mark", "1", ya], ["mark.undone", "1", { mark: 1 }]);
    const row = rowOf(7, none.marks.get(7) ?? [], [], "1");
    assert.equal(row.mine, null);
    assert.deepEqual(row.struck.map(({ value }) => value), ["ya"]);
  });

  it("says that an undoing is on its way", () => {
    const log = read(["mark", "1", ya]);
    assert.equal(rowOf(7, log.marks.get(7) ?? [], [op("mark.undo", { mark: 1 })], "1").undoing, true);
  });

  it("counts only what is stored, and steps within the list", () => {
    const kuks: Kuk[] = [{ id: 7, no: "1.1", teks: "" }, { id: 8, no: "1.2", teks: "" }];
    const log = read(["mark", "1", ya]);
    assert.equal(counted(kuks, log.marks), 1);
    assert.equal(stepped(kuks, null, 1), 7);
    assert.equal(stepped(kuks, 7, 1), 8);
    assert.equal(stepped(kuks, 8, 1), 8);
    assert.equal(stepped(kuks, 7, -1), 7);
  });
});

describe("the gap map", () => {
  const gap = (stream: string, start: number, end: number, cause = "network"): Told => [
    "gap", "system", { stream, start_ms: start, end_ms: end, cause },
  ];
  const filled = (stream: string, start: number, end: number): Told => [
    "gap.filled", "system", { stream, start_ms: start, end_ms: end, by: "device backup", segments: [] },
  ];
  const log = read(
    ["stream.started", "system", { stream: "a", kind: "camera", owner: "7" }],
    ["stream.started", "system", { stream: "b", kind: "camera", owner: "9" }],
    gap("a", 60_000, 90_000, "media process"), gap("a", 5000, 20_000), gap("a", 20_000, 25_000), gap("b", 7000, 9000),
    gap("a", 100_000, 110_000), filled("a", 5000, 14_000), filled("a", 13_900, 24_950), filled("a", 60_000, 70_000),
    ["gap", "system", { stream: "a", start_ms: 5000, end_ms: 6000, cause: "network", media: "audio" }],
    ["backup.asked", "9", { stream: "a", kind: "camera", start_ms: 90_500, end_ms: 101_000 }],
  );

  it("tells whose, from when to when, why, and what fills it", () => {
    assert.deepEqual(gapRows(log).filter(({ media }) => media !== "").map(({ endMs, filled }) => [endMs, filled]), [[6000, "all"]]);
    assert.deepEqual(
      gapRows(log).filter(({ media }) => media === "").map((row) => [row.owner, row.startMs, row.endMs, row.cause, row.filled, row.askedBy]),
      [
        ["7", 5000, 25_000, "network", "all", ""],
        ["9", 7000, 9000, "network", "none", ""],
        ["7", 60_000, 90_000, "media process", "part", ""],
        ["7", 100_000, 110_000, "network", "none", "9"],
      ],
    );
    assert.deepEqual(gapRows(emptyLog()), []);
  });

  it("lies in one lane for each stream", () => {
    const lanes = lanesOf(log, gapRows(log));
    assert.deepEqual(lanes.map(({ stream, rows }) => [stream, rows.length]), [["a", 4], ["b", 1]]);
  });

  it("takes moments as the session clock writes them", () => {
    assert.deepEqual(["12.03", "1.02.03", "00:00:05", "99.59"].map(momentOf), [723_000, 3_723_000, 5000, 5_999_000]);
    assert.deepEqual(["", "12", "12.60", "1.60.00", "a.b", "-1.00"].map(momentOf), [null, null, null, null, null, null]);
  });
});

describe("a second camera and room sweeps in the log", () => {
  it("keeps the phone that is paired, and each sweep with its span and result", () => {
    const log = read(
      ["camera.paired", "1", { camera: "a", device: "Chrome, Android" }],
      ["sweep.asked", "2"],
      ["sweep.done", "1", { sweep: 2, start_ms: 2000, end_ms: 3000 }],
    );
    assert.equal(log.second.phone?.device, "Chrome, Android");
    assert.equal(openSweep(log.second, false), null, "the asesi is done");
    assert.equal(openSweep(log.second, true)?.endMs, 3000, "the asesor has to judge");
    const [judged] = entries([["sweep.judged", "2", { sweep: 2, result: "temuan", note: "poster" }]]);
    assert.ok(judged);
    assert.equal(apply(log, { ...judged, seq: 4 }), "applied");
    assert.equal(openSweep(log.second, true), null);
    assert.deepEqual([...log.second.sweeps.values()].map(({ result, note }) => [result, note]), [["temuan", "poster"]]);
  });

  it("does not take an older phone's end for the newer one's", () => {
    const log = read(
      ["camera.paired", "1", { camera: "a", device: "" }],
      ["camera.paired", "1", { camera: "b", device: "" }],
      ["camera.unpaired", "1", { camera: "a", reason: "replaced" }],
    );
    assert.equal(log.second.phone?.camera, "b");
  });
});

describe("a session that goes on without live media", () => {
  it("tells each turn from its asking to its answer, and finds the recording by its hash", () => {
    const log = read(
      ["rescue.started", "2", { reason: "putus", until: 9 }],
      ["rescue.asked", "2", { how: "video", answer_s: 60, step: "", kuk: [7], sha256: "q" }],
      ["rescue.opened", "1", { turn: 2, text: "Jelaskan.", due_ms: 63_000 }],
      ["rescue.answered", "1", { turn: 2, sha256: "f", bytes: 5, from_ms: 4000, to_ms: 5000, late_ms: 0, believed: true }],
      ["rescue.asked", "2", { how: "text", answer_s: 60, kuk: [], sha256: "q" }],
      ["rescue.withdrawn", "2", { turn: 5 }],
      ["evidence.received", "1", { evidence: "e", filename: "a.webm", filetype: "video/webm", bytes: 5, sha256: "f", kuk: [7] }],
    );
    assert.equal(log.phase, "rescue");
    const [turn, ...more] = turnsOf(log.rescue);
    assert.deepEqual(more, [], "what was taken back does not count");
    assert.deepEqual([turn?.state, turn?.text, turn?.dueMs, turn?.sha256], ["answered", "Jelaskan.", 63_000, "f"]);
    assert.equal(log.rescue.files.get("f"), "e");
  });
});
