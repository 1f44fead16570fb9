/**
 * A picture every few seconds: the camera is drawn on a canvas, whose track gives a frame only when asked.
 * The sender's track is exchanged, not its connection, so the stream and its recording go on.
 */
export const STILL_EVERY_MS = 4000;

export class Stills {
  readonly track: MediaStreamTrack;
  #timer = 0;
  #canvas = document.createElement("canvas");
  #video = document.createElement("video");

  constructor(
    private readonly camera: MediaStreamTrack,
    height: number,
  ) {
    const { width: cameraWidth = 16, height: cameraHeight = 9 } = camera.getSettings();
    this.#canvas.height = height;
    this.#canvas.width = Math.round((height * cameraWidth) / cameraHeight / 2) * 2;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([camera]);
    void this.#video.play().catch(() => undefined);
    const [track] = this.#canvas.captureStream(0).getVideoTracks();
    if (track === undefined) throw new Error("canvas without a track");
    this.track = track;
    this.#video.addEventListener("loadeddata", () => this.#draw(), { once: true });
    this.#timer = window.setInterval(() => this.#draw(), STILL_EVERY_MS);
  }

  #draw(): void {
    const pen = this.#canvas.getContext("2d");
    if (pen === null || !this.camera.enabled) return;
    pen.drawImage(this.#video, 0, 0, this.#canvas.width, this.#canvas.height);
    (this.track as CanvasCaptureMediaStreamTrack).requestFrame();
  }

  close(): void {
    clearInterval(this.#timer);
    this.track.stop();
    this.#video.srcObject = null;
  }
}
