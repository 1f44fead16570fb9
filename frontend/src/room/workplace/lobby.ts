/** The waiting room: connected, seen by the asesor, and let in by the log's first entry. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { word } from "../../shared/strings.ts";
import type { Person } from "../../shared/wire.ts";
import { assesses } from "../facts.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { watchedView } from "./watched.ts";
import { w } from "./words.ts";

const TICK_MS = 500;

/** Resolves once the server gives the log: that is what being inside means. */
export function waitInLobby(root: HTMLElement, room: Room, media: MediaStream | null): Promise<void> {
  const preview = previewOf(media);
  return new Promise((resolve) => {
    const stop = room.store.watch(() => {
      if (room.log.head > 0) {
        clearInterval(beat);
        stop();
        preview.srcObject = null;
        resolve();
      } else render(lobbyView(room, media === null ? null : preview), root);
    });
    const beat = setInterval(room.changed, TICK_MS);
    room.connect();
    room.changed();
  });
}

function previewOf(media: MediaStream | null): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.className = "join__video";
  video.srcObject = media;
  return video;
}

/** Those at the door in the order they came. */
export function queueOf(people: readonly Person[]): Person[] {
  return people
    .filter(({ waiting, online }) => waiting && online)
    .sort((one, other) => (one.sinceMs ?? 0) - (other.sinceMs ?? 0));
}

function placeWords(room: Room): string {
  const queue = queueOf(room.people);
  const n = queue.findIndex(({ id }) => id === room.me) + 1;
  if (n === 0) return "";
  return queue.length === 1 ? w("lobby.only") : w("lobby.place", { n, count: queue.length });
}

function lobbyView(room: Room, preview: HTMLVideoElement | null): TemplateResult {
  const heard = room.people.some(({ role, online }) => online && assesses(role));
  const others = room.people.filter(({ id, online }) => online && id !== room.me);
  return html`<div class="lobby page" data-testid=${ID.lobby} data-told=${String(heard)}>
    <header class="lobby__head">
      <p class="eyebrow">${room.facts.judul}</p>
      <h1>${w("lobby.title")}</h1>
      <p class="lobby__place" role="status" aria-live="polite"><b>${placeWords(room)}</b> ${w(heard ? "lobby.told" : "lobby.nobody")}</p>
      ${room.line.open || room.line.downSince === null ? nothing : html`<p class="alert alert--off" role="status">${icon("wifi-off")}<span>${w("lobby.down")}</span></p>`}
      <p class="muted">${w(room.facts.role === "pengamat" ? "lobby.observer" : "lobby.stay")}</p>
    </header>
    ${preview === null ? nothing : html`<figure class="lobby__self tile desk">${preview}<figcaption class="tile__label">${w("lobby.preview")}</figcaption></figure>`}
    <section class="sheet sheet--pad"><h2>${w("lobby.here")}</h2>
      ${others.length === 0 ? html`<p class="muted">${w("lobby.nobodyHere")}</p>` : html`<ul class="lobby__people">${others.map(hereView)}</ul>`}
    </section>
    <section class="sheet sheet--pad"><h2>${w("lobby.agenda")}</h2>
      <ol class="lobby__agenda">${room.facts.agenda.map(({ judul }) => html`<li>${judul}</li>`)}</ol>
    </section>
    ${room.facts.role === "asesi" ? watchedView(null) : nothing}
    <p><a class="btn" href=${room.url("home")}>${icon("log-out")} ${w("lobby.leave")}</a></p>
  </div>`;
}

function hereView({ name, role, waiting }: Person): TemplateResult {
  return html`<li>${icon("user")} <b>${name}</b> <span class="muted">${word("role", role)}${waiting ? `, ${w("lobby.waits")}` : ""}</span></li>`;
}

/** Taken out of the room again. */
export function sentBackView(): TemplateResult {
  return html`<div class="page page--narrow stack"><h1>${w("lobby.title")}</h1>
    <p class="alert alert--off" role="alert">${icon("log-out")}<span>${w("lobby.back")}</span></p>
    <p><button class="btn btn--primary" @click=${() => location.reload()}>${w("lobby.again")}</button></p></div>`;
}

/** Above the rail, for those who open the door. */
export function doorView(room: Room): TemplateResult | typeof nothing {
  if (!assesses(room.facts.role) || room.over) return nothing;
  const queue = queueOf(room.people).filter(({ id }) => !room.log.work.admitted.has(id));
  if (queue.length === 0) return nothing;
  return html`<div role="status"><ul class="door" aria-label=${w("door.label")} data-testid=${ID.door}>
    ${queue.map(({ id, name, role, sinceMs }) => {
      const sent = room.pending("admit", (op) => op.data["person"] === id) !== null;
      return html`<li>${icon("user-plus")}<span><b>${name}</b> <small>${word("role", role)}, ${w("door.waits", { time: sessionTime(sinceMs ?? 0) })}</small></span>
        <button class="btn btn--primary btn--sm" data-testid=${ID.admit} aria-busy=${String(sent)} ?disabled=${sent}
          @click=${() => room.send("admit", { person: id })}>${w(sent ? "door.sending" : "door.admit")}</button></li>`;
    })}
  </ul></div>`;
}
