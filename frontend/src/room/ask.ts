/** Asks the asesi's device for a span of its own camera. */
import { ApiError } from "../shared/api.ts";
import { t } from "../shared/strings.ts";
import type { Room } from "./room.ts";

/** The log tells everybody, the device included; a refusal says why in the server's words. */
export async function askBackup(room: Room, startMs: number, endMs: number): Promise<void> {
  room.ui.asking.add(startMs);
  room.changed();
  try {
    await room.api.post(`${room.url("session")}/backup/ask`, { kind: "camera", start_ms: startMs, end_ms: endMs });
    room.notify(t("record.asked"));
    if (room.over) await room.readLog();
  } catch (error) {
    const words = error instanceof ApiError && error.status > 0 && error.status < 500 ? error.message : "";
    room.notify(words || t("error.offline"), "danger");
  }
  room.ui.asking.delete(startMs);
  room.changed();
}
