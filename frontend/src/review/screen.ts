/** What the desk needs of a stream's picture, wherever its bytes come from. */
import type { Segment, Stream } from "./model.ts";
import { type Motion, segmentAt } from "./schedule.ts";

/** Whether a picture stands at a moment: there, on its way, never recorded, or not to be had. */
export type Condition = "ready" | "loading" | "absent" | "broken";

export interface Screen {
  readonly stream: Stream;
  /** The element to show; it stays the same. */
  readonly surface: HTMLElement;
  /** The browser cannot decode this stream, now or later. */
  readonly unplayable: boolean;
  /** ms that the picture was ahead of the master when last compared. */
  readonly drift: number;
  condition(at: number): Condition;
  /** Brings the picture to session ms `at`, and looks after its bytes. */
  follow(at: number, motion: Motion, rate: number): void;
  /** The playhead jumped: what is on its way for elsewhere is of no use now. */
  jump(at: number): void;
  mute(muted: boolean): void;
}

export function newVideo(stream: Stream): HTMLVideoElement {
  const video = document.createElement("video");
  video.playsInline = true;
  video.preload = "auto";
  video.disablePictureInPicture = true;
  video.tabIndex = -1;
  video.dataset["stream"] = stream.id;
  return video;
}

export function newSurface(): HTMLElement {
  const surface = document.createElement("span");
  surface.className = "reels";
  return surface;
}

/**
 * Which tracks a segment has. A buffer keeps the tracks that it began with, so sound alone (camera
 * off) and sound with picture go into different ones.
 */
export function shape({ mime }: Segment): string {
  const codecs = /codecs="?([^"]*)"?/.exec(mime)?.[1]?.split(",").length ?? 2;
  return `${mime.split("/")[0] ?? ""}:${codecs}`;
}

export function shapes(stream: Stream): string[] {
  return [...new Set(stream.segments.map(shape))];
}

/** The shape that plays at `at`, or would play next. */
export function shapeAt(stream: Stream, at: number): string | null {
  const segment = segmentAt(stream.segments, at) ?? stream.segments.find(({ start }) => start >= at);
  return segment === undefined ? null : shape(segment);
}
