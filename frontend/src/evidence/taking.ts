/** Evidence from the running camera: look, take, see what was taken, send it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import type { Desk } from "../room/desk.ts";
import type { Room } from "../room/room.ts";
import { sessionTime } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { type Clip, clipType, facingOf, film, lensOf, photo, turn, turnable } from "./camera.ts";
import type { Moment } from "./item.ts";
import { liveMoment } from "./moment.ts";
import { speak, w } from "./words.ts";

/** Names that end-to-end tests hold on to. */
export const ID = {
  dialog: "take-dialog", photo: "take-photo", clip: "take-clip", stop: "take-stop", turn: "take-turn",
  shot: "take-shot", send: "take-send", again: "take-again", problem: "take-problem",
} as const;

interface Shot {
  readonly blob: Blob;
  readonly url: string;
  readonly moment: Moment;
}

export class Taking {
  open = false;
  #shot: Shot | null = null;
  #clip: { readonly clip: Clip; readonly beganAt: number } | null = null;
  #busy = false;
  #problem = "";
  #turnable = false;
  readonly #dialog = createRef<HTMLDialogElement>();
  readonly #video = document.createElement("video");

  constructor(
    private readonly room: Room,
    private readonly desk: Desk,
  ) {
    this.#video.muted = true;
    this.#video.autoplay = true;
    this.#video.playsInline = true;
  }

  static async begin(room: Room, desk: Desk): Promise<Taking> {
    await speak(room.config.lang);
    return new Taking(room, desk);
  }

  /** False when no camera runs: then a file is chosen instead. */
  get possible(): boolean {
    return lensOf(this.desk) !== null;
  }

  show(): void {
    this.open = true;
    this.#problem = "";
    this.#look();
    void turnable().then((can) => {
      this.#turnable = can;
      this.room.changed();
    }, () => undefined);
    this.room.changed();
  }

  close = (): void => {
    this.#clip?.clip.stop();
    this.#forget();
    this.open = false;
    this.#video.srcObject = null;
    this.room.changed();
  };

