/** What people allow the picture to be: a person saves data, or the asesor pins a rung for somebody. */
import type { Limit } from "../room/fold.ts";
import type { Room } from "../room/room.ts";
import { isRung, lower, type Rung } from "./ladder.ts";

/** Rungs to choose from; "" is no limit. */
export const CHOICES = ["", "360p", "180p", "still", "audio"] as const;

/** The limits of `person`, one of each who set one, as the log has them. */
export function limitsOn(room: Room, person: string): readonly Limit[] {
  return [...(room.log.limits.get(person)?.values() ?? [])].filter(({ rung }) => isRung(rung));
}

/** What `by` chose for `person`; a choice on its way to the log counts already. "" is no limit. */
export function chosenBy(room: Room, by: string, person: string): string {
  const pending = by === room.me ? room.pending("media.limit", ({ data }) => data["person"] === person) : null;
  return String(pending?.data["rung"] ?? room.log.limits.get(person)?.get(by)?.rung ?? "");
}

/** The highest rung that this client may send. */
export function ceilingFor(room: Room): Rung {
  const others = limitsOn(room, room.me).filter(({ by }) => by !== room.me).map(({ rung }) => rung);
  return [chosenBy(room, room.me, room.me), ...others].reduce<Rung>(
    (most, rung) => (isRung(rung) ? lower(most, rung) : most),
    "720p",
  );
}

export function limit(room: Room, person: string, rung: string): void {
  if (chosenBy(room, room.me, person) !== rung) room.send("media.limit", { person, rung });
}
