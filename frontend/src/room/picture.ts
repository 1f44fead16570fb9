/**
 * A video element that knows whether it moves, and keeps its last image when it does not. The image
 * is drawn while the old connection still holds it; a new connection starts on an empty element.
 */
import { Motion } from "./motion.ts";

const DARK_EVERY_MS = 1000;
const DARK_BELOW = 20;

export class Picture {
  readonly video = document.createElement("video");
  readonly still = document.createElement("canvas");
  readonly motion = new Motion();
  dark = false;
  muted = false;
  #frames = 0;
  #counted = 0;
  #darkAt = 0;
  #kept = false;
  #frozen = false;
  #probe = document.createElement("canvas");

  constructor(own: boolean) {
    this.video.autoplay = true;
    this.video.playsInline = true;
    this.video.muted = own;
    this.video.disablePictureInPicture = true;
    this.still.hidden = true;
    this.still.className = "tile__still";
    this.#probe.width = 16;
    this.#probe.height = 9;
    // Moving the element in the page pauses it; the browser may refuse sound before a gesture.
    this.video.addEventListener("pause", () => this.play());
    this.#await();
  }

  show(media: MediaStream): void {
    if (this.video.srcObject === media) return;
    this.#keep();
    this.video.srcObject = media;
    this.play();
  }

  /** The connection is going: browsers paint one black frame when it closes, which is not a picture. */
  freeze(): void {
    if (this.#frozen) return;
    this.#frozen = true;
    this.#keep();
  }

  thaw(): void {
    this.#frozen = false;
  }

  play(): void {
    if (this.video.srcObject === null || !this.video.isConnected) return;
    this.video.play().then(
      () => {
        this.muted = false;
      },
      (error: unknown) => {
        this.muted = error instanceof DOMException && error.name === "NotAllowedError";
      },
    );
  }

  /** Frames that the decoder reports: the browser shows none of a page in the background. */
  decoded(frames: number, at: number): void {
    if (frames > this.#counted && !this.#frozen) this.motion.note(this.#frames += 1, at);
    this.#counted = frames;
  }

  /** Call about twice a second: `at` is performance.now(). True while the picture moves. */
  look(at: number): boolean {
    const moving = this.motion.moving(at) && !this.#frozen;
    if (moving) this.#kept = false;
    else this.#keep();
    this.still.hidden = moving || !this.#kept;
    if (moving && at - this.#darkAt > DARK_EVERY_MS) {
      this.#darkAt = at;
      this.dark = this.#isDark();
    }
    return moving;
  }

  #await(): void {
    if (!("requestVideoFrameCallback" in this.video)) return;
    this.video.requestVideoFrameCallback((now) => {
      if (!this.#frozen) this.motion.note((this.#frames += 1), now);
      this.#await();
    });
  }

  #keep(): void {
    const { videoWidth, videoHeight } = this.video;
    if (this.#kept || videoWidth === 0 || this.motion.lastAt === null) return;
    this.still.width = Math.min(videoWidth, 640);
    this.still.height = Math.round((this.still.width * videoHeight) / videoWidth);
    this.still.getContext("2d")?.drawImage(this.video, 0, 0, this.still.width, this.still.height);
    this.#kept = true;
  }

  #isDark(): boolean {
    const context = this.#probe.getContext("2d", { willReadFrequently: true });
    if (context === null || this.video.videoWidth === 0) return false;
    context.drawImage(this.video, 0, 0, 16, 9);
    const { data } = context.getImageData(0, 0, 16, 9);
    return data.every((value, index) => index % 4 === 3 || value < DARK_BELOW);
  }
}
