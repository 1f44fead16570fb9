/**
 * Whoever was in the room when the page went (a crash, a reload, a phone that dropped its tab) comes
 * back into it, not to its door. Kept with the tab; gone when the person leaves or the session ends.
 */
import { fields, number, text } from "../shared/json.ts";
import type { Choice } from "./devices.ts";

/** Later than this somebody comes anew, and looks at themselves first. */
const STILL_MS = 2 * 3600 * 1000;

export interface Stay {
  readonly choice: Choice;
  /** The consent text that was agreed to. */
  readonly consent: string;
}

function keyOf(session: string, user: string): string {
  return `stay:${session}:${user}`;
}

export function stay(session: string, user: string, value: Stay): void {
  try {
    sessionStorage.setItem(keyOf(session, user), JSON.stringify({ ...value, at: Date.now() }));
  } catch {
    // Without storage a reload leads to the door; nothing else is lost.
  }
}

export function leave(session: string, user: string): void {
  try {
    sessionStorage.removeItem(keyOf(session, user));
  } catch {
    // Nothing was kept.
  }
}

function device(value: unknown): string | null {
  return value === null ? null : text(value);
}

export function stayed(session: string, user: string): Stay | null {
  try {
    const raw = fields(JSON.parse(sessionStorage.getItem(keyOf(session, user)) ?? "null"));
    const at = number(raw["at"]);
    if (at === null || Math.abs(Date.now() - at) > STILL_MS) return null;
    const choice = fields(raw["choice"]);
    return {
      consent: text(raw["consent"]),
      choice: { camera: device(choice["camera"]), microphone: device(choice["microphone"]) },
    };
  } catch {
    return null;
  }
}
