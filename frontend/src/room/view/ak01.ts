/** FR.AK.01 in the room: the asesor proposes, both read the same words, both sign. */
import { html, nothing, type TemplateResult } from "lit-html";
import { longDate, sessionTime, wallMinutes } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t, word } from "../../shared/strings.ts";
import { assesses } from "../facts.ts";
import { type Proposal } from "../fold.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";

export const BUKTI = ["portofolio", "produk", "observasi", "terstruktur", "lisan", "tertulis", "wawancara"] as const;

export function ak01View(room: Room): TemplateResult {
  const { proposal } = room.log;
  const proposing = room.facts.role === "asesor" && !room.over && (proposal === null || room.ui.changeProposal);
  return html`<section class="ak01" data-testid=${ID.ak01} aria-labelledby="ak01-title">
    <p class="ak01__code">FR.AK.01</p>
    <h2 id="ak01-title">${t("ak01.title")}</h2>
    ${proposing
      ? proposeForm(room, proposal)
      : proposal === null
        ? html`<p class="muted">${t("ak01.wait")}</p>`
        : html`${proposalView(room, proposal)} ${statementsView()} ${signView(room)}`}
  </section>`;
}

function proposalView(room: Room, proposal: Proposal): TemplateResult {
  const bukti = proposal.bukti.map((name) => word("ak01", name));
  const change = (): void => {
    room.ui.changeProposal = true;
    room.changed();
  };
  return html`<dl class="pairs">
      <div><dt>${t("ak01.bukti")}</dt><dd><ul>${bukti.map((text) => html`<li>${text}</li>`)}</ul></dd></div>
      <div><dt>${t("ak01.hari")}</dt><dd>${proposal.hari}</dd></div>
      <div><dt>${t("ak01.waktu")}</dt><dd>${proposal.waktu}</dd></div>
      <div><dt>${t("ak01.tuk")}</dt><dd>${proposal.tuk}</dd></div>
    </dl>
    ${room.facts.role === "asesor" && !room.over && room.log.signatures.size < 2
      ? html`<p><button class="btn btn--quiet btn--sm" @click=${change}>${icon("pencil")} ${t("ak01.change")}</button></p>`
      : nothing}`;
}

function statementsView(): TemplateResult {
  return html`<h3>${t("ak01.statements")}</h3>
    <dl class="statements">
      <dt>${word("role", "asesi")}</dt><dd>${t("ak01.asesi1")}</dd>
      <dt>${word("role", "asesor")}</dt><dd>${t("ak01.asesor1")}</dd>
      <dt>${word("role", "asesi")}</dt><dd>${t("ak01.asesi2")}</dd>
    </dl>`;
}

function signView(room: Room): TemplateResult {
  const mine = room.facts.role === "asesi" || room.facts.role === "asesor" ? room.facts.role : null;
  const pending = room.pending("ak01.sign") !== null;
  const mayRead = mine !== null && !room.log.signatures.has(mine) && !pending && !room.over;
  const sign = (event: Event): void => {
    event.preventDefault();
    room.send("ak01.sign", { proposed: room.log.proposal?.seq ?? 0 });
  };
  return html`<ul class="signatures">
      ${(["asesor", "asesi"] as const).map((as) => signatureView(room, as))}
    </ul>
    ${pending ? html`<p><span class="saved saved--pending">${t("ak01.signing")}</span></p>` : nothing}
    ${mayRead
      ? html`<form class="ak01__sign" @submit=${sign}>
          <label class="check"><input type="checkbox" required data-testid=${ID.ak01Read}><span>${t("ak01.read")}</span></label>
          <button class="btn btn--primary btn--block" data-testid=${ID.ak01Sign}>${icon("signature")} ${t("ak01.sign")}</button>
        </form>`
      : nothing}
    ${room.log.signatures.size >= 2 ? html`<p class="alert alert--ok" role="status">${icon("circle-check")}<span>${t("ak01.both")}</span></p>` : nothing}`;
}

function signatureView(room: Room, as: "asesor" | "asesi"): TemplateResult {
  const signed = room.log.signatures.get(as);
  return html`<li data-testid=${ID.ak01Signed(as)} data-state=${signed === undefined ? "waiting" : "signed"}>
    ${icon(signed === undefined ? "circle-dashed" : "circle-check")}
    ${signed === undefined
      ? html`<span class="muted">${t("ak01.notSigned", { role: word("role", as) })}</span>`
      : html`<span><b>${t("ak01.signed", { name: room.nameOf(signed.actor) })}</b>
          ${wallMinutes(room.wall(signed.atMs), room.config.zone)} · ${sessionTime(signed.atMs)}</span>`}
  </li>`;
}

function proposeForm(room: Room, old: Proposal | null): TemplateResult {
  const { asesmenAt, tuk } = room.facts;
  const zone = room.config.zone;
  const pending = room.pending("ak01.propose") !== null;
  const submit = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const other = String(form.get("lainnya") ?? "").trim();
    const bukti = [...form.getAll("bukti").map(String), ...(other === "" ? [] : [other])];
    if (bukti.length === 0) {
      room.notify(t("ak01.needBukti"), "danger");
      return;
    }
    const field = (name: string): string => String(form.get(name) ?? "").trim();
    room.send("ak01.propose", { bukti, hari: field("hari"), waktu: field("waktu"), tuk: field("tuk") });
    room.ui.changeProposal = false;
    room.changed();
  };
  const line = (name: "hari" | "waktu" | "tuk", value: string): TemplateResult => html`<div class="field">
    <label for="ak01-${name}">${t(`ak01.${name}`)}</label>
    <input class="input" id="ak01-${name}" name=${name} required maxlength="120" data-testid=${ID.ak01Field(name)} .defaultValue=${value}></div>`;
  return html`<form class="form" @submit=${submit}>
    <p class="muted">${old === null ? t("ak01.intro") : t("ak01.changeHint")}</p>
    <fieldset class="field"><legend>${t("ak01.bukti")}</legend>
      ${BUKTI.map((name) => html`<label class="check"><input type="checkbox" name="bukti" value=${name} data-testid=${ID.ak01Bukti(name)}
        ?checked=${old?.bukti.includes(name) ?? name === "observasi"}><span>${t(`ak01.${name}`)}</span></label>`)}
      <label class="sr-only" for="ak01-lainnya">${t("ak01.lainnyaText")}</label>
      <input class="input" id="ak01-lainnya" name="lainnya" maxlength="120" placeholder=${t("ak01.lainnyaText")}>
    </fieldset>
    ${line("hari", old?.hari ?? (asesmenAt === null ? "" : longDate(asesmenAt, zone, "id")))}
    ${line("waktu", old?.waktu ?? (asesmenAt === null ? "" : wallMinutes(asesmenAt, zone)))}
    ${line("tuk", old?.tuk ?? tuk)}
    <button class="btn btn--primary btn--block" data-testid=${ID.ak01Propose} ?disabled=${pending || !assesses(room.facts.role)}>${t("ak01.propose")}</button>
  </form>`;
}
