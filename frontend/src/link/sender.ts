/** Puts rungs and voices on the connection that carries the camera; a new connection gets them anew. */
import { type Voice, withRepair, withVoice } from "../shared/opus.ts";
import { VOICES, type VoiceName } from "./budget.ts";
import type { Rung } from "./ladder.ts";
import { encodingFor, shape, shapeOf } from "./shaping.ts";
import { Stills } from "./stills.ts";

export interface Wanted {
  readonly rung: Rung;
  readonly voice: VoiceName;
  /** Bit/s that video may take at most. */
  readonly videoBps: number;
  readonly camera: boolean;
}

export class SenderControl {
  #pc: RTCPeerConnection | null = null;
  #voice: VoiceName | null = null;
  #stills: Stills | null = null;
  #busy = false;

  constructor(private readonly kind: string) {}

  /** Brings `pc`, which sends `media`, to what is wanted; calls that overlap are left out. */
  async apply(pc: RTCPeerConnection, media: MediaStream, wanted: Wanted): Promise<void> {
    if (this.#busy || pc.signalingState !== "stable" || pc.remoteDescription === null) return;
    this.#busy = true;
    try {
      if (pc !== this.#pc) this.#fresh(pc);
      for (const sender of pc.getSenders()) {
        if (sender.track?.kind === "video") await this.#video(sender, media, wanted);
        if (sender.track?.kind === "audio") await this.#audio(pc, sender, wanted);
      }
    } catch {
      // A connection that closes meanwhile; the next one is shaped when it is there.
    } finally {
      this.#busy = false;
    }
  }

  #fresh(pc: RTCPeerConnection): void {
    this.#pc = pc;
    this.#voice = null;
    this.#dropStills();
  }

  async #video(sender: RTCRtpSender, media: MediaStream, { rung, videoBps, camera }: Wanted): Promise<void> {
    const [track] = media.getVideoTracks();
    if (track === undefined) return;
    const frame = shapeOf(this.kind, rung);
    if (rung === "still" && camera && this.kind !== "screen") {
      this.#stills ??= new Stills(track, frame.height);
      if (sender.track !== this.#stills.track) await sender.replaceTrack(this.#stills.track);
      await shape(sender, encodingFor(frame, frame.height, frame.mostBps));
      return;
    }
    const active = camera && frame.mostBps > 0;
    if (active && sender.track !== track) await sender.replaceTrack(track);
    const height = track.getSettings().height ?? 720;
    await shape(sender, active ? encodingFor(frame, height, videoBps) : { active: false });
    if (sender.track === track || !active) this.#dropStills(sender.track === this.#stills?.track);
  }

  async #audio(pc: RTCPeerConnection, sender: RTCRtpSender, { rung, voice }: Wanted): Promise<void> {
    await shape(sender, { active: rung !== "text", ...(rung === "text" ? {} : { maxBitrate: VOICES[voice].bps }) });
    if (voice === this.#voice) return;
    this.#voice = voice;
    await repack(pc, VOICES[voice]);
  }

  /** Stills whose track is still in use stay until another takes its place. */
  #dropStills(inUse = false): void {
    if (inUse) return;
    this.#stills?.close();
    this.#stills = null;
  }

  close(): void {
    this.#dropStills();
    this.#pc = null;
  }
}

/** The same connection with other terms for sound: both descriptions again, no word to the server. */
async function repack(pc: RTCPeerConnection, voice: Voice): Promise<void> {
  const answer = pc.remoteDescription?.sdp;
  if (answer === undefined) return;
  const { sdp = "" } = await pc.createOffer();
  await pc.setLocalDescription({ type: "offer", sdp: withRepair(sdp) });
  await pc.setRemoteDescription({ type: "answer", sdp: withVoice(answer, voice) });
}
