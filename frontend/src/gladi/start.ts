/** How a practice begins: as the room would on a line of this uplink, so that no test floods a thin one. */
import { voiceFor, VOICES, wireBps } from "../link/budget.ts";
import { rungFor, SHAPES } from "../link/ladder.ts";
import { encodingFor } from "../link/shaping.ts";
import type { Start } from "../shared/whip.ts";

const START_BPS = 300_000;
/** Of what a transfer found, video may begin with so much: a test transfer had the line for itself. */
const USED = 0.8;

/** `upBps` null: nothing is known of the line. `height` of the camera's picture, pixels. */
export function startFor(upBps: number | null, height: number): Start {
  const rung = upBps === null ? "360p" : rungFor(upBps * USED - wireBps(VOICES.thin));
  const shape = SHAPES[rung];
  const voice = VOICES[voiceFor(rung, false)];
  return {
    video: encodingFor(shape, height, shape.mostBps),
    audio: { active: true, maxBitrate: voice.bps },
    voice,
    room: { startBps: Math.min(START_BPS, shape.searchBps / 2), mostBps: shape.searchBps },
  };
}
