/** Camera and microphone: asking for them, naming what went wrong, hearing how loud it is. */
export type DeviceTrouble = "denied" | "missing" | "busy" | "unsafe" | "other";

export interface Choice {
  /** Device id, "" for the default, null for none. */
  readonly camera: string | null;
  readonly microphone: string | null;
}

export function troubleOf(error: unknown): DeviceTrouble {
  if (!window.isSecureContext) return "unsafe";
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "other";
  }
}

function wanted(id: string | null, more: MediaTrackConstraints): MediaTrackConstraints | false {
  if (id === null) return false;
  return id === "" ? more : { ...more, deviceId: { ideal: id } };
}

/** Rejects with a DOMException (see `troubleOf`); an empty stream when nothing was chosen. */
export async function capture(choice: Choice): Promise<MediaStream> {
  const video = wanted(choice.camera, {
    width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 }, facingMode: "user",
  });
  const audio = wanted(choice.microphone, { echoCancellation: true, noiseSuppression: true, autoGainControl: true });
  if (video === false && audio === false) return new MediaStream();
  if (!("mediaDevices" in navigator)) throw new Error("no mediaDevices");
  return navigator.mediaDevices.getUserMedia({ video, audio });
}

export async function devices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  if (!("mediaDevices" in navigator)) return [];
  return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
}

/** Loudness 0..1 of a stream's sound, read as often as the caller likes. */
export class LevelMeter {
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;

  listen(media: MediaStream): void {
    this.close();
    if (media.getAudioTracks().length === 0) return;
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 512;
    this.#context.createMediaStreamSource(media).connect(this.#analyser);
  }

  level(): number {
    if (this.#analyser === null) return 0;
    const samples = new Uint8Array(this.#analyser.fftSize);
    this.#analyser.getByteTimeDomainData(samples);
    const energy = samples.reduce((sum, sample) => sum + ((sample - 128) / 128) ** 2, 0) / samples.length;
    return Math.min(1, Math.sqrt(energy) * 3);
  }

  close(): void {
    void this.#context?.close();
    this.#context = null;
    this.#analyser = null;
  }
}
