/** Makes pictures smaller beside the page, so that the room's picture does not stutter. */
import { type Made, made, offscreen } from "./encode.ts";

export interface Asked {
  readonly n: number;
  readonly blob: Blob;
}

export interface Answered {
  readonly n: number;
  /** null: this browser cannot draw here, or not this picture. */
  readonly made: Made | null;
}

self.addEventListener("message", ({ data: { n, blob } }: MessageEvent<Asked>) => {
  const work = async (): Promise<Made> => {
    const picture = await createImageBitmap(blob);
    try {
      return await made(offscreen, picture, blob);
    } finally {
      picture.close();
    }
  };
  work().then(
    (done) => self.postMessage({ n, made: done } satisfies Answered),
    () => self.postMessage({ n, made: null } satisfies Answered),
  );
});
