/** The stage: the other person large, everything else small, and no picture that pretends to live. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t, word } from "../../shared/strings.ts";
import { seenOf } from "../../link/seen.ts";
import { clock, ID as LINK } from "../../link/view.ts";
import { w } from "../../link/words.ts";
import type { Desk, Incoming, Outgoing } from "../desk.ts";
import { watches } from "../facts.ts";
import type { Picture } from "../picture.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { w as said } from "../workplace/words.ts";
import { firstName } from "./top.ts";

interface Shown {
  readonly key: string;
  readonly owner: string;
  readonly kind: string;
  readonly own: boolean;
  readonly body: (small: boolean) => TemplateResult;
  readonly stopped: boolean;
}

export function stageView(room: Room, desk: Desk): TemplateResult {
  if (!watches(room.facts.role)) return supportView(room);
  const tiles = [...incomingTiles(room, desk), ...ownTiles(room, desk)];
  const main = mainOf(room, tiles);
  const rest = tiles.filter((tile) => tile !== main);
  return html`<section class="stage" data-alone=${String(rest.length === 1 && rest[0]?.own === true && main !== null)} aria-label=${t("stage.label")} data-testid=${ID.stage}>
    <div class="stage__main">${main === null ? waitingView(room) : tileView(room, main, false)}</div>
    <div class="stage__row" data-count=${rest.length}>
      ${repeat(rest, ({ key }) => key, (tile) => tileView(room, tile, true))}
    </div>
    ${presentView(room)}
  </section>`;
}

function supportView(room: Room): TemplateResult {
  return html`<section class="stage" aria-label=${t("stage.label")} data-testid=${ID.stage}>
    <div class="stage__main"><div class="stage__empty">${icon("headphones")}<b>${said("support.title")}</b><span>${said("support.text")}</span></div></div>
    ${presentView(room)}
  </section>`;
}

/** On a phone the top has no room for names. */
function presentView(room: Room): TemplateResult {
  const others = room.people.filter(({ id, online }) => online && id !== room.me).map(({ name }) => firstName(name));
  const words = others.length === 0 ? t("people.alone") : `${t("people.present")}: ${others.join(", ")}, ${t("people.and")}`;
  return html`<p class="present">${icon("users")} ${words}</p>`;
}

/** Pinned by hand, else the counterpart: the asesor sees the asesi, the asesi the asesor. */
function mainOf(room: Room, tiles: readonly Shown[]): Shown | null {
  const pinned = tiles.find(({ key }) => key === room.ui.pinned);
  if (pinned !== undefined) return pinned;
  const wanted = room.facts.role === "asesi" ? "asesor" : "asesi";
  const others = tiles.filter(({ own, kind }) => !own && kind === "camera");
  return (
    others.find(({ owner }) => room.roleOf(owner) === wanted) ?? (room.facts.role === "asesi" ? others[0] : null) ?? null
  );
}

const ON_PURPOSE: ReadonlySet<string> = new Set(["ended", "session", "session ended"]);

/** A screen or second camera that its owner ended is gone; one that was lost stays, hatched. */
function ended(room: Room, incoming: Incoming): boolean {
  const told = room.log.streams.get(incoming.id);
  return incoming.kind !== "camera" && told?.live === false && ON_PURPOSE.has(told.reason);
}

function incomingTiles(room: Room, desk: Desk): Shown[] {
  return [...desk.incoming.values()]
    .filter((incoming) => !ended(room, incoming))
    .map((incoming) => ({
      key: incoming.id,
      owner: incoming.owner,
      kind: incoming.kind,
      own: false,
      stopped: isStopped(room, incoming),
      body: (small) => incomingBody(room, incoming, small),
    }));
}

function isStopped(room: Room, incoming: Incoming): boolean {
  const told = seenOf(room, incoming);
  if (told === "frozen") return true;
  if (told === "noPicture" || told === "stills" || told === "declined") return false;
  if (incoming.state === "live" && incoming.picture.motion.moving(performance.now())) return false;
  return incoming.picture.motion.lastAt !== null || room.log.streams.get(incoming.id)?.live === false;
}

function stoppedSince(room: Room, incoming: Incoming): string {
  const frozenMs = room.pulse.of(incoming.id)?.frozenMs ?? null;
  if (frozenMs !== null) return clock(room, frozenMs);
  const lastAt = incoming.picture.motion.lastAt;
  const told = room.log.streams.get(incoming.id);
  const epoch =
    lastAt === null
      ? room.wall(told?.changedMs ?? 0)
      : room.clock.epoch(Date.now() - (performance.now() - lastAt));
  return `${wallSeconds(epoch, room.config.zone)} ${zoneLetters(room.config.zone)}`;
}

