/** Starts the room's page: the door, the room, and what comes after. */
import { html, render } from "lit-html";
import { Api } from "../shared/api.ts";
import { fields } from "../shared/json.ts";
import { Keeper, remember } from "../offline/keep.ts";
import { Lifeline } from "../offline/lifeline.ts";
import { speak as speakOffline } from "../offline/words.ts";
import { Store } from "../shared/store.ts";
import { speak as speakRescue } from "../rescue/words.ts";
import { speak, t } from "../shared/strings.ts";
import { LinkManager } from "../link/manager.ts";
import { speakLink } from "../link/words.ts";
import { speak as speakOfEvidence } from "../evidence/words.ts";
import { Desk } from "./desk.ts";
import { Entrance } from "./entrance.ts";
import { type Config, type Facts, readConfig, readFacts } from "./facts.ts";
import { enterJitsi } from "./jitsi.ts";
import { commandOf } from "./keys.ts";
import { Room } from "./room.ts";
import { hasChecklist } from "./ui.ts";
import { leave as forgetStay, stay, type Stay, stayed } from "./stay.ts";
import { endedView } from "./view/ended.ts";
import { joinView } from "./view/join.ts";
import { roomView } from "./view/room.ts";
import { sentBackView, waitInLobby } from "./workplace/lobby.ts";
import { speak as speakUjian } from "../ujian/told.ts";
import { speak as speakWork } from "./workplace/words.ts";
import { Workplace } from "./workplace/workplace.ts";

const TICK_MS = 250;
const AFTER_MS = 2500;
const RELOAD_MS = 10_000;

function readJson(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
}

function draw(root: HTMLElement, view: () => Parameters<typeof render>[0]): Store<null> {
  const store = new Store(null);
  store.watch(() => render(view(), root));
  return store;
}

/** The room fills the screen; the page around it steps back. */
function full(on: boolean): void {
  document.documentElement.classList.toggle("has-room", on);
}

async function start(): Promise<void> {
  const root = document.getElementById("room");
  if (root === null) return;
  const raw = readJson("room-config");
  const config = readConfig(raw);
  await Promise.all([speak, speakOffline, speakLink, speakOfEvidence, speakWork, speakRescue, speakUjian].map((learn) => learn(config.lang)));
  const api = new Api(config.csrf);
  const given = fields(fields(raw)["facts"]);
  const facts = readFacts("kind" in given ? given : await api.get(String(config.urls["session"])), config);
  root.replaceChildren();
  if (facts.state === "ended" || facts.state === "sealed") await showEnded(root, config, api, facts);
  else if (facts.state === "rescue") await (await import("../rescue/page.ts")).showRescue(root, new Room(config, api, facts, new Store(null)));
  else door(root, config, api, facts);
}

function door(root: HTMLElement, config: Config, api: Api, facts: Facts): void {
  const store = draw(root, () => joinView(entrance, () => void enter()));
  const entrance = new Entrance(config, facts, api, store.changed);
  const beat = setInterval(() => {
    if (entrance.opened && !entrance.asked && !knocking) void knock();
    store.changed();
  }, TICK_MS);
  let knocking = false;
  const knock = async (): Promise<void> => {
    knocking = true;
    await entrance.knock().finally(() => {
      knocking = false;
    });
    if (entrance.unreachable) await offline();
  };
  /** The room as this device kept it; what is done in it waits for the network. */
  const offline = async (): Promise<boolean> => {
    const room = new Room(config, api, facts, new Store(null));
    await room.commands.memory.restore();
    if (!(await remember(room))) return false;
    if (entrance.sends && entrance.media === null) await entrance.look(before?.choice ?? { camera: "", microphone: "" });
    clearInterval(beat);
    run(root, room, entrance.takeMedia());
    return true;
  };
  const enter = async (): Promise<void> => {
    if (entrance.consent !== null && !entrance.agreed) {
      entrance.problem = t("join.mustAgree");
      store.changed();
      return;
    }
    entrance.entering = true;
    entrance.problem = "";
    store.changed();
    const roomStore = new Store(null);
    const room = new Room(config, api, facts, roomStore);
    try {
      await room.commands.memory.restore();
      await room.join(entrance.consent?.version ?? facts.consentVersion);
    } catch (error) {
      entrance.fail(error);
      return;
    }
    clearInterval(beat);
    const media = entrance.takeMedia();
    if (room.joined?.waiting === true) {
      await waitInLobby(root, room, media);
      if (room.joined.provider === "jitsi") await room.join(facts.consentVersion);
    }
    stay(config.session, config.me.id, { choice: entrance.choice, consent: entrance.consent?.version ?? facts.consentVersion });
    run(root, room, media);
  };
  const before = stayed(config.session, config.me.id);
  if (before !== null && entrance.opened) void comeBack(entrance, before, enter, offline);
  else if (entrance.sends) void entrance.look({ camera: "", microphone: "" });
  store.changed();
}

