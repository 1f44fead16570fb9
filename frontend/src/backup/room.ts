/** The backup inside the room and on its closing page. Loaded after joining: the room works without it. */
import { nothing, type TemplateResult } from "lit-html";
import { wallSeconds, zoneLetters } from "../shared/format.ts";
import type { Entry } from "../shared/wire.ts";
import type { Desk } from "../room/desk.ts";
import type { Room } from "../room/room.ts";
import { hint } from "./hint.ts";
import { Keep } from "./keep.ts";
import { Ledger } from "./ledger.ts";
import type { Line } from "./line.ts";
import { Recorder, type Recording, supported } from "./recorder.ts";
import { hold, running } from "./runs.ts";
import { type Battery, sparing } from "./schedule.ts";
import { openShelf } from "./shelf.ts";
import { UNASKED, Uploader } from "./uploader.ts";
import { cardView, lineView } from "./view.ts";
import { speak } from "./words.ts";

const LOOK_MS = 500;
const SAMPLE_MS = 10_000;
const RISKY_LOSS = 0.03;

/** Entries after which the server may want something else than before. */
const NEWS: ReadonlySet<string> = new Set(["gap", "gap.filled", "backup.asked", "backup.received", "session.ended"]);

interface PowerSource extends Battery, EventTarget {}

export class RoomBackup {
  #recorder: Recorder | null = null;
  #uploader: Uploader | null = null;
  #keep: Keep | null = null;
  #look = 0;
  #sampledAt = -Infinity;
  #downAt: number | null = null;
  #battery: Battery | null = null;
  #sparing = false;
  #closed = false;
  /** The room's socket was open when last looked at. */
  #lineOpen = true;
  #usable = true;
  readonly #run = crypto.randomUUID();

  private constructor(
    private readonly room: Room,
    private desk: Desk | null,
  ) {}

  /** With a desk: records and sends. Without: only sends what an earlier visit left. */
  static async begin(room: Room, desk: Desk | null): Promise<RoomBackup> {
    await speak(room.config.lang);
    const backup = new RoomBackup(room, desk);
    try {
      await backup.#start();
    } catch {
      // No database, no crypto, a broken profile: the session needs none of it, and the screen says so.
      backup.#usable = false;
    }
    room.changed();
    return backup;
  }

  async #start(): Promise<void> {
    const { room } = this;
    const ledger = await Ledger.open();
    const keep = new Keep(ledger, room.config.session);
    this.#keep = keep;
    await keep.adopt(await running());
    if (this.desk !== null && supported()) await this.#record(keep);
    this.#uploader = new Uploader({
      keep,
      url: `${room.url("session")}/backup`,
      csrf: room.config.csrf,
      kinds: new Set(["camera"]),
      line: () => this.#line(),
      onChange: room.changed,
      over: () => room.over,
    });
  }

  async #record(keep: Keep): Promise<void> {
    const { room } = this;
    void hold(this.#run);
    const shelf = await openShelf(keep.ledger);
    if (this.#closed) return;
    hint(room.config.session, null);
    void navigator.storage?.persist?.();
    void this.#watchBattery();
    this.#recorder = new Recorder({
      session: room.config.session, owner: room.me, run: this.#run, kind: "camera",
      shelf, ledger: keep.ledger, onChange: () => this.#changed(),
      risky: () => this.#risky(),
      makeRoom: (bytes) => keep.makeRoom(bytes, this.#risky()),
    });
    this.#look = window.setInterval(() => this.#watch(), LOOK_MS);
    this.#watch();
  }

  #changed(): void {
    // A slice has closed: perhaps it is the one that is waited for.
    if ((this.#uploader?.progress.owed.bytes ?? 0) > 0) this.#uploader?.hurry();
    this.room.changed();
  }

  #watch(): void {
    const now = performance.now();
    const out = this.desk?.outgoing.get("camera");
    this.#recorder?.follow(out?.media ?? null);
    this.#downAt = out === undefined || out.state === "live" ? null : (this.#downAt ?? now);
    const { open } = this.room.line;
    if (open && !this.#lineOpen) this.#uploader?.reconnect();
    this.#lineOpen = open;
    if (now - this.#sampledAt > SAMPLE_MS) this.#sample(now);
    if (this.room.over) void this.stopRecording();
  }

  #sample(perf: number): void {
    const { clock, line } = this.room;
    const wall = Date.now();
    const session = clock.session();
    if (!line.open || clock.tripMs === null || session === null) return;
    this.#sampledAt = perf;
    void this.#keep?.ledger.note({ run: this.#run, perf, wall, session, errorMs: clock.tripMs / 2 + 1 });
  }

  #risky(): boolean {
    const out = this.desk?.outgoing.get("camera");
    return out === undefined || out.state !== "live" || !this.room.line.open || (out.reading?.loss ?? 0) > RISKY_LOSS;
  }

  #line(): Line {
    const out = this.desk?.outgoing.get("camera");
    const { onLine: online } = navigator;
    if (out === undefined) return { online, live: "none", downMs: 0, availableBps: null, sentBps: 0, loss: 0, tripMs: null };
    return {
      online,
      live: out.state === "live" ? "live" : "down",
      downMs: this.#downAt === null ? 0 : performance.now() - this.#downAt,
      availableBps: this.room.link?.backupBps(out.availableBps) ?? out.availableBps,
      sentBps: (out.reading?.kbps ?? 0) * 1000,
      loss: out.reading?.loss ?? 0,
      tripMs: out.reading?.tripMs ?? null,
    };
  }

  async #watchBattery(): Promise<void> {
    const asked = (navigator as { readonly getBattery?: () => Promise<PowerSource> }).getBattery;
    if (asked === undefined) return;
    const battery = await asked.call(navigator).catch(() => null);
    const look = (): void => {
      this.#battery = battery;
      this.#sparing = sparing(this.#battery, this.#sparing);
      this.#recorder?.spare(this.#sparing);
    };
    battery?.addEventListener("levelchange", look);
    battery?.addEventListener("chargingchange", look);
    look();
  }

  /** The log has told something that may change what is wanted. */
  told({ kind }: Entry): void {
    if (NEWS.has(kind)) this.#uploader?.hurry();
  }

  /** The camera is off for good: the last slice is closed, sending goes on. */
  async stopRecording(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#look);
    this.desk = null;
    await this.#recorder?.close();
    this.#recorder = null;
    this.#uploader?.hurry();
  }

  get #recording(): Recording {
    if (!this.#usable || (this.desk !== null && this.#recorder === null)) return "unsupported";
    return this.#recorder?.state ?? "off";
  }

  card(): TemplateResult | typeof nothing {
    const progress = this.#uploader?.progress ?? UNASKED;
    const over = this.room.over || this.room.ui.left;
    if (over && (this.#uploader === null || progress.phase === "closed")) return nothing;
    const { zone } = this.room.config;
    const heard = progress.heardWall === null ? "" : `${wallSeconds(this.room.clock.epoch(progress.heardWall), zone)} ${zoneLetters(zone)}`;
    return cardView({ recording: this.#recording, progress, heard, over });
  }

  line(): TemplateResult | typeof nothing {
    const progress = this.#uploader?.progress;
    return progress === undefined ? nothing : lineView(progress, () => this.room.open("bukti"));
  }
}
