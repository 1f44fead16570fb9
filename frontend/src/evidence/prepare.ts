/** From what was taken or chosen to what is sent: a smaller file where there is one, and a small picture. */
import { hex, sha256 } from "../shared/tus.ts";
import { type Made, made, onscreen } from "./encode.ts";
import { worth } from "./shrink.ts";
import type { Answered, Asked } from "./shrink.worker.ts";

const WORKER_MS = 30_000;
const DECODE_MS = 10_000;

export interface Prepared extends Made {
  readonly sha256: string;
}

let worker: Worker | null = null;
let asked = 0;

function byWorker(blob: Blob): Promise<Made | null> {
  if (!("OffscreenCanvas" in window)) return Promise.resolve(null);
  worker ??= new Worker(new URL("./shrink.worker.ts", import.meta.url), { type: "module" });
  const helper = worker;
  const n = (asked += 1);
  return new Promise((done) => {
    const finish = (result: Made | null): void => {
      clearTimeout(limit);
      helper.removeEventListener("message", heard);
      helper.removeEventListener("error", failed);
      done(result);
    };
    const heard = ({ data }: MessageEvent<Answered>): void => {
      if (data.n === n) finish(data.made);
    };
    const failed = (): void => {
      worker = null;
      finish(null);
    };
    const limit = setTimeout(failed, WORKER_MS);
    helper.addEventListener("message", heard);
    helper.addEventListener("error", failed);
    helper.postMessage({ n, blob } satisfies Asked);
  });
}

async function byPage(blob: Blob): Promise<Made> {
  const picture = await createImageBitmap(blob);
  try {
    return await made(onscreen, picture, blob);
  } finally {
    picture.close();
  }
}

/** The first frame that shows something; null where the browser cannot play the file. */
async function frameOf(blob: Blob): Promise<ImageBitmap | null> {
  const video = document.createElement("video");
  const url = URL.createObjectURL(blob);
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  try {
    const ready = new Promise<void>((done, failed) => {
      video.addEventListener("loadeddata", () => done(), { once: true });
      video.addEventListener("error", () => failed(new DOMException("", "EncodingError")), { once: true });
      setTimeout(() => failed(new DOMException("", "TimeoutError")), DECODE_MS);
    });
    video.src = url;
    await ready;
    return await createImageBitmap(video);
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

async function ofVideo(blob: Blob): Promise<Made> {
  const frame = await frameOf(blob);
  if (frame === null) return { sent: null, thumb: null };
  const { thumb } = await made(onscreen, frame, { type: "image/jpeg", size: 0 });
  frame.close();
  const sent = await (await import("./video.ts")).smaller(blob);
  return { sent: sent !== null && worth(sent.size, blob.size) ? sent : null, thumb };
}

async function madeOf(blob: Blob): Promise<Made> {
  const nothing = { sent: null, thumb: null };
  if (blob.type.startsWith("video/")) return ofVideo(blob).catch(() => nothing);
  if (!blob.type.startsWith("image/")) return nothing;
  return (await byWorker(blob)) ?? (await byPage(blob).catch(() => nothing));
}

/** Never rejects for what cannot be drawn: such a file goes as it is. */
export async function prepare(blob: Blob): Promise<Prepared> {
  const digest = await sha256(await blob.arrayBuffer());
  return { ...(await madeOf(blob)), sha256: hex(digest) };
}
