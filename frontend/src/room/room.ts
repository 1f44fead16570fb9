/** The room's state and everything one can do in it. Views read it; only these methods change it. */
import type { RoomBackup } from "../backup/room.ts";
import type { SecondCamera } from "../second/room.ts";
import { Arriving } from "../evidence/arriving.ts";
import type { Taking } from "../evidence/taking.ts";
import { Outbox } from "../evidence/outbox.ts";
import { Api, ApiError } from "../shared/api.ts";
import { SessionClock } from "../shared/clock.ts";
import { fields, list, text } from "../shared/json.ts";
import type { Op, OpQueue } from "../shared/opqueue.ts";
import { type LineState, SessionSocket } from "../shared/socket.ts";
import { Store } from "../shared/store.ts";
import { type Key, t } from "../shared/strings.ts";
import { type Entry, type Frame, type Person, readEntry, type Recording } from "../shared/wire.ts";
import { type Kuk, kukOf, readChecklist, rowOf, stepped, type Unit } from "./checklist.ts";
import { Commands } from "./commands.ts";
import { type Config, type Facts, type Joined, readJoined } from "./facts.ts";
import { apply, emptyLog, type Evidence, type MarkValue, type RoomLog } from "./fold.ts";
import { Pulse } from "../link/pulse.ts";
import type { LinkManager } from "../link/manager.ts";
import { freshUi, type Judging, type Tab, type Ui } from "./ui.ts";
import type { Workplace } from "./workplace/workplace.ts";

const LOG_PAGE = 500;
const TOKEN_MARGIN_MS = 60_000;
const NOTICE_MS = 9000;
const JOIN_MS = 10_000;
const CHECKLIST_AGAIN_MS = 3000;

export class Room {
  readonly log: RoomLog = emptyLog();
  readonly clock = new SessionClock();
  readonly commands: Commands;
  readonly uploads: Outbox;
  /** Evidence that others see coming. */
  readonly arriving: Arriving;
  /** Evidence from the running camera; null where none of ours runs. */
  taking: Taking | null = null;
  readonly ui: Ui;
  readonly changed: () => void;
  people: readonly Person[] = [];
  recording: Recording | null = null;
  readonly pulse = new Pulse(this);
  link: LinkManager | null = null;
  line: LineState = { open: false, attempt: 0, nextAt: null, downSince: null, refused: null };
  units: readonly Unit[] = [];
  checklistState: "loading" | "ready" | "failed" | "closed" = "loading";
  joined: Joined | null = null;
  /** The asesi's recording on this device; null while it is not loaded, or not for this person. */
  backup: RoomBackup | null = null;
  /** The second camera and room sweeps; null while not loaded, or not for this person. */
  second: SecondCamera | null = null;
  /** Identity check and attention; null before this person is inside. */
  work: Workplace | null = null;
  /** Told of every entry as it is read for the first time. */
  onEntry: (entry: Entry) => void = () => undefined;
  #socket: SessionSocket | null = null;
  /** The consent text that was agreed to. */
  consent = "";

  constructor(
    readonly config: Config,
    readonly api: Api,
    readonly facts: Facts,
    readonly store: Store<null>,
  ) {
    this.changed = store.changed;
    this.ui = freshUi(facts);
    this.clock.t0 = facts.t0;
    this.commands = new Commands(this);
    this.uploads = new Outbox({
      session: config.session, owner: config.me.id, url: this.url("evidence").replace(/\/$/, ""),
      csrf: () => config.csrf, onChange: this.changed, budget: () => this.link?.evidenceBudget() ?? null,
    });
    this.arriving = new Arriving(this);
  }

  url(name: string): string {
    return text(this.config.urls[name]);
  }

  get me(): string {
    return this.config.me.id;
  }

  get queue(): OpQueue {
    return this.commands.memory.queue;
  }

  get over(): boolean {
    return this.log.phase === "ended" || this.log.phase === "sealed";
  }

  nowMs(): number | null {
    return this.clock.session();
  }

  /** Server epoch ms of session ms `atMs`. */
  wall(atMs: number): number {
    return (this.clock.t0 ?? this.clock.epoch()) + atMs;
  }

  nameOf(actor: string): string {
    if (actor === this.me) return this.config.me.name;
    return (
      this.facts.members.find(({ id }) => id === actor)?.name ?? this.log.names.get(actor) ?? t("role.pengamat")
    );
  }

  roleOf(actor: string): string {
    return this.facts.members.find(({ id }) => id === actor)?.role ?? this.log.roles.get(actor) ?? "";
  }

  person(actor: string): Person | null {
    return this.people.find(({ id }) => id === actor) ?? null;
  }

  // --- the line ---

  /** Throws ApiError (409 consent_required, 403 outside role or window). */
  async join(consentVersion: string): Promise<void> {
    this.joined = readJoined(await this.api.post(this.url("join"), { consent_version: consentVersion }, JOIN_MS));
    this.consent = consentVersion;
    if (this.joined.t0 !== null) this.clock.t0 = this.joined.t0;
  }