  #look(): void {
    const lens = lensOf(this.desk);
    this.#video.srcObject = lens === null ? null : new MediaStream([lens.track]);
  }

  #forget(): void {
    if (this.#shot !== null) URL.revokeObjectURL(this.#shot.url);
    this.#shot = null;
  }

  async #attempt(act: () => Promise<void>, otherwise: "take.failed" | "take.turnFailed" | "add.failed"): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#problem = "";
    this.room.changed();
    try {
      await act();
    } catch {
      this.#problem = w(lensOf(this.desk) === null && otherwise !== "add.failed" ? "take.off" : otherwise);
    } finally {
      this.#busy = false;
      this.room.changed();
    }
  }

  #photo = (): Promise<void> =>
    this.#attempt(async () => {
      const lens = lensOf(this.desk);
      if (lens === null) throw new DOMException("", "NotFoundError");
      const moment = liveMoment(this.room);
      this.#took(await photo(lens), moment);
    }, "take.failed");

  #film = (): Promise<void> =>
    this.#attempt(async () => {
      const [lens, type] = [lensOf(this.desk), clipType()];
      if (lens === null || type === null) throw new DOMException("", "NotFoundError");
      const moment = liveMoment(this.room);
      const clip = film(lens, type);
      this.#clip = { clip, beganAt: performance.now() };
      this.room.changed();
      try {
        this.#took(await clip.done, moment);
      } finally {
        this.#clip = null;
      }
    }, "take.failed");

  #took(blob: Blob, moment: Moment): void {
    // Closed meanwhile: nothing was meant to be kept.
    if (!this.open) return;
    this.#forget();
    this.#shot = { blob, url: URL.createObjectURL(blob), moment };
  }

  #turn = (): Promise<void> =>
    this.#attempt(async () => {
      const lens = lensOf(this.desk);
      if (lens === null) throw new DOMException("", "NotFoundError");
      try {
        await turn(this.desk, lens, facingOf(lens) === "user" ? "environment" : "user");
      } finally {
        this.#look();
      }
    }, "take.turnFailed");

  #send = (): Promise<void> =>
    this.#attempt(async () => {
      if (this.#shot === null) return;
      const { blob, moment } = this.#shot;
      const time = sessionTime(moment.takenMs ?? 0);
      const name = blob.type.startsWith("video/")
        ? w("name.clip", { time, ending: blob.type.includes("mp4") ? "mp4" : "webm" })
        : w("name.photo", { time });
      await this.room.uploads.add(new File([blob], name, { type: blob.type }), "live", moment);
      this.close();
      this.room.open("bukti");
    }, "add.failed");

  #again = (): void => {
    this.#forget();
    this.#problem = "";
    this.#look();
    this.room.changed();
  };

  view(): TemplateResult {
    queueMicrotask(() => this.#sync());
    return html`<dialog class="dialog dialog--take paper" ${ref(this.#dialog)} aria-label=${w("take.dialog")} data-testid=${ID.dialog}
      @close=${this.close} @cancel=${this.close}>${this.open ? this.#body() : nothing}</dialog>`;
  }

  #sync(): void {
    const element = this.#dialog.value;
    if (element === undefined) return;
    if (this.open && !element.open) element.showModal();
    if (!this.open && element.open) element.close();
  }

  #body(): TemplateResult {
    const shot = this.#shot;
    return html`<div class="sheet__head"><h2>${w("take.dialog")}</h2>
        <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${w("take.close")} @click=${this.close}>${icon("x")}</button></div>
      <div class="sheet__body stack stack--sm">
        <div class="takeview">${shot === null ? this.#video : shotView(shot)}</div>
        ${this.#problem === "" ? nothing : html`<p class="alert alert--warning" role="alert" data-testid=${ID.problem}>${icon("triangle-alert")}<span>${this.#problem}</span></p>`}
        ${shot === null ? this.#takeActions() : this.#sendActions()}
        <p class="muted takehint">${w("take.hint")}</p>
      </div>`;
  }

  #takeActions(): TemplateResult {
    const clip = this.#clip;
    if (clip !== null) {
      const seconds = Math.floor((performance.now() - clip.beganAt) / 1000);
      return html`<div class="takeacts"><button type="button" class="btn btn--danger btn--lg takeacts__main" data-testid=${ID.stop}
        @click=${() => clip.clip.stop()}>${icon("circle-dot")} ${w("take.stop", { s: seconds })}</button></div>`;
    }
    const lens = lensOf(this.desk);
    const off = this.#busy || lens === null;
    return html`<div class="takeacts">
      <button type="button" class="btn btn--primary btn--lg takeacts__main" ?disabled=${off} data-testid=${ID.photo} @click=${this.#photo}>${icon("camera")} ${w("take.photo")}</button>
      ${clipType() === null ? nothing : html`<button type="button" class="btn btn--lg" ?disabled=${off} data-testid=${ID.clip} @click=${this.#film}>${icon("video")} ${w("take.clip")}</button>`}
      ${this.#turnable && lens !== null
        ? html`<button type="button" class="btn btn--lg" ?disabled=${off} data-testid=${ID.turn} @click=${this.#turn}>${icon("switch-camera")} ${w(facingOf(lens) === "user" ? "take.back" : "take.front")}</button>`
        : nothing}
    </div>`;
  }

  #sendActions(): TemplateResult {
    return html`<div class="takeacts">
      <button type="button" class="btn btn--primary btn--lg takeacts__main" ?disabled=${this.#busy} data-testid=${ID.send} @click=${this.#send}>${icon("upload")} ${w("take.send")}</button>
      <button type="button" class="btn btn--lg" ?disabled=${this.#busy} data-testid=${ID.again} @click=${this.#again}>${icon("rotate-ccw")} ${w("take.again")}</button>
    </div>`;
  }
}

function shotView({ blob, url }: Shot): TemplateResult {
  return blob.type.startsWith("video/")
    ? html`<video src=${url} controls playsinline data-testid=${ID.shot}></video>`
    : html`<img src=${url} alt=${w("take.shot")} data-testid=${ID.shot}>`;
}
