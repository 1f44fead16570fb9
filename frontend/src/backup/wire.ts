/** What the page and the disk's worker say to each other. */
export type Order =
  | { readonly n: number; readonly op: "probe" }
  | { readonly n: number; readonly op: "append"; readonly name: string; readonly bytes: ArrayBuffer }
  | { readonly n: number; readonly op: "close"; readonly name: string };

export interface Answer {
  readonly n: number;
  /** Name of the DOMException; null when it was done. */
  readonly error: string | null;
}

export const FOLDER = "backup";