function incomingBody(room: Room, incoming: Incoming, small: boolean): TemplateResult {
  const whole = room.nameOf(incoming.owner);
  const name = small ? firstName(whole) : whole;
  const gone = room.person(incoming.owner)?.online === false;
  const stopped = isStopped(room, incoming);
  const fresh = incoming.picture.motion.lastAt === null;
  const silent = incoming.state === "live" && performance.now() - incoming.liveAt > 5000;
  const told = seenOf(room, incoming);
  return html`${pictureView(incoming.picture)}
    ${told === "noPicture" || told === "declined"
      ? html`<div class="tile__note" data-testid=${LINK.noPicture}>${w(`tile.${told}`)}</div>`
      : stopped
      ? html`<div class="tile__stopped" data-testid=${ID.stopped} role="status">
          <span>${told === "late" ? w("tile.late") : t("tile.stopped", { time: stoppedSince(room, incoming) })}</span>
          ${fresh ? nothing : html`<span>${t("tile.last")}</span>`}
        </div>`
      : fresh
        ? html`<div class="tile__note">${gone ? t("tile.gone", { name }) : silent ? t("tile.noPicture") : t("tile.connecting", { name })}</div>`
        : incoming.picture.dark
          ? html`<div class="tile__note">${t("tile.dark")}</div>`
          : nothing}
    ${incoming.picture.muted
      ? html`<button class="btn btn--sm tile__unmute" @click=${() => incoming.picture.play()}>${t("tile.unmute")}</button>`
      : nothing}
    ${told === "stills" ? html`<span class="tile__meter">${w("tile.stills")}</span>` : meterView(incoming)}`;
}

function meterView(incoming: Incoming): TemplateResult | typeof nothing {
  const { reading } = incoming;
  if (reading === null || incoming.state !== "live" || reading.loss < 0.02) return nothing;
  const rate = new Intl.NumberFormat("id-ID", { maximumFractionDigits: 1 }).format(reading.kbps / 1000);
  return html`<span class="tile__meter">${t("tile.meter", { rate, loss: Math.round(reading.loss * 100) })}</span>`;
}

function pictureView({ video, still }: Picture): TemplateResult {
  return html`${video}${still}`;
}

function ownTiles(room: Room, desk: Desk): Shown[] {
  return [...desk.outgoing.values()].map((out) => ({
    key: `own-${out.kind}`,
    owner: room.me,
    kind: out.kind,
    own: true,
    stopped: false,
    body: () => ownBody(room, desk, out),
  }));
}

function ownBody(room: Room, desk: Desk, out: Outgoing): TemplateResult {
  const off = out.kind === "camera" && desk.enabled("video") !== true;
  const frozenMs = room.pulse.ofPerson(room.me, out.kind)?.frozenMs ?? null;
  return html`${pictureView(out.picture)}
    ${off ? html`<div class="tile__note">${t("tile.cameraOff")}</div>` : nothing}
    ${out.state === "live"
      ? frozenMs === null ? nothing : html`<div class="tile__sending" role="status">${w("tile.unheard", { time: clock(room, frozenMs) })}</div>`
      : html`<div class="tile__sending" role="status">${t("tile.notSending")}</div>`}`;
}

const ICONS: Readonly<Record<string, string>> = { camera: "video", screen: "monitor-up", second_camera: "camera" };

function labelOf(room: Room, { owner, kind, own }: Shown, small: boolean): TemplateResult {
  const name = small ? firstName(room.nameOf(owner)) : room.nameOf(owner);
  if (own) return html`${kind === "screen" ? t("tile.myScreen") : t("people.you")}`;
  if (kind === "screen") return html`${t("tile.screenOf", { name })}`;
  if (kind === "second_camera") return html`${t("tile.secondOf", { name })}`;
  return html`${name} <small>${word("role", room.roleOf(owner))}</small>`;
}

function tileView(room: Room, tile: Shown, small: boolean): TemplateResult {
  const pin = (): void => {
    room.ui.pinned = tile.key;
    room.changed();
  };
  const speaks = tile.kind === "camera" && room.pulse.speaking(tile.owner);
  const classes = ["tile", tile.own ? "tile--self" : "", `tile--${tile.kind}`, tile.stopped ? "is-stopped" : "", speaks ? "is-speaking" : ""];
  return html`<figure class=${classes.join(" ")} data-testid=${tile.own ? ID.selfTile : ID.tile}
    data-owner=${tile.owner} data-kind=${tile.kind} data-stream=${tile.key} data-state=${tile.stopped ? "stopped" : "shown"}>
    ${tile.body(small)}
    <figcaption class="tile__label">${icon(ICONS[tile.kind] ?? "video")}<span>${labelOf(room, tile, small)}</span>${speaks ? html`<span class="tile__voice" data-testid=${LINK.speaking}>${icon("audio-lines")}<span class="sr-only">${w("speaking")}</span></span>` : nothing}</figcaption>
    ${small && (!tile.own || tile.kind === "screen")
      ? html`<button class="tile__pin" aria-label=${t("tile.enlarge", { name: room.nameOf(tile.owner) })} @click=${pin}>${icon("maximize")}</button>`
      : nothing}
  </figure>`;
}

function waitingView(room: Room): TemplateResult {
  const wanted = room.facts.role === "asesi" ? "asesor" : "asesi";
  const member = room.facts.members.find(({ role }) => role === wanted);
  const person = room.person(member?.id ?? "");
  const here = person?.online === true;
  const name = member?.name ?? word("role", wanted);
  if (here && person.waiting) {
    return html`<div class="stage__empty" role="status">${icon("user")}<b>${said("door.atDoor", { name })}</b><span>${said("door.atDoorHint")}</span></div>`;
  }
  return html`<div class="stage__empty" role="status">
    ${icon("user")}
    <b>${here ? t("tile.connecting", { name }) : t("tile.waiting", { name })}</b>
    <span>${t("tile.waitingHint")}</span>
  </div>`;
}
