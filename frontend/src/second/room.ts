/** The second camera and room sweeps inside the room: state, commands, and what is shown of them. */
import { nothing, type TemplateResult } from "lit-html";
import { ApiError } from "../shared/api.ts";
import { sessionTime } from "../shared/format.ts";
import { fields, number, text } from "../shared/json.ts";
import type { Media } from "../shared/wire.ts";
import { assesses } from "../room/facts.ts";
import { detail, type Line } from "../room/fold.ts";
import type { Room } from "../room/room.ts";
import { openSweep, type PairedPhone, type Sweep, type SweepResult } from "./fold.ts";
import { barView, dialogView } from "./view.ts";
import { speak, w, type Word } from "./words.ts";

/** A code in clear, as only this screen has it. */
export interface Offer {
  readonly digits: string;
  readonly url: string;
  readonly qr: string;
  /** Server epoch ms. */
  readonly expiresAt: number;
}

export class SecondCamera {
  open = false;
  making = false;
  problem = "";
  offer: Offer | null = null;
  /** The finding of this sweep is being written. */
  finding: number | null = null;

  private constructor(readonly room: Room) {}

  static async begin(room: Room): Promise<SecondCamera> {
    await speak(room.config.lang);
    return new SecondCamera(room);
  }

  get judges(): boolean {
    return assesses(this.room.facts.role);
  }

  get offers(): boolean {
    return this.room.facts.role === "asesi";
  }

  get phone(): PairedPhone | null {
    return this.room.log.second.phone;
  }

  /** What the server has of the second camera's stream. */
  get media(): Media | null {
    const asesi = this.room.facts.members.find(({ role }) => role === "asesi");
    return asesi === undefined ? null : (this.room.person(asesi.id)?.media.get("second_camera") ?? null);
  }

  get sweep(): Sweep | null {
    return openSweep(this.room.log.second, this.judges);
  }

  // --- commands ---

  show(): void {
    this.open = true;
    this.problem = "";
    if (this.offers && this.phone === null && !this.valid) void this.make();
    this.room.changed();
  }

  get valid(): boolean {
    return this.offer !== null && this.leftMs > 0;
  }

  get leftMs(): number {
    return (this.offer?.expiresAt ?? 0) - this.room.clock.epoch(Date.now());
  }

  async make(): Promise<void> {
    if (this.making) return;
    this.making = true;
    this.problem = "";
    this.room.changed();
    try {
      const raw = fields(await this.room.api.post(`${this.room.url("session")}/camera/offer`, {}));
      this.offer = {
        digits: text(raw["digits"]), url: text(raw["url"]), qr: text(raw["qr"]), expiresAt: number(raw["expires_at"]) ?? 0,
      };
    } catch (error) {
      this.problem = error instanceof ApiError ? error.message : String(error);
    }
    this.making = false;
    this.room.changed();
  }

  unpair(): void {
    if (this.phone !== null) this.room.send("camera.unpair", { camera: this.phone.camera });
  }

  ask(): void {
    this.room.send("sweep.ask", {});
    this.open = false;
  }

  done(sweep: Sweep): void {
    this.room.send("sweep.done", { sweep: sweep.seq });
  }

  judge(sweep: Sweep, result: SweepResult, note = ""): void {
    this.finding = null;
    this.room.send("sweep.judge", { sweep: sweep.seq, result, note });
  }

  // --- what is shown ---

  bar(): TemplateResult | typeof nothing {
    return this.room.over ? nothing : barView(this);
  }

  dialog(): TemplateResult {
    // A code that was used is no code any more.
    if (this.phone !== null) this.offer = null;
    return dialogView(this);
  }

  /** One of this feature's entries in words; null for another's. */
  told(line: Line): string | null {
    const reason = detail(line, "reason");
    const key = line.kind === "camera.unpaired" ? `happen.${line.kind}.${reason}` : `happen.${line.kind}`;
    if (!/^(camera|sweep)\./.test(line.kind)) return null;
    return w(key as Word, {
      device: detail(line, "device") || w("paired.unnamed"),
      name: this.room.nameOf(line.actor),
      from: sessionTime(Number(detail(line, "start_ms")) || 0),
      to: sessionTime(Number(detail(line, "end_ms")) || 0),
      result: w(`sweep.${detail(line, "result") || "unjudged"}` as Word).toLowerCase(),
    });
  }
}
