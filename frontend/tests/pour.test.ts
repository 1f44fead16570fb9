import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  aheadMs, askLimitMs, askMs, humbled, isHole, learnt, LEAST, MOST, type Pace, patienceMs, pieceBytes, recent, restMs, suspectMs, together, tripped, UNKNOWN,
} from "../src/shared/pace.ts";
import { pour, type PourOptions } from "../src/shared/pour.ts";
import { TusError } from "../src/shared/tus.ts";

const KIB = 1024;

function pace(rate: number | null, tripMs = 100): Pace {
  return { rate, tripMs };
}

describe("pieces", () => {
  it("are half a second of the line or a round trip, between 16 and 128 KiB, and leave no crumbs", () => {
    assert.equal(pieceBytes(pace(8000), 1e6, null), LEAST);
    assert.equal(pieceBytes(pace(100_000), 1e6, null), 45_000);
    assert.equal(pieceBytes(pace(100_000, 500), 1e6, null), 60_000);
    assert.equal(pieceBytes(pace(10e6), 1e6, null), MOST);
    assert.equal(pieceBytes(UNKNOWN, 1e6, null), 32 * KIB);
    assert.equal(pieceBytes(pace(100_000), 37_000, null), 37_000);
    assert.equal(pieceBytes(pace(100_000), 80_000, null), 45_000);
  });

  it("never cost more than 256 KiB when both under way are lost", () => {
    for (const rate of [null, 1, 1e3, 1e5, 1e9]) {
      for (const left of [1, LEAST, MOST, MOST + LEAST / 4, 10 * MOST]) assert.ok(2 * pieceBytes(pace(rate), left, null) <= 256 * KIB);
    }
  });

  it("begin when the one before is half through, once the line is known", () => {
    assert.equal(aheadMs(UNKNOWN, 32 * KIB), null);
    assert.equal(aheadMs(pace(64_000, 250), 48_000), 375);
  });

  it("a break is no slow line, and what was under way in it is doubted sooner", () => {
    assert.equal(isHole(UNKNOWN, 60_000, 16 * KIB), false, "nothing is known of the line");
    assert.equal(isHole(pace(125_000), 3300, 64 * KIB), true);
    assert.equal(isHole(pace(5000), 6000, 16 * KIB), false, "as slow as that");
    assert.ok(suspectMs(pace(64_000, 250)) < patienceMs(pace(64_000, 250), 96 * KIB));
  });

  it("beside others go one at a time, as large and as often as the budget says", () => {
    const budget = { bytesPerSecond: 4000, chunkBytes: 6000 };
    assert.equal(together(budget), 1);
    assert.equal(pieceBytes(pace(64_000), 1e6, budget), 6000);
    assert.equal(restMs(budget, 6000, 500), 1000);
    assert.equal(restMs(budget, 6000, 2000), 0);
    const free = { bytesPerSecond: Number.POSITIVE_INFINITY, chunkBytes: 256 * KIB };
    assert.equal(together(free), 2);
    assert.equal(restMs(free, 6000, 500), 0);
  });

  it("learn the line from what was acknowledged over a while, not from answers that come together", () => {
    const acks = [{ at: 1000, bytes: 9 }, { at: 1500, bytes: 32_000 }, { at: 2000, bytes: 32_000 }];
    assert.equal(learnt(UNKNOWN, acks.slice(0, 1), 100).rate, 90);
    assert.equal(learnt(pace(7), acks, 1).rate, 64_000);
    assert.equal(learnt(pace(7), [{ at: 1000, bytes: 9 }, { at: 1010, bytes: 32_000 }], 10).rate, 7);
    assert.deepEqual(recent(acks, 5600).map(({ at }) => at), [1500, 2000]);
    assert.deepEqual(recent(acks, 4000).map(({ at }) => at), [1000, 1500, 2000]);
    assert.equal(recent([{ at: 0, bytes: 1 }], 60_000).length, 1);
    assert.equal(humbled(pace(64_000)).rate, 32_000);
    assert.equal(humbled(UNKNOWN).rate, null);
    assert.equal(tripped(pace(1, 100), 300).tripMs, 110);
    assert.equal(tripped(pace(1, 100), 40).tripMs, 40);
    assert.ok(patienceMs(pace(64_000), 96_000) >= 2300);
  });

  it("are asked after at once and ever more rarely, but every few seconds", () => {
    assert.ok(askMs(0, () => 0.5) <= 350);
    assert.ok(askMs(500, () => 1) <= 6250);
    assert.equal(askLimitMs(0, pace(1, 100)), 1200);
    assert.equal(askLimitMs(300, pace(1, 100)), 10_000);
  });
});

/** A server behind a line: knows how much it has, forgets what breaks, remembers everything it was sent. */
class Far {
  offset = 0;
  heads = 0;
  readonly seen: { from: number; bytes: number }[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** What happens to the next piece; "lost": it never arrives, "deaf": it arrives and the answer does not. */
  fates: ("ok" | "lost" | "deaf" | "spoilt" | "gone")[] = [];
  dead = false;
}

let far: Far;

class FakeRequest extends EventTarget {
  readonly upload = new EventTarget();
  status = 0;
  responseText = "";
  timeout = 0;
  #headers = new Map<string, string>();
  #aborted = false;

  open(): void {}

  setRequestHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  getResponseHeader(name: string): string | null {
    return name === "Upload-Offset" && this.status === 204 ? String(far.offset) : null;
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    far.inFlight -= 1;
    this.dispatchEvent(new Event("loadend"));
  }

