/** What the server receives of each stream right now: the only thing a screen may claim about media. */
import type { Room } from "../room/room.ts";
import type { Beat } from "../shared/wire.ts";

export class Pulse {
  /** Null until the server has said anything: then nothing is claimed. */
  beats: ReadonlyMap<string, Beat> | null = null;

  constructor(private readonly room: Room) {}

  of(stream: string): Beat | null {
    return this.room.line.open ? (this.beats?.get(stream) ?? null) : null;
  }

  /** The stream of `kind` that `person` publishes. */
  ofPerson(person: string, kind = "camera"): Beat | null {
    const stream = [...this.room.log.streams.values()].find(
      (one) => one.owner === person && one.kind === kind && one.live,
    );
    return stream === undefined ? null : this.of(stream.id);
  }

  /** Whether the server's own list of what flows holds nothing that is not among `known`. */
  covers(known: ReadonlySet<string>): boolean {
    if (!this.room.line.open || this.beats === null || this.beats.size === 0) return false;
    return [...this.beats.keys()].every((id) => known.has(id));
  }

  speaking(person: string): boolean {
    return this.ofPerson(person)?.audio === "speaking";
  }

  /** Somebody who hears this person has so poor a line that they get no picture. */
  listenersThin(person: string): boolean {
    return this.ofPerson(person)?.thin ?? false;
  }
}
