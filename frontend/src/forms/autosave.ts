import { wallSeconds, zoneLetters } from "../shared/format.ts";

/**
 * Forms with data-autosave keep themselves: changes go to that address a moment after the last key,
 * and the line [data-saved] says when the server had them. What could not be sent stays in this
 * browser until it could. The plain buttons of the form do the same without this script.
 */
const PAUSE_MS = 900;
const RETRY_MS = 8000;

class Autosave {
  private timer = 0;
  private busy = false;
  private dirty = false;
  private readonly line: HTMLElement | null;

  constructor(private readonly form: HTMLFormElement, private readonly url: string) {
    this.line = form.querySelector<HTMLElement>("[data-saved]");
    form.addEventListener("input", (event) => {
      if ((event.target as HTMLInputElement).type !== "file") this.changed();
    });
    form.addEventListener("submit", () => localStorage.removeItem(this.key));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.dirty) void this.save(true);
    });
    window.addEventListener("online", () => { if (this.dirty) void this.save(); });
    this.restore();
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

  private values(): URLSearchParams {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") values.append(name, value);
    }
    return values;
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
      this.dirty = this.values().toString() !== values.toString();
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
    for (const [name, value] of new URLSearchParams(kept)) {
      if (name === "csrfmiddlewaretoken") continue;
      const control = this.form.elements.namedItem(name);
      if (control instanceof RadioNodeList) control.value = value;
      else if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = true;
      else if (control && "value" in control) (control as HTMLInputElement).value = value;
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
