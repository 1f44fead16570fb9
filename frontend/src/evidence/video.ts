/**
 * A chosen video made smaller: played once, muted, and recorded as it plays. That takes as long as the
 * video lasts, so it is done only where a phone's own file would be many times larger.
 */
import { type Size, within } from "./shrink.ts";

const SIDE = 854;
const BPS = 700_000;
const AUDIO_BPS = 32_000;
const FPS = 15;
/** Bit/s from which on it is worth the time. */
const LARGE_BPS = 2 * (BPS + AUDIO_BPS);
const LONGEST_S = 180;
/** A page in the background is slowed down: what lost this much of its length is thrown away. */
const LEAST_PART = 0.97;
const READY_MS = 10_000;
const TYPES = ["video/webm;codecs=vp8,opus", "video/mp4"];

/** Whether a video of `seconds` and `bytes` is to be made smaller. Pure. */
export function tooLarge(bytes: number, seconds: number): boolean {
  return Number.isFinite(seconds) && seconds > 0 && seconds <= LONGEST_S && (bytes * 8) / seconds > LARGE_BPS;
}

function heard(of: EventTarget, name: string, ms: number): Promise<void> {
  return new Promise((done, failed) => {
    of.addEventListener(name, () => done(), { once: true });
    of.addEventListener("error", () => failed(new DOMException("", "EncodingError")), { once: true });
    setTimeout(() => failed(new DOMException("", "TimeoutError")), ms);
  });
}

/** The picture, drawn smaller, frame by frame as the video shows them. */
function pictured(video: HTMLVideoElement, { width, height }: Size): { readonly stream: MediaStream; readonly stop: () => void } {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new DOMException("", "NotSupportedError");
  const stream = canvas.captureStream(FPS);
  const timer = setInterval(() => context.drawImage(video, 0, 0, width, height), 1000 / FPS);
  return { stream, stop: () => clearInterval(timer) };
}

/** The sound goes to the recorder and not to the loudspeaker. */
function sounding(video: HTMLVideoElement): { readonly tracks: readonly MediaStreamTrack[]; readonly stop: () => void } {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  context.createMediaElementSource(video).connect(out);
  void context.resume();
  return { tracks: out.stream.getAudioTracks(), stop: () => void context.close() };
}

async function recorded(video: HTMLVideoElement, type: string): Promise<Blob> {
  const picture = pictured(video, within({ width: video.videoWidth, height: video.videoHeight }, SIDE));
  const sound = sounding(video);
  const stream = new MediaStream([...picture.stream.getVideoTracks(), ...sound.tracks]);
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: BPS, audioBitsPerSecond: AUDIO_BPS });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  try {
    const ended = heard(video, "ended", (LONGEST_S + 30) * 1000);
    recorder.start(1000);
    await video.play();
    await ended;
    const stopped = heard(recorder, "stop", READY_MS);
    recorder.stop();
    await stopped;
  } finally {
    picture.stop();
    sound.stop();
    for (const track of stream.getTracks()) track.stop();
  }
  return new Blob(parts, { type: type.replace(/;.*$/, "") });
}

/** null when it is small enough, cannot be played here, or came out cut. */
export async function smaller(blob: Blob): Promise<Blob | null> {
  const type = "MediaRecorder" in window ? TYPES.find((one) => MediaRecorder.isTypeSupported(one)) : undefined;
  if (type === undefined) return null;
  const video = document.createElement("video");
  const url = URL.createObjectURL(blob);
  video.playsInline = true;
  try {
    const ready = heard(video, "loadeddata", READY_MS);
    video.src = url;
    await ready;
    if (!tooLarge(blob.size, video.duration)) return null;
    const began = performance.now();
    const made = await recorded(video, type);
    const lasted = (performance.now() - began) / 1000;
    const whole = !document.hidden && lasted < video.duration / LEAST_PART + 2;
    return whole ? made : null;
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}
