/** A limit on a picture as one line of what happened, where there is no room to ask for names. */
import { detail, type Line } from "../room/fold.ts";
import { isRung } from "./ladder.ts";
import { w } from "./words.ts";

export function limitShort(line: Line): string {
  const rung = detail(line, "rung");
  return isRung(rung) ? w("short", { rung: w(`rung.${rung}`) }) : w("short.free");
}
