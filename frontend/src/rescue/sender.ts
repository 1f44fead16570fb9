/** Tells the server of each recorded answer, then sends it by tus until the log has it as evidence. */
import { waitMs } from "../shared/backoff.ts";
import { ApiError } from "../shared/api.ts";
import { chunkBytes } from "../backup/line.ts";
import { running } from "../backup/runs.ts";
import { Rounds } from "../shared/rounds.ts";
import { create, type Endpoint, hex, send, sha256, type Standing, standing, TusError } from "../shared/tus.ts";
import type { Room } from "../room/room.ts";
import { type Answer, type Outbox, runOf } from "./outbox.ts";

const PACE = { firstMs: 1000, capMs: 20_000 };
const IDLE_MS = 2000;
/** 403: the session is over, or its deadline is. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 413, 415, 422]);

export class Sender {
  answers: readonly Answer[] = [];
  /** The last try found no server. */
  offline = false;
  /** A recording whose page died was taken up. */
  readonly torn = new Set<number>();
  #attempt = 0;
  #rate: number | null = null;
  #stop = new AbortController();
  readonly #endpoint: Endpoint;
  readonly #rounds: Rounds;

  constructor(
    private readonly room: Room,
    private readonly outbox: Outbox,
    /** The turn that this page records now. */
    private readonly recording: () => number | null,
    private readonly changed: () => void,
  ) {
    this.#endpoint = { url: room.url("evidence"), csrf: room.config.csrf };
    window.addEventListener("online", this.hurry);
    this.#rounds = new Rounds({
      lock: `ajj-rescue:${outbox.session}`, signal: this.#stop.signal, round: () => this.#round(), onTurn: changed, onElsewhere: changed,
    });
  }

  hurry = (): void => {
    this.#attempt = 0;
    this.#rounds.hurry();
  };

  async #round(): Promise<number> {
    try {
      await this.#look();
      for (const answer of this.answers) if (answer.sha256 !== "" && answer.refused === null) await this.#deliver(answer);
      this.offline = false;
      this.#attempt = 0;
      return IDLE_MS;
    } catch (error) {
      if (!(error instanceof TusError) && !(error instanceof ApiError)) reportError(error);
      this.offline = true;
      this.changed();
      this.#attempt += 1;
      return waitMs(this.#attempt, PACE, Math.random);
    }
  }

  /** What lies here; recordings that ended, also by a page's death, are made whole. */
  async #look(): Promise<void> {
    const lives = await running();
    for (const answer of await this.outbox.all()) {
      const live = answer.turn === this.recording() || (answer.running && lives.has(runOf(answer)));
      if (answer.sha256 !== "" || live) continue;
      const blob = await this.outbox.read(answer.turn);
      if (blob.size === 0) {
        await this.outbox.remove(answer.turn);
        continue;
      }
      if (answer.running) this.torn.add(answer.turn);
      await this.outbox.change(answer.turn, {
        running: false, bytes: blob.size, sha256: hex(await sha256(await blob.arrayBuffer())),
      });
    }
    this.answers = await this.outbox.all();
    this.changed();
  }

  async #deliver(answer: Answer): Promise<void> {
    if (this.room.log.rescue.files.has(answer.sha256)) {
      await this.outbox.remove(answer.turn);
      return;
    }
    const turn = this.room.log.rescue.turns.get(answer.turn);
    // Its word first: the hash is in the log before the long way of the bytes begins.
    if (turn?.state === "opened") await this.#tell(answer);
    await this.#upload(answer);
    await this.room.readLog();
  }

  /** The same word twice is one entry: its op id is the turn's. */
  async #tell(answer: Answer): Promise<void> {
    const { turn, fromMs, toMs } = answer;
    const data = { turn, sha256: answer.sha256, bytes: answer.bytes, from_ms: Math.round(fromMs), to_ms: Math.round(toMs) };
    await this.room.api.post(this.room.url("ops"), { op_id: `answer:${turn}`, kind: "rescue.answer", data });
    await this.room.readLog();
  }

  async #upload(answer: Answer): Promise<void> {
    const blob = await this.outbox.read(answer.turn);
    try {
      let { url, offset } = await this.#standing(answer);
      while (offset < blob.size) {
        const chunk = await blob.slice(offset, offset + chunkBytes(this.#rate)).arrayBuffer();
        const began = performance.now();
        offset = await send(this.#endpoint, { url, offset }, chunk, this.#stop.signal);
        this.#rate = (chunk.byteLength * 1000) / Math.max(1, performance.now() - began);
        await this.outbox.change(answer.turn, { offset });
        this.answers = await this.outbox.all();
        this.changed();
      }
    } catch (error) {
      if (!(error instanceof TusError) || !FINAL.has(error.status)) throw error;
      await this.outbox.change(answer.turn, { refused: error.status });
    }
  }

  async #standing(answer: Answer): Promise<Standing> {
    const { signal } = this.#stop;
    if (answer.upload !== null) {
      try {
        return { url: answer.upload, offset: await standing(this.#endpoint, answer.upload, signal) };
      } catch (error) {
        if (!(error instanceof TusError) || ![403, 404, 410].includes(error.status)) throw error;
      }
    }
    const kuk = this.room.log.rescue.turns.get(answer.turn)?.kuk ?? [];
    const described = {
      filename: `jawaban-${answer.turn}.${answer.mime === "video/mp4" ? "mp4" : "webm"}`,
      filetype: answer.mime, kuk: kuk.join(","), taken_ms: String(Math.round(answer.fromMs)),
    };
    const begun = await create(this.#endpoint, answer.bytes, described, signal);
    await this.outbox.change(answer.turn, { upload: begun.url, offset: begun.offset });
    return begun;
  }
}
