/** When and from which camera something was taken, as far as this device knows it. */
import type { Room } from "../room/room.ts";
import type { Moment } from "./item.ts";

/** A reading of the clock is older than the picture by up to this. */
const READING_MS = 20;
const HASH_CHARS = 32;

/** Now, from the camera that this person publishes. */
export function liveMoment(room: Room): Moment {
  const wallMs = Date.now();
  const { clock, log } = room;
  const streams = [...log.streams.values()].filter(({ owner, kind }) => owner === room.me && kind === "camera");
  return {
    takenMs: clock.session(wallMs),
    clockErrorMs: clock.errorMs === null ? null : clock.errorMs + READING_MS,
    wallMs,
    stream: streams.at(-1)?.id ?? "",
    head: log.head === 0 || log.headHash === "" ? "" : `${log.head}:${log.headHash.slice(0, HASH_CHARS)}`,
  };
}

/** A chosen file has only its own date. */
export function fileMoment(file: File): Moment {
  return { takenMs: null, clockErrorMs: null, wallMs: file.lastModified, stream: "", head: "" };
}
