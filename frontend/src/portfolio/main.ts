/**
 * Judging without waiting for pages: a button of a form with data-stay is stored at once, and what the
 * server then says stands on the screen. Without this script the same buttons load the page.
 */
const root = document.getElementById("portofolio");

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset["stay"] === undefined) return;
  if (form.dataset["plain"] !== undefined) return;
  event.preventDefault();
  void store(form, event.submitter instanceof HTMLButtonElement ? event.submitter : null);
});

/** One after the other: the page that comes back must know what was pressed before. */
let last = Promise.resolve();

function store(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) {
    if (typeof value === "string") values.append(name, value);
  }
  button?.setAttribute("data-waits", "");
  last = last.then(() => send(form, values, button));
  return last;
}

async function send(form: HTMLFormElement, values: URLSearchParams, button: HTMLButtonElement | null): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(form.action, { method: "POST", body: values });
  } catch {
    button?.removeAttribute("data-waits");
    return say(root?.dataset["unsent"] ?? "");
  }
  if (!answer.ok || !answer.redirected) {
    // Refused: the page that says why is the server's own.
    form.dataset["plain"] = "";
    form.requestSubmit(button);
    return;
  }
  show(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.url, form, button);
}

/** The answered page takes the place of this one; focus stays where the hands are. */
function show(page: Document, address: string, form: HTMLFormElement, button: HTMLButtonElement | null): void {
  const fresh = page.getElementById("portofolio");
  const held = document.getElementById("portofolio");
  if (fresh === null || held === null) return window.location.assign(address);
  const drafts = typed(held, form);
  const open = [...held.querySelectorAll("details")].map((one) => one.open);
  const top = held.querySelector(".vatm__list .list")?.scrollTop ?? 0;
  held.replaceChildren(...fresh.childNodes);
  held.querySelectorAll("details").forEach((one, place) => { one.open = open[place] ?? false; });
  for (const [id, value] of drafts) {
    const field = document.getElementById(id);
    if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) field.value = value;
  }
  held.querySelector(".vatm__list .list")?.scrollTo({ top });
  history.replaceState(null, "", address);
  if (button !== null && button.name !== "") {
    held.querySelector<HTMLElement>(`button[name="${button.name}"][value="${button.value}"]`)?.focus({ preventScroll: true });
  }
}

/** What is typed in the other forms of the page and not sent yet. */
function typed(held: HTMLElement, sent: HTMLFormElement): [string, string][] {
  const fields = [...held.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("textarea, input:not([type])")];
  return fields.filter((one) => one.form !== sent && one.id !== "" && one.value !== one.defaultValue).map((one) => [one.id, one.value]);
}

function say(words: string): void {
  const note = document.querySelector<HTMLElement>("#portofolio [data-note]");
  const text = note?.querySelector("span");
  if (note === null || !text) return;
  text.textContent = words;
  note.hidden = false;
}

export {};
