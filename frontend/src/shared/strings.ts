/** The room speaks: Indonesian at once, English for those who read it. */
import { id } from "./strings.id.ts";

export type Key = keyof typeof id;
export type Params = Readonly<Record<string, string | number>>;

let words: Readonly<Record<Key, string>> = id;

/** Loads English only for those who read it: the others do not pay for its bytes. */
export async function speak(lang: string): Promise<void> {
  if (lang.startsWith("en")) words = (await import("./strings.en.ts")).en;
}

export function t(key: Key, params: Params = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** A word whose key is put together from the wire; the wire's own word when there is none. */
export function word(prefix: string, name: string, params: Params = {}): string {
  const key = `${prefix}.${name}`;
  return key in words ? t(key as Key, params) : name;
}
