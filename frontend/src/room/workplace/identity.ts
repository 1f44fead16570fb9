/** The identity check under way: the card as handed in, a still of now, a decision. */
import { ApiError } from "../../shared/api.ts";
import { text } from "../../shared/json.ts";
import type { Desk } from "../desk.ts";
import type { Room } from "../room.ts";
import { t } from "../../shared/strings.ts";

const STILL_WIDTH = 960;
const QUALITY = 0.82;
const TRIES = 4;
const RETRY_MS = 1500;

export type Card = "unasked" | "loading" | "image" | "pdf" | "none" | "failed";

export interface Still {
  readonly id: string;
  /** An address of the taken picture in this page. */
  readonly shown: string;
  readonly atMs: number;
  readonly state: "storing" | "stored" | "failed";
  readonly problem: string;
}

export class IdentityCheck {
  card: Card = "unasked";
  cardUrl = "";
  still: Still | null = null;
  note = "";
  noteMissing = false;
  readonly #room: Room;
  readonly #desk: Desk;

  constructor(room: Room, desk: Desk) {
    this.#room = room;
    this.#desk = desk;
  }

  /** Each look at the card is on record, so it is fetched when the check is opened, not before. */
  async loadCard(): Promise<void> {
    if (this.card === "loading" || this.card === "image" || this.card === "pdf") return;
    this.card = "loading";
    this.#room.changed();
    try {
      const answer = await fetch(`${this.#room.url("identity")}/card`, { credentials: "same-origin" });
      if (answer.ok) {
        const body = await answer.blob();
        this.cardUrl = URL.createObjectURL(body);
        this.card = body.type.startsWith("image/") ? "image" : "pdf";
      } else this.card = answer.status === 404 ? "none" : "failed";
    } catch {
      this.card = "failed";
    }
    this.#room.changed();
  }

  /** The picture that a still is taken of: what arrives from the asesi, or the asesi's own camera. */
  video(asesi: string): HTMLVideoElement | null {
    const own = this.#desk.outgoing.get("camera")?.picture.video ?? null;
    const arriving = [...this.#desk.incoming.values()].find(({ owner, kind }) => owner === asesi && kind === "camera");
    const video = asesi === this.#room.me ? own : (arriving?.picture.video ?? null);
    return video !== null && video.videoWidth > 0 ? video : null;
  }

  /** A still of now, stored sealed on the server; shown as stored only when the server said so. */
  async take(asesi: string): Promise<boolean> {
    const video = this.video(asesi);
    const body = video === null ? null : await jpegOf(video);
    if (body === null) return false;
    const id = crypto.randomUUID();
    this.#drop();
    const still: Still = {
      id, shown: URL.createObjectURL(body), atMs: this.#room.nowMs() ?? 0, state: "storing", problem: "",
    };
    this.still = still;
    this.#room.changed();
    const problem = await this.#store(id, body);
    if (this.still?.id !== id) return false;
    this.still = { ...still, state: problem === null ? "stored" : "failed", problem: problem ?? "" };
    this.#room.changed();
    return problem === null;
  }

  decide(decision: string): boolean {
    const note = this.note.trim();
    this.noteMissing = decision !== "cocok" && note === "";
    if (this.noteMissing) {
      this.#room.changed();
      return false;
    }
    const picture = this.still?.state === "stored" ? this.still.id : null;
    this.#room.send("identity.check", { decision, note, picture });
    this.reset();
    return true;
  }

  /** The card is forgotten with the check: nothing of it stays in the page. */
  reset(): void {
    this.#drop();
    if (this.cardUrl !== "") URL.revokeObjectURL(this.cardUrl);
    this.cardUrl = "";
    this.card = "unasked";
    this.note = "";
    this.noteMissing = false;
  }

  #drop(): void {
    if (this.still !== null) URL.revokeObjectURL(this.still.shown);
    this.still = null;
  }

  /** The same id at every try: the server keeps one picture. null when it is stored, else why not. */
  async #store(id: string, body: Blob): Promise<string | null> {
    const url = `${this.#room.url("identity")}/pictures/${id}`;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#room.api.put(url, body);
        return null;
      } catch (error) {
        const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
        if (refused) return text(error.message, t("error.other"));
        if (attempt === TRIES) return t("error.offline");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
      }
    }
  }
}

function jpegOf(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(STILL_WIDTH, video.videoWidth);
  canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
