/** What was not recorded, as rows: from when to when, whose, why, and whether the device had it. */
import { html, type TemplateResult } from "lit-html";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Desk } from "../desk.ts";
import type { Gap } from "../model.ts";
import { cause, t } from "../words.ts";

function row(desk: Desk, gap: Gap): TemplateResult {
  const stream = desk.manifest.streams.find(({ id }) => id === gap.stream);
  const filled = gap.filledBy !== null;
  return html`<tr data-testid="review-gap" data-filled=${String(filled)}>
    <td><button type="button" class="linklike num" @click=${() => desk.show(gap.start)}>${sessionTime(gap.start)}</button></td>
    <td class="num">${sessionTime(gap.end)}</td>
    <td class="num">${t("{seconds} dtk", { seconds: Math.max(1, Math.round((gap.end - gap.start) / 1000)) })}</td>
    <td>${stream === undefined ? "" : desk.nameOf(stream)}</td>
    <td>${cause(gap.cause)}</td>
    <td><span class="gapstate"><i class=${filled ? "legend__filled" : "legend__gap"}></i>${t(filled ? "diisi dari cadangan perangkat" : "tidak terekam")}</span></td>
  </tr>`;
}

export function gaps(desk: Desk): TemplateResult {
  const found = [...desk.manifest.gaps].sort((a, b) => a.start - b.start);
  if (found.length === 0) {
    return html`<p class="gaplist gaplist--none" data-testid="review-gaps">${icon("check")} ${t("Tidak ada celah: seluruh sesi terekam.")}</p>`;
  }
  const filled = found.filter(({ filledBy }) => filledBy !== null).length;
  return html`<details class="gaplist" data-testid="review-gaps">
    <summary>${t("Celah rekaman")} <small class="faint">${t("{count} celah", { count: found.length })}${filled > 0 ? `, ${t("{filled} sudah terisi", { filled })}` : ""}</small></summary>
    <div class="gaplist__rows"><table class="table">
      <thead><tr>${["Dari", "Sampai", "Lama", "Sumber", "Sebab", "Keadaan"].map((head) => html`<th scope="col">${t(head)}</th>`)}</tr></thead>
      <tbody>${found.map((gap) => row(desk, gap))}</tbody>
    </table></div>
  </details>`;
}
