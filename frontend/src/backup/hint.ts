/** A word in localStorage, so that other pages know without opening a database that something may be owed. */
import { fields, number } from "../shared/json.ts";

const KEY = "ajj.backup";

export type Hints = ReadonlyMap<string, number | null>;

/** Sessions that left slices here, with the moment (server epoch ms) until which they are of use. */
export function hints(): Hints {
  try {
    const raw = fields(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
    return new Map(Object.entries(raw).map(([session, until]) => [session, number(until)]));
  } catch {
    return new Map();
  }
}

/** `undefined` forgets the session. */
export function hint(session: string, until: number | null | undefined): void {
  const known = new Map(hints());
  if (until === undefined) known.delete(session);
  else known.set(session, until);
  try {
    if (known.size === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(known)));
  } catch {
    // Without localStorage only the room itself goes on with what is owed.
  }
}
