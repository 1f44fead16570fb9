import type { Word } from "./words.ts";

export const en: Readonly<Record<Word, string>> = {
  "late": "received {time}",
  "late.unsure": "± {count} s",
  "late.title": "Marked at {made} without a network, received by the server at {stored}.",
  "down.unkept": "This browser cannot keep {count} of your changes. Do not close this page until the network is back.",
};
