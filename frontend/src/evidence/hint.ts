/** A word in localStorage, so that other pages know without opening a database that evidence waits here. */
import { list, text } from "../shared/json.ts";

const KEY = "ajj.evidence";

/** Sessions whose evidence this device keeps. */
export function hints(): readonly string[] {
  try {
    return list(JSON.parse(localStorage.getItem(KEY) ?? "[]")).map((one) => text(one)).filter((one) => one !== "");
  } catch {
    return [];
  }
}

export function hint(session: string, keeps: boolean): void {
  const known = new Set(hints());
  if (known.has(session) === keeps) return;
  if (keeps) known.add(session);
  else known.delete(session);
  try {
    if (known.size === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify([...known]));
  } catch {
    // Without localStorage only the room itself goes on with what waits.
  }
}
