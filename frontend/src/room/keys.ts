/** The checklist's keyboard: one hand, no looking. */
export type Command =
  | "next" | "previous" | "ya" | "tidak" | "lanjut" | "note" | "evidence" | "undo" | "nextUnit" | "previousUnit";

const COMMANDS: Readonly<Record<string, Command>> = {
  j: "next",
  k: "previous",
  y: "ya",
  t: "tidak",
  l: "lanjut",
  n: "note",
  e: "evidence",
  u: "undo",
  "]": "nextUnit",
  "[": "previousUnit",
};

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  /** The focus is where letters are text, or in a dialog. */
  readonly typing: boolean;
}

/** The command of a key press, or null. Holding a key moves, but never marks twice. */
export function commandOf(press: Press): Command | null {
  if (press.typing || press.ctrlKey || press.metaKey || press.altKey) return null;
  const command = COMMANDS[press.key.toLowerCase()] ?? null;
  const moves = command === "next" || command === "previous";
  return press.repeat && !moves ? null : command;
}
