/** Pictures and short clips from the camera that runs in the room, and turning it to the other side. */
import type { Desk } from "../room/desk.ts";

/** Seconds of a clip at most: long enough for one step of work, small enough for a thin line. */
export const CLIP_S = 30;
const CLIP_BPS = 600_000;
const CLIP_AUDIO_BPS = 24_000;
const PHOTO_MS = 3000;
const PHOTO_QUALITY = 0.92;
const CLIP_TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

interface Photographer {
  takePhoto(): Promise<Blob>;
}

type PhotographerClass = new (track: MediaStreamTrack) => Photographer;

export interface Lens {
  readonly media: MediaStream;
  readonly track: MediaStreamTrack;
}

/** The running camera; null while there is none or it shows nothing. */
export function lensOf(desk: Desk): Lens | null {
  const media = desk.outgoing.get("camera")?.media;
  const track = media?.getVideoTracks()[0];
  return media === undefined || track === undefined || track.readyState !== "live" || !track.enabled || track.muted
    ? null
    : { media, track };
}

function late<T>(ms: number): Promise<T> {
  return new Promise((_, failed) => setTimeout(() => failed(new DOMException("", "TimeoutError")), ms));
}

async function drawn(track: MediaStreamTrack): Promise<Blob> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", PHOTO_QUALITY));
    if (blob === null || blob.size === 0) throw new DOMException("", "EncodingError");
    return blob;
  } finally {
    video.srcObject = null;
  }
}

/** With the camera's own resolution where the browser can, else as the track has it. */
export async function photo({ track }: Lens): Promise<Blob> {
  const { ImageCapture } = window as { readonly ImageCapture?: PhotographerClass };
  if (ImageCapture !== undefined) {
    try {
      const taken = await Promise.race([new ImageCapture(track).takePhoto(), late<Blob>(PHOTO_MS)]);
      if (taken.type === "image/jpeg" && taken.size > 0) return taken;
    } catch {
      // Some cameras cannot while they film.
    }
  }
  return Promise.race([drawn(track), late<Blob>(2 * PHOTO_MS)]);
}

export interface Clip {
  stop(): void;
  /** Resolves when it was stopped, or after CLIP_S; rejects when nothing was recorded. */
  readonly done: Promise<Blob>;
}

export function clipType(): string | null {
  if (!("MediaRecorder" in window)) return null;
  return CLIP_TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

export function film({ media }: Lens, type: string): Clip {
  // Copies: the recorder must not notice when the room exchanges a track.
  const copy = new MediaStream(media.getTracks().map((track) => track.clone()));
  const recorder = new MediaRecorder(copy, {
    mimeType: type, videoBitsPerSecond: CLIP_BPS, audioBitsPerSecond: CLIP_AUDIO_BPS,
  });
  const parts: Blob[] = [];
  const stop = (): void => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  const limit = setTimeout(stop, CLIP_S * 1000);
  const done = new Promise<Blob>((kept, failed) => {
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    recorder.addEventListener("error", stop);
    recorder.addEventListener("stop", () => {
      clearTimeout(limit);
      for (const track of copy.getTracks()) track.stop();
      const blob = new Blob(parts, { type: type.replace(/;.*$/, "") });
      if (blob.size > 0) kept(blob);
      else failed(new DOMException("", "EncodingError"));
    });
  });
  recorder.start(1000);
  return { stop, done };
}

export type Facing = "user" | "environment";

export function facingOf({ track }: Lens): Facing {
  return track.getSettings().facingMode === "environment" ? "environment" : "user";
}

/** More than one camera to choose from. */
export async function turnable(): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").length > 1;
}

async function opened(facing: Facing, not: string): Promise<MediaStreamTrack> {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
  const track = (constraints: MediaTrackConstraints): Promise<MediaStreamTrack> =>
    navigator.mediaDevices.getUserMedia({ video: { ...size, ...constraints } }).then((media) => {
      const [found] = media.getVideoTracks();
      if (found === undefined) throw new DOMException("", "NotFoundError");
      return found;
    });
  try {
    return await track({ facingMode: { exact: facing } });
  } catch {
    const others = (await navigator.mediaDevices.enumerateDevices()).filter(
      ({ kind, deviceId }) => kind === "videoinput" && deviceId !== not,
    );
    const [other] = others;
    if (other === undefined) throw new DOMException("", "NotFoundError");
    return track({ deviceId: { exact: other.deviceId } });
  }
}

/**
 * The published camera becomes the other one, in the same stream and connection: what is recorded is
 * what evidence is taken from. A phone opens one camera at a time, so the first is stopped before;
 * when the other does not open, it is opened again. Rejects then.
 */
export async function turn(desk: Desk, lens: Lens, facing: Facing): Promise<void> {
  const { deviceId = "", facingMode } = lens.track.getSettings();
  lens.track.stop();
  let failed: unknown = null;
  let track: MediaStreamTrack;
  try {
    track = await opened(facing, deviceId);
  } catch (error) {
    failed = error;
    track = await opened(facingMode === "environment" ? "environment" : "user", "");
  }
  lens.media.removeTrack(lens.track);
  lens.media.addTrack(track);
  const pc = desk.outgoing.get("camera")?.flow.pc;
  for (const sender of pc?.getSenders() ?? []) {
    if (sender.track?.kind === "video") await sender.replaceTrack(track);
  }
  if (failed !== null) throw failed;
}
