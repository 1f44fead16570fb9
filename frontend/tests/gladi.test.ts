import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrived, browserName, clockOf, direct, HIGHEST_BPS, pathFigures, rateOf, selectedPair, wayOf } from "../src/gladi/figures.ts";
import { readLast } from "../src/gladi/last.ts";
import { startFor } from "../src/gladi/start.ts";

const pair = { type: "candidate-pair", id: "P1", localCandidateId: "L1", state: "succeeded", nominated: true, currentRoundTripTime: 0.08 };
const sent = [
  { type: "transport", selectedCandidatePairId: "P1" },
  { type: "candidate-pair", id: "P0", localCandidateId: "L0", state: "succeeded", nominated: true, currentRoundTripTime: 9 },
  pair,
  { type: "local-candidate", id: "L1", candidateType: "host", protocol: "udp" },
  { type: "outbound-rtp", kind: "audio", packetsSent: 300 },
  { type: "outbound-rtp", kind: "video", packetsSent: 700 },
  { type: "remote-inbound-rtp", kind: "audio", packetsLost: 10, jitter: 0.004, roundTripTime: 0.1 },
  { type: "remote-inbound-rtp", kind: "video", packetsLost: 40, jitter: 0.03 },
];
const got = [
  { type: "inbound-rtp", kind: "audio", packetsReceived: 290, packetsLost: 0, jitter: 0.012 },
  { type: "inbound-rtp", kind: "video", packetsReceived: 700, packetsLost: 10, jitter: 0.02, framesDecoded: 90 },
];

describe("a path's figures", () => {
  it("are those of the worse direction", () => {
    const { loss, jitterMs, tripMs } = pathFigures(sent, got);
    assert.equal(loss, 0.05);
    assert.equal(jitterMs, 30);
    assert.equal(tripMs, 100);
  });

  it("are missing, not nought, while nothing was counted", () => {
    assert.deepEqual(pathFigures([], []), { loss: null, jitterMs: null, tripMs: null });
  });

  it("never claim more loss than packets, nor less than none", () => {
    const odd = [{ type: "inbound-rtp", kind: "audio", packetsReceived: 10, packetsLost: -3 }];
    assert.equal(pathFigures([], odd).loss, 0);
  });

  it("take the pair that carries the media, also where no transport names it", () => {
    assert.equal(selectedPair(sent)?.["id"], "P1");
    assert.equal(selectedPair([{ ...pair, id: "F", selected: true }])?.["id"], "F");
    assert.equal(selectedPair([]), null);
  });

  it("tell a straight way from a relayed one", () => {
    assert.equal(direct(sent), true);
    const relayed = sent.map((row) => (row["id"] === "L1" ? { type: "local-candidate", id: "L1", candidateType: "relay" } : row));
    assert.equal(direct(relayed), false);
    assert.equal(direct([]), null);
  });

  it("say what of one's own media came back", () => {
    assert.deepEqual(arrived(got), { sound: true, picture: true });
    assert.deepEqual(arrived([{ type: "inbound-rtp", kind: "video", packetsReceived: 9, framesDecoded: 0 }]), { sound: false, picture: false });
  });
});

describe("a line's rate", () => {
  it("leaves out the trip in which nothing flowed", () => {
    assert.equal(rateOf(16_384, 2_300, 300), 65_536);
  });

  it("does not call a short transfer boundless", () => {
    assert.equal(rateOf(16_384, 300, 300), Math.round((16_384 * 8 * 1000) / 75));
    assert.equal(rateOf(262_144, 0, 0), HIGHEST_BPS);
  });
});

describe("a device's clock", () => {
  it("is judged by the shortest trip, and not by one in which it was set", () => {
    const pings = [
      { sent: 1000, received: 1400, server: 9000 },
      { sent: 2000, received: 2020, server: 9510 },
      { sent: 3000, received: 2900, server: 99_999 },
    ];
    assert.deepEqual(clockOf(pings), { offsetMs: 7500, tripMs: 20 });
    assert.equal(clockOf([]), null);
  });
});

describe("a practice", () => {
  it("begins with what the line bears", () => {
    assert.equal(startFor(60_000, 720).video.maxFramerate, 1);
    assert.equal(startFor(40_000, 720).video.active, false);
    assert.equal(startFor(150_000, 720).video.scaleResolutionDownBy, 4);
    assert.equal(startFor(5_000_000, 720).video.maxBitrate, 1_200_000);
    assert.equal(startFor(null, 720).video.scaleResolutionDownBy, 2);
  });

  it("keeps the voice at every rung", () => {
    for (const bps of [0, 40_000, 150_000, 5_000_000]) assert.equal(startFor(bps, 720).audio.active, true);
  });
});

describe("addresses and names", () => {
  it("sort TURN servers by how they are reached", () => {
    assert.equal(wayOf("turn:turn.example.id:3478"), "turn_udp");
    assert.equal(wayOf("turn:turn.example.id:3478?transport=udp"), "turn_udp");
    assert.equal(wayOf("turn:turn.example.id:3478?transport=tcp"), "turn_tcp");
    assert.equal(wayOf("turns:turn.example.id:443?transport=tcp"), "turn_tls");
    assert.equal(wayOf("stun:turn.example.id"), null);
  });

  it("name browsers as people do", () => {
    const chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
    assert.equal(browserName(chrome), "Chrome 131, Android");
    assert.equal(browserName(`${chrome} EdgA/131.0`), "Edge 131, Android");
    assert.equal(browserName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"), "Safari 17, iOS");
    assert.equal(browserName("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), "Firefox 128, Linux");
    assert.ok(browserName("x".repeat(500)).length <= 80);
  });
});

describe("the last rehearsal at the door", () => {
  it("tells nothing known from not to be told", () => {
    assert.equal(readLast({}, false), undefined);
    assert.equal(readLast({}, true), null);
    assert.equal(readLast({ verdict: "siap", title: "Siap", at: "2026-11-26T01:00:00+00:00" }, true)?.at, Date.UTC(2026, 10, 26, 1));
  });
});
