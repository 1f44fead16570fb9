/** How small a picture must become, and by which steps. Pure. */
export const LONG_SIDE = 1920;
export const TARGET_BYTES = 300_000;
export const THUMB_BYTES = 8 * 1024;
const LEAST_SIDE = 960;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Try extends Size {
  readonly quality: number;
}

/** `of` within `side`, never larger than it is; whole pixels, at least one. */
export function within({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(1, width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Tries from the best to the smallest: quality goes first, then size. */
export function tries(of: Size): Try[] {
  const found: Try[] = [];
  for (let side = LONG_SIDE; side >= LEAST_SIDE; side = Math.round(side * 0.8)) {
    for (const quality of [0.82, 0.7, 0.58]) found.push({ ...within(of, side), quality });
  }
  return found;
}

export function thumbTries(of: Size): Try[] {
  return [240, 192, 144, 96].flatMap((side) => [0.6, 0.4].map((quality) => ({ ...within(of, side), quality })));
}

/** Making it smaller is worth a second file only when it saves something. */
export function worth(madeBytes: number, originalBytes: number): boolean {
  return madeBytes < originalBytes * 0.9;
}

/** A small picture of the right kind goes as it is: every making costs sharpness. */
export function fitsAsItIs(type: string, bytes: number, of: Size): boolean {
  return (type === "image/jpeg" || type === "image/webp") && bytes <= TARGET_BYTES && Math.max(of.width, of.height) <= LONG_SIDE;
}
