/** What the komite says: timecoded comments, who has decided, and one's own finding. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Desk } from "../desk.ts";
import type { Finding, Member } from "../model.ts";
import { holds } from "../spans.ts";
import { t } from "../words.ts";

const FINDINGS: readonly (readonly [Finding, string, string])[] = [
  ["K", "Kompeten", "check"],
  ["BK", "Belum kompeten", "circle-minus"],
  ["KL", "Klarifikasi", "circle-help"],
];

function nameOf(value: string): string {
  return t(FINDINGS.find(([finding]) => finding === value)?.[1] ?? value);
}

export function comments(desk: Desk, at: number): TemplateResult {
  const { review } = desk;
  return html`<section class="panel panel--comments" aria-labelledby="judul-komentar">
    <div class="panel__head"><h2 id="judul-komentar">${t("Komentar")}</h2><small class="faint">${t("hanya komite")}</small></div>
    <ul class="remarks" data-testid="review-comments">
      ${review.comments.length === 0 ? html`<li class="faint">${t("Belum ada komentar.")}</li>` : nothing}
      ${review.comments.map(
        ({ at: moment, user, name, text }) => html`<li>
          <button type="button" class="remarks__at" @click=${() => desk.seek(moment)}>${sessionTime(moment)}</button>
          <p><b>${user === review.me ? t("Anda") : name}</b> ${text}</p>
        </li>`,
      )}
    </ul>
    ${review.seat === null
      ? nothing
      : html`<form class="remarks__form" @submit=${(event: Event) => {
          event.preventDefault();
          void desk.say(at);
        }}>
          <input class="input" id="komentar" data-testid="review-comment" maxlength="2000" autocomplete="off"
            aria-label=${t("Komentar")} placeholder=${t("Komentar pada {time}", { time: sessionTime(at) })} .value=${live(desk.comment)}
            @input=${(event: Event) => {
              desk.comment = (event.target as HTMLInputElement).value;
            }} />
          <button class="btn btn--icon" type="submit" aria-label=${t("Kirim")}>${icon("send")}</button>
        </form>`}
  </section>`;
}

function member(desk: Desk, one: Member): TemplateResult {
  const percent = Math.min(100, Math.round((one.watched / desk.master.duration) * 100));
  const state = one.vote !== null ? nameOf(one.vote.value) : one.voted ? t("sudah memutuskan") : t("meninjau, {percent}% ditonton", { percent });
  return html`<li><span><b>${one.name}</b>${one.jabatan === "ketua" ? html` <small class="faint">${t("ketua")}</small>` : nothing}</span><span class="muted">${state}</span></li>`;
}

export function members(desk: Desk): TemplateResult {
  const { review } = desk;
  const others = review.members.filter(({ id }) => id !== review.me);
  const hidden = others.some(({ vote }) => vote === null);
  return html`<section class="panel panel--members" aria-labelledby="judul-anggota" data-testid="review-members">
    <div class="panel__head"><h2 id="judul-anggota">${t("Anggota komite")}</h2></div>
    <ul class="seats">${others.map((one) => member(desk, one))}</ul>
    ${hidden && review.seat !== null && !desk.draft.saved
      ? html`<p class="faint text-xs">${t("Putusan anggota lain tampil setelah Anda memutuskan.")}</p>`
      : nothing}
  </section>`;
}

function unseen(desk: Desk): TemplateResult {
  const left = desk.review.risks.filter(({ at }) => !holds(desk.watched.spans, at));
  if (desk.review.risks.length === 0) return html`<span></span>`;
  if (left.length === 0) return html`<span class="decide__seen">${icon("check-check")} ${t("Semua tanda risiko sudah ditonton.")}</span>`;
  return html`<span class="decide__seen">${t("Tanda risiko belum ditonton")}:
    ${left.slice(0, 3).map(({ at }) => html` <button type="button" class="linklike" @click=${() => desk.show(at)}>${sessionTime(at)}</button>`)}${left.length > 3 ? " …" : nothing}</span>`;
}

export function decision(desk: Desk): TemplateResult {
  const { draft, review } = desk;
  const head = html`<div class="panel__head"><h2 id="judul-putusan">${t("Keputusan saya")}</h2>
    <small class="muted">${t("Rekomendasi asesor")}: <b>${nameOf(review.recommendation)}</b></small></div>`;
  if (review.seat === null || (review.state !== "review" && review.state !== "ready")) {
    const why = review.seat === null ? t("Berkas ini tidak ditugaskan kepada Anda; Anda hanya melihat.") : t("Berkas ini sudah diplenokan.");
    return html`<section class="panel decide" aria-labelledby="judul-putusan">${head}
      <p class="muted text-sm">${why}</p>
      ${draft.value === null ? nothing : html`<p class="text-sm"><b>${nameOf(draft.value)}.</b> ${draft.reason}</p>`}
    </section>`;
  }
  const change = (): void => {
    draft.saved = false;
    draft.problem = "";
    desk.redraw();
  };
  return html`<form class="panel decide" aria-labelledby="judul-putusan" data-testid="review-decide" data-saved=${String(draft.saved)} @submit=${(event: Event) => {
    event.preventDefault();
    void desk.decide();
  }}>
    ${head}
    <div class="decide__choices" role="group" aria-label=${t("Keputusan saya")}>
      ${FINDINGS.map(
        ([value, label, picture]) => html`<button type="button" class="decide__choice decide__choice--${value.toLowerCase()}" data-testid="review-vote-${value}" aria-pressed=${String(draft.value === value)} @click=${() => {
          draft.value = value;
          change();
        }}>${icon(picture)}${t(label)}</button>`,
      )}
    </div>
    <textarea class="input decide__reason" data-testid="review-reason" rows="2" maxlength="2000" aria-label=${t("Alasan")} placeholder=${t("Alasan putusan Anda")} .value=${live(draft.reason)}
      @input=${(event: Event) => {
        draft.reason = (event.target as HTMLTextAreaElement).value;
        change();
      }}></textarea>
    <label class="check decide__declare"><input type="checkbox" data-testid="review-declare" .checked=${draft.declared} @change=${(event: Event) => {
      draft.declared = (event.target as HTMLInputElement).checked;
      change();
    }} /><span>${t("Saya bukan asesor, pelatih, atau kerabat asesi ini.")}</span></label>
    <p class="decide__problem" role="alert">${draft.problem}</p>
    <div class="decide__end">
      ${draft.saved ? html`<span class="decide__seen" role="status">${icon("check")} ${t("Keputusan tersimpan.")}</span>` : unseen(desk)}
      <button class="btn btn--primary btn--lg" type="submit" data-testid="review-save" ?disabled=${draft.saved || draft.sending || draft.value === null || !draft.declared || draft.reason.trim() === ""}>
        ${draft.sending ? t("Menyimpan") : review.members.some(({ id, voted }) => id === review.me && voted) ? t("Ubah keputusan") : t("Simpan keputusan")}
      </button>
    </div>
  </form>`;
}
