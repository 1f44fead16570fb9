import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sha256Hex, verdictOf } from "../src/forms/compare.ts";
import { pathOf, pointIn } from "../src/forms/pad.ts";

// The server's own rule (ajj/assessment/strokes.py).
const STROKES = /^(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)*$/;

describe("the pad of a drawn signature", () => {
  it("makes strokes that the server reads, a dot too", () => {
    const path = pathOf([[{ x: 0, y: 0 }, { x: 10, y: 5 }, { x: 600, y: 200 }], [{ x: 600, y: 3 }], []]);
    assert.equal(path, "M0 0L10 5L600 200M600 3L600 3");
    assert.match(path, STROKES);
    assert.equal(pathOf([]), "");
  });

  it("keeps a place that left the pad at its rim, in whole points", () => {
    const box = { left: 100, top: 50, width: 300, height: 100 };
    assert.deepEqual(pointIn(box, 250, 100), { x: 300, y: 100 });
    assert.deepEqual(pointIn(box, 0, 999), { x: 0, y: 200 });
    assert.deepEqual(pointIn(box, 401, 0), { x: 600, y: 0 });
  });
});

describe("a PDF and what the LSP knows of it", () => {
  it("is the print, the manuscript, or neither", async () => {
    const bytes = new TextEncoder().encode("abc");
    const hash = await sha256Hex(bytes.buffer as ArrayBuffer);
    assert.equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const known = { printed: hash, manuscript: "00" };
    assert.equal(verdictOf(hash, known), "printed");
    assert.equal(verdictOf("00", known), "manuscript");
    assert.equal(verdictOf("01", known), "other");
  });
});
