/** Who, how long, is it recorded, how well is each person connected. */
import { html, nothing, type TemplateResult } from "lit-html";
import { endsAt, pausedNow } from "../../offline/pause.ts";
import { w as said } from "../../offline/words.ts";
import { remaining, sessionTime, wallMinutes, wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { linkChip } from "../../link/view.ts";
import { type Key, t } from "../../shared/strings.ts";
import type { Desk } from "../desk.ts";
import { type Light, lightOf } from "../light.ts";
import type { Quality } from "../quality.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { identityChip } from "../workplace/views.ts";
import { w } from "../workplace/words.ts";

export function topView(room: Room, desk: Desk): TemplateResult {
  const { facts, config } = room;
  const asesi = facts.members.find(({ role }) => role === "asesi");
  const title = facts.role === "asesi" || asesi === undefined ? facts.judul : asesi.name;
  const now = room.clock.epoch();
  return html`<header class="room__top">
    <div class="room__who">
      <b>${title}</b>
      <span>${title === facts.judul ? "" : `${facts.judul} · `}${wallMinutes(now, config.zone)}</span>
    </div>
    ${clockView(room, now)} ${lightView(room)} ${identityChip(room)}
    <ul class="room__conn" aria-label=${t("people.list")} data-testid=${ID.connections}>
      ${shownPeople(room).map(({ id, name }) => connView(room, id, name, desk.quality(id)))}
    </ul>
    ${linkChip(room)}
  </header>`;
}

function clockView(room: Room, now: number): TemplateResult {
  const ms = room.nowMs();
  const left = endsAt(room) - now;
  const label = pausedNow(room) !== null ? said("pause.left") : left < 0 ? t("top.over") : t("top.left");
  return html`<div class="room__clock">
    <b role="timer" aria-label=${t("top.clock")} data-testid=${ID.clock}>${ms === null ? "–" : sessionTime(ms)}</b>
    <small data-testid=${ID.left} class=${left < 0 ? "is-over" : ""}>${label} <span>${remaining(Math.abs(left))}</span></small>
  </div>`;
}

const SHINE: Readonly<Record<Light["shine"], string>> = {
  on: "light--on",
  local: "light--device",
  off: "",
  unknown: "",
};

export function lightView(room: Room): TemplateResult {
  const light = lightOf(room.recording, room.line.open, room.nowMs());
  const changed = `light ${SHINE[light.shine]}`;
  return html`<div class=${changed} role="status" aria-live="off" aria-label=${t("light.label")}
    data-testid=${ID.light} data-state=${light.shine}>${lightWords(room, light)}</div>`;
}

export function lightWords(room: Room, { shine, atMs }: Light): string {
  if (atMs === null) {
    const never: Record<Light["shine"], Key> = {
      on: "light.never", local: "light.local", off: "light.never", unknown: "light.unknownNever",
    };
    return t(never[shine]);
  }
  const time = `${wallSeconds(room.wall(atMs), room.config.zone)} ${zoneLetters(room.config.zone)}`;
  const known: Record<Light["shine"], Key> = {
    on: "light.on", local: "light.localUntil", off: "light.off", unknown: "light.unknown",
  };
  return t(known[shine], { time });
}

interface Shown {
  readonly id: string;
  readonly name: string;
}

/** Present people, me last; the assigned ones stay when they are offline. */
function shownPeople(room: Room): Shown[] {
  const others = room.people.filter(({ id }) => id !== room.me).map(({ id, name }) => ({ id, name }));
  return [...others, { id: room.me, name: t("people.you") }];
}

export function firstName(name: string): string {
  return name.split(" ")[0] ?? name;
}

const BARS: Readonly<Record<Quality, string>> = {
  good: "conn--good", fair: "conn--fair", weak: "conn--weak", gone: "conn--gone", unknown: "conn--unknown",
};

function connView(room: Room, id: string, name: string, quality: Quality): TemplateResult {
  const plain = quality === "good" || quality === "unknown";
  const word = html`<em class=${plain ? "sr-only" : ""}>${t(`conn.${quality}`)}</em>`;
  const hand = room.log.hands.has(id)
    ? html`<span class="conn__hand" title=${t("people.hand")}>${icon("hand")}<span class="sr-only">${t("people.hand")}</span></span>`
    : nothing;
  return html`<li class="conn ${BARS[quality]} ${id === room.me ? "conn--me" : ""}" data-person=${id} data-quality=${quality}>
    <span class="conn__bars" aria-hidden="true"><i></i><i></i><i></i><i></i></span>
    <span class="conn__name">${firstName(name)}</span>${word}${room.log.work.away.has(id) ? html`<em class="conn__away">${w("away")}</em>` : nothing}${hand}
  </li>`;
}
