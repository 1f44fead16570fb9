/** Files from this recording: what may be asked for, how far each is, and where it lies. */
import { html, nothing, type TemplateResult } from "lit-html";
import { fileSize } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Desk } from "../desk.ts";
import type { Download, Downloads } from "../downloads.ts";
import { t } from "../words.ts";

const PROBLEMS: Readonly<Record<string, string>> = {
  media_erased: "Rekaman ini sudah dimusnahkan.",
  nothing_recorded: "Belum ada rekaman untuk berkas ini.",
};

function name(desk: Desk, { what, stream }: Download): string {
  if (what === "composite") return t("Berdampingan");
  if (what === "capsule") return t("Kapsul");
  const found = desk.manifest.streams.find(({ id }) => id === stream);
  return found === undefined ? t("Satu sumber") : desk.nameOf(found);
}

function standing(file: Download): string {
  if (file.state === "queued") return t("menunggu giliran");
  if (file.state === "running") return t("dibuat, {percent}%", { percent: file.progress });
  if (file.state === "done") return t("siap, {size}", { size: fileSize(file.bytes, document.documentElement.lang) });
  if (file.state === "failed") return `${t("gagal")}. ${t(PROBLEMS[file.problem] ?? "Pembuatannya terhenti. Coba lagi.")}`;
  return t(file.state === "cancelled" ? "dibatalkan oleh Anda" : "sudah dihapus");
}

function row(desk: Desk, box: Downloads, file: Download): TemplateResult {
  const going = file.state === "queued" || file.state === "running";
  return html`<li class="dl" data-testid="review-download" data-state=${file.state}>
    <b>${name(desk, file)}</b>
    ${going ? html`<progress max="100" value=${file.progress} aria-label=${name(desk, file)}></progress>` : nothing}
    <span class="dl__state" role="status">${standing(file)}</span>
    ${file.state === "done"
      ? html`<button class="btn btn--sm" type="button" data-testid="review-fetch" @click=${() => void box.fetch(file.id)}>${icon("download")}${t("Unduh")}</button>`
      : nothing}
    ${going || file.state === "done"
      ? html`<button class="btn btn--quiet btn--sm" type="button" @click=${() => void box.remove(file.id)}>${t(going ? "Batalkan" : "Hapus")}</button>`
      : nothing}
  </li>`;
}

export function downloads(desk: Desk): TemplateResult | typeof nothing {
  const box = desk.downloads;
  if (box === null) return nothing;
  return html`<details class="gaplist dls" data-testid="review-downloads" @toggle=${(event: Event) => box.show((event.target as HTMLDetailsElement).open)}>
    <summary>${t("Unduhan")} ${box.working ? html`<small class="faint">${t("sedang dibuat")}</small>` : nothing}</summary>
    <div class="dls__in" data-testid="review-files">
    <div class="dls__ask" role="group" aria-label=${t("Buat berkas")}>
      ${box.may.includes("stream")
        ? desk.players.map(({ stream }) => html`<button class="btn btn--sm" type="button" data-testid="review-ask-stream" @click=${() => void box.ask("stream", stream.id)}>${desk.nameOf(stream)}</button>`)
        : nothing}
      ${box.may.includes("composite") ? html`<button class="btn btn--sm" type="button" data-testid="review-ask-composite" @click=${() => void box.ask("composite")}>${t("Berdampingan")}</button>` : nothing}
      ${box.may.includes("capsule") ? html`<button class="btn btn--sm" type="button" data-testid="review-ask-capsule" @click=${() => void box.ask("capsule")}>${t("Kapsul")}</button>` : nothing}
    </div>
    <p class="decide__problem" role="alert">${box.problem === "offline" ? t("Server tidak terjangkau. Coba lagi.") : box.problem}</p>
    <ul class="dls__list">
      ${box.items.length === 0 ? html`<li class="faint">${t("Belum ada berkas.")}</li>` : box.items.map((file) => row(desk, box, file))}
    </ul>
    <p class="faint text-xs">${t("Berkas dibuat di latar belakang dan tersimpan tiga hari. Halaman ini boleh ditutup.")}</p>
    </div>
  </details>`;
}
