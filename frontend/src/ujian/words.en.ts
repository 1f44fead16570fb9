import type { Word } from "./words.ts";

export const en: Readonly<Record<Word, string>> = {
  "attaching": "just attached",
  "received": "received by the server",
  "coming": "{percent}% received so far",
  "awaited": "not received yet; still on another device",
  "here": "kept on this device, {percent}% sent",
  "memory": "do not close this page: this browser does not keep files",
  "differs": "not the file that was attached; attach it again",
  "refused": "cannot be taken; detach it, then attach it again",
  "late": "after the time was up; the asesor decides",
  "admitted": "late, admitted by the asesor",
  "drop": "Detach",
  "large": "“{name}” is larger than 50 MB. Make it smaller, or split it into several files.",
  "empty": "“{name}” is empty.",
  "kind": "“{name}” is no photo, video or PDF. Save it as PDF, or paste its content into the answer.",
  "failed": "“{name}” is not kept on this device yet; its storage may be full. Free some space, then try again.",
};
