/** How the session went on without live media: every task, its answer, and whether it came in time. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { RoomLog } from "../../room/fold.ts";
import { type Turn, turnsOf } from "../../rescue/fold.ts";
import { remaining, sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import type { Desk } from "../desk.ts";
import { t } from "../words.ts";

/** Whether something at session ms `at` was made without live media, so that no recording shows it. */
export function isRescued(log: RoomLog, at: number): boolean {
  return log.rescue.started !== null && at >= log.rescue.started.atMs;
}

function answerView(desk: Desk, turn: Turn): TemplateResult | string {
  if (turn.state !== "answered") return t("tidak dijawab");
  const id = desk.log.rescue.files.get(turn.sha256);
  const address = id === undefined || desk.urls["log"] === undefined ? null : `${String(desk.urls["log"]).replace(/log$/, "evidence")}/${id}/file`;
  return html`${turn.answer === "" ? nothing : html`<q>${turn.answer}</q>`}
    ${turn.sha256 === "" ? nothing : address === null ? t("rekaman belum diterima") : html`<a href=${address} target="_blank" rel="noopener">${icon("play")} ${t("Rekaman jawaban")}</a>`}
    <small class="faint">${turn.lateMs > 0 ? t("terlambat {time}", { time: remaining(turn.lateMs) }) : t("tepat waktu")}${turn.believed || turn.how === "text" ? "" : `, ${t("waktu rekam menurut perangkat tidak cocok")}`}</small>`;
}

export function rescue(desk: Desk): TemplateResult | typeof nothing {
  const { started } = desk.log.rescue;
  if (started === null) return nothing;
  const turns = turnsOf(desk.log.rescue);
  return html`<details class="gaplist" open data-testid="review-rescue">
    <summary>${icon("unlink")} ${t("Lanjutan tanpa sambungan langsung")} <small class="faint">${turns.length}</small></summary>
    <p>${t("Sejak {time}: {reason}", { time: sessionTime(started.atMs), reason: started.reason })}</p>
    <div class="gaplist__rows"><table class="table"><thead><tr>${["Tugas", "Jawaban"].map((head) => html`<th scope="col">${t(head)}</th>`)}</tr></thead>
      <tbody>${turns.map((turn) => html`<tr data-testid="review-turn"><td>${turn.text}</td><td>${answerView(desk, turn)}</td></tr>`)}</tbody></table></div>
  </details>`;
}
