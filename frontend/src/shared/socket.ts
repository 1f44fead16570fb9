/**
 * The session's socket: resumes from the cursor, sends unanswered ops again, measures the clock, and
 * notices a dead line by the missing pong rather than by the operating system's timeout.
 */
import { SOCKET_PACE, waitMs } from "./backoff.ts";
import { type Frame, readFrame } from "./wire.ts";
import type { Op } from "./opqueue.ts";

export interface SocketOptions {
  /** Address with a token that still holds, without the cursor; may ask the server for a new one. */
  readonly address: () => Promise<string>;
  readonly cursor: () => number;
  readonly unanswered: () => readonly Op[];
  /** The op as it goes over the wire now: what is known of its moment grows with the readings. */
  readonly wire: (op: Op) => unknown;
  readonly onFrame: (frame: Frame, receivedAt: number) => void;
  readonly onState: (state: LineState) => void;
  /** The server no longer takes this token: the next `address` must bring another. */
  readonly onExpired: () => void;
}

export interface LineState {
  readonly open: boolean;
  /** Attempts since the line was last open. */
  readonly attempt: number;
  /** Local time (Date.now) of the next attempt, while waiting. */
  readonly nextAt: number | null;
  /** Local time since when the line is down. */
  readonly downSince: number | null;
  /** Close code that forbids trying again. */
  readonly refused: number | null;
}

const PING_MS = 4000;
const FIRST_PINGS_MS = [0, 150, 400, 900];
const DEAD_MS = 10_000;
/** A ping that was sent for certainty is answered within this, or the line is dead. */
const DOUBT_MS = 2500;
/** An opening that takes longer waits for a packet that was lost: a new one is faster. */
const HANG_MS = 1200;
/** After many failures a browser holds an opening back by up to five seconds: giving it up then only adds to them. */
const FEW = 6;
const HELD_MS = 6000;
/** A server that answers no ping still gets what waits. */
const GREETING_MS = 5000;
/** The server takes 60 frames at once and 20 per second (docs/realtime.md); pings need room too. */
const BURST = 20;
const BURST_MS = 1500;

export class SessionSocket {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #downSince: number | null = null;
  #timer = 0;
  #connecting = 0;
  #beat = 0;
  #heardAt = 0;
  #stopped = false;
  #outbox: Op[] = [];
  #flush = 0;
  /** The clock was measured on this connection: what was done before it can be placed. */
  #greeted = false;
  #doubted = false;
  #asked: ((answered: boolean) => void)[] = [];

