/** Puts rungs and voices on the connection that carries the camera; a new connection gets them anew. */
import { offer, withRoom, withVoice } from "../shared/terms.ts";
import { VOICES, type VoiceName } from "./budget.ts";
import { heightOf, type Rung } from "./ladder.ts";
import { encodingFor, shape, shapeOf } from "./shaping.ts";
import { Stills } from "./stills.ts";

export interface Wanted {
  readonly rung: Rung;
  readonly voice: VoiceName;
  /** Bit/s that video may take at most. */
  readonly videoBps: number;
  readonly camera: boolean;
}

const LIFT = 1.5;

export class SenderControl {
  #pc: RTCPeerConnection | null = null;
  /** What the descriptions in force say. */
  #terms = "";
  #rung: Rung | null = null;
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
        if (sender.track?.kind === "audio") await this.#audio(sender, wanted);
      }
      await this.#repack(pc, wanted);
    } catch {
      // A connection that closes meanwhile; the next one is shaped when it is there.
    } finally {
      this.#busy = false;
    }
  }

  #fresh(pc: RTCPeerConnection): void {
    this.#pc = pc;
    this.#terms = "";
    this.#rung = null;
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

  async #audio(sender: RTCRtpSender, { rung, voice }: Wanted): Promise<void> {
    await shape(sender, { active: rung !== "text", ...(rung === "text" ? {} : { maxBitrate: VOICES[voice].bps }) });
  }

  /** The same connection under other terms: both descriptions again, no word to the server. */
  async #repack(pc: RTCPeerConnection, { rung, voice }: Wanted): Promise<void> {
    const { searchBps } = shapeOf(this.kind, rung);
    const terms = `${voice} ${searchBps}`;
    const answer = pc.remoteDescription?.sdp;
    if (answer === undefined || terms === this.#terms) return;
    this.#terms = terms;
    await offer(pc);
    await pc.setRemoteDescription({
      type: "answer", sdp: withRoom(withVoice(answer, VOICES[voice]), { startBps: this.#lift(rung), mostBps: searchBps }),
    });
  }

  /**
   * Going up is a try at a rate that the rung is worth: where a line loses at random, the browser's own
   * estimate would never rise. The server's estimate takes it down again within a second.
   */
  #lift(rung: Rung): number | null {
    const before = this.#rung;
    this.#rung = rung;
    if (before === null || heightOf(rung) <= heightOf(before) || heightOf(rung) < heightOf("180p")) return null;
    return shapeOf(this.kind, rung).leastBps * LIFT;
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
