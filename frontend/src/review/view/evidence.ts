/** Evidence as rows: where it comes from, what speaks against that, and the second to compare it with. */
import { html, nothing, type TemplateResult } from "lit-html";
import { proofOf } from "../../evidence/proof.ts";
import { w } from "../../evidence/words.ts";
import type { Evidence } from "../../room/fold.ts";
import { deviceZone, fileSize, sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { text } from "../../shared/json.ts";
import type { Desk } from "../desk.ts";
import { t } from "../words.ts";

/** "" in a capsule, where files lie beside the page and have a list of their own. */
function fileOf(desk: Desk, id: string, what: "file" | "thumb"): string {
  const base = text(desk.urls["evidence"]);
  return base === "" ? "" : `${base}/${encodeURIComponent(id)}/${what}`;
}

function name(desk: Desk, { id, filename, told }: Evidence): TemplateResult {
  const file = fileOf(desk, id, "file");
  if (file === "") return html`${filename}`;
  return html`<a class="proofrow" href=${file} target="_blank" rel="noopener">
    ${told.thumb ? html`<img src=${fileOf(desk, id, "thumb")} alt="" width="64" height="48" loading="lazy">` : nothing}<span>${filename}</span></a>`;
}

function row(desk: Desk, item: Evidence): TemplateResult {
  const proof = proofOf(item.told, deviceZone("Asia/Jakarta"));
  const jump = proof?.jumpMs ?? null;
  const came = desk.log.story.originals.get(item.id);
  const original = came === undefined ? "" : fileOf(desk, came, "file");
  return html`<tr data-testid="review-evidence" data-source=${item.told.capture?.source ?? ""} data-doubts=${item.told.capture?.doubts.join(" ") ?? ""}>
    <td>${name(desk, item)}${original === "" ? nothing : html`<br><a href=${original} target="_blank" rel="noopener">${w("original.open", { size: fileSize(item.told.original?.bytes ?? 0, document.documentElement.lang) })}</a>`}</td>
    <td>${proof === null ? "" : html`${proof.words}${proof.doubt === "" ? nothing : html`<br><b>${proof.doubt}</b>`}`}
      ${jump === null ? nothing : html`<br><button type="button" class="linklike" @click=${() => desk.show(jump, item.seq)}>${w("jump", { time: sessionTime(jump) })}</button>`}</td>
    <td class="num"><button type="button" class="linklike num" @click=${() => desk.show(item.atMs, item.seq)}>${sessionTime(item.atMs)}</button></td>
  </tr>`;
}

export function evidence(desk: Desk): TemplateResult | typeof nothing {
  const found = [...desk.log.evidence.values()];
  if (found.length === 0) return nothing;
  return html`<details class="gaplist" open data-testid="review-evidences">
    <summary>${icon("paperclip")} ${t("Bukti")} <small class="faint">${found.length}</small></summary>
    <div class="gaplist__rows"><table class="table">
      <thead><tr>${["Berkas", "Asal", "Diterima"].map((head) => html`<th scope="col">${t(head)}</th>`)}</tr></thead>
      <tbody>${found.map((item) => row(desk, item))}</tbody>
    </table></div>
  </details>`;
}
