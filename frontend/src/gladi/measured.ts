/** What is sent to the server, which decides what it means: `ajj/gladi/measured.py` says the units. */
import type { DeviceTrouble } from "../room/devices.ts";

export type Device = "ok" | "off" | DeviceTrouble;
export type Route = "ok" | "failed" | "absent";

export interface Measured {
  browser?: string;
  secure?: boolean;
  webrtc?: boolean;
  codecs?: string[];
  camera?: Device;
  camera_width?: number;
  camera_height?: number;
  microphone?: Device;
  microphone_peak?: number;
  speaker?: "heard" | "silent";
  udp?: Route;
  turn_udp?: Route;
  turn_tcp?: Route;
  turn_tls?: Route;
  connected?: boolean;
  media_ms?: number;
  loss?: number;
  jitter_ms?: number;
  trip_ms?: number;
  reconnected?: boolean;
  reconnect_ms?: number;
  up_bps?: number;
  down_bps?: number;
  clock_offset_ms?: number;
  storage_free?: number;
  battery?: number;
  charging?: boolean;
  screen_width?: number;
  screen_height?: number;
}
