import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHANGED, Changes, PARTLY, unitOf } from "../src/forms/changes.ts";

const form = (text: string): URLSearchParams => new URLSearchParams(text);

describe("what changed on a form", () => {
  it("is nothing until something is typed, and nothing again when it is taken back", () => {
    const changes = new Changes(form("a=1&b=x&b=y"));
    assert.deepEqual(changes.names(form("a=1&b=x&b=y")), []);
    assert.deepEqual(changes.names(form("a=2&b=x&b=y")), ["a"]);
    assert.deepEqual(changes.names(form("a=1&b=x&b=y")), []);
  });

  it("takes no line end for a change", () => {
    const changes = new Changes(new URLSearchParams([["a", "satu\r\ndua"]]));
    assert.deepEqual(changes.names(new URLSearchParams([["a", "satu\ndua"]])), []);
  });

  it("sends what changed with its token, and names what was emptied", () => {
    const changes = new Changes(form("csrfmiddlewaretoken=t&a=1&b=x&c=z"));
    const sent = changes.only(form("csrfmiddlewaretoken=t&a=1&b=&c=w"));
    assert.equal(sent.toString(), `${PARTLY}=1&${CHANGED}=b&${CHANGED}=c&csrfmiddlewaretoken=t&b=&c=w`);
  });

  it("takes boxes with their free words, and a table whose rows move, as one", () => {
    assert.equal(unitOf("a1_keterangan/lainnya"), "a1_keterangan");
    assert.equal(unitOf("pertanyaan/+2/tanggapan"), "pertanyaan");
    assert.equal(unitOf("komponen/k2/jawaban"), "komponen/k2/jawaban");
    const changes = new Changes(form("t/%2B1/x=a&t/%2B2/x=b"));
    const sent = changes.only(form("t/%2B1/x=&t/%2B2/x=b"));
    assert.deepEqual(sent.getAll("t/+2/x"), ["b"], "the whole table goes");
  });

  it("is stored once the server has it, but not what was typed meanwhile", () => {
    const changes = new Changes(form("a=1"));
    const sent = changes.only(form("a=2"));
    changes.stored(sent);
    assert.deepEqual(changes.names(form("a=2")), []);
    assert.deepEqual(changes.names(form("a=3")), ["a"]);
    changes.stored(changes.only(form("")));
    assert.deepEqual(changes.names(form("")), []);
  });
});
