import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readJoined } from "../src/room/facts.ts";

const CLOSES = "2026-11-26T10:00:00+00:00";

function joined(...servers: unknown[]) {
  return readJoined({ provider: "embedded", expires_at: CLOSES, ice_servers: servers });
}

describe("the answer to joining", () => {
  it("is fresh until the token ends where no relay says less", () => {
    assert.equal(joined().freshUntil, Date.parse(CLOSES));
    assert.equal(joined({ urls: ["stun:stun.ajj.test"] }).freshUntil, Date.parse(CLOSES));
  });

  it("is fresh until the relay's credential ends, where that is sooner", () => {
    const end = Date.parse("2026-11-26T09:00:00+00:00");
    const relay = { urls: ["turn:turn.ajj.test"], username: `${end / 1000}:7`, credential: "c" };
    assert.equal(joined(relay).freshUntil, end);
    assert.deepEqual(joined(relay).iceServers, [relay]);
  });

  it("is not fresh for ever because a relay's user name says nothing of time", () => {
    const relay = { urls: ["turn:turn.ajj.test"], username: "someone", credential: "c" };
    assert.equal(joined(relay).freshUntil, Date.parse(CLOSES));
  });
});
