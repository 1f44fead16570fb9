/** The pictures, all on one clock; where there is none, the honest reason. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Desk } from "../desk.ts";
import type { Screen } from "../screen.ts";
import { cause, t } from "../words.ts";

/** Shorter holes are seams between segments, not gaps: the server's own limit. */
const SEAM_MS = 500;

/** Why there is no picture at `at`, and from when to when; null while there is one. */
function silence(desk: Desk, player: Screen, at: number): { words: string; span: string } | null {
  const { stream } = player;
  const name = desk.nameOf(stream);
  if (stream.erased !== undefined) {
    return { words: t("Media ini telah dimusnahkan"), span: t("menurut BA nomor {number}", { number: stream.erased }) };
  }
  const condition = player.condition(at);
  if (condition === "broken") {
    return { words: t(player.unplayable ? "Peramban ini tidak dapat memutar rekaman" : "Potongan tidak dapat dimuat, dicoba lagi"), span: "" };
  }
  if (condition !== "absent") return null;
  const gap = desk.manifest.gaps.find(({ stream: id, start, end }) => id === stream.id && start <= at && at < end);
  if (gap !== undefined) {
    return {
      words: t("{stream} tidak terekam", { stream: name }),
      span: `${sessionTime(gap.start)}–${sessionTime(gap.end)}, ${cause(gap.cause)}`,
    };
  }
  const first = stream.segments[0];
  const last = stream.segments.at(-1);
  if (first !== undefined && at < first.start) {
    return { words: t("{stream} belum mulai", { stream: name }), span: sessionTime(first.start) };
  }
  if (last !== undefined && at >= last.end) {
    return { words: t("{stream} sudah berhenti", { stream: name }), span: sessionTime(last.end) };
  }
  const before = stream.segments.findLast(({ end }) => end <= at);
  const after = stream.segments.find(({ start }) => start > at);
  if (before !== undefined && after !== undefined && after.start - before.end > SEAM_MS) {
    return { words: t("{stream} tidak terekam", { stream: name }), span: `${sessionTime(before.end)}–${sessionTime(after.start)}` };
  }
  // A seam between two segments: too short to be called a gap.
  return null;
}

function tile(desk: Desk, player: Screen, at: number): TemplateResult {
  const none = silence(desk, player, at);
  const name = desk.nameOf(player.stream);
  const loading = player.condition(at) === "loading";
  return html`<button
    type="button"
    class="tile stage__tile ${none === null ? "" : "is-stopped"}"
    data-testid="review-tile"
    data-stream=${player.stream.id}
    data-state=${none === null ? (loading ? "loading" : "playing") : "absent"}
    @click=${() => {
      desk.big = desk.big === player.stream.id ? null : player.stream.id;
      desk.tick();
      desk.redraw();
    }}
  >
    ${player.surface}
    <span class="tile__stopped"
      >${none === null ? nothing : html`<span>${none.words}</span>${none.span ? html`<span>${none.span}</span>` : nothing}`}</span
    >
    ${loading ? html`<span class="stage__loading">${icon("loader")}${t("Memuat")}</span>` : nothing}
    ${desk.watermark === "" ? nothing : html`<span class="watermark" aria-hidden="true"><span>${desk.watermark}</span></span>`}
    <span class="tile__label">${name} <small>${desk.log.names.get(player.stream.owner) ?? ""}</small></span>
  </button>`;
}

export function stage(desk: Desk, at: number): TemplateResult {
  if (desk.players.length === 0) {
    return html`<div class="stage stage--none desk">
      <div class="empty">${icon("video-off")}<b>${t("Belum ada rekaman")}</b><p>${t("Rekaman sesi ini belum tersedia.")}</p></div>
    </div>`;
  }
  const chosen = desk.players.find(({ stream }) => stream.id === desk.big);
  const order = chosen === undefined ? desk.players : [chosen, ...desk.players.filter((player) => player !== chosen)];
  return html`<div class="stage stage--${Math.min(order.length, 4)}" id="panggung" data-testid="review-stage">
    ${repeat(order, ({ stream }) => stream.id, (player) => tile(desk, player, at))}
  </div>`;
}
