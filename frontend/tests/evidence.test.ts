import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { described, disposable, hasUrgent, type Item, KEPT_BYTES, KEPT_MS, nextJob, unprepared } from "../src/evidence/item.ts";
import { proofOf } from "../src/evidence/proof.ts";
import { fitsAsItIs, LONG_SIDE, TARGET_BYTES, THUMB_BYTES, thumbTries, tries, within, worth } from "../src/evidence/shrink.ts";
import { type Encode, made } from "../src/evidence/encode.ts";
import { tooLarge } from "../src/evidence/video.ts";
import { readTold } from "../src/evidence/told.ts";
import { apply, emptyLog } from "../src/room/fold.ts";

const HASH = "ab".repeat(32);

function item(id: string, change: Partial<Item> = {}): Item {
  return {
    id, session: "s", owner: "7", name: `${id}.jpg`, source: "live", kuk: [],
    moment: { takenMs: 1234.4, clockErrorMs: 30.2, wallMs: 1_790_000_000_000, stream: "cam", head: `12:${HASH.slice(0, 32)}` },
    original: { bytes: 4_000_000, type: "image/jpeg", sha256: HASH },
    sent: { bytes: 250_000, type: "image/jpeg", same: false }, thumb: 6000,
    announced: false, thumbed: false, offset: 0, refused: null, receivedWall: null,
    asked: false, originalId: `${id}-o`, originalOffset: 0, originalWall: null, addedWall: Number(id.replace(/\D/g, "")), ...change,
  };
}

const step = (...items: Item[]): string | null => {
  const job = nextJob(items);
  return job === null ? null : `${job.item.id} ${job.step}`;
};

describe("what is sent next", () => {
  it("is what everybody sees at once: announcements, then small pictures, then files, the oldest first", () => {
    const [one, two] = [item("1"), item("2")];
    assert.equal(step(two, one), "1 announce");
    assert.equal(step({ ...one, announced: true }, two), "2 announce");
    assert.equal(step({ ...one, announced: true, thumbed: true, offset: 9 }, { ...two, announced: true }), "2 thumb");
    assert.equal(step({ ...two, announced: true, thumbed: true }, { ...one, announced: true, thumbed: true }), "1 body");
    assert.equal(step(item("1", { announced: true, thumb: 0 })), "1 body");
    assert.equal(step(item("1", { sent: null })), null);
    assert.equal(unprepared([item("2", { sent: null }), item("1", { sent: null }), item("0")])?.id, "1");
  });

  it("is an original only when it was asked for and nothing else waits", () => {
    const had = item("1", { receivedWall: 5, asked: true });
    assert.equal(step(had), "1 original");
    assert.equal(step(had, item("2", { announced: true, thumbed: true })), "2 body");
    assert.equal(step(item("1", { receivedWall: 5 })), null);
    assert.equal(step({ ...had, originalWall: 9 }), null);
  });

  it("is nothing of what was refused", () => {
    assert.equal(step(item("1", { refused: { status: 415, code: "" } })), null);
  });

  it("interrupts a large file only for what is small", () => {
    const large = item("1", { announced: true, thumbed: true });
    assert.equal(hasUrgent([large]), false);
    assert.equal(hasUrgent([large, item("2")]), true);
    assert.equal(hasUrgent([item("1", { receivedWall: 5, asked: true })]), false);
  });
});

describe("what is kept", () => {
  const now = 100 + KEPT_MS;

  it("is the original until it was sent, is too old, or others need the room", () => {
    assert.deepEqual(disposable([item("1"), item("2", { receivedWall: now })], now), []);
    const gone = [
      item("1", { receivedWall: now, sent: { bytes: 1, type: "", same: true } }),
      item("2", { receivedWall: now, asked: true, originalWall: now }),
      item("3", { receivedWall: 50 }),
    ];
    assert.deepEqual(disposable(gone, now).map(({ id }) => id).sort(), ["1", "2", "3"]);
    const large = { bytes: KEPT_BYTES / 2, type: "video/mp4", sha256: HASH };
    const full = ["1", "2", "3", "4"].map((id) => item(id, { receivedWall: now + Number(id), original: large, asked: id === "1" }));
    assert.deepEqual(disposable(full, now).map(({ id }) => id), ["2", "3"]);
  });

  it("is never what the server does not have", () => {
    assert.deepEqual(disposable([item("1", { original: { bytes: 9 * KEPT_BYTES, type: "", sha256: null } })], 10 * now), []);
  });
});

describe("what is told of a file", () => {
  it("is when, from which camera, what was read before, and the original's hash", () => {
    assert.deepEqual(described(item("1"), false), {
      id: "1", owner: "7", filename: "1.jpg", filetype: "image/jpeg", kuk: "", source: "live", wall_ms: "1790000000000",
      taken_ms: "1234", clock_error_ms: "31", stream: "cam", moment: `12:${HASH.slice(0, 32)}`,
      original_sha256: HASH, original_bytes: "4000000", original_type: "image/jpeg",
    });
  });

  it("is no more than its date for a chosen file that goes as it is", () => {
    const moment = { takenMs: null, clockErrorMs: null, wallMs: 5, stream: "", head: "" };
    const sent = { bytes: 9, type: "application/pdf", same: true };
    assert.deepEqual(described(item("1", { source: "gallery", moment, sent, kuk: [3, 4] }), false), {
      id: "1", owner: "7", filename: "1.jpg", filetype: "application/pdf", kuk: "3,4", source: "gallery", wall_ms: "5",
    });
  });

  it("is of an original whose it is", () => {
    assert.deepEqual(described(item("1"), true), {
      id: "1-o", owner: "7", filename: "1.jpg", filetype: "image/jpeg", original_of: "1",
    });
  });
});

