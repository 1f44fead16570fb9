/** The whole room: dark desk for what passes, paper for what is kept. */
import { html, nothing, type TemplateResult } from "lit-html";
import { pauseDialog } from "../../offline/pause.ts";
import { t } from "../../shared/strings.ts";
import type { Desk } from "../desk.ts";
import { jitsiView } from "../jitsi.ts";
import type { Room } from "../room.ts";
import { ID } from "../testids.ts";
import { controlsView } from "./controls.ts";
import { dialogView } from "./dialogs.ts";
import { lineView, noticesView } from "./line.ts";
import { railView } from "./rail.ts";
import { stageView } from "./stage.ts";
import { topView } from "./top.ts";

export function roomView(room: Room, desk: Desk, leave: () => void): TemplateResult {
  return html`<div class="room desk" data-testid=${ID.room} data-role=${room.facts.role} data-phase=${room.log.phase} data-sheet=${room.ui.sheet}>
    <h1 class="sr-only">${t("room.title", { skema: room.facts.judul })}</h1>
    ${topView(room, desk)}
    ${lineView(room)}
    ${room.joined?.provider === "jitsi" ? jitsiView(room) : stageView(room, desk)}
    ${room.second?.bar() ?? nothing}
    ${controlsView(room, desk)}
    ${railView(room)}
    ${noticesView(room)}
    ${dialogView(room, leave)}
    ${pauseDialog(room)}
    ${room.second?.dialog() ?? nothing}
    ${room.taking?.view() ?? nothing}
  </div>`;
}
