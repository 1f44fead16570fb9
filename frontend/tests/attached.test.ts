import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { named, type Owed, rows, type Sending, told, type Told } from "../src/ujian/attached.ts";

const none: ReadonlyMap<string, Sending> = new Map();

function known(evidence: string, more: Partial<Told> = {}): Told {
  return {
    evidence, butir: 1, name: `${evidence}.pdf`, bytes: 10, late: false, counts: true, arrival: "awaited", percent: 0,
    url: "", ...more,
  };
}

function file(evidence: string, butir = 1): Owed {
  return { kind: "file", data: { evidence, butir, name: `${evidence}.pdf`, bytes: 10 } };
}

describe("the files of a task", () => {
  it("shows what was chosen at once, and once the log has it not twice", () => {
    assert.deepEqual(rows(1, [], [file("a")], none).map((row) => [row.evidence, row.stored]), [["a", false]]);
    assert.deepEqual(rows(1, [known("a")], [file("a")], none).map((row) => [row.evidence, row.stored]), [["a", true]]);
    assert.deepEqual(rows(2, [known("a")], [file("a")], none), []);
  });

  it("takes away what is being detached, and brings it back when it is attached again", () => {
    const drop: Owed = { kind: "drop", data: { evidence: "a", butir: 1 } };
    assert.deepEqual(rows(1, [known("a")], [drop], none), []);
    assert.deepEqual(rows(1, [], [file("a"), drop], none), []);
    assert.equal(rows(1, [known("a")], [drop, file("a")], none).length, 1);
    assert.deepEqual([...named([known("a")], [file("b"), drop])], ["b"]);
  });

  it("never says received for what only this device has sent", () => {
    const sending = new Map([["a", { percent: 100, refused: false }]]);
    const [row] = rows(1, [known("a", { arrival: "coming", percent: 60 })], [], sending);
    assert.equal(row?.arrival, "coming");
    assert.deepEqual(row?.here, { percent: 100, refused: false });
    const [stored] = rows(1, [known("a", { arrival: "received" })], [], sending);
    assert.equal(stored?.here, null);
  });

  it("reads any answer without believing more than it says", () => {
    assert.deepEqual(told({}), { ...known(""), butir: 0, name: "", bytes: 0, counts: false });
    assert.equal(told({ arrival: "nonsense" }).arrival, "awaited");
  });
});
