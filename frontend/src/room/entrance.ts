/** Before the door: the session's facts, the consent, the devices. State and steps; view/join.ts draws it. */
import { Api, ApiError } from "../shared/api.ts";
import { fields, text } from "../shared/json.ts";
import { t } from "../shared/strings.ts";
import { capture, type Choice, devices, type DeviceTrouble, LevelMeter, troubleOf } from "./devices.ts";
import { type Config, type Facts, publishes } from "./facts.ts";

/** A door that does not answer this long is out of reach. */
const KNOCK_MS = 6000;

export interface Consent {
  readonly version: string;
  readonly text: string;
}

export class Entrance {
  consent: Consent | null = null;
  /** Asked the server whether consent is still needed. */
  asked = false;
  agreed = false;
  entering = false;
  problem = "";
  closed = "";
  /** Nobody answered: not a refusal. */
  unreachable = false;
  trouble: DeviceTrouble | null = null;
  choice: Choice = { camera: "", microphone: "" };
  media: MediaStream | null = null;
  cameras: readonly MediaDeviceInfo[] = [];
  microphones: readonly MediaDeviceInfo[] = [];
  readonly preview = document.createElement("video");
  readonly meter = new LevelMeter();
  #capturing = 0;

  constructor(
    readonly config: Config,
    readonly facts: Facts,
    private readonly api: Api,
    private readonly changed: () => void,
  ) {
    this.preview.muted = true;
    this.preview.autoplay = true;
    this.preview.playsInline = true;
    this.preview.className = "join__video";
  }

  get sends(): boolean {
    return publishes(this.facts.role);
  }

  get opened(): boolean {
    return Date.now() >= this.facts.opensAt;
  }

  /**
   * Asks for the consent text by knocking without consent: 409 brings the text, and changes nothing.
   * Whoever agreed before is let through, which is what they came for.
   */
  async knock(): Promise<void> {
    if (!this.opened) return;
    try {
      await this.api.post(text(this.config.urls["join"]), { consent_version: null }, KNOCK_MS);
      this.agreed = true;
    } catch (error) {
      this.#refused(error);
    }
    this.asked = true;
    this.changed();
  }

  #refused(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "consent_required") {
      const consent = fields(fields(error.body)["consent"]);
      this.consent = { version: text(consent["version"]), text: text(consent["text"]) };
    } else if (error.status === 403) {
      this.closed = error.message;
    } else {
      this.unreachable = error.status === 0;
      this.problem = wordsFor(error);
    }
  }

  async look(choice: Choice): Promise<void> {
    this.#capturing += 1;
    const round = this.#capturing;
    this.choice = choice;
    this.stopMedia();
    try {
      const media = await this.#captureAny(choice);
      if (round !== this.#capturing) {
        for (const track of media.getTracks()) track.stop();
        return;
      }
      this.media = media;
      this.preview.srcObject = media;
      void this.preview.play().catch(() => undefined);
      this.meter.listen(media);
      this.cameras = await devices("videoinput");
      this.microphones = await devices("audioinput");
    } catch (error) {
      this.trouble = troubleOf(error);
    }
    this.changed();
  }

  /** A broken camera must not cost the voice: without both, try the sound alone. */
  async #captureAny(choice: Choice): Promise<MediaStream> {
    this.trouble = null;
    try {
      return await capture(choice);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === "denied" || trouble === "unsafe" || choice.camera === null || choice.microphone === null) throw error;
      const media = await capture({ ...choice, camera: null }).catch(() => capture({ ...choice, microphone: null }));
      this.trouble = trouble;
      return media;
    }
  }

  /** The media goes on into the room; only the meter stops. */
  takeMedia(): MediaStream | null {
    this.meter.close();
    this.preview.srcObject = null;
    const media = this.media;
    this.media = null;
    return media;
  }

  stopMedia(): void {
    this.meter.close();
    for (const track of this.media?.getTracks() ?? []) track.stop();
    this.media = null;
  }

  fail(error: unknown): void {
    this.entering = false;
    if (error instanceof ApiError && error.code === "consent_required") {
      // The text changed while it was being read: show the new one, ask again.
      this.agreed = false;
      this.#refused(error);
    } else {
      this.problem = error instanceof ApiError ? wordsFor(error) : t("error.other");
    }
    this.changed();
  }
}

export function wordsFor(error: ApiError): string {
  if (error.status === 0) return t("error.offline");
  return error.status < 500 && error.message !== "" ? error.message : t("error.other");
}
