/** The results of a task: kept on this device's disk, named in the task's log, sent as evidence is. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { Outbox } from "../evidence/outbox.ts";
import { fileSize } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { type Fields, fields, list } from "../shared/json.ts";
import { named, type Owed, type Row, rows, type Sending, type Told, told } from "./attached.ts";
import type { Line } from "./line.ts";
import { speak, spoken, w, type Word } from "./words.ts";

const MOST_BYTES = 50 * 1024 * 1024;
const KINDS = /^(image\/|video\/|application\/pdf$)/;

export interface FilesOptions {
  readonly line: Line;
  /** What waits for the log. */
  readonly owed: () => readonly Owed[];
  readonly session: string;
  readonly user: string;
  readonly csrf: string;
  /** The time is over: what was handed in in time stays. */
  readonly over: boolean;
}

export class Files {
  #known: readonly Told[] = [];
  #heard = false;
  #sent = 0;
  readonly #problems = new Map<number, string>();
  readonly #outbox: Outbox;
  readonly #places = [...document.querySelectorAll<HTMLElement>("[data-files]")];

  private constructor(private readonly o: FilesOptions) {
    this.#outbox = new Outbox({
      session: o.session, owner: o.user, url: `/api/v1/sessions/${o.session}/evidence`, csrf: () => o.csrf,
      onChange: () => this.#moved(), budget: () => null,
    });
    for (const place of this.#places) {
      const butir = Number(place.dataset["files"]);
      place.addEventListener("change", (event) => void this.#chosen(butir, event.target));
      place.addEventListener("click", (event) => this.#pressed(butir, event.target as Element));
    }
  }

  static async begin(options: FilesOptions): Promise<Files> {
    await speak(document.documentElement.lang);
    const files = new Files(options);
    await files.#outbox.begin();
    return files;
  }

  /** What the server says of the files. */
  heard(answer: Fields): void {
    this.#known = list(answer["files"]).map((raw) => told(fields(raw)));
    this.#heard = true;
    this.draw();
  }

  /** The line is back. */
  resume = (): void => this.#outbox.resume();

  async #chosen(butir: number, target: EventTarget | null): Promise<void> {
    if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
    const chosen = [...(target.files ?? [])];
    target.value = "";
    this.#problems.delete(butir);
    for (const file of chosen) {
      const wrong = fault(file);
      if (wrong !== null) this.#problems.set(butir, w(wrong, { name: file.name }));
      else await this.#attach(butir, file);
    }
    this.draw();
  }

  /** On the disk first; then the log names it, whether or not a byte was sent. */
  async #attach(butir: number, file: File): Promise<void> {
    try {
      const sha256 = await digest(file);
      const moment = { takenMs: null, clockErrorMs: null, wallMs: file.lastModified, stream: "", head: "" };
      const evidence = await this.#outbox.add(file, "gallery", moment);
      this.o.line.file(butir, { evidence, name: file.name, type: file.type, bytes: file.size, sha256 });
      this.o.line.sync();
    } catch {
      this.#problems.set(butir, w("failed", { name: file.name }));
    }
  }

  #pressed(butir: number, target: Element): void {
    const attach = target.closest<HTMLButtonElement>("[data-attach]");
    const drop = target.closest<HTMLButtonElement>("[data-drop]");
    if (attach !== null) {
      const { attach: evidence, name, type, sha256, bytes } = attach.dataset;
      this.o.line.file(butir, { evidence, name, type, sha256, bytes: Number(bytes) });
    } else if (drop !== null) {
      this.o.line.drop(butir, drop.dataset["drop"] ?? "");
    } else return;
    this.o.line.sync();
    this.draw();
  }

  /** What this device has sent whole is looked up at once: only the server says that it is there. */
  #moved(): void {
    const sent = this.#outbox.items.filter(({ receivedWall }) => receivedWall !== null).length;
    if (sent > this.#sent) this.o.line.sync();
    this.#sent = sent;
    this.draw();
  }

  draw(): void {
    // Until the server has answered, its own rows stand on the page.
    if (!this.#heard && this.o.owed().length === 0) return;
    const owed = this.o.owed();
    const sending = new Map(this.#outbox.items.map((item): [string, Sending] => {
      const percent = item.receivedWall === null ? share(item.offset, item.sent?.bytes ?? item.original.bytes) : 100;
      return [item.id, { percent, refused: item.refused !== null }];
    }));
    const taken = named(this.#known, owed);
    for (const place of this.#places) {
      const butir = Number(place.dataset["files"]);
      const at = place.querySelector<HTMLElement>("[data-files-list]");
      if (at === null) continue;
      if (at.dataset["live"] === undefined) at.replaceChildren();
      at.dataset["live"] = "true";
      const problem = this.#problems.get(butir);
      const lines = rows(butir, this.#known, owed, sending).map((row) => this.#row(row));
      render(html`${lines}${problem === undefined ? nothing : html`<li class="alert alert--danger" role="alert">${icon("circle-alert")}<span>${problem}</span></li>`}`, at);
      for (const button of place.querySelectorAll<HTMLButtonElement>("[data-attach]")) {
        button.disabled = taken.has(button.dataset["attach"] ?? "");
      }
    }
  }

  #row(row: Row): TemplateResult {
    const bad = row.arrival === "differs" || row.here?.refused === true;
    const done = row.arrival === "received";
    const sign = bad ? "file-x" : done ? "file-check" : "cloud-upload";
    const late = row.late ? w(row.counts ? "admitted" : "late") : null;
    const words = [fileSize(row.bytes, spoken()), row.stored ? null : w("attaching"), this.#state(row), late];
    const name = row.url === "" ? row.name : html`<a href=${row.url} target="_blank" rel="noopener">${row.name}</a>`;
    return html`<li class="list__item" data-testid="task-file" data-arrival=${row.arrival}>
      <span class="list__icon ${done && row.counts ? "list__icon--k" : ""}">${icon(sign)}</span>
      <div class="grow"><b>${name}</b><small>${words.filter((each) => each !== null).join(" · ")}</small></div>
      ${this.o.over && row.stored && row.counts ? nothing : html`<button class="btn btn--sm btn--quiet" type="button" data-drop=${row.evidence}>${icon("x")}${w("drop")}<span class="sr-only"> ${row.name}</span></button>`}
    </li>`;
  }

  #state(row: Row): string {
    if (row.here?.refused === true) return w("refused");
    if (row.arrival === "received") return w("received");
    if (row.arrival === "differs") return w("differs");
    if (row.here !== null) return this.#outbox.lasting ? w("here", { percent: row.here.percent }) : w("memory");
    return row.arrival === "coming" ? w("coming", { percent: row.percent }) : w("awaited");
  }
}

function share(part: number, whole: number): number {
  return Math.floor((part / Math.max(1, whole)) * 100);
}

function fault(file: File): Word | null {
  if (file.size === 0) return "empty";
  if (!KINDS.test(file.type)) return "kind";
  return file.size > MOST_BYTES ? "large" : null;
}

async function digest(file: File): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
