/** The review workbench: one clock, every stream, every mark. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { speak as speakOfEvidence } from "../evidence/words.ts";
import { Api, ApiError } from "../shared/api.ts";
import { speak as speakUjian } from "../ujian/told.ts";
import { speakLink } from "../link/words.ts";
import { speak as speakOffline } from "../offline/words.ts";
import { icon } from "../shared/icon.ts";
import { fields, text } from "../shared/json.ts";
import { openBench } from "./bench.ts";
import { type Desk, openDesk } from "./desk.ts";
import { checklist } from "./view/checklist.ts";
import { comments, decision, members } from "./view/komite.ts";
import { speak, t } from "./words.ts";

function rail(desk: Desk, at: number): TemplateResult {
  return html`${desk.offline
      ? html`<div class="alert alert--off" role="status">${icon("wifi-off")}<div><p>${t("Koneksi terputus. Tontonan dan komentar yang sudah terkirim aman; muat ulang untuk melanjutkan.")}</p></div></div>`
      : nothing}
    ${checklist(desk, at)}
    <div class="bench__say">${comments(desk, at)} ${members(desk)} ${decision(desk)}</div>`;
}

async function start(root: HTMLElement): Promise<void> {
  const boot = fields(JSON.parse(document.getElementById("review-boot")?.textContent ?? "{}"));
  speak(text(boot["lang"], "id"));
  const lang = text(boot["lang"], "id");
  await Promise.all([speakOffline(lang), speakLink(lang), speakOfEvidence(lang), speakUjian(lang)]);
  const api = new Api(text(boot["csrf"]));
  await openBench(root, (changed) => openDesk(api, boot, changed), rail, text(boot["zone"], "Asia/Jakarta"));
}

const root = document.getElementById("bench");
if (root !== null) {
  start(root).catch((error: unknown) => {
    const words = error instanceof ApiError && error.message !== "" ? error.message : t("Peramban ini tidak dapat memutar rekaman");
    root.removeAttribute("aria-busy");
    render(html`<div class="alert alert--danger bench__failed" role="alert">${icon("circle-alert")}<div><p>${words}</p></div></div>`, root);
    throw error;
  });
}
