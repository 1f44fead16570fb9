import "../forms/filter.ts";
import "../forms/autosave.ts";
import "../forms/review.ts";
import { purge } from "../offline/shell.ts";

/** Comforts on every page. Each works without this script; it only makes them smoother. */

/** An open menu closes on Escape, on a click elsewhere and when focus leaves it. */
function closeMenus(except: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

/** A session on this device may still owe recording to the server; the room and a second camera look after their own. */
if (document.querySelector("#room, #camera") === null && localStorage.getItem("ajj.backup") !== null) {
  void import("../backup/visit.ts").catch(() => undefined);
}

/** So may evidence that was taken in it. */
if (document.getElementById("room") === null && localStorage.getItem("ajj.evidence") !== null) {
  void import("../evidence/visit.ts").catch(() => undefined);
}
if (document.querySelector("[data-follow]") !== null) void import("../forms/follow.ts").then((it) => it.follow(), () => undefined);

for (const place of document.querySelectorAll<HTMLElement>("[data-pad]")) {
  void import("../forms/pad.ts").then((it) => it.pad(place), () => undefined);
}
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-compare]")) {
  void import("../forms/compare.ts").then((it) => it.compare(form), () => undefined);
}

/** A room that was kept for somebody else does not stay here. */
purge(document.body.dataset["user"] ?? "").catch(() => undefined);

document.addEventListener("click", (event) => closeMenus(event.target as Element));
document.addEventListener("focusin", (event) => closeMenus(event.target as Element));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
});

/** A form is sent once: a second press waits for the first answer. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target as HTMLFormElement;
  const question = event.submitter?.dataset["confirm"] ?? form.dataset["confirm"];
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  if (form.method === "get") return;
  form.dataset["sent"] = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

/** Coming back by the browser's own cache shows the form as it was, ready to send again. */
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset["sent"];
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", (event) => {
  const control = (event.target as Element).closest<HTMLElement>("[data-print], [data-copy]");
  if (!control) return;
  if (control.dataset["copy"] === undefined) {
    window.print();
    return;
  }
  void navigator.clipboard.writeText(control.dataset["copy"]).then(() => {
    control.setAttribute("data-copied", "");
  });
});
