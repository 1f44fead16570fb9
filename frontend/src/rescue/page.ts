/** The page of a session that goes on without live media: no socket, no stream, only requests that may fail. */
import { render } from "lit-html";
import { fields, instant, number } from "../shared/json.ts";
import { assesses } from "../room/facts.ts";
import type { DeviceTrouble } from "../room/devices.ts";
import type { Room } from "../room/room.ts";
import { type How, type Turn, turnsOf } from "./fold.ts";
import { type Answer, Outbox } from "./outbox.ts";
import { AnswerRecorder } from "./recorder.ts";
import { Sender } from "./sender.ts";
import { rescueView } from "./view.ts";
import { speak } from "./words.ts";

const TICK_MS = 500;
const POLL_MS = 4000;
const DRAFT = "ajj.rescue.draft";

export class Rescue {
  /** Date.now() when the server last answered. */
  heardAt = Date.now();
  asking = false;
  ending = false;
  recorder: AnswerRecorder | null = null;
  starting = false;
  trouble: DeviceTrouble | null = null;
  outbox: Outbox | null = null;
  sender: Sender | null = null;

  constructor(readonly room: Room) {}

  get answers(): boolean {
    return this.room.facts.role === "asesi";
  }

  get asks(): boolean {
    return assesses(this.room.facts.role);
  }

  get turns(): Turn[] {
    return turnsOf(this.room.log.rescue);
  }

  now(): number {
    return this.room.nowMs() ?? 0;
  }

  leftMs(turn: Turn): number {
    return turn.dueMs === null ? turn.answerS * 1000 : turn.dueMs - this.now();
  }

  answerOf(turn: Turn): Answer | null {
    return this.sender?.answers.find((answer) => answer.turn === turn.seq) ?? null;
  }

  async begin(): Promise<void> {
    await this.room.commands.memory.restore();
    await this.look();
    void this.room.commands.sendRest().catch(() => undefined);
    if (this.asks) await this.room.loadChecklist();
    if (!this.answers) return;
    try {
      this.outbox = await Outbox.open(this.room.config.session);
      this.sender = new Sender(this.room, this.outbox, () => this.recorder?.turn ?? null, this.room.changed);
    } catch {
      // Without a database on this device answers in writing still work.
      this.outbox = null;
    }
  }

  /** The log and the clock, as far as the line allows. */
  async look(): Promise<void> {
    const sent = performance.now();
    try {
      const facts = fields(await this.room.api.get(this.room.url("session")));
      const [t0, nowMs] = [instant(facts["t0"]), number(facts["now_ms"])];
      if (t0 !== null && nowMs !== null) this.room.clock.measure(sent, performance.now(), t0 + nowMs, nowMs);
      await this.room.readLog();
      this.heardAt = Date.now();
    } catch {
      this.room.changed();
    }
    if (this.room.over && !this.owing) location.reload();
  }

  /** Something of mine has not arrived. */
  get owing(): boolean {
    return (this.sender?.answers ?? []).some(({ refused }) => refused === null);
  }

  // --- the asesor ---

  /** `about`: `kuk:ID`, `step:NAME`, or nothing. */
  ask(text: string, how: How, answerS: number, about: string): void {
    const [kind, of] = [about.slice(0, 5), about.slice(5)];
    const kuk = about.startsWith("kuk:") ? [Number(about.slice(4))] : [];
    this.room.send("rescue.ask", { text, how, answer_s: answerS, kuk, step: kind === "step:" ? of : "" });
  }

  withdraw(turn: Turn): void {
    this.room.send("rescue.withdraw", { turn: turn.seq });
  }

  end(): void {
    this.room.send("session.end", {});
  }

  // --- the asesi ---

  open(turn: Turn): void {
    this.room.send("rescue.open", { turn: turn.seq });
  }

  async record(turn: Turn): Promise<void> {
    if (this.outbox === null || this.recorder !== null || this.starting) return;
    this.starting = true;
    this.trouble = null;
    this.room.changed();
    try {
      this.recorder = await AnswerRecorder.begin(this.outbox, turn.seq, turn.how, () => this.now());
    } catch (trouble) {
      this.trouble = trouble as DeviceTrouble;
    }
    this.starting = false;
    this.room.changed();
  }

  async stop(): Promise<void> {
    const { recorder } = this;
    if (recorder === null || this.starting) return;
    this.starting = true;
    await recorder.stop();
    this.recorder = null;
    this.starting = false;
    this.sender?.hurry();
    this.room.changed();
  }

  write(turn: Turn, text: string): void {
    const to = this.now();
    this.room.send("rescue.answer", {
      turn: turn.seq, text, from_ms: Math.round(turn.openedMs ?? to), to_ms: Math.round(Math.max(to, (turn.openedMs ?? 0) + 1)),
    });
    this.draft(turn, null);
  }

  /** What was written so far survives a reload. */
  draft(turn: Turn, text: string | null): void {
    try {
      if (text === null) localStorage.removeItem(`${DRAFT}.${this.room.config.session}.${turn.seq}`);
      else localStorage.setItem(`${DRAFT}.${this.room.config.session}.${turn.seq}`, text);
    } catch {
      // Only a reload would lose it.
    }
  }

  drafted(turn: Turn): string {
    try {
      return localStorage.getItem(`${DRAFT}.${this.room.config.session}.${turn.seq}`) ?? "";
    } catch {
      return "";
    }
  }

  /** The time of the recorded turn is up: what there is goes. */
  tick(): void {
    const turn = this.recorder === null ? undefined : this.room.log.rescue.turns.get(this.recorder.turn);
    const over = turn !== undefined && this.leftMs(turn) <= 0 && this.leftMs(turn) > -TICK_MS * 4;
    if (over) void this.stop();
    this.room.changed();
  }
}

export async function showRescue(root: HTMLElement, room: Room): Promise<void> {
  await speak(room.config.lang);
  const rescue = new Rescue(room);
  room.store.watch(() => render(rescueView(rescue), root));
  await rescue.begin();
  setInterval(() => rescue.tick(), TICK_MS);
  const poll = async (): Promise<void> => {
    await rescue.look();
    setTimeout(() => void poll(), POLL_MS);
  };
  setTimeout(() => void poll(), POLL_MS);
  window.addEventListener("online", () => void rescue.look());
  room.changed();
}
