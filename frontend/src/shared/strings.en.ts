import type { Key } from "./strings.ts"; export const en: Readonly<Record<Key, string>> = {} as Record<Key,string>;