  constructor(private readonly options: SocketOptions) {
    void this.#connect();
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Sends now when the line is open; otherwise the op goes with the next opening. */
  send(op: Op): void {
    if (!this.open || !this.#greeted || this.#outbox.some(({ id }) => id === op.id)) return;
    this.#outbox.push(op);
    if (this.#flush === 0) this.#pour();
  }

  /** In their order, and no faster than the server takes them. */
  #pour(): void {
    const some = this.#outbox.splice(0, BURST);
    for (const op of some) this.#socket?.send(JSON.stringify(this.options.wire(op)));
    this.#flush = this.#outbox.length === 0 ? 0 : window.setTimeout(() => this.#pour(), BURST_MS);
  }

  #greet(socket: WebSocket): void {
    if (this.#socket !== socket || this.#greeted) return;
    this.#greeted = true;
    for (const op of this.options.unanswered()) this.send(op);
  }

  /** Try now instead of at the end of the waiting time, and instead of an attempt that hangs. */
  hurry = (): void => {
    if (this.#stopped) return;
    const limit = this.#attempt < FEW ? HANG_MS : HELD_MS;
    const hangs = this.#socket?.readyState === WebSocket.CONNECTING && performance.now() - this.#heardAt > limit;
    if (hangs) this.#giveUp();
    if (this.#socket !== null) return this.doubt();
    clearTimeout(this.#timer);
    void this.#connect();
  };

  /**
   * One attempt over a connection of its own, given up after `limitMs`: whether the server answered, if only
   * to refuse. A browser closes a socket that is given up at once, whereas a request that is given up
   * leaves its connection behind, trying again after 15 and 30 seconds, and the next one waits for it.
   */
  async answers(limitMs: number): Promise<boolean> {
    if (this.open || this.#stopped) return this.open;
    const age = performance.now() - this.#heardAt;
    const fresh = this.#socket !== null && age < limitMs;
    const answered = new Promise<boolean>((done) => this.#asked.push(done));
    const limit = setTimeout(() => {
      if (this.#socket !== null && !this.open) this.#giveUp();
      this.#answered(false);
    }, fresh ? limitMs - age : limitMs);
    if (!fresh) {
      const waiting = this.#asked.splice(0);
      if (this.#socket !== null) this.#giveUp();
      this.#asked = waiting;
      clearTimeout(this.#timer);
      void this.#connect();
    }
    return answered.finally(() => clearTimeout(limit));
  }

  #answered(yes: boolean): void {
    for (const done of this.#asked.splice(0)) done(yes);
  }

  /** The network changed: a line that holds answers soon, another one is given up. */
  doubt(): void {
    const socket = this.#socket;
    if (socket === null || this.#doubted) return;
    const heard = this.#heardAt;
    this.#doubted = true;
    ping(socket);
    setTimeout(() => {
      this.#doubted = false;
      if (this.#socket !== socket || this.#heardAt !== heard || this.#stopped) return;
      this.#giveUp();
      this.hurry();
    }, DOUBT_MS);
  }

  #giveUp(): void {
    // close() waits for a peer that may be gone; the line is given up here and now.
    this.#socket?.close();
    this.#lost(null);
  }

  /** A hole was seen: read again from the cursor over a fresh connection. */
  resync(): void {
    this.#socket?.close(4000, "resync");
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#beat);
    clearTimeout(this.#flush);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    const attempt = (this.#connecting += 1);
    let address: string;
    try {
      address = await this.options.address();
    } catch {
      if (attempt === this.#connecting) this.#lost(null);
      return;
    }
    if (this.#stopped || this.#socket !== null || attempt !== this.#connecting) return;
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("after", String(this.options.cursor()));
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#heardAt = performance.now();
    this.#greeted = false;
    this.#outbox = [];
    clearTimeout(this.#flush);
    this.#flush = 0;
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      this.#heardAt = performance.now();
      const frame = typeof data === "string" ? readFrame(data) : null;
      if (frame === null) return;
      this.options.onFrame(frame, this.#heardAt);
      if (frame.type === "pong") this.#greet(socket);
    });
    socket.addEventListener("close", ({ code }) => {
      if (this.#socket === socket) this.#lost(code);
    });
    clearInterval(this.#beat);
    this.#beat = window.setInterval(() => this.#pulse(socket), PING_MS);
  }

  #opened(socket: WebSocket): void {
    this.#attempt = 0;
    this.#downSince = null;
    this.#tell(null, null);
    this.#answered(true);
    for (const delay of FIRST_PINGS_MS) setTimeout(() => ping(socket), delay);
    setTimeout(() => this.#greet(socket), GREETING_MS);
  }

  #pulse(socket: WebSocket): void {
    if (performance.now() - this.#heardAt > DEAD_MS) {
      if (this.#socket === socket) this.#giveUp();
      return;
    }
    ping(socket);
  }

  #lost(code: number | null): void {
    clearInterval(this.#beat);
    this.#socket = null;
    this.#answered(code !== null && code >= ANSWERED);
    if (this.#stopped) return;
    this.#downSince ??= Date.now();
    if (code === EXPIRED) this.options.onExpired();
    if (code !== null && FINAL.has(code)) {
      this.#stopped = true;
      this.#tell(null, code);
      return;
    }
    const wait = code === 4000 ? 0 : waitMs(this.#attempt, SOCKET_PACE, Math.random);
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#connect(), wait);
    this.#tell(Date.now() + wait, null);
  }

  #tell(nextAt: number | null, refused: number | null): void {
    this.options.onState({
      open: this.open,
      attempt: this.#attempt,
      nextAt,
      downSince: this.#downSince,
      refused,
    });
  }
}

const EXPIRED = 4401;
/** Codes from here on are the server's own; below, the connection failed. */
const ANSWERED = 4000;

/** Close codes after which trying again is pointless: not a member any more. */
const FINAL: ReadonlySet<number> = new Set([4403, 4404]);

function ping(socket: WebSocket): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ ping: performance.now() }));
}
