/** The paper beside the video: a rail on a desk, a sheet under the thumb on a phone. */
import { html, nothing, type TemplateResult } from "lit-html";
import { t } from "../../shared/strings.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { type SheetHeight, type Tab, tabsFor } from "../ui.ts";
import { agendaLine, agendaPanel } from "./agenda.ts";
import { checklistView } from "./checklist.ts";
import { arrivedView, evidencePanel, takeView } from "./evidence.ts";
import { doorView } from "../workplace/lobby.ts";
import { showCardView, timerView } from "../workplace/views.ts";
import { chatPanel, happeningsPanel } from "./talk.ts";

export function railView(room: Room): TemplateResult {
  const { tab, sheet } = room.ui;
  return html`<aside class="rail paper" aria-label=${t("tab.label")} data-sheet=${sheet} data-testid=${ID.rail}>
    ${handleView(room)}
    ${tabsView(room)}
    ${doorView(room)} ${showCardView(room)} ${timerView(room)}
    ${agendaLine(room)}
    ${room.backup?.line() ?? nothing}
    ${tab === "ceklis" ? arrivedView(room) : nothing}
    <div class="panel panel--${tab}" role="tabpanel" id="panel" tabindex="0" aria-labelledby="tab-${tab}" data-testid=${ID.panel(tab)}>
      ${panelView(room, tab)}
    </div>
    ${tab === "bukti" || tab === "agenda" ? takeView(room) : nothing}
  </aside>`;
}

function panelView(room: Room, tab: Tab): TemplateResult {
  switch (tab) {
    case "ceklis":
      return checklistView(room);
    case "bukti":
      return evidencePanel(room);
    case "agenda":
      return agendaPanel(room);
    case "obrolan":
      return chatPanel(room);
    case "kejadian":
      return happeningsPanel(room);
  }
}

function tabsView(room: Room): TemplateResult {
  const tabs = tabsFor(room.facts);
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = tabs[(tabs.indexOf(room.ui.tab) + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    room.open(next);
    document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${t("tab.label")} @keydown=${keys}>
    ${tabs.map((tab) => tabView(room, tab))}
  </div>`;
}

function tabView(room: Room, tab: Tab): TemplateResult {
  const selected = tab === room.ui.tab;
  const fresh = room.unseen(tab);
  const count = room.countOf(tab);
  return html`<button role="tab" id="tab-${tab}" aria-controls="panel" aria-selected=${String(selected)} tabindex=${selected ? 0 : -1}
    data-testid=${ID.tab(tab)} @click=${() => raise(room, tab)}>${t(`tab.${tab}`)}
    ${fresh > 0
      ? html`<span class="count count--teal">${fresh}<span class="sr-only"> ${t("tab.new", { count: "" })}</span></span>`
      : count > 0 ? html`<span class="count">${count}</span>` : nothing}</button>`;
}

function raise(room: Room, tab: Tab): void {
  if (room.ui.sheet === "low") room.ui.sheet = "half";
  room.open(tab);
}

const HIGHER: Readonly<Record<SheetHeight, SheetHeight>> = { low: "half", half: "full", full: "full" };
const LOWER: Readonly<Record<SheetHeight, SheetHeight>> = { full: "half", half: "low", low: "low" };
const PULL_PX = 24;

/** Drag or tap: a tap goes between half and full. */
function handleView(room: Room): TemplateResult {
  let from: number | null = null;
  let pulled = false;
  const set = (height: SheetHeight): void => {
    room.ui.sheet = height;
    room.changed();
  };
  const down = (event: PointerEvent): void => {
    from = event.clientY;
    pulled = false;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  };
  const up = (event: PointerEvent): void => {
    const moved = from === null ? 0 : event.clientY - from;
    from = null;
    if (Math.abs(moved) < PULL_PX) return;
    pulled = true;
    set((moved < 0 ? HIGHER : LOWER)[room.ui.sheet]);
  };
  const tap = (): void => {
    if (!pulled) set(room.ui.sheet === "full" ? "half" : "full");
    pulled = false;
  };
  return html`<button class="handle" data-testid=${ID.handle} aria-label=${t("sheet.handle")} aria-expanded=${String(room.ui.sheet === "full")}
    @pointerdown=${down} @pointerup=${up} @click=${tap}><span></span></button>`;
}
