/** Lanes on one axis, and the whole session above them. Geometry by SVG attributes only: no inline style. */
import { html, nothing, svg, type TemplateResult } from "lit-html";
import { limitShort } from "../../link/told.ts";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { detail } from "../../room/fold.ts";
import type { Desk } from "../desk.ts";
import type { Gap, Span, Stream } from "../model.ts";
import { merged } from "../spans.ts";
import { Scale, ticks, withRoom } from "../timeline.ts";
import { UJIAN_TOLD, ujianWords } from "../../ujian/told.ts";
import { gapWords, t } from "../words.ts";
import { resultOf } from "./sweeps.ts";
import { absences, identityMoments, incidentWords } from "./workplace.ts";

type Shape = TemplateResult<2>;
const LANE = 26;
const AXIS = 24;
const SEAM_MS = 600;
const LETTERS: Readonly<Record<string, string>> = { ya: "Y", tidak: "T", lanjut: "L" };
const KIND_ICONS: Readonly<Record<string, string>> = { camera: "user", screen: "monitor", second_camera: "video" };

interface Lane {
  readonly label: string;
  readonly icon: string;
  readonly draw: (scale: Scale) => Shape | Shape[];
}

function bars(scale: Scale, spans: readonly Span[], name: string): Shape[] {
  return spans.flatMap((span) => {
    const bar = scale.bar(span);
    return bar === null ? [] : [svg`<rect class=${name} x=${bar.x} y="7" width=${bar.width} height="12" rx="1"></rect>`];
  });
}

function streamLane(desk: Desk, stream: Stream): Lane {
  const live = merged(stream.segments.filter(({ device }) => !device), SEAM_MS);
  const device = merged(stream.segments.filter((segment) => segment.device), SEAM_MS);
  const gaps = desk.manifest.gaps.filter((gap) => gap.stream === stream.id);
  const filled = gaps.filter(({ filledBy }) => filledBy !== null);
  const missing = gaps.filter(({ filledBy }) => filledBy === null);
  const named = (scale: Scale, gap: Gap, name: string): Shape[] => {
    const bar = scale.bar(gap);
    return bar === null ? [] : [svg`<rect class=${name} x=${bar.x} y="6.5" width=${bar.width} height="13"><title>${gapWords(gap)}</title></rect>`];
  };
  return {
    label: desk.nameOf(stream),
    icon: KIND_ICONS[stream.kind] ?? "video",
    draw: (scale) => [
      ...bars(scale, live, "tl__kept"),
      ...missing.flatMap((gap) => named(scale, gap, "tl__gap")),
      ...bars(scale, device, "tl__device"),
      ...filled.flatMap((gap) => named(scale, gap, "tl__filled")),
    ],
  };
}

