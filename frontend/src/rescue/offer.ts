/** Giving live up: asked for from the dialog that would end the session, spoken once it is loaded. */
import { html, render, type TemplateResult } from "lit-html";
import { icon } from "../shared/icon.ts";
import type { Room } from "../room/room.ts";
import { speak, w } from "./words.ts";

const DAYS = [1, 2, 3, 5, 7] as const;

/** Shows the question; the server's word, an entry of the log, then changes the page for everybody. */
export async function offerRescue(room: Room): Promise<void> {
  await speak(room.config.lang);
  const dialog = document.createElement("dialog");
  dialog.className = "dialog paper";
  dialog.setAttribute("aria-label", w("offer.title"));
  dialog.dataset["testid"] = "rescue-offer";
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const submit = (event: Event): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const reason = String(data.get("reason") ?? "").trim();
    if (reason === "") return;
    room.send("rescue.start", { reason, days: Number(data.get("days")) });
    dialog.close();
  };
  render(form(submit, () => dialog.close()), dialog);
  dialog.showModal();
}

function form(submit: (event: Event) => void, close: () => void): TemplateResult {
  return html`<form @submit=${submit}><div class="sheet__head"><h2>${w("offer.title")}</h2></div><div class="sheet__body stack stack--sm">
    <p>${w("offer.text")}</p>
    <div class="field"><label for="rescue-reason">${w("offer.reason")}</label><textarea class="input" id="rescue-reason" name="reason" rows="2" required maxlength="2000"></textarea></div>
    <div class="field"><label for="rescue-days">${w("offer.days")}</label><select class="input" id="rescue-days" name="days">${DAYS.map((n) => html`<option value=${n} ?selected=${n === 3}>${w("offer.day", { n })}</option>`)}</select></div>
    <div class="row row--end"><button type="button" class="btn" @click=${close}>${w("offer.no")}</button>
      <button class="btn btn--danger" data-testid="rescue-start">${icon("unlink")}${w("offer.yes")}</button></div></div></form>`;
}
