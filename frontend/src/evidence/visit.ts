/** On any page of the asesi but the room: goes on sending what an earlier session left on this device. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { fileSize } from "../shared/format.ts";
import { icon } from "../shared/icon.ts";
import { fields, list, text } from "../shared/json.ts";
import { hint, hints } from "./hint.ts";
import { KEPT_MS } from "./item.ts";
import { Outbox } from "./outbox.ts";
import { speak, spoken, w } from "./words.ts";

/** Name that end-to-end tests hold on to; carries data-waiting. */
const NOTE = "evidence-visit";
const LOOK_MS = 60_000;

function csrf(): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

class Visit {
  #owed = false;
  readonly #root = document.createElement("div");
  readonly #outbox: Outbox;
  readonly #url: string;

  constructor(private readonly session: string) {
    this.#root.className = "backupnote";
    this.#root.setAttribute("role", "status");
    document.querySelector("main")?.prepend(this.#root);
    this.#url = `/api/v1/sessions/${session}/evidence`;
    this.#outbox = new Outbox({
      session, owner: "", url: this.#url, csrf, onChange: () => this.#draw(), budget: () => null,
    });
  }

  async begin(): Promise<void> {
    await this.#outbox.begin();
    const { items } = this.#outbox;
    const old = items.filter(({ addedWall }) => Date.now() - addedWall > 2 * KEPT_MS);
    for (const { id } of old) await this.#outbox.remove(id);
    if (items.length === 0) hint(this.session, false);
    await this.#ask();
  }

  /** Whether an asesor wants an original that lies here. */
  async #ask(): Promise<void> {
    const kept = this.#outbox.items.filter(({ receivedWall, asked }) => receivedWall !== null && !asked);
    if (kept.length === 0) return;
    const answer = await fetch(this.#url, { credentials: "same-origin" }).catch(() => null);
    const items = answer?.ok === true ? list(fields(await answer.json().catch(() => null))["items"]) : [];
    const wanted = new Set(items.map(fields).filter((item) => item["asked"] === true).map((item) => text(item["evidence"])));
    for (const { id } of kept) if (wanted.has(id)) await this.#outbox.asked(id);
    setTimeout(() => void this.#ask(), LOOK_MS);
  }

  #draw(): void {
    const { items, phase, waiting } = this.#outbox;
    const originals = items.filter(({ asked, originalWall, receivedWall }) => receivedWall !== null && asked && originalWall === null);
    const refused = items.filter((item) => item.refused !== null);
    const owing = waiting.length + originals.length > 0;
    this.#owed ||= owing;
    const done = this.#owed && !owing && refused.length === 0;
    render(
      owing
        ? this.#note("info", "cloud-upload", this.#owing(waiting.length, originals.length, phase))
        : refused.length > 0
          ? this.#note("warning", "triangle-alert", html`${w("visit.refused", { count: refused.length })}`)
          : done
            ? this.#note("ok", "circle-check", html`${w("visit.done")}`)
            : nothing,
      this.#root,
    );
  }

  #owing(waiting: number, originals: number, phase: Outbox["phase"]): TemplateResult {
    const { items } = this.#outbox;
    const sends = items
      .filter((item) => item.receivedWall === null && item.refused === null)
      .map((item) => ({ bytes: item.sent?.bytes ?? item.original.bytes, offset: item.offset }));
    const wholes = items
      .filter((item) => item.receivedWall !== null && item.asked && item.originalWall === null)
      .map((item) => ({ bytes: item.original.bytes, offset: item.originalOffset }));
    const all = [...sends, ...wholes];
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
    const sent = all.reduce((sum, one) => sum + one.offset, 0);
    const percent = Math.floor((sent / Math.max(1, bytes)) * 100);
    const size = fileSize(bytes - sent, spoken());
    return html`<b>${waiting > 0 ? w("visit.title", { count: waiting, size }) : w("visit.original", { count: originals, size })}</b>
      <progress class="meter" max="100" .value=${percent} aria-label=${w("visit.sending", { percent })}></progress>
      <p>${phase === "login" ? w("visit.login") : phase === "waiting" ? w("visit.waiting") : w("visit.sending", { percent })}</p>`;
  }

  #note(tone: string, name: string, body: TemplateResult): TemplateResult {
    return html`<section class="alert alert--${tone}" data-testid=${NOTE} data-waiting=${this.#outbox.waiting.length}>${icon(name)}<div>${body}</div></section>`;
  }
}

async function begin(): Promise<void> {
  await speak(document.documentElement.lang);
  for (const session of hints()) await new Visit(session).begin();
}

// Without a database there is nothing that could wait here.
void begin().catch(() => undefined);
