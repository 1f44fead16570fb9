/** Chat and the list of what happened. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { toldPause } from "../../offline/pause.ts";
import { sessionTime } from "../../shared/format.ts";
import { limitWords } from "../../link/view.ts";
import { icon } from "../../shared/icon.ts";
import { text } from "../../shared/json.ts";
import { type Params, t, word } from "../../shared/strings.ts";
import { detail, type Line } from "../fold.ts";
import type { Room } from "../room.ts";
import { type Word as RescueWord, w as rescueWord } from "../../rescue/words.ts";
import { speaks } from "../facts.ts";
import { ID } from "../testids.ts";
import { watchedView } from "../workplace/watched.ts";
import { workIcon, workWords } from "../workplace/views.ts";
import { w } from "../workplace/words.ts";
import { UJIAN_ICONS, ujianWords } from "../../ujian/told.ts";
import { recordPanel } from "./record.ts";
import { firstName } from "./top.ts";

export function chatPanel(room: Room): TemplateResult {
  const waiting = room.queue.pending.filter(({ kind, seq }) => kind === "chat" && (seq === null || seq > room.log.head));
  const empty = room.log.chat.length + waiting.length === 0;
  const say = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const words = String(new FormData(form).get("text") ?? "").trim();
    if (words === "") return;
    room.send("chat", { text: words });
    form.reset();
  };
  return html`<div class="chat">
    ${empty
      ? html`<div class="empty">${icon("message-circle")}<b>${t("chat.empty")}</b><p>${t("chat.emptyHint")}</p></div>`
      : html`<div class="chat__lines" role="log" aria-label=${t("chat.log")}><ol class="chat__log">
          ${repeat(room.log.chat, ({ seq }) => seq, (line) => sayView(room, line.actor, detail(line, "text"), line.atMs))}
          ${repeat(waiting, ({ id }) => id, (op) => sayView(room, room.me, text(op.data["text"]), null))}
        </ol></div>`}
    ${!speaks(room.facts.role) && !room.over ? html`<p class="chat__silent">${w("silent")}</p>` : nothing}
    ${room.over || !speaks(room.facts.role)
      ? nothing
      : html`<form class="chat__form" @submit=${say}>
          <label class="sr-only" for="chat-text">${t("chat.write")}</label>
          <input class="input" id="chat-text" name="text" maxlength="2000" autocomplete="off" placeholder=${t("chat.write")} data-testid=${ID.chatInput}>
          <button class="btn btn--primary btn--icon" aria-label=${t("chat.send")} data-testid=${ID.chatSend}>${icon("send")}</button>
        </form>`}
  </div>`;
}

function sayView(room: Room, actor: string, words: string, atMs: number | null): TemplateResult {
  const mine = actor === room.me;
  return html`<li class="say ${mine ? "say--mine" : ""} ${atMs === null ? "say--pending" : ""}" data-testid=${ID.chatLine}
    data-state=${atMs === null ? "pending" : "stored"}>
    <span class="say__who"><b>${mine ? t("people.you") : firstName(room.nameOf(actor))}</b>
      ${atMs === null ? t("agenda.pending") : sessionTime(atMs)}</span>
    <p>${words}</p>
  </li>`;
}

const ICONS: Readonly<Record<string, string>> = {
  "clock.paused": "pause", "clock.resumed": "play",
  "session.opened": "circle-dot", "session.live": "radio", "session.ended": "flag", "session.sealed": "lock",
  consent: "circle-check", joined: "log-in", left: "log-out", incident: "triangle-alert", gap: "unlink",
  "media.limited": "gauge", "gap.filled": "hard-drive", "backup.asked": "upload",
  "stream.started": "video", "stream.stopped": "video-off", "ak01.proposed": "file-pen", "ak01.signed": "signature",
  "camera.paired": "smartphone", "camera.unpaired": "unlink", "sweep.asked": "rotate-cw", "sweep.done": "rotate-cw", "sweep.judged": "eye",
  "form.issued": "file-check", "ak02.recommended": "clipboard-check", decision: "gavel",
};

export function happeningsPanel(room: Room): TemplateResult {
  const lines = [...room.log.happenings].reverse();
  const watched = room.facts.role === "asesi" && !room.over ? watchedView(room) : nothing;
  if (lines.length === 0) return html`${watched}<div class="empty">${icon("history")}<b>${t("happen.empty")}</b></div>`;
  return html`${watched}${recordPanel(room)}<ol class="happenings">${repeat(lines, ({ seq }) => seq, (line) => happeningView(room, line))}</ol>`;
}

/** Entries of the system about somebody's stream. */
const STREAMED: ReadonlySet<string> = new Set(["stream.started", "stream.stopped", "gap", "gap.filled"]);

function paramsOf(room: Room, line: Line): Params {
  const stream = room.log.streams.get(detail(line, "stream"));
  const owner = stream?.owner ?? text(line.data["owner"], line.actor);
  return {
    name: firstName(room.nameOf(STREAMED.has(line.kind) ? owner : line.actor)),
    what: word("stream", stream?.kind ?? detail(line, "kind")),
    code: detail(line, "code"),
    from: sessionTime(Number(detail(line, "start_ms")) || 0),
    to: sessionTime(Number(detail(line, "end_ms")) || 0),
  };
}

/** As this reader's catalogue calls it, else as it was called when it was written. */
function irregularityName(room: Room, line: Line): string {
  const code = detail(line, "code");
  const known = room.facts.irregularities.find((row) => row.code === code);
  return known?.judul ?? (detail(line, "judul") || word("inc", code));
}

function rescueTold(room: Room, { kind, actor }: Line): string | null {
  return kind.startsWith("rescue.") ? rescueWord(`happen.${kind}` as RescueWord, { name: firstName(room.nameOf(actor)) }) : null;
}

function happeningView(room: Room, line: Line): TemplateResult {
  const incident = line.kind === "incident";
  return html`<li class="happening happening--${line.kind.replace(".", "-")}" data-testid=${ID.happening} data-kind=${line.kind}>
    ${icon(ICONS[line.kind] ?? UJIAN_ICONS[line.kind] ?? workIcon(line.kind) ?? "circle")}
    <span>${workWords(room, line, firstName) ?? (line.kind === "media.limited" ? limitWords(room, line) : null) ?? room.second?.told(line) ?? toldPause(line.kind, line.data, firstName(room.nameOf(line.actor))) ?? rescueTold(room, line) ?? ujianWords(line) ?? word("happen", line.kind, paramsOf(room, line))}
      ${incident ? html`<b>${irregularityName(room, line)}</b><span>${detail(line, "text")}</span>` : nothing}</span>
    <time>${sessionTime(line.atMs)}</time>
  </li>`;
}
