/** FR.AK.02: which evidence each unit rests on, and the recommendation. */
import { html, nothing, type TemplateResult } from "lit-html";
import { disputed, disputesView } from "../../offline/resolve.ts";
import { w } from "../../offline/words.ts";
import { sessionTime } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { fields, list, text } from "../../shared/json.ts";
import { t } from "../../shared/strings.ts";
import { counted, kukOf, type Unit } from "../checklist.ts";
import { detail, type Line } from "../fold.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";

export const KINDS = [
  "observasi", "portofolio", "pihak_ketiga", "wawancara", "lisan", "tertulis", "proyek", "lainnya",
] as const;

export function ak02View(room: Room): TemplateResult | typeof nothing {
  const sent = room.log.recommendation;
  const mayWrite = room.facts.role === "asesor" && room.log.decision === null;
  if (sent === null && !mayWrite) return nothing;
  const writing = mayWrite && (sent === null || room.ui.changeRecommendation);
  return html`<section class="sheet ak02" data-testid=${ID.ak02} aria-labelledby="ak02-title">
    <div class="sheet__head"><h2 id="ak02-title">${t("ak02.title")}</h2><span class="muted">FR.AK.02</span></div>
    <div class="sheet__body stack">${writing ? formView(room, sent) : sent === null ? nothing : sentView(room, sent, mayWrite)}</div>
  </section>`;
}

function sentView(room: Room, sent: Line, mayWrite: boolean): TemplateResult {
  const result = detail(sent, "result");
  const note = detail(sent, "note");
  const change = (): void => {
    room.ui.changeRecommendation = true;
    room.changed();
  };
  return html`<p class="alert alert--ok" role="status" data-testid=${ID.ak02Sent} data-result=${result}>${icon("circle-check")}
      <span>${t("ak02.sent", { result: resultWord(result), time: sessionTime(sent.atMs) })} ${t("ak02.by", { name: room.nameOf(sent.actor) })}</span></p>
    ${note === "" ? nothing : html`<p>${note}</p>`}
    ${mayWrite ? html`<p><button class="btn btn--sm" @click=${change}>${icon("pencil")} ${t("ak02.change")}</button></p>` : nothing}`;
}

function resultWord(result: string): string {
  return result === "K" ? t("ak02.K") : t("ak02.BK");
}

function ticked(sent: Line | null): Map<string, readonly string[]> {
  return new Map(
    list(sent?.data["units"]).map((item) => {
      const unit = fields(item);
      return [text(unit["unit"]), list(unit["bukti"]).map((kind) => text(kind))];
    }),
  );
}

/** What happened suggests: an observed KUK is observation, accepted evidence is portfolio, a test is a test. */
function suggested(room: Room, unit: Unit, kind: string): boolean {
  const kuks = kukOf(unit);
  if (kind === "observasi") return counted(kuks, room.log.marks) > 0;
  if (unit.collected.includes(kind)) return true;
  if (kind !== "portofolio") return false;
  return [...room.log.evidence.values()].some(
    ({ judged }) => judged?.accepted === true && kuks.some(({ id }) => judged.kuk.includes(id)),
  );
}

function formView(room: Room, sent: Line | null): TemplateResult {
  const pending = room.pending("ak02.recommend") !== null;
  const before = ticked(sent);
  const submit = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const units = room.units.map(({ id }) => ({ unit: id, bukti: form.getAll(`unit-${id}`).map(String) }));
    const result = form.get("result");
    const field = (name: string): string => String(form.get(name) ?? "").trim();
    if (disputed(room).length > 0) {
      room.notify(w("disputes.hint"), "danger");
    } else if (units.some(({ bukti }) => bukti.length === 0)) {
      room.notify(t("ak02.needEvidence"), "danger");
    } else if (result !== "K" && result !== "BK") {
      room.notify(t("ak02.needResult"), "danger");
    } else {
      room.send("ak02.recommend", { result, note: field("note"), tindak_lanjut: field("tindak_lanjut"), units });
      room.ui.changeRecommendation = false;
    }
  };
  const cell = (unit: Unit, kind: (typeof KINDS)[number]): TemplateResult => {
    const on = before.get(String(unit.id))?.includes(kind) ?? (sent === null && suggested(room, unit, kind));
    return html`<td><label><input type="checkbox" name="unit-${unit.id}" value=${kind} ?checked=${on}
      data-testid=${ID.ak02Cell(String(unit.id), kind)}><span>${t(`ak02.${kind}`)}</span></label></td>`;
  };
  return html`${disputesView(room)}<form class="form" @submit=${submit}>
    <p class="muted">${t("ak02.hint")}</p>
    <div class="ak02__scroll" tabindex="0" role="region" aria-label=${t("ak02.hint")}><table class="ak02__table">
      <thead><tr><th scope="col">${t("ak02.unit")}</th>${KINDS.map((kind) => html`<th scope="col">${t(`ak02.${kind}`)}</th>`)}</tr></thead>
      <tbody>${room.units.map((unit) => html`<tr><th scope="row"><span>${unit.kode}</span>${unit.judul}</th>${KINDS.map((kind) => cell(unit, kind))}</tr>`)}</tbody>
    </table></div>
    <fieldset class="field"><legend>${t("ak02.result")}</legend><div class="row">
      ${(["K", "BK"] as const).map((result) => html`<label class="choice choice--${result === "K" ? "k" : "bk"}">
        <input type="radio" name="result" value=${result} ?checked=${detailOf(sent) === result} data-testid=${ID.ak02Result(result)}><span>${t(`ak02.${result}`)}</span></label>`)}
    </div></fieldset>
    <div class="field"><label for="ak02-follow">${t("ak02.followUp")}</label>
      <textarea class="input" id="ak02-follow" name="tindak_lanjut" rows="2" maxlength="2000" .defaultValue=${sent === null ? "" : detail(sent, "tindak_lanjut")}></textarea></div>
    <div class="field"><label for="ak02-note">${t("ak02.note")}</label>
      <textarea class="input" id="ak02-note" name="note" rows="3" maxlength="2000" data-testid=${ID.ak02Note} .defaultValue=${sent === null ? "" : detail(sent, "note")}></textarea></div>
    <div class="form__actions"><button class="btn btn--primary" data-testid=${ID.ak02Send} ?disabled=${pending}>${t("ak02.send")}</button>
      ${pending ? html`<span class="saved saved--pending">${t("ak02.sending")}</span>` : nothing}</div>
  </form>`;
}

function detailOf(sent: Line | null): string {
  return sent === null ? "" : detail(sent, "result");
}
