/** Room sweeps as rows: where in the recording the room is shown, and what the asesor saw. */
import { html, nothing, type TemplateResult } from "lit-html";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Sweep } from "../../second/fold.ts";
import type { Desk } from "../desk.ts";
import { t } from "../words.ts";

const RESULTS = { aman: "aman", temuan: "ada temuan", tidak_dilakukan: "tidak dilakukan" } as const;

export function resultOf({ result }: Sweep): string {
  return t(result === null ? "belum dinilai" : RESULTS[result]);
}

function row(desk: Desk, sweep: Sweep): TemplateResult {
  const { askedMs, startMs, endMs, note, result } = sweep;
  const from = startMs ?? askedMs;
  return html`<tr data-testid="review-sweep" data-result=${result ?? ""}>
    <td><button type="button" class="linklike num" @click=${() => desk.show(from, sweep.seq)}>${sessionTime(from)}</button></td>
    <td class="num">${endMs === null ? "" : sessionTime(endMs)}</td>
    <td>${resultOf(sweep)}</td>
    <td>${note}</td>
  </tr>`;
}

export function sweeps(desk: Desk): TemplateResult | typeof nothing {
  const found = [...desk.log.second.sweeps.values()];
  if (found.length === 0) return nothing;
  return html`<details class="gaplist" open data-testid="review-sweeps">
    <summary>${icon("rotate-cw")} ${t("Putaran ruang")} <small class="faint">${found.length}</small></summary>
    <div class="gaplist__rows"><table class="table">
      <thead><tr>${["Dari", "Sampai", "Hasil", "Catatan"].map((head) => html`<th scope="col">${t(head)}</th>`)}</tr></thead>
      <tbody>${found.map((sweep) => row(desk, sweep))}</tbody>
    </table></div>
  </details>`;
}
