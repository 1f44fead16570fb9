/** Draws and encodes, by the same code in a worker and, where a worker cannot draw, in the page. */
import { fitsAsItIs, type Size, TARGET_BYTES, THUMB_BYTES, thumbTries, tries, type Try, worth } from "./shrink.ts";

export interface Made {
  /** null when nothing smaller is to be had. */
  readonly sent: Blob | null;
  readonly thumb: Blob | null;
}

/** Encodes `picture` at a size and quality. */
export type Encode = (picture: CanvasImageSource, at: Try, type: string) => Promise<Blob>;

async function smallest(
  encode: Encode, picture: CanvasImageSource, all: readonly Try[], limit: number, type: string,
): Promise<Blob | null> {
  let best: Blob | null = null;
  for (const at of all) {
    const made = await encode(picture, at, type);
    if (best === null || made.size < best.size) best = made;
    if (best.size <= limit) return best;
  }
  return best;
}

export async function made(
  encode: Encode, picture: CanvasImageSource & Size, original: { readonly type: string; readonly size: number },
): Promise<Made> {
  const small = await smallest(encode, picture, thumbTries(picture), THUMB_BYTES, "image/webp");
  const thumb = small !== null && small.size <= THUMB_BYTES ? small : null;
  if (fitsAsItIs(original.type, original.size, picture)) return { sent: null, thumb };
  const sent = await smallest(encode, picture, tries(picture), TARGET_BYTES, "image/jpeg");
  return { sent: sent !== null && worth(sent.size, original.size) ? sent : null, thumb };
}

/** `fill`: what is transparent becomes paper, not black. */
function draw(context: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D, picture: CanvasImageSource, { width, height }: Size): void {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
}

/** A browser without WebP gives PNG instead, which is no small picture. */
function usable(blob: Blob | null, type: string): blob is Blob {
  return blob?.type === type;
}

export const offscreen: Encode = async (picture, at, type) => {
  const canvas = new OffscreenCanvas(at.width, at.height);
  const context = canvas.getContext("2d");
  if (context === null) throw new DOMException("", "NotSupportedError");
  draw(context, picture, at);
  const blob = await canvas.convertToBlob({ type, quality: at.quality });
  return usable(blob, type) ? blob : canvas.convertToBlob({ type: "image/jpeg", quality: at.quality });
};

export const onscreen: Encode = async (picture, at, type) => {
  const canvas = document.createElement("canvas");
  canvas.width = at.width;
  canvas.height = at.height;
  const context = canvas.getContext("2d");
  if (context === null) throw new DOMException("", "NotSupportedError");
  draw(context, picture, at);
  const encoded = (as: string): Promise<Blob | null> => new Promise((done) => canvas.toBlob(done, as, at.quality));
  const blob = await encoded(type);
  const found = usable(blob, type) ? blob : await encoded("image/jpeg");
  if (found === null) throw new DOMException("", "EncodingError");
  return found;
};
