import type { Word } from "./words.ts";

export const en: Readonly<Record<Word, string>> = {
  "late": "received {time}",
  "late.unsure": "± {count} s",
  "late.title": "Marked at {made} without a network, received by the server at {stored}.",
  "down.unkept": "This browser cannot keep {count} of your changes. Do not close this page until the network is back.",
  "settled": "Settled as {value} by {name}, {time}.",
  "resolve.open": "Settle",
  "resolve.value": "What holds for KUK {no}",
  "resolve.note": "Reason (both marks are kept)",
  "resolve.save": "Save",
  "resolve.need": "Choose a value and write the reason.",
  "disputes.title": "The asesor's marks differ on {count} KUK.",
  "disputes.hint": "Settle them before you recommend. Both marks are kept.",
};