describe("pictures", () => {
  it("become at most 1920 pixels long, keep their shape, never grow", () => {
    assert.deepEqual(within({ width: 4000, height: 3000 }, LONG_SIDE), { width: 1920, height: 1440 });
    assert.deepEqual(within({ width: 100, height: 50 }, LONG_SIDE), { width: 100, height: 50 });
    assert.deepEqual(within({ width: 5000, height: 1 }, 100), { width: 100, height: 1 });
    assert.ok(tries({ width: 4000, height: 3000 }).every(({ width, quality }) => width <= LONG_SIDE && quality >= 0.5));
    assert.ok(thumbTries({ width: 9, height: 9 }).every(({ width }) => width === 9));
  });

  it("go as they are when they are small and of the right kind", () => {
    const size = { width: 1280, height: 720 };
    assert.equal(fitsAsItIs("image/jpeg", 200_000, size), true);
    assert.equal(fitsAsItIs("image/png", 200_000, size), false);
    assert.equal(fitsAsItIs("image/jpeg", TARGET_BYTES + 1, size), false);
    assert.equal(fitsAsItIs("image/jpeg", 200_000, { width: 2000, height: 100 }), false);
    assert.equal(worth(95, 100), false);
    assert.equal(worth(50, 100), true);
  });

  it("are encoded until they fit, and the small one only counts when it fits", async () => {
    const asked: number[] = [];
    const encode: Encode = (_, { width, quality }, type) => {
      asked.push(width);
      return Promise.resolve(new Blob([new Uint8Array(Math.round(width * width * quality * 0.2))], { type }));
    };
    const picture = { width: 4000, height: 3000 } as unknown as ImageBitmap;
    const { sent, thumb } = await made(encode, picture, { type: "image/jpeg", size: 4_000_000 });
    assert.ok(sent !== null && sent.size <= TARGET_BYTES && sent.type === "image/jpeg");
    assert.ok(thumb !== null && thumb.size <= THUMB_BYTES && thumb.type === "image/webp");
    const stubborn: Encode = () => Promise.resolve(new Blob([new Uint8Array(2_000_000)], { type: "image/jpeg" }));
    const kept = await made(stubborn, picture, { type: "image/jpeg", size: 2_000_000 });
    assert.deepEqual(kept, { sent: null, thumb: null });
  });
});

describe("videos", () => {
  it("are made smaller when a phone made them many times too large, and not too long", () => {
    assert.equal(tooLarge(40_000_000, 20), true);
    assert.equal(tooLarge(2_000_000, 20), false);
    assert.equal(tooLarge(900_000_000, 600), false);
    assert.equal(tooLarge(40_000_000, Number.POSITIVE_INFINITY), false);
    assert.equal(tooLarge(40_000_000, Number.NaN), false);
  });
});

describe("the log of evidence", () => {
  const capture = { source: "live", doubts: [], clock_error_ms: 20, wall_ms: 5, stream: "cam" };
  const data = { evidence: "e", filename: "a.jpg", filetype: "image/jpeg", bytes: 9, kuk: [], taken_ms: 751_000, capture };
  const entry = (seq: number, kind: string, more: Record<string, unknown> = {}) => ({
    seq, kind, atMs: seq * 1000, storedMs: seq * 1000, actor: "7", hash: `h${seq}`, data: { ...data, ...more },
  });

  it("tells what is on its way, until it is there", () => {
    const log = emptyLog();
    apply(log, entry(1, "evidence.announced"));
    assert.deepEqual([log.story.announced.get("e")?.bytes, log.evidence.size, log.headHash], [9, 0, "h1"]);
    apply(log, entry(2, "evidence.received", { thumb: HASH, original: { bytes: 90, filetype: "image/jpeg", sha256: HASH } }));
    assert.equal(log.story.announced.size, 0);
    assert.deepEqual(log.evidence.get("e")?.told.original, { bytes: 90, type: "image/jpeg" });
    assert.equal(log.evidence.get("e")?.told.thumb, true);
  });

  it("puts an original behind its evidence, not beside it", () => {
    const log = emptyLog();
    apply(log, entry(1, "evidence.received"));
    apply(log, entry(2, "evidence.asked"));
    assert.equal(log.story.asked.has("e"), true);
    apply(log, entry(3, "evidence.received", { evidence: "o", original_of: "e", capture: undefined }));
    assert.deepEqual([...log.evidence.keys()], ["e"]);
    assert.equal(log.story.originals.get("e"), "o");
  });

  it("says where a file comes from, and what does not fit", () => {
    assert.deepEqual(proofOf(readTold(data), "Asia/Jakarta"), {
      words: "Diambil langsung di sesi 00.12.31", doubt: "", live: true, jumpMs: 751_000,
    });
    const doubted = proofOf(readTold({ ...data, capture: { ...capture, doubts: ["future", "new_one"] } }), "Asia/Jakarta");
    assert.equal(doubted?.live, false);
    assert.match(doubted?.words ?? "", /^Menurut perangkat/);
    assert.match(doubted?.doubt ?? "", /lebih lambat.*new_one/);
    const chosen = proofOf(readTold({ taken_ms: null, capture: { source: "gallery", wall_ms: 1_753_228_800_000, doubts: [] } }), "Asia/Jakarta");
    assert.deepEqual([chosen?.words, chosen?.jumpMs], ["Dari galeri, Rabu, 23 Juli 2025", null]);
    assert.equal(proofOf(readTold({ taken_ms: 5 }), "Asia/Jakarta"), null);
  });
});
