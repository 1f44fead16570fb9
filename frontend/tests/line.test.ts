import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lightOf } from "../src/room/light.ts";
import { commandOf, type Press } from "../src/room/keys.ts";
import { Motion, STILL_AFTER_MS } from "../src/room/motion.ts";
import { qualityOf, reading } from "../src/room/quality.ts";
import { SOCKET_PACE, waitMs } from "../src/shared/backoff.ts";
import { fileSize, remaining, sessionTime, wallSeconds } from "../src/shared/format.ts";
import { readFrame } from "../src/shared/wire.ts";

describe("waiting", () => {
  it("doubles to a cap, never below half of the step", () => {
    const least = Array.from({ length: 20 }, (_, attempt) => waitMs(attempt, SOCKET_PACE, () => 0));
    const most = Array.from({ length: 20 }, (_, attempt) => waitMs(attempt, SOCKET_PACE, () => 1));
    assert.equal(most[0], SOCKET_PACE.firstMs);
    assert.equal(most.at(-1), SOCKET_PACE.capMs);
    for (const [index, value] of least.entries()) assert.equal(value, Math.round((most[index] ?? 0) / 2));
  });
});

describe("the keyboard", () => {
  const press: Press = { key: "y", ctrlKey: false, metaKey: false, altKey: false, repeat: false, typing: false };

  it("knows its letters, also in capitals", () => {
    assert.equal(commandOf(press), "ya");
    assert.equal(commandOf({ ...press, key: "J" }), "next");
    assert.equal(commandOf({ ...press, key: "x" }), null);
  });

  it("leaves text, shortcuts and held keys alone; only moving repeats", () => {
    assert.equal(commandOf({ ...press, typing: true }), null);
    assert.equal(commandOf({ ...press, ctrlKey: true }), null);
    assert.equal(commandOf({ ...press, repeat: true }), null);
    assert.equal(commandOf({ ...press, key: "k", repeat: true }), "previous");
  });
});

describe("what is claimed", () => {
  it("the light is red only while stored seconds are fresh and the line is open", () => {
    const until = { state: "recording", untilMs: 60_000, sinceMs: null, alarm: null } as const;
    assert.deepEqual(lightOf(until, true, 65_000), { shine: "on", atMs: 60_000 });
    assert.equal(lightOf(until, true, 95_000).shine, "off");
    assert.equal(lightOf(until, false, 65_000).shine, "unknown");
    assert.equal(lightOf(null, true, 0).shine, "unknown");
    assert.equal(lightOf({ state: "stored_locally", untilMs: 5, sinceMs: 5, alarm: null }, true, 6).shine, "local");
    assert.deepEqual(lightOf({ state: "not_recording", untilMs: 5, sinceMs: 9, alarm: null }, true, 10), { shine: "off", atMs: 9 });
  });

  it("a picture moves only when its frames grow", () => {
    const motion = new Motion();
    assert.equal(motion.moving(0), false);
    motion.note(1, 100);
    assert.equal(motion.moving(100 + STILL_AFTER_MS - 1), true);
    assert.equal(motion.moving(100 + STILL_AFTER_MS), false);
    assert.equal(motion.lastAt, 100);
    motion.note(1, 9000);
    assert.equal(motion.lastAt, 100);
    motion.note(0, 9100);
    motion.note(1, 9200);
    assert.equal(motion.lastAt, 9200);
  });

  it("a connection is as good as its losses", () => {
    const before = { at: 0, packets: 100, lost: 0, bytes: 0, tripMs: 20 };
    const weak = reading(before, { at: 1000, packets: 190, lost: 10, bytes: 37_500, tripMs: 20 });
    assert.equal(weak?.loss, 0.1);
    assert.equal(weak?.kbps, 300);
    assert.equal(qualityOf(weak, true), "weak");
    assert.equal(qualityOf(weak, false), "gone");
    assert.equal(qualityOf(null, true), "unknown");
    assert.equal(reading(before, { ...before, at: 1000, packets: 3 }), null);
    assert.equal(qualityOf({ loss: 0, tripMs: 30, kbps: 1 }, true), "good");
    assert.equal(qualityOf({ loss: 0.03, tripMs: 30, kbps: 1 }, true), "fair");
  });
});

describe("frames", () => {
  it("are read or dropped, never guessed", () => {
    assert.equal(readFrame("no json"), null);
    assert.equal(readFrame("[]"), null);
    assert.equal(readFrame('{"seq":"1","at_ms":0,"kind":"chat"}'), null);
    assert.deepEqual(readFrame('{"ack":"a","seq":4}'), { type: "ack", op: "a", seq: 4 });
    assert.deepEqual(readFrame('{"reject":null,"code":"x","message":"y"}'), { type: "reject", op: "", code: "x", message: "y" });
    assert.deepEqual(readFrame('{"pong":1,"server_ms":null,"now":2}'), { type: "pong", pong: 1, serverMs: null, now: 2 });
  });

  it("presence tells the people, their media and the recording", () => {
    const frame = readFrame(JSON.stringify({
      presence: [{ id: "2", name: "Maria", role: "asesi", online: true, since_ms: 5, hand: false, media: { camera: { state: "stopped", since_ms: 9 } } }],
      recording: { state: "recording", until_ms: 8, alarm: "something of the admin's" },
    }));
    assert.equal(frame?.type, "presence");
    if (frame?.type !== "presence") return;
    assert.deepEqual(frame.people[0]?.media.get("camera"), { state: "stopped", sinceMs: 9, alarm: null });
    assert.deepEqual(frame.recording, { state: "recording", untilMs: 8, sinceMs: null, alarm: null });
  });
});

describe("words for numbers", () => {
  it("times and sizes as Indonesian readers write them", () => {
    assert.equal(sessionTime(4_334_000), "01.12.14");
    assert.equal(remaining(2_866_000), "47.46");
    assert.equal(remaining(3_730_000), "1.02.10");
    assert.equal(wallSeconds(Date.UTC(2026, 6, 23, 3, 42, 7), "Asia/Jakarta"), "10.42.07");
    assert.equal(wallSeconds(Date.UTC(2026, 6, 23, 3, 42, 7), "Asia/Makassar"), "11.42.07");
    assert.equal(fileSize(8_200_000, "id"), "8,2 MB");
    assert.equal(fileSize(412_000, "id"), "412 kB");
  });
});
