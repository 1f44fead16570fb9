/** The room speaks. */
import { id } from "./strings.id.ts";
import { type Values, vocabulary } from "./vocabulary.ts";

export type Key = keyof typeof id;
export type Params = Values;

const { speak, w, maybe } = vocabulary<Key>(id, async () => (await import("./strings.en.ts")).en);

export { speak, w as t };

/** A word whose key is put together from the wire; the wire's own word when there is none. */
export function word(prefix: string, name: string, params: Params = {}): string {
  return maybe(prefix, name, params) ?? name;
}
