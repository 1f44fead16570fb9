import { CHANGED, Changes, PARTLY, unitOf } from "./changes.ts";
import { wallSeconds, zoneLetters } from "../shared/format.ts";

/**
 * Forms with data-autosave keep themselves: changes go to that address a moment after the last key,
 * and the line [data-saved] says when the server had them. What could not be sent stays in this
 * browser until it could. The plain buttons of the form do the same without this script.
 * With data-partly only what changed here is sent, so that two people can type on one form.
 */
const PAUSE_MS = 900;
const RETRY_MS = 8000;

/** The form as the server gave it, whatever was typed since. */
function given(form: HTMLFormElement): URLSearchParams {
  const values = new URLSearchParams();
  for (const control of form.elements) {
    if (!("name" in control) || control.name === "" || ("disabled" in control && control.disabled === true)) continue;
    if (control instanceof HTMLTextAreaElement) values.append(control.name, control.defaultValue);
    else if (control instanceof HTMLInputElement && control.type !== "file") {
      const box = control.type === "checkbox" || control.type === "radio";
      if (!box || control.defaultChecked) values.append(control.name, control.defaultValue);
    }
  }
  return values;
}

class Autosave {
  private timer = 0;
  private busy = false;
  private dirty = false;
  private readonly line: HTMLElement | null;
  private readonly changes: Changes | null;

  constructor(private readonly form: HTMLFormElement, private readonly url: string) {
    this.line = form.querySelector<HTMLElement>("[data-saved]");
    form.addEventListener("input", (event) => {
      if ((event.target as HTMLInputElement).type !== "file") this.changed();
    });
    this.changes = "partly" in form.dataset ? new Changes(given(this.form)) : null;
    form.addEventListener("submit", () => {
      localStorage.removeItem(this.key);
      if (this.changes !== null) this.hide(this.changes.names(this.typed()));
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.dirty) void this.save(true);
    });
    window.addEventListener("online", () => { if (this.dirty) void this.save(); });
    this.restore();
    // What was ticked before this script was ready.
    if (this.changes !== null && this.changes.names(this.typed()).length > 0) this.changed();
  }

  private get key(): string {
    return `ajj.form.${this.url}`;
  }

  private changed(): void {
    this.dirty = true;
    this.say(this.line?.dataset["pending"] ?? "", true);
    this.wait(PAUSE_MS);
  }

  private wait(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  private typed(): URLSearchParams {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") values.append(name, value);
    }
    return values;
  }

  /** What goes to the server: all, or what changed here. */
  private values(): URLSearchParams {
    return this.changes?.only(this.typed()) ?? this.typed();
  }

  /** The plain button sends everything; these say what of it counts. */
  private hide(names: readonly string[]): void {
    for (const [name, value] of [[PARTLY, "1"], ...names.map((changed) => [CHANGED, changed])]) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      this.form.append(field);
    }
  }

  private async save(leaving = false): Promise<void> {
    if (this.busy && !leaving) return this.wait(PAUSE_MS);
    this.busy = true;
    const values = this.values();
    localStorage.setItem(this.key, values.toString());
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body: values,
        headers: { accept: "application/json" },
        keepalive: leaving,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { saved_at: savedAt, zone } = (await answer.json()) as { saved_at: string; zone: string };
      this.changes?.stored(values);
      this.dirty = this.changes === null ? this.typed().toString() !== values.toString() : this.changes.names(this.typed()).length > 0;
      if (!this.dirty) localStorage.removeItem(this.key);
      const time = `${wallSeconds(Date.parse(savedAt), zone)} ${zoneLetters(zone)}`;
      this.say(`${this.line?.dataset["done"] ?? ""} ${time}`, false);
    } catch {
      this.say(this.line?.dataset["failed"] ?? "", true);
      this.wait(RETRY_MS);
    } finally {
      this.busy = false;
    }
  }

  private say(text: string, pending: boolean): void {
    if (!this.line) return;
    this.line.classList.toggle("saved--pending", pending);
    const words = this.line.querySelector("span");
    if (words) words.textContent = text;
  }

  /** What an earlier visit could not send is put back and sent. */
  private restore(): void {
    const kept = localStorage.getItem(this.key);
    if (!kept) return;
    const unsent = new URLSearchParams(kept);
    const units = new Set(unsent.getAll(CHANGED));
    for (const box of this.form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
      if (units.has(unitOf(box.name))) box.checked = false;
    }
    for (const [name, value] of unsent) {
      if (name === "csrfmiddlewaretoken" || name === CHANGED || name === PARTLY) continue;
      const found = this.form.elements.namedItem(name);
      // A list of boxes has no value of its own to set, unlike one of radio buttons.
      for (const control of found instanceof RadioNodeList ? found : [found]) {
        if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
          if (control.value === value) control.checked = true;
        } else if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) control.value = value;
      }
    }
    this.changed();
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
  new Autosave(form, form.dataset["autosave"] ?? "");
}

/** A chosen file is handed in at once by its own button, together with everything typed. */
document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (input.type !== "file" || !input.dataset["upload"] || !input.files?.length) return;
  const button = document.getElementById(input.dataset["upload"]) as HTMLButtonElement | null;
  if (button) input.form?.requestSubmit(button);
});
