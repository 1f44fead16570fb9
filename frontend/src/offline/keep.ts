/** While the session runs, this person's room is kept on the device, and goes with the session. */
import { fields } from "../shared/json.ts";
import type { Joined } from "../room/facts.ts";
import type { RoomLog } from "../room/fold.ts";
import type { Unit } from "../room/checklist.ts";
import type { Room } from "../room/room.ts";
import { dropShell, keepShell } from "./shell.ts";

const KEEP_MS = 5000;
const SHELL_MS = 60_000;

/** The room as it stood when this device last heard of it. */
interface Kept {
  readonly log: RoomLog;
  readonly units: readonly Unit[];
  readonly joined: Joined;
  readonly consent: string;
}

/** Another build may read another log: it starts from the server. */
const BUILD = import.meta.url;

export class Keeper {
  #beat = 0;
  #head = -1;
  #shellAt = -Infinity;

  constructor(private readonly room: Room) {
    this.#beat = window.setInterval(() => this.#look(), KEEP_MS);
    this.#look();
  }

  #look(): void {
    const { room } = this;
    const now = performance.now();
    if (room.line.open && now - this.#shellAt > SHELL_MS) {
      this.#shellAt = now;
      keepShell(room.me).catch(() => undefined);
    }
    if (room.joined === null || room.log.head === this.#head) return;
    this.#head = room.log.head;
    const { log, units, joined, consent } = room;
    void room.commands.memory.keep({ build: BUILD, log, units, joined, consent });
  }

  /** The session is over, or the person left it. */
  close(): void {
    clearInterval(this.#beat);
    void this.room.commands.memory.forget();
    void dropShell().catch(() => undefined);
  }
}

/** The room as an earlier page of this device kept it; false when nothing is kept (any more). */
export async function remember(room: Room): Promise<boolean> {
  const raw = fields(await room.commands.memory.kept());
  if (raw["build"] !== BUILD) return false;
  const { log, units, joined, consent } = raw as unknown as Kept;
  Object.assign(room.log, log);
  room.units = units;
  room.checklistState = "ready";
  room.ui.current = room.allKuk()[0]?.id ?? null;
  room.joined = joined;
  room.consent = consent;
  if (log.t0 !== null) room.clock.t0 = log.t0;
  return true;
}