  send(body: ArrayBuffer): void {
    const from = Number(this.#headers.get("Upload-Offset"));
    assert.match(this.#headers.get("Upload-Checksum") ?? "", /^sha256 [A-Za-z0-9+/]{43}=$/);
    far.seen.push({ from, bytes: body.byteLength });
    far.inFlight += 1;
    far.mostInFlight = Math.max(far.mostInFlight, far.inFlight);
    const fate = far.dead ? "lost" : (far.fates.shift() ?? "ok");
    setTimeout(() => this.upload.dispatchEvent(new Event("load")), 4);
    setTimeout(() => {
      if (this.#aborted || fate === "lost") return;
      if (fate === "spoilt") this.status = 460;
      else if (fate === "gone") this.status = 404;
      else if (from !== far.offset) this.status = 409;
      else {
        far.offset += body.byteLength;
        this.status = 204;
      }
      if (fate === "deaf") return;
      far.inFlight -= 1;
      this.#aborted = true;
      this.dispatchEvent(new Event("loadend"));
    }, 12);
  }
}

function options(bytes: number, more: Partial<PourOptions> = {}): PourOptions & { readonly lines: boolean[]; readonly offsets: number[] } {
  const lines: boolean[] = [];
  const offsets: number[] = [];
  return {
    at: { url: "http://far/e", csrf: "c" }, url: "http://far/e/1", file: new Blob([new Uint8Array(bytes)]), offset: 0,
    pace: { now: { rate: 2e6, tripMs: 6 } }, signal: new AbortController().signal, budget: () => null,
    onOffset: (offset) => void offsets.push(offset), onLine: (up) => void lines.push(up), hold: () => false,
    nudges: new EventTarget(), lines, offsets, ...more,
  };
}

/** Bytes sent beyond the file, and the most of it by one break. */
function twice(bytes: number): number {
  return far.seen.reduce((sum, one) => sum + one.bytes, 0) - bytes;
}

describe("pouring", () => {
  const real = { fetch: globalThis.fetch, request: globalThis.XMLHttpRequest };

  beforeEach(() => {
    far = new Far();
    globalThis.XMLHttpRequest = FakeRequest as unknown as typeof XMLHttpRequest;
    globalThis.fetch = (async (_url: unknown, init: RequestInit) => {
      far.heads += 1;
      if (far.dead) {
        await new Promise((_, failed) => init.signal?.addEventListener("abort", () => failed(new Error("aborted"))));
      }
      return new Response(null, { status: 200, headers: { "Upload-Offset": String(far.offset) } });
    }) as typeof fetch;
  });

  afterEach(() => {
    globalThis.fetch = real.fetch;
    globalThis.XMLHttpRequest = real.request;
  });

  it("sends a file whole, in order, two pieces under way at most and nothing twice", async () => {
    const given = options(1_000_000, { pace: { now: pace(16e6, 6) } });
    assert.equal(await pour(given), 1_000_000);
    assert.equal(far.offset, 1_000_000);
    assert.equal(twice(1_000_000), 0);
    assert.equal(far.mostInFlight, 2);
    assert.equal(far.heads, 0);
    assert.deepEqual(given.offsets, [...given.offsets].sort((a, b) => a - b));
  });

  it("goes on from where the server stands after a piece that was lost, spoilt, or answered by nobody", async () => {
    for (const fate of ["lost", "spoilt", "deaf"] as const) {
      far = new Far();
      far.fates = ["ok", "ok", fate];
      assert.equal(await pour(options(600_000)), 600_000, fate);
      assert.equal(far.offset, 600_000, fate);
      assert.equal(far.heads > 0, fate !== "deaf", "the answer to the next piece tells of the one before");
      assert.ok(twice(600_000) <= 256 * KIB, fate);
    }
  });

  it("waits out a dead line, says so, and starts again on a nudge", async () => {
    const given = options(400_000);
    far.dead = true;
    const done = pour(given);
    while (!given.lines.includes(false)) await new Promise((later) => setTimeout(later, 20));
    far.dead = false;
    given.nudges.dispatchEvent(new Event("nudge"));
    assert.equal(await done, 400_000);
    assert.equal(given.lines.at(-1), true);
  });

  it("stops between two pieces for what is more urgent, and when it is told to", async () => {
    let pieces = 0;
    const held = options(1_000_000, { hold: () => pieces >= 2, onOffset: () => void (pieces += 1) });
    const reached = await pour(held);
    assert.ok(reached < 1_000_000 && reached === far.offset);
    far = new Far();
    const stop = new AbortController();
    const stopped = options(1_000_000, { signal: stop.signal, onOffset: () => stop.abort() });
    assert.ok((await pour(stopped)) < 1_000_000);
  });

  it("rejects with what no waiting mends", async () => {
    far.fates = ["ok", "gone"];
    await assert.rejects(pour(options(600_000)), (error) => error instanceof TusError && error.status === 404);
  });

  it("does not wait out a share that has grown meanwhile", async () => {
    let budget: { bytesPerSecond: number; chunkBytes: number } = { bytesPerSecond: 10, chunkBytes: 20_000 };
    const given = options(100_000, { budget: () => budget });
    setTimeout(() => {
      budget = { bytesPerSecond: Number.POSITIVE_INFINITY, chunkBytes: 256 * KIB };
    }, 100);
    const began = performance.now();
    assert.equal(await pour(given), 100_000);
    assert.ok(performance.now() - began < 3000);
  });

  it("beside others keeps to its share", async () => {
    const given = options(100_000, { budget: () => ({ bytesPerSecond: 1e6, chunkBytes: 20_000 }) });
    const began = performance.now();
    await pour(given);
    assert.ok(performance.now() - began >= 75, "five pieces of 20 ms each");
    assert.equal(far.mostInFlight, 1);
    assert.ok(far.seen.every(({ bytes }) => bytes <= 20_000));
  });
});
