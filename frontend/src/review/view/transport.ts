/** Play, steps, speed, the clock and the link to this second. */
import { html, type TemplateResult } from "lit-html";
import { sessionTime, wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { type Desk, RATES } from "../desk.ts";
import { t } from "../words.ts";

function rateText(rate: number): string {
  return `${String(rate).replace(".", ",")}x`;
}

export function transport(desk: Desk, at: number, zone: string): TemplateResult {
  const { t0, duration } = desk.manifest;
  const wall = t0 === null ? "" : `${wallSeconds(t0 + at, zone)} ${zoneLetters(zone)}`;
  return html`<div class="transport" role="toolbar" aria-label=${t("Putar")}>
    <button class="btn" type="button" data-testid="review-back" aria-label=${t("Mundur 5 detik")} @click=${() => desk.seek(at - 5000)}>
      ${icon("rotate-ccw")} 5
    </button>
    <button class="btn btn--primary btn--icon btn--lg" type="button" data-testid="review-play" data-playing=${String(desk.wanted)}
      aria-label=${desk.wanted ? t("Jeda") : t("Putar")} @click=${() => desk.toggle()}>
      ${icon(desk.wanted ? "pause" : "play")}
    </button>
    <button class="btn" type="button" data-testid="review-forward" aria-label=${t("Maju 5 detik")} @click=${() => desk.seek(at + 5000)}>
      5 ${icon("rotate-cw")}
    </button>
    <div class="transport__rates" role="group" aria-label=${t("Kecepatan")}>
      ${RATES.map(
        (rate) => html`<button type="button" data-testid="review-rate-${rate}" aria-pressed=${String(desk.master.rate === rate)} @click=${() => desk.speed(rate)}>
          ${rateText(rate)}
        </button>`,
      )}
    </div>
    <button class="btn btn--quiet btn--icon" type="button" aria-label=${desk.muted ? t("Bunyikan") : t("Bisukan")} @click=${() => {
      desk.muted = !desk.muted;
      desk.tick();
        desk.redraw();
    }}>${icon(desk.muted ? "volume-x" : "volume-2")}</button>
    <p class="transport__clock" data-testid="review-clock" data-ms=${String(Math.round(at))}>
      <b>${sessionTime(at)}</b> <span>/ ${sessionTime(duration)}</span> <small>${wall}</small>
    </p>
    <span class="transport__end">
      <button class="btn btn--quiet btn--icon" type="button" data-testid="review-full" aria-label=${t("Layar penuh")} title="${t("Layar penuh")} (F)" @click=${() => desk.fullscreen()}>${icon("maximize")}</button>
      <button class="btn btn--quiet" type="button" data-testid="review-then" aria-pressed=${String(desk.then)} @click=${() => {
        desk.then = !desk.then;
        desk.tick();
        desk.redraw();
      }}>${icon("history")}${t("Ceklis saat ini")}</button>
      <button class="btn btn--quiet" type="button" data-testid="review-link" title=${t("Salin tautan")} @click=${() => void desk.copy()}>
        ${icon(desk.copied ? "check" : "link")}<span class="transport__link">${desk.copied ? t("Tersalin") : `?t=${Math.floor(at / 1000)}`}</span>
      </button>
    </span>
  </div>`;
}
