/** The viewer inside a capsule: the review player without a server, opened by `file://`. */
import "../../styles/main.css";
import "../../styles/review.css";
import "../../styles/capsule.css";
import { html, nothing, render, type TemplateResult } from "lit-html";
import { readChecklist } from "../room/checklist.ts";
import { openBench } from "../review/bench.ts";
import { Desk } from "../review/desk.ts";
import { readManifest, readReview } from "../review/model.ts";
import { checklist } from "../review/view/checklist.ts";
import { speak } from "../review/words.ts";
import { fileSize, longDate, sessionTime, wallMinutes } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { type Fields, fields, list, number, text } from "../shared/json.ts";
import { readEntry } from "../shared/wire.ts";
import { FilePlayer } from "./fileplayer.ts";

const LANG = "id";
const PAGE = 500;

interface Capsule {
  readonly manifest: Fields;
  readonly session: Fields;
  readonly log: readonly unknown[];
}

function held(): Capsule {
  const raw = fields((globalThis as { CAPSULE?: unknown }).CAPSULE);
  return { manifest: fields(raw["manifest"]), session: fields(raw["session"]), log: list(raw["log"]) };
}

/** A file beside the page; one that was destroyed is named, not linked. */
function file(label: string, row: Fields, more: string): TemplateResult {
  const url = text(row["url"]);
  if (url === "") return html`<li><b>${label}</b> <span class="faint">dimusnahkan menurut ${text(row["erased"])}</span></li>`;
  return html`<li><a href=${url} target="_blank" rel="noopener">${label}</a> <span class="faint">${more}</span></li>`;
}

function evidence(desk: Desk, capsule: Capsule): TemplateResult {
  const rows = list(capsule.manifest["evidence"]).map(fields);
  const moments = new Map([...desk.log.evidence.entries()].map(([id, { atMs }]) => [String(id), atMs]));
  return html`<section class="panel" aria-labelledby="judul-bukti"><div class="panel__head"><h2 id="judul-bukti">Bukti</h2></div>
    <ul class="capsule__files" data-testid="capsule-evidence">
      ${rows.length === 0 ? html`<li class="faint">Tidak ada.</li>` : nothing}
      ${rows.map((row) => {
        const at = moments.get(text(row["evidence"]));
        return html`${file(text(row["filename"]), row, fileSize(number(row["bytes"]) ?? 0, LANG))}
          ${at === undefined ? nothing : html`<li class="capsule__at"><button type="button" class="linklike" @click=${() => desk.show(at)}>${sessionTime(at)}</button></li>`}`;
      })}
    </ul></section>`;
}

function forms(capsule: Capsule): TemplateResult {
  const rows = list(capsule.manifest["forms"]).map(fields);
  return html`<section class="panel" aria-labelledby="judul-formulir"><div class="panel__head"><h2 id="judul-formulir">Formulir dan berita acara</h2></div>
    <ul class="capsule__files" data-testid="capsule-forms">
      ${rows.length === 0 ? html`<li class="faint">Tidak ada.</li>` : rows.map((row) => file(text(row["code"]), row, `versi ${text(row["version"])}`))}
    </ul></section>`;
}

function seal(capsule: Capsule): TemplateResult {
  const head = fields(capsule.manifest["sealed_head"]);
  const print = text(head["head"]).replace(/(.{8})(?=.)/g, "$1 ");
  return html`<section class="panel" aria-labelledby="judul-segel"><div class="panel__head"><h2 id="judul-segel">Segel</h2></div>
    ${print === ""
      ? html`<p class="faint">Sesi ini belum disegel.</p>`
      : html`<p class="capsule__print" data-testid="capsule-head">${print}</p><p class="text-sm">Kunci ${text(head["kid"])}, catatan ${text(head["seq"])}.</p>`}
    <p class="text-sm">Layar ini tidak memeriksa apa pun. Jalankan <code>python3 verify.py</code>, lalu bandingkan sidik di atas dengan tanda terima asesi (BACA-SAYA.txt).</p>
  </section>`;
}

let shown = PAGE;

function logTable(desk: Desk): TemplateResult {
  return html`<details class="gaplist" data-testid="capsule-log"><summary>Log <small class="faint">${desk.entries.length} catatan</small></summary>
    <div class="gaplist__rows"><table class="table"><thead><tr><th scope="col">No</th><th scope="col">Waktu</th><th scope="col">Jenis</th><th scope="col">Oleh</th></tr></thead>
      <tbody>${desk.entries.slice(0, shown).map(
        ({ seq, atMs, kind, actor }) => html`<tr><td class="num">${seq}</td><td><button type="button" class="linklike num" @click=${() => desk.seek(atMs)}>${sessionTime(atMs)}</button></td><td>${kind}</td><td>${desk.log.names.get(actor) ?? (actor === "system" ? "sistem" : actor)}</td></tr>`,
      )}</tbody></table>
      ${shown < desk.entries.length
        ? html`<button class="btn btn--sm" type="button" @click=${() => {
            shown += PAGE;
            desk.redraw();
          }}>Tampilkan lagi</button>`
        : nothing}
    </div></details>`;
}

function heading(capsule: Capsule): void {
  const { session } = capsule;
  const asesi = list(session["people"]).map(fields).find((person) => person["role"] === "asesi");
  const title = document.getElementById("judul");
  const facts = document.getElementById("keterangan");
  if (title !== null) title.textContent = text(asesi?.["name"], "Sesi asesmen");
  if (facts !== null) facts.textContent = [text(fields(session["skema"])["judul"]), text(session["when"]), text(session["tuk"]), text(session["lsp"])].filter((part) => part !== "").join(" · ");
  document.title = `${text(asesi?.["name"], "Kapsul")} · ${text(session["when"])}`;
}

function watermark(session: Fields, zone: string): string {
  const exported = fields(session["exported"]);
  const at = number(exported["at"]);
  const when = at === null ? "" : `${longDate(at, zone, LANG)}, ${wallMinutes(at, zone)}`;
  return ["Kapsul", text(exported["by"]), when].filter((part) => part !== "").join(" · ");
}

async function start(root: HTMLElement): Promise<void> {
  const capsule = held();
  speak(LANG);
  heading(capsule);
  const people = list(capsule.session["people"]).map(fields);
  const zone = text(capsule.session["zone"], "Asia/Jakarta");
  const entries = capsule.log.map(readEntry).filter((entry) => entry !== null);
  await openBench(
    root,
    (changed) =>
      Promise.resolve(
        new Desk(
          {
            api: null, urls: {}, asesi: text(people.find(({ role }) => role === "asesi")?.["id"]),
            manifest: readManifest(capsule.manifest), entries, units: readChecklist(capsule.session["checklist"]),
            review: readReview({}), watermark: watermark(capsule.session, zone),
            screen: (stream, _duration, redraw) => new FilePlayer(stream, redraw),
          },
          changed,
        ),
      ),
    (desk, at) => html`${checklist(desk, at)}<div class="bench__say">${evidence(desk, capsule)} ${forms(capsule)} ${seal(capsule)} ${logTable(desk)}</div>`,
    zone,
  );
}

const root = document.getElementById("bench");
if (root !== null) {
  start(root).catch((error: unknown) => {
    root.removeAttribute("aria-busy");
    render(html`<div class="alert alert--danger bench__failed" role="alert">${icon("circle-alert")}<div><p>Kapsul ini tidak dapat dibuka: data.js hilang atau rusak. Ekstrak berkas zip seluruhnya, lalu buka index.html lagi.</p></div></div>`, root);
    throw error;
  });
}
