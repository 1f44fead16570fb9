/** Evidence for those who look at it: on its way, where it comes from, its original. */
import { html, nothing, type TemplateResult } from "lit-html";
import { assesses } from "../room/facts.ts";
import type { Evidence } from "../room/fold.ts";
import type { Room } from "../room/room.ts";
import { fileSize, sessionTime, wallSeconds, zoneLetters } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { proofOf } from "./proof.ts";
import type { Announced, Told } from "./told.ts";
import { w } from "./words.ts";

/** Names that end-to-end tests hold on to; coming carries data-percent and data-thumb, origin data-source and data-doubts. */
export const ID = { coming: "evidence-coming", origin: "evidence-origin", ask: "original-ask", original: "original-open" } as const;

/** Without a piece for so long it stands still. */
const STALLED_MS = 15_000;

function base(room: Room): string {
  return room.url("evidence").replace(/\/$/, "");
}

export function thumbUrl(room: Room, id: string): string {
  return `${base(room)}/${encodeURIComponent(id)}/thumb`;
}

/** A file that is announced and not whole: hatched, with what the server has of it. */
export function comingView(room: Room, item: Announced): TemplateResult {
  const lang = room.config.lang;
  const progress = room.arriving.progress.get(item.id);
  const offset = progress?.offset ?? 0;
  const percent = Math.floor((offset / Math.max(1, item.bytes)) * 100);
  const now = room.clock.epoch(Date.now());
  const stalled = progress !== undefined && now - progress.changedAt > STALLED_MS;
  const thumb = progress?.thumb ?? "";
  return html`<section class="evcard evcard--part" data-testid=${ID.coming} data-evidence=${item.id} data-percent=${percent}
    data-thumb=${String(thumb !== "")} aria-label=${item.filename}>
    <div class="evcard__top">
      <span class="upload__thumb">${thumb === "" ? icon("image") : html`<img src=${thumb} alt="">`}</span>
      <div class="grow">
        <p class="evcard__head"><b>${item.filename}</b><span>${sessionTime(item.atMs)}</span></p>
        <p class="evcard__file">${w("part.file", { size: fileSize(item.bytes, lang), got: fileSize(offset, lang) })}</p>
        ${originView(room, item.told)}
      </div>
    </div>
    <p class="evcard__verdict"><span class="saved saved--pending">${
      offset === 0
        ? w("part.none")
        : stalled
          ? w("part.stalled", { percent, time: `${wallSeconds(progress.changedAt, room.config.zone)} ${zoneLetters(room.config.zone)}` })
          : w("part", { percent })
    }</span></p>
    <progress class="meter meter--part" max="100" .value=${percent} aria-label=${w("part", { percent })}></progress>
  </section>`;
}

/** Taken live in the session, or from the gallery; with what the server found not to fit. */
export function originView(room: Room, told: Told): TemplateResult | typeof nothing {
  const proof = proofOf(told, room.config.zone);
  if (proof === null) return nothing;
  return html`<p class="origin ${proof.live ? "origin--live" : ""}" data-testid=${ID.origin} data-source=${told.capture?.source ?? ""}
    data-doubts=${told.capture?.doubts.join(" ") ?? ""}>${icon(told.capture?.source === "live" ? "camera" : "image")}
    <span>${proof.words}${proof.doubt === "" ? nothing : html`. <b>${proof.doubt}</b>`}</span></p>`;
}

/** What was made smaller on the phone: its original can be asked for, and opened once it is there. */
export function originalView(room: Room, { id, told }: Evidence): TemplateResult | typeof nothing {
  const { original } = told;
  if (original === null) return nothing;
  const { asked, originals } = room.log.story;
  const size = fileSize(original.bytes, room.config.lang);
  const came = originals.get(id);
  if (came !== undefined) {
    return html`<p class="origin"><a href=${`${base(room)}/${encodeURIComponent(came)}/file`} target="_blank" rel="noopener" data-testid=${ID.original}>${w("original.open", { size })}</a></p>`;
  }
  if (asked.has(id)) return html`<p class="origin">${icon("clock")} <span>${w("original.asked")}</span></p>`;
  const pending = room.pending("evidence.ask_original", (op) => op.data["evidence"] === id) !== null;
  return html`<p class="origin"><span>${w("original.about", { size })}</span>
    ${assesses(room.facts.role)
      ? html`<button class="btn btn--quiet btn--sm" data-testid=${ID.ask} ?disabled=${pending}
          @click=${() => room.send("evidence.ask_original", { evidence: id })}>${w("original.ask")}</button>`
      : nothing}</p>`;
}
