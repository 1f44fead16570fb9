/** A rung put upon a sender: what WebRTC can be told while it runs. */
import type { Voice } from "../shared/terms.ts";
import type { Start } from "../shared/whip.ts";
import { type Rung, type Shape, SHAPES } from "./ladder.ts";

/** Screens keep their letters: fewer pictures a second instead of smaller ones. */
const SCREENS: Readonly<Record<Rung, Shape>> = {
  "720p": { mostBps: 1_800_000, searchBps: 3_000_000, leastBps: 0, height: Infinity, fps: 15 },
  "360p": { mostBps: 600_000, searchBps: 900_000, leastBps: 0, height: Infinity, fps: 5 },
  "180p": { mostBps: 120_000, searchBps: 300_000, leastBps: 0, height: 720, fps: 2 },
  still: { mostBps: 40_000, searchBps: 60_000, leastBps: 0, height: 540, fps: 1 },
  audio: SHAPES.audio,
  text: SHAPES.text,
};

export function shapeOf(kind: string, rung: Rung): Shape {
  return kind === "screen" ? SCREENS[rung] : SHAPES[rung];
}

/** Encoders count whole pictures a second; what is rarer is made by feeding them rarely (stills.ts). */
const LEAST_FPS = 1;

export function encodingFor(shape: Shape, trackHeight: number, most: number): RTCRtpEncodingParameters {
  const active = shape.mostBps > 0;
  return {
    active,
    ...(active
      ? {
          maxBitrate: Math.round(Math.max(shape.leastBps, Math.min(shape.mostBps, most))),
          maxFramerate: Math.max(LEAST_FPS, shape.fps),
          scaleResolutionDownBy: Math.max(1, trackHeight / Math.min(shape.height, trackHeight)),
        }
      : {}),
  };
}

/** Where a browser begins to look by itself, bit/s. */
const START_BPS = 300_000;

/** How a new connection begins on `rung`. */
export function startOf(kind: string, rung: Rung, media: MediaStream, voice: Voice): Start {
  const height = media.getVideoTracks()[0]?.getSettings().height ?? 720;
  const shape = shapeOf(kind, rung);
  return {
    video: encodingFor(shape, height, shape.mostBps),
    audio: { active: rung !== "text", maxBitrate: voice.bps },
    voice,
    room: { startBps: Math.min(START_BPS, shape.searchBps / 2), mostBps: shape.searchBps },
  };
}

function same(a: RTCRtpEncodingParameters | undefined, b: RTCRtpEncodingParameters): boolean {
  return (
    a !== undefined && a.active === b.active &&
    (b.active === false ||
      (a.maxBitrate === b.maxBitrate && a.maxFramerate === b.maxFramerate && a.scaleResolutionDownBy === b.scaleResolutionDownBy))
  );
}

/** Puts `wanted` on the sender; false when the browser did not take it. */
export async function shape(sender: RTCRtpSender, wanted: RTCRtpEncodingParameters): Promise<boolean> {
  const parameters = sender.getParameters();
  const [first] = parameters.encodings;
  if (first === undefined) return false;
  if (same(first, wanted)) return true;
  Object.assign(first, wanted);
  return sender.setParameters(parameters).then(
    () => true,
    () => false,
  );
}