function pressed(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

function spot(label: string, act: () => void, shape: Shape): Shape {
  const click = (event: Event): void => {
    event.stopPropagation();
    act();
  };
  return svg`<g class="tl__spot" role="button" tabindex="0" aria-label=${label} @click=${click} @keydown=${pressed(act)}><title>${label}</title>${shape}</g>`;
}

function markLane(desk: Desk): Lane {
  const numbers = new Map(desk.units.flatMap((unit) => unit.elemen.flatMap(({ kuk }) => kuk.map(({ id, no }) => [id, no] as const))));
  return {
    label: t("Tanda"),
    icon: "square-check",
    draw: (scale) => {
      const shown = desk.moments.filter(({ at }) => scale.holds(at));
      const room = withRoom(shown, ({ at }) => scale.x(at), () => 46);
      return shown.map((mark, i) => {
        const x = scale.x(mark.at);
        const no = numbers.get(mark.kuk) ?? "";
        const state = `${mark.undone ? "is-undone" : `is-${mark.value}`} ${mark.seq === desk.current ? "is-current" : ""}`;
        return spot(
          `${LETTERS[mark.value] ?? "?"} ${no}, ${t(mark.value)} ${sessionTime(mark.at)}${mark.undone ? `, ${t("dibatalkan")}` : ""}`,
          () => desk.show(mark.at, mark.seq),
          svg`<rect class="tl__mark ${state}" x=${x - 9} y="4" width="18" height="18" rx="3"></rect><text aria-hidden="true" class="tl__letter ${state}" x=${x} y="17" text-anchor="middle">${LETTERS[mark.value] ?? "?"}</text>${room[i] === true ? svg`<text aria-hidden="true" class="tl__text" x=${x + 13} y="17">${no}</text>` : nothing}`,
        );
      });
    },
  };
}

interface Happening {
  readonly at: number;
  readonly words: string;
}

function eventLane(desk: Desk, label: string, name: string, picture: (x: number) => Shape, events: readonly Happening[]): Lane {
  return {
    label,
    icon: name,
    draw: (scale) => {
      const shown = events.filter(({ at }) => scale.holds(at));
      const room = withRoom(shown, ({ at }) => scale.x(at), ({ words }) => words.length * 6.4 + 24);
      return shown.map(({ at, words }, i) => {
        const x = scale.x(at);
        const fits = room[i] === true && x + words.length * 6.2 + 12 < scale.width;
        return spot(`${words} ${sessionTime(at)}`, () => desk.show(at), svg`${picture(x)}${fits ? svg`<text aria-hidden="true" class="tl__text" x=${x + 10} y="17">${words}</text>` : nothing}`);
      });
    },
  };
}

function short(words: string, most = 42): string {
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

function lanes(desk: Desk): Lane[] {
  const { log } = desk;
  return [
    ...desk.players.map(({ stream }) => streamLane(desk, stream)),
    markLane(desk),
    eventLane(desk, t("Bukti"), "paperclip", (x) => svg`<rect class="tl__evidence" x=${x - 5} y="6" width="10" height="14" rx="2"></rect>`,
      [...log.evidence.values()].map(({ atMs, filename }) => ({ at: atMs, words: short(filename, 24) }))),
    eventLane(desk, t("Kejadian"), "triangle-alert", (x) => svg`<path class="tl__incident" d="M${x} 5l8 15h-16z"></path>`,
      [
        ...log.incidents.map((line) => ({ at: line.atMs, words: short(incidentWords(line)) })),
        ...[...log.second.sweeps.values()].map((sweep) => ({ at: sweep.startMs ?? sweep.askedMs, words: `${t("Putaran ruang")}, ${resultOf(sweep)}` })),
        ...log.happenings.filter(({ kind }) => kind === "media.limited").map((line) => ({ at: line.atMs, words: limitShort(line) })),
      ].sort((a, b) => a.at - b.at)),
    eventLane(desk, t("Identitas"), "id-card", (x) => svg`<circle class="tl__identity" cx=${x} cy="13" r="5"></circle>`,
      identityMoments(desk).map(({ at, words }) => ({ at, words: short(words) }))),
    ...(desk.log.work.absences.length === 0 ? [] : [{
      label: t("Di luar halaman"), icon: "eye-off", draw: (scale: Scale) => bars(scale, absences(desk), "tl__away"),
    }]),
    ...ujianLane(desk),
    eventLane(desk, t("Obrolan"), "message-square", (x) => svg`<circle class="tl__chat" cx=${x} cy="13" r="4"></circle>`,
      log.chat.map((line) => ({ at: line.atMs, words: short(`“${detail(line, "text")}”`, 34) }))),
    {
      label: desk.review.seat === null ? t("Ditonton") : t("Anda tonton"),
      icon: "eye",
      draw: (scale) => bars(scale, desk.watched.spans, "tl__watched"),
    },
  ];
}

/** Tests taken and questions asked; no lane where there were none. */
function ujianLane(desk: Desk): Lane[] {
  const lines = desk.log.happenings.filter(({ kind }) => UJIAN_TOLD.includes(kind) && kind !== "ujian.concluded");
  if (lines.length === 0) return [];
  return [eventLane(desk, t("Ujian"), "list-checks", (x) => svg`<rect class="tl__ujian" x=${x - 5} y="8" width="10" height="10" rx="5"></rect>`,
    lines.map((line) => ({ at: line.atMs, words: short(ujianWords(line) ?? "") })))];
}

let drawn: { desk: Desk; lanes: Lane[] } | null = null;

function lanesOf(desk: Desk): Lane[] {
  if (drawn?.desk !== desk) drawn = { desk, lanes: lanes(desk) };
  return drawn.lanes;
}

function place(event: MouseEvent, scale: Scale): number {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  return scale.at(Math.max(0, Math.min(scale.width, event.clientX - box.left)));
}

export function timeline(desk: Desk, at: number, width: number): TemplateResult {
  const scale = new Scale(desk.view.start, desk.view.end, width);
  const rows = lanesOf(desk);
  const height = AXIS + rows.length * LANE;
  const x = scale.x(at);
  const label = Math.max(31, Math.min(width - 31, x));
  return html`<section class="tl" aria-label=${t("Garis waktu")}>
    <ul class="tl__labels">
      <li class="tl__zoom">
        <button class="btn btn--quiet btn--icon btn--sm" type="button" aria-label=${t("Perkecil")} @click=${() => desk.zoom(2)}>${icon("zoom-out")}</button>
        <button class="btn btn--quiet btn--icon btn--sm" type="button" aria-label=${t("Perbesar")} @click=${() => desk.zoom(0.5)}>${icon("zoom-in")}</button>
      </li>
      ${rows.map((lane) => html`<li>${icon(lane.icon)}<span>${lane.label}</span></li>`)}
    </ul>
    <div class="tl__area" data-measure>
      <svg class="tl__svg" data-testid="review-timeline" data-from=${scale.from} data-to=${scale.to} data-whole=${desk.master.duration} width=${width} height=${height} viewBox="0 0 ${width} ${height}" @click=${(event: MouseEvent) => desk.seek(place(event, scale))}>
        <defs>
          <pattern id="tl-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="tl__hatch-ground" width="6" height="6"></rect><rect class="tl__hatch" width="2" height="6"></rect></pattern>
          <pattern id="tl-filled" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="tl__hatch-ground" width="6" height="6"></rect><rect class="tl__hatch-teal" width="3" height="6"></rect></pattern>
        </defs>
        ${rows.map((_, i) => (i % 2 === 0 ? svg`<rect class="tl__band" x="0" y=${AXIS + i * LANE} width=${width} height=${LANE}></rect>` : nothing))}
        ${ticks(scale).map((moment) => svg`<line class="tl__tick" x1=${scale.x(moment)} x2=${scale.x(moment)} y1=${AXIS - 6} y2=${height}></line>${scale.x(moment) > 24 && scale.x(moment) < width - 24 ? svg`<text class="tl__axis" x=${scale.x(moment)} y="12" text-anchor="middle">${sessionTime(moment)}</text>` : nothing}`)}
        ${rows.map((lane, i) => svg`<g transform="translate(0 ${AXIS + i * LANE})">${lane.draw(scale)}</g>`)}
        ${scale.holds(at)
          ? svg`<g class="tl__now" aria-hidden="true"><line x1=${x} x2=${x} y1="16" y2=${height}></line><rect x=${label - 30} y="0" width="60" height="18" rx="3"></rect><text x=${label} y="13" text-anchor="middle">${sessionTime(at)}</text></g>`
          : nothing}
      </svg>
    </div>
  </section>`;
}

export function overview(desk: Desk, at: number, width: number): TemplateResult {
  const whole = new Scale(0, desk.master.duration, width);
  const pieces = desk.players.flatMap(({ stream }) => stream.segments);
  const kept = merged(pieces.filter(({ device: other }) => !other), SEAM_MS);
  const device = merged(pieces.filter((segment) => segment.device), SEAM_MS);
  const missing = desk.manifest.gaps.filter(({ filledBy }) => filledBy === null);
  const rects = (spans: readonly Span[], name: string, y: number, height: number): Shape[] =>
    spans.flatMap((span) => {
      const bar = whole.bar(span);
      return bar === null ? [] : [svg`<rect class=${name} x=${bar.x} y=${y} width=${Math.max(bar.width, 2)} height=${height}></rect>`];
    });
  const view = whole.bar(desk.view);
  return html`<div class="ov">
    <span class="ov__label">${t("Seluruh sesi")}</span>
    <svg class="ov__svg" data-testid="review-overview" width=${width} height="24" viewBox="0 0 ${width} 24" @click=${(event: MouseEvent) => desk.lookAt(place(event, whole))}>
      ${rects(kept, "ov__kept", 6, 8)} ${rects(missing, "ov__gap", 6, 8)} ${rects(device, "ov__device", 6, 8)} ${rects(desk.watched.spans, "tl__watched", 17, 3)}
      ${view === null ? nothing : svg`<rect class="ov__view" x=${view.x + 1} y="1" width=${Math.max(4, view.width - 2)} height="22" rx="4"></rect>`}
      <line class="ov__now" x1=${whole.x(at)} x2=${whole.x(at)} y1="2" y2="22"></line>
    </svg>
  </div>`;
}

export function legend(): TemplateResult {
  return html`<div class="legend">
    <span><i class="legend__kept"></i>${t("terekam di server")}</span>
    <span><i class="legend__filled"></i>${t("diisi dari cadangan perangkat")}</span>
    <span><i class="legend__gap"></i>${t("tidak terekam")}</span>
    <span><i class="legend__watched"></i>${t("sudah ditonton")}</span>
    <span class="legend__keys"><kbd class="kbd">spasi</kbd> ${t("putar")} <kbd class="kbd">←</kbd><kbd class="kbd">→</kbd> ${t("5 dtk")} <kbd class="kbd">C</kbd> ${t("komentar")} <kbd class="kbd">F</kbd> ${t("layar penuh")}</span>
  </div>`;
}