/** Straight back into the room, with the same devices, if the consent still holds. */
async function comeBack(entrance: Entrance, before: Stay, enter: () => Promise<void>, offline: () => Promise<boolean>): Promise<void> {
  entrance.entering = true;
  const media = entrance.sends ? entrance.look(before.choice) : Promise.resolve();
  await entrance.knock();
  await media;
  entrance.entering = false;
  if (entrance.unreachable && (await offline())) return;
  if (entrance.consent === null && entrance.closed === "") await enter();
}

function run(root: HTMLElement, room: Room, media: MediaStream | null): void {
  const desk = new Desk(room);
  room.link = new LinkManager(room, desk);
  const work = new Workplace(room, desk);
  room.work = work;
  const lifeline = new Lifeline(room, desk);
  const keeper = new Keeper(room);
  let view: "room" | "after" | "back" = "room";
  // The last word before the door opened still calls this person waiting.
  let inside = false;
  // What happened before this person came is history, not news.
  const arrivedAt = room.facts.headSeq;
  const after = (): void => {
    if (view === "after") return;
    view = "after";
    forgetStay(room.config.session, room.me);
    void room.backup?.stopRecording();
    work.close();
    desk.close();
    room.link?.close();
    lifeline.close();
    keeper.close();
    full(false);
    clearInterval(beat);
    setTimeout(() => room.disconnect(), room.over ? 1000 : 0);
    if (room.over) follow(room);
  };
  // The server has cut the media and gives no more log; the way back in leads through the door.
  const sentBack = (): void => {
    view = "back";
    forgetStay(room.config.session, room.me);
    void room.backup?.stopRecording();
    work.close();
    desk.close();
    lifeline.close();
    keeper.close();
    full(false);
    clearInterval(beat);
    room.disconnect();
    render(sentBackView(), root);
  };
  const leave = (): void => {
    room.ui.left = true;
    after();
    room.changed();
  };
  room.onEntry = (entry) => {
    if (entry.kind === "stream.started" || entry.kind === "stream.stopped") desk.follow();
    if (entry.kind === "session.live" && room.log.head > arrivedAt) room.notify(t("notice.live"));
    if (entry.kind === "hand" && entry.data["raised"] === true && entry.actor !== room.me && room.log.head > arrivedAt) {
      room.notify(t("notice.hand", { name: room.nameOf(entry.actor) }));
    }
    room.backup?.told(entry);
    room.seen();
  };
  room.store.watch(() => {
    if (view === "back") return;
    if (room.over) after();
    // The room is closed for everybody; its page goes on as another.
    if (room.log.phase === "rescue") return location.reload();
    const waiting = room.person(room.me)?.waiting;
    inside ||= waiting === false;
    if (view === "room" && inside && waiting === true) return sentBack();
    render(view === "room" ? roomView(room, desk, leave) : endedView(room), root);
    if (view === "room") settle(room);
  });
  const beat = setInterval(room.changed, TICK_MS);
  full(true);
  if (hasChecklist(room.facts)) void room.loadChecklist();
  room.connect();
  // Streams of the time before the door opened are in the log already.
  desk.follow();
  if (room.joined?.provider === "jitsi") void enterJitsi(room, leave);
  else {
    if (media !== null) desk.send("camera", media);
    backUp(room, desk);
    addSecond(room);
    takeEvidence(room, desk);
  }
  listenKeys(room);
  window.addEventListener("pagehide", () => room.disconnect());
  // Brought back from the browser's cache the page would show a room that it has left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  room.changed();
}

