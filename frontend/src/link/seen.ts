/** What a viewer may be told of a stream, from what the server has and what this viewer takes. */
import type { Incoming } from "../room/desk.ts";
import type { Room } from "../room/room.ts";

/**
 * "frozen": the server receives nothing. "noPicture": sound, no picture. "stills": a picture every few
 * seconds. "declined": there is a picture, left out here. "late": there is one, and it does not reach us.
 * "moves": it moves. Null: the server has not said.
 */
export type Seen = "frozen" | "noPicture" | "stills" | "declined" | "late" | "moves" | null;

/** Longer than two stills. */
const STILLS_LATE_MS = 12_000;

export function seenOf(room: Room, incoming: Incoming): Seen {
  const beat = room.pulse.of(incoming.id);
  if (beat === null) return null;
  if (beat.frozenMs !== null) return "frozen";
  if (beat.video === "off") return beat.audio === "off" ? null : "noPicture";
  if (room.link?.takes(incoming.id) === false) return "declined";
  const now = performance.now();
  const { motion } = incoming.picture;
  if (beat.video === "moving") return motion.moving(now) ? "moves" : "late";
  return motion.lastAt !== null && now - motion.lastAt < STILLS_LATE_MS ? "stills" : "late";
}
