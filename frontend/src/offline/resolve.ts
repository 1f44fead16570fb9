/** Two asesor marked one KUK differently: both stay to be seen, the lead asesor's reasoned word settles it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { type Kuk, type Row, rowOf } from "../room/checklist.ts";
import type { MarkValue } from "../room/fold.ts";
import type { Room } from "../room/room.ts";
import { sessionTime } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { type Key, t } from "../shared/strings.ts";
import { w } from "./words.ts";

const VALUES: readonly MarkValue[] = ["ya", "tidak", "lanjut"];

function row(room: Room, kuk: Kuk): Row {
  const { marks, resolutions } = room.log;
  return rowOf(kuk.id, marks.get(kuk.id) ?? [], room.queue.pending, room.me, resolutions.get(kuk.id));
}

/** KUK on which nobody can recommend yet, in their order. */
export function disputed(room: Room): Kuk[] {
  return room.allKuk().filter((kuk) => row(room, kuk).differs);
}

export function settledView(room: Room, { settled }: Row): TemplateResult | typeof nothing {
  if (settled === null) return nothing;
  const words = w("settled", {
    value: t(`mark.${settled.value}` as Key), name: room.nameOf(settled.actor), time: sessionTime(settled.atMs),
  });
  return html`<span class="kuk__settled" data-testid="settled">${icon("git-merge")} <b>${words}</b> ${settled.note}</span>`;
}

/** For the lead asesor, under a KUK whose marks differ. */
export function resolveView(room: Room, kuk: Kuk): TemplateResult | typeof nothing {
  if (room.facts.role !== "asesor" || room.log.decision !== null) return nothing;
  const pending = room.pending("mark.resolve", (op) => op.data["kuk"] === kuk.id) !== null;
  const submit = (event: Event): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const value = String(form.get("value") ?? "");
    const note = String(form.get("note") ?? "").trim();
    if (value === "" || note === "") {
      room.notify(w("resolve.need"), "danger");
      return;
    }
    const settles = row(room, kuk).standing.map(({ mark }) => mark.seq);
    room.send("mark.resolve", { kuk: kuk.id, value, note, settles });
  };
  return html`<details class="resolve" data-testid="resolve-${kuk.id}" @click=${(event: Event) => event.stopPropagation()}>
    <summary>${w("resolve.open")}</summary>
    <form class="kuk__form" @submit=${submit}>
      <fieldset class="row"><legend>${w("resolve.value", { no: kuk.no })}</legend>
        ${VALUES.map((value) => html`<label class="choice"><input type="radio" name="value" value=${value}
          data-testid="resolve-${kuk.id}-${value}"><span>${t(`mark.${value}` as Key)}</span></label>`)}
      </fieldset>
      <label for="resolve-note-${kuk.id}">${w("resolve.note")}</label>
      <textarea class="input" id="resolve-note-${kuk.id}" name="note" rows="2" maxlength="2000" required
        data-testid="resolve-note-${kuk.id}"></textarea>
      <div class="row row--end">${pending ? html`<span class="saved saved--pending">${t("mark.pending")}</span>` : nothing}
        <button class="btn btn--primary btn--sm" data-testid="resolve-save-${kuk.id}" ?disabled=${pending}>${w("resolve.save")}</button></div>
    </form>
  </details>`;
}

/** Above the recommendation: what has to be settled first. */
export function disputesView(room: Room): TemplateResult | typeof nothing {
  const open = disputed(room);
  if (open.length === 0) return nothing;
  return html`<section class="alert alert--off disputes" data-testid="disputes" aria-labelledby="disputes-title">${icon("git-compare")}
    <div class="grow stack"><p id="disputes-title"><b>${w("disputes.title", { count: open.length })}</b> ${w("disputes.hint")}</p>
      <ul>${open.map((kuk) => html`<li><b>${kuk.no}</b> ${kuk.teks}
        <span>${row(room, kuk).standing.map(({ actor, mark }) => `${room.nameOf(actor)}: ${t(`mark.${mark.value}` as Key)} ${sessionTime(mark.atMs)}`).join(" · ")}</span>
        ${resolveView(room, kuk)}</li>`)}</ul></div>
  </section>`;
}