  connect(): void {
    if (this.#socket !== null) return;
    this.#socket = new SessionSocket({
      // While the line is down the last token serves: that it expired only the server can say.
      address: async () => (this.line.downSince !== null && this.joined?.freshUntil ? this.joined : await this.admission())?.wsUrl ?? "",
      cursor: () => this.log.head,
      unanswered: () => this.queue.unanswered,
      wire: (op) => this.commands.memory.wire(op),
      onFrame: (frame, at) => this.#onFrame(frame, at),
      onState: (state) => {
        this.line = state;
        if (state.open) this.uploads.resume();
        else this.commands.memory.reconnected();
        // Refused may simply mean that the session is over: the log says which.
        if (state.refused !== null) void this.readLog().catch(() => undefined);
        this.changed();
      },
      onExpired: () => {
        if (this.joined !== null) this.joined = { ...this.joined, freshUntil: 0 };
      },
    });
  }

  /** The answer to joining, asked for anew when its token or the relay's credential is about to end. */
  async admission(): Promise<Joined | null> {
    const soon = this.clock.epoch() + TOKEN_MARGIN_MS;
    if (this.joined === null || this.joined.freshUntil < soon) {
      try {
        await this.join(this.consent);
      } catch (error) {
        if (error instanceof ApiError && error.code === "session_ended") await this.readLog();
        throw error;
      }
    }
    return this.joined;
  }

  hurry(): void {
    this.#socket?.hurry();
  }

  /** Whether the server answers a new line within `limitMs`. */
  answers = (limitMs: number): Promise<boolean> => this.#socket?.answers(limitMs) ?? Promise.resolve(false);

  doubtLine(): void {
    this.#socket?.doubt();
  }

  disconnect(): void {
    this.#socket?.stop();
    this.#socket = null;
  }

  #onFrame(frame: Frame, receivedAt: number): void {
    switch (frame.type) {
      case "entry":
        this.#take(frame.entry);
        break;
      case "presence":
        this.people = frame.people;
        this.recording = frame.recording ?? this.recording;
        break;
      case "pulse":
        this.pulse.beats = frame.beats;
        break;
      case "pong":
        this.clock.measure(frame.pong, receivedAt, frame.now, frame.serverMs);
        break;
      case "ack":
        this.commands.acknowledged(frame.op, frame.seq);
        break;
      case "reject":
        this.refused(frame.op, frame.code, frame.message);
        break;
    }
    this.changed();
  }

  #take(entry: Entry): void {
    const outcome = apply(this.log, entry);
    if (outcome === "hole") this.#socket?.resync();
    if (outcome !== "applied") return;
    if (this.log.t0 !== null) this.clock.t0 = this.log.t0;
    this.queue.reached(this.log.head);
    if (entry.kind.startsWith("evidence.")) this.arriving.told(entry);
    this.onEntry(entry);
  }

  /** Reads the log over HTTP up to its end: for sessions that are over, where no socket is given. */
  async readLog(): Promise<void> {
    for (;;) {
      const page = await this.api.get(`${this.url("log")}?after=${this.log.head}&limit=${LOG_PAGE}`);
      const items = list(fields(page)["items"]).map(readEntry);
      for (const entry of items) if (entry !== null) this.#take(entry);
      this.changed();
      if (items.length < LOG_PAGE) return;
    }
  }

  // --- commands ---

  send(kind: string, data: Readonly<Record<string, unknown>>): Op {
    return this.commands.send(kind, data);
  }

  /** False when there is no socket to send by. */
  sendNow(op: Op): boolean {
    this.#socket?.send(op);
    return this.#socket !== null;
  }

  refused(id: string, code: string, message: string): void {
    this.commands.rejected(id, code, (op) => {
      const kuk = op.kind === "mark" ? this.kuk(Number(op.data["kuk"])) : null;
      if (kuk === null) this.notify(t("notice.reject", { message }), "danger");
      else this.notify(t("notice.rejectMark", { no: kuk.no, message }), "danger");
    });
  }

  pending(kind: string, matches: (op: Op) => boolean = () => true): Op | null {
    return this.queue.pending.findLast((op) => op.kind === kind && matches(op)) ?? null;
  }

  notify(words: string, tone: "info" | "danger" = "info"): void {
    const notice = { id: crypto.randomUUID(), words, tone };
    this.ui.notices = [...this.ui.notices.slice(-2), notice];
    setTimeout(() => this.dismiss(notice.id), NOTICE_MS);
    this.changed();
  }

  dismiss(id: string): void {
    this.ui.notices = this.ui.notices.filter((notice) => notice.id !== id);
    this.changed();
  }

  // --- checklist ---

  async loadChecklist(): Promise<void> {
    this.checklistState = "loading";
    try {
      this.units = readChecklist(await this.api.get(this.url("checklist")));
      this.checklistState = "ready";
      this.ui.current ??= this.allKuk()[0]?.id ?? null;
    } catch (error) {
      this.checklistState = error instanceof ApiError && error.code.startsWith("ak01") ? "closed" : "failed";
      if (error instanceof ApiError && error.status === 0) setTimeout(() => void this.loadChecklist(), CHECKLIST_AGAIN_MS);
    }
    this.changed();
  }

  allKuk = (): Kuk[] => this.units.flatMap(kukOf);

  kuk = (id: number | null): Kuk | null => this.allKuk().find((kuk) => kuk.id === id) ?? null;

  get unitIndex(): number {
    const index = this.units.findIndex((unit) => kukOf(unit).some((kuk) => kuk.id === this.ui.current));
    return Math.max(0, index);
  }

  select(kuk: number | null): void {
    if (kuk === null) return;
    this.ui.current = kuk;
    this.ui.follow = true;
    this.changed();
  }

  step(by: 1 | -1): void {
    this.select(stepped(this.allKuk(), this.ui.current, by));
  }

  stepUnit(by: 1 | -1): void {
    const unit = this.units[this.unitIndex + by];
    if (unit !== undefined) this.select(kukOf(unit)[0]?.id ?? null);
  }

  mark(kuk: number, value: MarkValue, note?: string): void {
    const row = rowOf(kuk, this.log.marks.get(kuk) ?? [], this.queue.pending, this.me);
    const kept = note ?? row.pending?.note ?? row.mine?.note ?? "";
    const standing = row.pending ?? row.mine;
    if (standing?.value === value && standing.note === kept && !row.undoing) return;
    this.send("mark", { kuk, value, note: kept });
    this.ui.said = t("mark.did", { no: this.kuk(kuk)?.no ?? "", value: t(`mark.${value}` as Key) });
  }

  saveNote(kuk: number, note: string): void {
    const row = rowOf(kuk, this.log.marks.get(kuk) ?? [], this.queue.pending, this.me);
    const value = row.pending?.value ?? row.mine?.value;
    if (value === undefined) this.notify(t("mark.noteFirst"));
    else this.mark(kuk, value, note.trim());
  }

  undo(kuk: number): void {
    const row = rowOf(kuk, this.log.marks.get(kuk) ?? [], this.queue.pending, this.me);
    if (row.pending !== null) {
      this.queue.undoLater(row.pending.op, this.clock.look());
      this.notify(t("mark.undoLater"));
    } else if (row.mine !== null && !row.undoing) {
      this.send("mark.undo", { mark: row.mine.seq });
    } else {
      this.notify(t("mark.noneToUndo", { no: this.kuk(kuk)?.no ?? "" }));
    }
  }

  // --- evidence ---

  judging(evidence: Evidence): Judging {
    const drafted = this.ui.judging.get(evidence.id);
    if (drafted !== undefined) return drafted;
    const old = evidence.judged;
    return {
      valid: old?.valid ?? true, asli: old?.asli ?? true, terkini: old?.terkini ?? true,
      memadai: old?.memadai ?? true, kuk: old?.kuk[0] ?? evidence.kuk[0] ?? this.ui.current,
    };
  }

  draft(evidence: Evidence, change: Partial<Judging>): void {
    this.ui.judging.set(evidence.id, { ...this.judging(evidence), ...change });
    this.changed();
  }

  judge(evidence: Evidence, accepted: boolean, note = ""): void {
    const { valid, asli, terkini, memadai, kuk } = this.judging(evidence);
    if (accepted && kuk === null) {
      this.notify(t("ev.pickKukFirst"));
      return;
    }
    const linked = new Set([...(evidence.judged?.kuk ?? evidence.kuk), ...(kuk === null ? [] : [kuk])]);
    this.send("evidence.judge", {
      evidence: evidence.id, kuk: [...linked], valid, asli, terkini, memadai, accepted, note,
    });
    this.ui.judging.delete(evidence.id);
  }

  newestEvidence(): Evidence | null {
    return [...this.log.evidence.values()].at(-1) ?? null;
  }

  /** E: the newest evidence proves the current KUK. */
  linkNewest(): void {
    const newest = this.newestEvidence();
    if (newest === null) {
      this.notify(t("ev.noneToLink"));
      return;
    }
    this.draft(newest, { kuk: this.ui.current });
    this.judge(newest, true);
  }

  evidenceFor(kuk: number): number {
    return [...this.log.evidence.values()].filter((item) => (item.judged?.kuk ?? item.kuk).includes(kuk)).length;
  }

  open(tab: Tab): void {
    this.ui.tab = tab;
    this.seen();
    this.changed();
  }

  /** What the open tab shows is not new any more. */
  seen(): void {
    this.ui.seen.set(this.ui.tab, this.countOf(this.ui.tab));
  }

  countOf(tab: Tab): number {
    if (tab === "bukti") return this.log.evidence.size;
    if (tab === "obrolan") return this.log.chat.length;
    return tab === "kejadian" ? this.log.incidents.length : 0;
  }

  unseen(tab: Tab): number {
    return tab === this.ui.tab ? 0 : Math.max(0, this.countOf(tab) - (this.ui.seen.get(tab) ?? 0));
  }
}
