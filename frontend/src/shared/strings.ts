/** The room speaks. */
import { id } from "./strings.id.ts";
import { type Values, vocabulary } from "./vocabulary.ts";

export type Key = keyof typeof id;
export type Params = Values;

const held = vocabulary<Key>(id);

export const t = held.w;

export function speak(language: string): Promise<void> {
  return held.learn(language, async () => (await import("./strings.en.ts")).en);
}

/** A word whose key is put together from the wire; the wire's own word when there is none. */
export function word(prefix: string, name: string, params: Params = {}): string {
  return held.maybe(prefix, name, params) ?? name;
}
