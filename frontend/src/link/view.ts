/** The link as it is seen: a chip that names the rung and the data used, and a dialog with the choices. */
import { html, nothing, type TemplateResult } from "lit-html";
import { assesses, publishes } from "../room/facts.ts";
import type { Line } from "../room/fold.ts";
import type { Room } from "../room/room.ts";
import { fileSize, wallSeconds, zoneLetters } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { text } from "../shared/json.ts";
import { heightOf, isRung, lower, type Rung } from "./ladder.ts";
import { CHOICES, chosenBy, limit, limitsOn } from "./limit.ts";
import { w, type Word } from "./words.ts";

/** Names that end-to-end tests hold on to. */
export const ID = { chip: "link-rung", dialog: "link-dialog", save: "link-save", pin: "link-pin", data: "link-data", server: "link-server", noPicture: "tile-no-picture", speaking: "tile-speaking" } as const;

function named(rung: string): string {
  return isRung(rung) ? w(`rung.${rung}`) : w("choice.");
}

const ICONS: Readonly<Record<Rung, string>> = {
  "720p": "signal", "360p": "signal-high", "180p": "signal-low", still: "image", audio: "mic", text: "message-square",
};

export function linkChip(room: Room): TemplateResult | typeof nothing {
  const { link } = room;
  if (link === null || room.joined?.provider !== "embedded") return nothing;
  const sends = publishes(room.facts.role);
  const size = fileSize(link.data.bytes, room.config.lang);
  const shown = shownRung(room, link.rung);
  const rung = w(`rung.${shown}`);
  const open = (): void => {
    room.ui.dialog = "link";
    room.changed();
  };
  return html`<button class="linkchip ${heightOf(shown) < heightOf("360p") ? "linkchip--low" : ""}" data-testid=${ID.chip}
    data-rung=${shown} data-bytes=${link.data.bytes} @click=${open}>
    ${icon(sends ? ICONS[shown] : "gauge")}<span class="sr-only">${w("chip.what")}</span>
    ${sends ? html`<span>${rung}</span>` : nothing}<small>${size}</small><span class="sr-only">${w("chip.used")}</span>
  </button>`;
}

export function linkDialog(room: Room, shut: () => void): TemplateResult {
  const { link } = room;
  const sends = publishes(room.facts.role);
  const others = assesses(room.facts.role)
    ? room.facts.members.filter(({ id, role }) => id !== room.me && publishes(role))
    : [];
  return html`<div class="sheet__head" data-testid=${ID.dialog}><h2>${w("title")}</h2>
      <button type="button" class="btn btn--quiet btn--icon btn--sm" aria-label=${w("close")} @click=${shut}>${icon("x")}</button></div>
    <div class="sheet__body stack stack--sm">
      <dl class="linkfacts">
        ${sends && link !== null ? html`<div><dt>${w("sent")}</dt><dd><b>${w(`rung.${shownRung(room, link.rung)}`)}</b> <span>${why(room, link.rung)}</span></dd></div>
          <div><dt>${w("server")}</dt><dd data-testid=${ID.server}>${heard(room)}</dd></div>` : nothing}
        <div><dt>${w("used")}</dt><dd data-testid=${ID.data}>${fileSize(link?.data.bytes ?? 0, room.config.lang)}</dd></div>
      </dl>
      ${sends ? choose(room, room.me, w("save"), ID.save) : nothing}
      ${others.map(({ id, name }) => choose(room, id, w("pin", { name }), ID.pin))}
      <p class="muted">${w("order")}</p>
    </div>`;
}

/** Lines of a picture that still count as the rung below; encoders halve and quarter what they are given. */
const SMALL = 200;
const MEDIUM = 400;

/** The rung, or less where the server receives less. */
function shownRung(room: Room, rung: Rung): Rung {
  const beat = room.pulse.ofPerson(room.me);
  if (beat === null || beat.video !== "moving" || beat.height === 0) return rung;
  return lower(rung, beat.height <= SMALL ? "180p" : beat.height <= MEDIUM ? "360p" : "720p");
}

function choose(room: Room, person: string, label: string, testid: string): TemplateResult {
  const standing = chosenBy(room, room.me, person);
  const change = (event: Event): void => limit(room, person, (event.currentTarget as HTMLSelectElement).value);
  return html`<div class="field"><label for="limit-${person}">${label}</label>
    <select class="input" id="limit-${person}" data-testid=${testid} data-person=${person} @change=${change} .value=${standing}>
      ${CHOICES.map((rung) => html`<option value=${rung} ?selected=${rung === standing}>${named(rung)}</option>`)}
    </select></div>`;
}

function why(room: Room, rung: Rung): string {
  if (rung === "text") return w("why.text");
  const { link } = room;
  if (link === null || rung === "720p" || rung !== link.ceiling) return w("why.line");
  const by = limitsOn(room, room.me).find((one) => one.rung === rung && one.by !== room.me);
  return by === undefined ? w("why.mine") : w("why.pinned", { name: room.nameOf(by.by) });
}

/** What the server has of me; never what I sent. */
function heard(room: Room): string {
  if (!room.line.open || room.pulse.beats === null) return w("server.unknown");
  const beat = room.pulse.ofPerson(room.me);
  if (beat === null) return w("server.none");
  if (beat.frozenMs !== null) return w("server.frozen", { time: clock(room, beat.frozenMs) });
  const picture = w(`server.${beat.video}` as Word, { height: beat.height });
  return `${picture}, ${w(beat.audio === "off" ? "server.silent" : `server.${beat.audio}`)}`;
}

export function clock(room: Room, atMs: number): string {
  return `${wallSeconds(room.wall(atMs), room.config.zone)} ${zoneLetters(room.config.zone)}`;
}

/** A limit in the list of what happened. */
export function limitWords(room: Room, line: Line): string {
  const person = text(line.data["person"]);
  const [name, by] = [room.nameOf(person), room.nameOf(line.actor)];
  const rung = text(line.data["rung"]);
  if (person === line.actor) return w("happen.own", { name, rung: named(rung) });
  return rung === "" ? w("happen.free", { by, name }) : w("happen", { by, name, rung: named(rung) });
}
