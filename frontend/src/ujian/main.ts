/** A ujian that outlives its network, its tab and its device. Without this script its buttons do. */
import { dropShell, keepShell, UJIAN_DRAFT } from "../offline/shell.ts";
import { Api } from "../shared/api.ts";
import { SessionClock } from "../shared/clock.ts";
import { sessionTime } from "../shared/format.ts";
import { fields, list, number, text, truth } from "../shared/json.ts";
import { Memory } from "../shared/memory.ts";
import type { Files } from "./files.ts";
import { Line } from "./line.ts";
import { Paper } from "./paper.ts";

const TICK_MS = 500;
/** The time is up: how often the server is asked whether it says so too. */
const OVER_MS = 3000;
const HERE_MS = 10_000;

/** What the screen showed when it last changed; `head`: how far the log had been read. */
interface Draft {
  readonly head: number;
  readonly values: readonly (readonly [number, string])[];
  readonly unsent: readonly number[];
}

/** Kept at once, unlike a database: a tab that dies in the next moment has lost nothing. */
class Drafts {
  constructor(private readonly key: string) {}

  keep(value: Draft): void {
    try {
      localStorage.setItem(this.key, JSON.stringify(value));
    } catch {
      // Without storage a reload loses what was typed in the last second.
    }
  }

  kept(): Draft {
    try {
      return draft(JSON.parse(localStorage.getItem(this.key) ?? "null"));
    } catch {
      return draft(null);
    }
  }

  forget(): void {
    localStorage.removeItem(this.key);
  }
}

function draft(raw: unknown): Draft {
  const found = fields(raw);
  const pairs = list(found["values"]).map(list);
  return {
    head: number(found["head"]) ?? 0,
    values: pairs.map(([butir, value]) => [number(butir) ?? 0, text(value)] as const),
    unsent: list(found["unsent"]).map((one) => number(one) ?? 0),
  };
}

async function begin(): Promise<void> {
  const config = fields(JSON.parse(document.getElementById("ujian-config")?.textContent ?? "{}"));
  const form = document.querySelector<HTMLFormElement>("#ujian");
  /** What is asked aloud has no clock. */
  const timed = truth(config["timed"]);
  const clock = new SessionClock();
  clock.t0 = number(config["t0"]);
  const owner = { session: `ujian:${text(config["ujian"])}`, user: text(config["user"]) };
  const drafts = new Drafts(`${UJIAN_DRAFT}${owner.session}:${owner.user}`);
  const memory = new Memory(owner, clock, () => line.sync());
  const api = new Api(text(config["csrf"]));
  let files: Files | null = null;
  const typed = new Set<number>();
  const keep = (): void => {
    if (paper === null) return;
    const unsent = [...new Set([...typed, ...line.waiting.keys()])];
    drafts.keep({ head: line.cursor, values: [...paper.values()], unsent });
  };
  const paper = form === null ? null : new Paper(form, () => {
    if (document.activeElement instanceof HTMLTextAreaElement) {
      typed.add(Number(document.activeElement.closest<HTMLElement>("[data-butir]")?.dataset["butir"]));
    }
    keep();
  }, () => sessionTime(clock.session() ?? 0));
  const line = new Line({
    post: (body, limitMs) => api.post(text(config["url"]), body, limitMs),
    clock,
    memory,
    head: number(config["head"]) ?? 0,
    onStored: (stored) => {
      const waiting = line.waiting;
      for (const one of stored) if (!waiting.has(one.butir)) paper?.show(one);
      for (const butir of typed) if (!waiting.has(butir) && paper?.typing(butir) !== true) typed.delete(butir);
      keep();
    },
    onLeft: (left) => {
      paper?.leave(timed ? left : { ...left, leftMs: Infinity, returnedMs: 0 });
      if (left.over && line.settled) void end();
    },
    onAnswer: (answer) => files?.heard(answer),
    onChange: () => {
      paper?.draw();
      files?.draw();
    },
    perf: () => performance.now(),
    random: Math.random,
    later: (act, ms) => window.setTimeout(act, ms),
    never: (timer) => clearTimeout(timer),
  });
  /** Everything has arrived: the server's page says so, and nothing stays here. */
  const end = async (): Promise<void> => {
    if (paper === null) return;
    drafts.forget();
    await dropShell().catch(() => undefined);
    location.reload();
  };

  await memory.restore();
  files = await taskFiles(config, line, memory, paper === null);
  if (paper === null && files !== null) return late(line, files);
  if (paper === null) {
    // The ujian is over here; another page of this device may still owe it something.
    if (memory.queue.pending.length > 0) line.sync();
    return;
  }
  paper.use(line);
  const early = paper.early();
  for (const butir of early) line.answer(butir, paper.value(butir));
  const held = drafts.kept();
  for (const [butir, value] of held.values) {
    if (early.includes(butir)) continue;
    if (held.unsent.includes(butir) && value !== paper.value(butir)) {
      paper.show({ butir, value });
      if (!line.waiting.has(butir)) line.answer(butir, value);
    } else if (held.head > line.cursor) paper.show({ butir, value });
  }
  for (const [butir, value] of line.waiting) if (!early.includes(butir)) paper.show({ butir, value });
  line.cursor = Math.max(line.cursor, held.head);
  const gone = clock.errorMs === null ? 0 : Math.max(0, clock.epoch() - (number(config["now"]) ?? 0));
  const leftMs = timed ? Math.max(0, (number(config["left_ms"]) ?? 0) - gone) : Infinity;
  paper.leave({ leftMs, returnedMs: 0, over: false });
  line.sync();

  let askedAt = -Infinity;
  window.setInterval(() => {
    paper.draw();
    if (!paper.over || performance.now() - askedAt < OVER_MS) return;
    askedAt = performance.now();
    paper.flush();
    line.here();
    line.sync();
  }, TICK_MS);
  window.setInterval(() => {
    line.here();
    line.sync();
  }, HERE_MS);
  window.addEventListener("online", line.sync);
  if (files !== null) window.addEventListener("online", files.resume);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") paper.flush();
    line.here();
    line.sync();
  });
  keepShell(text(config["user"]), "/ujian/").catch(() => undefined);
}

/** The files of a task; null where there is none, or no session takes any now. */
async function taskFiles(config: ReturnType<typeof fields>, line: Line, memory: Memory, over: boolean): Promise<Files | null> {
  const session = text(config["session"]);
  if (!truth(config["task"]) || session === "" || document.querySelector("[data-files]") === null) return null;
  const { Files } = await import("./files.ts");
  return Files.begin({
    line, owed: () => memory.queue.pending, session, user: text(config["user"]), csrf: text(config["csrf"]),
    over,
  });
}

/** The time is over: what is attached now is told as late, and what waits here goes on. */
function late(line: Line, files: Files): void {
  line.sync();
  window.setInterval(line.sync, HERE_MS);
  window.addEventListener("online", line.sync);
  window.addEventListener("online", files.resume);
}

void begin();
