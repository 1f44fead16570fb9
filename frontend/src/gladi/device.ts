/** The device itself: what can be known without asking anybody. */
import { browserName } from "./figures.ts";
import type { Measured } from "./measured.ts";

interface Battery {
  readonly level: number;
  readonly charging: boolean;
}

const CODECS = ["vp8", "vp9", "h264", "av1", "opus"];

function codecs(): string[] {
  if (!("RTCRtpSender" in window) || !("getCapabilities" in RTCRtpSender)) return [];
  const known = ["audio", "video"].flatMap((kind) => RTCRtpSender.getCapabilities(kind)?.codecs ?? []);
  const names = new Set(known.map(({ mimeType }) => mimeType.replace(/^.*\//, "").toLowerCase()));
  return CODECS.filter((name) => names.has(name));
}

/** Only Chromium tells; elsewhere the report says that it could not be measured. */
async function battery(): Promise<Partial<Measured>> {
  const { getBattery } = navigator as Navigator & { getBattery?: () => Promise<Battery> };
  if (getBattery === undefined) return {};
  const { level, charging } = await getBattery.call(navigator);
  return { battery: level, charging };
}

async function storage(): Promise<Partial<Measured>> {
  if (!("storage" in navigator)) return {};
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? {} : { storage_free: Math.max(0, Math.floor(quota - (usage ?? 0))) };
}

export async function lookAtDevice(): Promise<Partial<Measured>> {
  const found = codecs();
  return {
    browser: browserName(navigator.userAgent),
    secure: window.isSecureContext,
    webrtc: "RTCPeerConnection" in window,
    ...(found.length > 0 ? { codecs: found } : {}),
    screen_width: window.innerWidth,
    screen_height: window.innerHeight,
    ...(await battery().catch(() => ({}))),
    ...(await storage().catch(() => ({}))),
  };
}
