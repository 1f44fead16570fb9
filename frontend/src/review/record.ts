/** The log of the session as a whole, and as it stood at any second. No DOM. */
import { standings, type Standing } from "../room/checklist.ts";
import { apply, emptyLog, pass, type RoomLog } from "../room/fold.ts";
import type { Entry } from "../shared/wire.ts";

/** The log folded up to and including session ms `at`: what was done by then, also when it arrived later. */
export function logAt(entries: readonly Entry[], at: number): RoomLog {
  const log = emptyLog();
  for (const entry of entries) {
    if (entry.atMs > at) pass(log, entry);
    else apply(log, entry);
  }
  return log;
}

/** What stood at each KUK; an author's last mark that was not undone. */
export function standingAt(log: RoomLog, kuk: number): Standing[] {
  return standings(log.marks.get(kuk) ?? []);
}

export interface Moment {
  readonly seq: number;
  readonly at: number;
  readonly kuk: number;
  readonly value: string;
  readonly actor: string;
  readonly undone: boolean;
}

/** Every mark ever made, in order of its moment. */
export function moments(log: RoomLog): Moment[] {
  return [...log.marks.values()]
    .flat()
    .map(({ seq, atMs, kuk, value, actor, undoneBy }) => ({ seq, at: atMs, kuk, value, actor, undone: undoneBy !== null }))
    .sort((a, b) => a.at - b.at || a.seq - b.seq);
}

/** The log of the past, folded once per second of it. */
export class Past {
  #second = -1;
  #log: RoomLog = emptyLog();

  constructor(private readonly entries: readonly Entry[]) {}

  /** The log at the second of `at`, kept until the second changes. */
  at(at: number): RoomLog {
    const second = Math.floor(at / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#log = logAt(this.entries, second * 1000 + 999);
    }
    return this.#log;
  }
}
