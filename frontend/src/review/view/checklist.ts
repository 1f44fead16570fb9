/** The asesor's checklist, final or as it stood at this second; a click on a mark plays it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { type Kuk, settledBy, type Unit } from "../../room/checklist.ts";
import type { Resolution, RoomLog } from "../../room/fold.ts";
import { isLate } from "../../offline/late.ts";
import { w } from "../../offline/words.ts";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Desk } from "../desk.ts";
import { standingAt } from "../record.ts";
import { holds } from "../spans.ts";
import { t } from "../words.ts";
import { isRescued } from "./rescue.ts";

const LETTERS: Readonly<Record<string, string>> = { ya: "Y", tidak: "T", lanjut: "L" };
const RISK_ICONS: Readonly<Record<string, string>> = { gap: "wifi-off", incident: "triangle-alert", differs: "git-compare" };

function risks(desk: Desk): TemplateResult | typeof nothing {
  if (desk.review.risks.length === 0) return nothing;
  return html`<ul class="risks" data-testid="review-risks">
    ${desk.review.risks.map((risk) => {
      const seen = holds(desk.watched.spans, risk.at);
      return html`<li><button type="button" class="risk ${seen ? "is-seen" : ""}" @click=${() => desk.show(risk.at)}>
        ${icon(seen ? "check" : (RISK_ICONS[risk.kind] ?? "flag"))}<span title=${risk.text}><b>${risk.text}</b><small>${sessionTime(risk.at)}</small></span>
      </button></li>`;
    })}
  </ul>`;
}

function settledWords(log: RoomLog, { value, actor, atMs, note }: Resolution): string {
  return `${w("settled", { value: t(value), name: log.names.get(actor) ?? "", time: sessionTime(atMs) })} ${note}`;
}

function row(desk: Desk, log: RoomLog, kuk: Kuk, evidence: number): TemplateResult {
  const standing = standingAt(log, kuk.id);
  const current = standing.some(({ mark }) => mark.seq === desk.current);
  const latest = standing.reduce<number | null>((most, { mark }) => (most === null || mark.atMs > most ? mark.atMs : most), null);
  const values = standing.map(({ mark }) => mark.value);
  const settled = settledBy(standing, log.resolutions.get(kuk.id));
  const differs = settled === null && new Set(values).size > 1;
  return html`<li class="rk ${current ? "is-current" : ""} ${differs ? "is-differing" : ""}" data-testid="review-kuk-${kuk.id}" data-values=${values.join(" ")}>
    <span class="rk__no">${kuk.no}</span>
    <span class="rk__text" title=${kuk.teks}>${kuk.teks}</span>
    ${evidence > 0 ? html`<span class="rk__evidence" title=${t("{count} bukti", { count: evidence })}>${icon("paperclip")}${evidence}</span>` : nothing}
    ${settled === null ? nothing : html`<button type="button" class="rk__evidence linklike" title=${settledWords(log, settled)} aria-label=${settledWords(log, settled)} @click=${() => desk.show(settled.atMs)}>${icon("git-merge")}${LETTERS[settled.value] ?? "?"}</button>`}
    <span class="rk__marks">
      ${standing.map(({ mark }) => {
        const who = log.names.get(mark.actor) ?? "";
        const label = `${LETTERS[mark.value] ?? "?"}, KUK ${kuk.no} ${t(mark.value)}, ${who}, ${isRescued(log, mark.atMs) ? t("dari jawaban, tanpa sambungan langsung") : sessionTime(mark.atMs)}${mark.note ? `: ${mark.note}` : ""}${isLate(mark) ? ` (${w("late.title", { made: sessionTime(mark.atMs), stored: sessionTime(mark.storedMs) })})` : ""}`;
        return html`<button type="button" class="mark mark--sm mark--${mark.value}" data-testid="review-mark-${mark.seq}" data-at=${mark.atMs} title=${label} aria-label=${label} @click=${() => desk.show(mark.atMs, mark.seq)}>${LETTERS[mark.value] ?? "?"}</button>`;
      })}
    </span>
    ${latest === null
      ? html`<span class="rk__time faint" aria-label=${t("belum ditandai")}>–</span>`
      : isRescued(log, latest) ? html`<span class="rk__time faint" title=${t("dari jawaban, tanpa sambungan langsung")}>${t("jawaban")}</span>`
      : html`<button type="button" class="rk__time" tabindex="-1" @click=${() => desk.show(latest, standing.find(({ mark }) => mark.atMs === latest)?.mark.seq ?? null)}>${sessionTime(latest)}</button>`}
  </li>`;
}

function unitBlock(desk: Desk, log: RoomLog, unit: Unit, evidence: ReadonlyMap<number, number>): TemplateResult {
  const kuk = unit.elemen.flatMap((elemen) => elemen.kuk);
  const marked = kuk.filter(({ id }) => standingAt(log, id).length > 0).length;
  return html`<section class="ru">
    <h3 class="ru__head"><span><b>${unit.kode}</b> ${unit.judul}</span><span class="num">${marked}/${kuk.length}</span></h3>
    <ul>${kuk.map((one) => row(desk, log, one, evidence.get(one.id) ?? 0))}</ul>
  </section>`;
}

export function checklist(desk: Desk, at: number): TemplateResult {
  const log = desk.then ? desk.past.at(at) : desk.log;
  const evidence = new Map<number, number>();
  for (const { kuk } of log.evidence.values()) for (const id of kuk) evidence.set(id, (evidence.get(id) ?? 0) + 1);
  return html`<section class="panel panel--list ${desk.then ? "is-then" : ""}" aria-labelledby="judul-ceklis" data-testid="review-checklist" data-then=${String(desk.then)}>
    <div class="panel__head">
      <h2 id="judul-ceklis">${desk.then ? t("Ceklis pada {time}", { time: sessionTime(at) }) : t("Ceklis asesor")}</h2>
      ${desk.then
        ? html`<button class="btn btn--quiet btn--sm" type="button" @click=${() => {
            desk.then = false;
            desk.tick();
        desk.redraw();
          }}>${t("Kembali")}</button>`
        : html`<small class="faint">${desk.units.length} ${t("Unit").toLowerCase()}</small>`}
    </div>
    ${risks(desk)}
    <div class="panel__scroll" tabindex="0" role="group" aria-labelledby="judul-ceklis">${desk.units.map((unit) => unitBlock(desk, log, unit, evidence))}</div>
  </section>`;
}
