/** At the room's entrance: how the asesi's last rehearsal went, and the way to another one. */
import { html, nothing, type TemplateResult } from "lit-html";
import { type Fields, instant, text } from "../shared/json.ts";
import { longDate, wallMinutes } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";

const id = {
  "own": "Gladi terakhir Anda",
  "theirs": "Gladi terakhir asesi",
  "none.own": "Anda belum gladi. Uji dahulu kamera, suara, dan jaringan Anda, sekitar satu menit.",
  "none.theirs": "Asesi belum gladi.",
  "again": "Ulangi gladi",
  "first": "Gladi sekarang",
  "reports": "Gladi dan laporannya",
};
const en: typeof id = {
  "own": "Your last rehearsal",
  "theirs": "The asesi's last rehearsal",
  "none.own": "You have not rehearsed yet. Try your camera, sound and network first, it takes a minute.",
  "none.theirs": "The asesi has not rehearsed yet.",
  "again": "Rehearse again",
  "first": "Rehearse now",
  "reports": "Rehearsals and their reports",
};
const LOOKS: Readonly<Record<string, readonly [string, string]>> = {
  siap: ["k", "circle-check"],
  suara_saja: ["bk", "mic"],
  belum_siap: ["danger", "triangle-alert"],
};

export interface Last {
  readonly verdict: string;
  readonly title: string;
  readonly at: number;
}

/** undefined: this reader may not know. */
export function readLast(given: Fields, asked: boolean): Last | null | undefined {
  if (!asked) return undefined;
  const verdict = text(given["verdict"]);
  return verdict === "" ? null : { verdict, title: text(given["title"]), at: instant(given["at"]) ?? 0 };
}

export function lastView(last: Last | null | undefined, own: boolean, url: string, zone: string, lang: string): TemplateResult | typeof nothing {
  if (last === undefined) return nothing;
  const w = lang.startsWith("en") ? en : id;
  const way = own ? (last === null ? w.first : w.again) : w.reports;
  const [look, picture] = LOOKS[last?.verdict ?? ""] ?? ["line", "circle-dashed"];
  return html`<section class="row" data-testid="join-gladi" data-verdict=${last?.verdict ?? ""}>
    ${last === null
      ? html`<span class="text-sm">${own ? w["none.own"] : w["none.theirs"]}</span>`
      : html`<span class="badge badge--${look}">${icon(picture)}${own ? w.own : w.theirs}: ${last.title}</span>
          <span class="text-sm muted">${longDate(last.at, zone, lang)}, ${wallMinutes(last.at, zone)}</span>`}
    <a class="text-sm" href=${url}>${way}</a>
  </section>`;
}
