/** Camera and microphone for a gladi: both where possible, else whichever there is, each with its trouble. */
import { capture, type Choice, LevelMeter, troubleOf } from "../room/devices.ts";
import type { Device, Measured } from "./measured.ts";

const BOTH: Choice = { camera: "", microphone: "" };
const LISTEN_MS = 40;

async function one(choice: Choice): Promise<readonly [Device, MediaStream | null]> {
  try {
    return ["ok", await capture(choice)];
  } catch (error) {
    return [troubleOf(error), null];
  }
}

export class Senses {
  media: MediaStream | null = null;
  readonly meter = new LevelMeter();
  #peak: number | null = null;
  #listening: ReturnType<typeof setInterval> | undefined;

  async begin(): Promise<Partial<Measured>> {
    this.end();
    this.#peak = null;
    const [together, media] = await one(BOTH);
    let camera = together;
    let microphone = together;
    this.media = media;
    if (media === null) {
      const [heard, sound] = await one({ ...BOTH, camera: null });
      const [seen, picture] = await one({ ...BOTH, microphone: null });
      camera = seen;
      microphone = heard;
      const tracks = [...(sound?.getTracks() ?? []), ...(picture?.getTracks() ?? [])];
      this.media = tracks.length === 0 ? null : new MediaStream(tracks);
    }
    this.#listen();
    const { width, height } = this.media?.getVideoTracks()[0]?.getSettings() ?? {};
    return {
      camera,
      microphone,
      ...(width === undefined || height === undefined ? {} : { camera_width: width, camera_height: height }),
    };
  }

  #listen(): void {
    if (this.media === null || this.media.getAudioTracks().length === 0) return;
    this.meter.listen(this.media);
    this.#peak = 0;
    this.#listening = setInterval(() => {
      this.#peak = Math.max(this.#peak ?? 0, this.meter.level());
    }, LISTEN_MS);
  }

  /** The loudest moment so far, 0..1; nothing without a microphone. */
  get peak(): Partial<Measured> {
    return this.#peak === null ? {} : { microphone_peak: Number(this.#peak.toFixed(4)) };
  }

  end(): void {
    clearInterval(this.#listening);
    this.meter.close();
    for (const track of this.media?.getTracks() ?? []) track.stop();
    this.media = null;
  }
}