/** After a draw: the current row into view once, the chat at its end, the note field ready. */
function settle(room: Room): void {
  if (room.ui.follow) {
    room.ui.follow = false;
    document.querySelector(".kuk.is-current")?.scrollIntoView({ block: "nearest" });
  }
  const chat = document.querySelector<HTMLElement>(".chat__log");
  if (chat !== null && chat.dataset["seen"] !== String(chat.childElementCount)) {
    chat.dataset["seen"] = String(chat.childElementCount);
    chat.scrollTop = chat.scrollHeight;
  }
  const note = document.querySelector<HTMLElement>("#kuk-note:not([data-ready])");
  if (note !== null) {
    note.dataset["ready"] = "";
    note.focus();
  }
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

function listenKeys(room: Room): void {
  const marks = room.facts.role === "asesor" || room.facts.role === "asesor_pendamping";
  document.addEventListener("keydown", (event) => {
    if (room.ui.tab !== "ceklis" || room.ui.dialog !== null || room.over) return;
    const command = commandOf({ ...pressOf(event), typing: typing(event.target) });
    const { current } = room.ui;
    if (command === null || current === null) return;
    event.preventDefault();
    switch (command) {
      case "next":
        return room.step(1);
      case "previous":
        return room.step(-1);
      case "nextUnit":
        return room.stepUnit(1);
      case "previousUnit":
        return room.stepUnit(-1);
    }
    if (!marks) return;
    if (command === "note") {
      room.ui.noteFor = current;
      room.ui.follow = true;
      room.changed();
    } else if (command === "evidence") room.linkNewest();
    else if (command === "undo") room.undo(current);
    else {
      room.ui.follow = true;
      room.mark(current, command);
    }
  });
}

function pressOf({ key, ctrlKey, metaKey, altKey, repeat }: KeyboardEvent): Omit<Parameters<typeof commandOf>[0], "typing"> {
  return { key, ctrlKey, metaKey, altKey, repeat };
}

async function showEnded(root: HTMLElement, config: Config, api: Api, facts: Facts): Promise<void> {
  const store = draw(root, () => endedView(room));
  const room = new Room(config, api, facts, store);
  await room.commands.memory.restore();
  await room.readLog();
  void room.commands.sendRest().catch(() => undefined);
  if (facts.kind !== "pra_asesmen" && facts.role !== "asesi") await room.loadChecklist();
  follow(room);
  backUp(room, null);
  if (facts.role === "asesi") void room.uploads.begin();
  store.changed();
}

/** Evidence from the running camera; what an earlier visit left goes on. */
function takeEvidence(room: Room, desk: Desk): void {
  if (room.facts.role !== "asesi") return;
  void room.uploads.begin();
  import("../evidence/taking.ts")
    .then(async ({ Taking }) => {
      room.taking = await Taking.begin(room, desk);
      room.changed();
    })
    .catch(() => setTimeout(() => takeEvidence(room, desk), RELOAD_MS));
}

/** The asesi's own device keeps a copy; what does not load must not cost the room anything. */
function backUp(room: Room, desk: Desk | null): void {
  if (room.facts.role !== "asesi") return;
  import("../backup/room.ts")
    .then(async ({ RoomBackup }) => {
      room.backup = await RoomBackup.begin(room, desk);
      room.changed();
    })
    .catch(() => setTimeout(() => backUp(room, room.over ? null : desk), RELOAD_MS));
}

/** A second camera is rare and small; the room does not wait for it. */
function addSecond(room: Room): void {
  import("../second/room.ts")
    .then(async ({ SecondCamera }) => {
      room.second = await SecondCamera.begin(room);
      room.changed();
    })
    .catch(() => setTimeout(() => room.over || addSecond(room), RELOAD_MS));
}

/** The recording goes on being stored after the end; the page tells until it is sealed. */
function follow(room: Room): void {
  const look = async (): Promise<void> => {
    await room.readLog().catch(() => undefined);
    if (room.log.phase !== "sealed" || room.facts.role === "asesor") setTimeout(() => void look(), AFTER_MS);
  };
  setTimeout(() => void look(), AFTER_MS);
}

start().catch((error: unknown) => {
  const root = document.getElementById("room");
  if (root !== null) {
    render(
      html`<div class="page page--narrow stack"><p class="alert alert--danger" role="alert">${t("error.offline")}</p>
        <p><button class="btn" @click=${() => location.reload()}>${t("error.retry")}</button></p></div>`,
      root,
    );
  }
  throw error;
});
