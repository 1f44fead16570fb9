/** The bar below: what one hand needs. A pressed button says in words what is on. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { pauseControl } from "../../offline/pause.ts";
import { wallSeconds, zoneLetters } from "../../shared/format.ts";
import { icon } from "../../shared/icon.ts";
import { t } from "../../shared/strings.ts";
import type { Desk } from "../desk.ts";
import { assesses, publishes, speaks } from "../facts.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";

export interface Control {
  readonly id: string;
  readonly icon: string;
  readonly label: string;
  /** Longer words where the label is too short to stand alone. */
  readonly title?: string;
  readonly pressed?: boolean;
  readonly tone?: "end";
  /** In its place, but not to be used yet. */
  readonly off?: boolean;
  readonly act: () => void;
}

/** What is heard holds what is seen, so that voice control finds the button by its label. */
function heard({ label, title }: Control): string | typeof nothing {
  if (title === undefined) return nothing;
  return title.toLowerCase().includes(label.toLowerCase()) ? title : `${label}: ${title}`;
}

function button(control: Control): TemplateResult {
  const { id, icon: name, label, title, pressed, tone, off, act } = control;
  return html`<button class="ctl ${tone === "end" ? "ctl--end" : ""}" data-testid=${id}
    aria-label=${heard(control)} title=${title ?? nothing} aria-pressed=${pressed === undefined ? nothing : String(pressed)} ?disabled=${off === true} @click=${act}>
    ${icon(name)}<span>${label}</span>
  </button>`;
}

function mediaControls(room: Room, desk: Desk): Control[] {
  const microphone = desk.enabled("audio");
  const camera = desk.enabled("video");
  const share = async (): Promise<void> => {
    try {
      if (desk.outgoing.has("screen")) desk.stop("screen");
      else await desk.share();
    } catch {
      room.notify(t("ctl.shareFailed"));
    }
  };
  return [
    ...(microphone === null ? [] : [{
      id: ID.mic, icon: microphone ? "mic" : "mic-off", label: t("ctl.mic"), pressed: microphone,
      act: () => desk.enable("audio", !microphone),
    }]),
    ...(camera === null ? [] : [{
      id: ID.camera, icon: camera ? "video" : "video-off", label: t("ctl.camera"), pressed: camera,
      act: () => desk.enable("video", !camera),
    }]),
    ...("getDisplayMedia" in (navigator.mediaDevices ?? {}) ? [{
      id: ID.share, icon: desk.outgoing.has("screen") ? "monitor-x" : "monitor-up", label: t("ctl.share"),
      pressed: desk.outgoing.has("screen"), act: () => void share(),
    }] : []),
  ];
}

/** Loaded after the room, but in its place from the start: what moves under a finger ends a session by mistake. */
function secondControl({ second }: Room): Control {
  return {
    id: ID.second, icon: "smartphone", label: t("ctl.second"), title: t("ctl.secondTitle"), off: second === null,
    act: () => second?.show(),
  };
}

export function controlsView(room: Room, desk: Desk): TemplateResult {
  const { facts, ui, log } = room;
  const raised = log.hands.has(room.me);
  const ask = (dialog: "end" | "leave" | "incident") => (): void => {
    ui.dialog = dialog;
    room.changed();
  };
  const embedded = room.joined?.provider === "embedded";
  const controls: Control[] = [
    ...(embedded && publishes(facts.role) ? mediaControls(room, desk) : []),
    ...(speaks(facts.role) ? [{
      id: ID.hand, icon: "hand", label: t("ctl.hand"), title: t(raised ? "ctl.handDown" : "ctl.handUp"), pressed: raised, act: () => void room.send("hand", { raised: !raised }),
    }] : []),
    ...(embedded && (facts.role === "asesi" || assesses(facts.role)) ? [secondControl(room)] : []),
    ...pauseControl(room),
    ...(facts.role === "asesi" ? [] : [{
      id: ID.incident, icon: "triangle-alert", label: t("ctl.incident"), act: ask("incident"),
    }]),
    ...(facts.role === "asesor" ? [{ id: ID.end, icon: "phone-off", label: t("ctl.end"), tone: "end" as const, act: ask("end") }] : []),
    { id: ID.leave, icon: "log-out", label: t("ctl.leave"), ...(facts.role === "asesor" ? {} : { tone: "end" as const }), act: ask("leave") },
  ];
  return html`<nav class="room__ctl" aria-label=${t("ctl.label")}>
    ${storedView(room)}
    <div class="ctls">${repeat(controls, ({ id }) => id, button)}</div>
    <span class="room__hint room__hint--right">${wallSeconds(room.clock.epoch(Date.now()), room.config.zone)} ${zoneLetters(room.config.zone)}</span>
  </nav>`;
}

function storedView(room: Room): TemplateResult {
  const pending = room.queue.pending.length;
  return html`<span class="room__hint" data-testid=${ID.storedSeq} data-seq=${room.log.head} data-pending=${pending}>
    ${pending === 0
      ? html`${icon("shield-check")} ${t("ctl.stored", { seq: room.log.head })}`
      : html`<span class="saved saved--pending">${t("ctl.pending", { count: pending })}</span>`}
  </span>`;
}
