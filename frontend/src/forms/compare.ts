/** Does a PDF have the hash that the LSP knows? Counted here: the file does not leave the device. */

type Verdict = "printed" | "manuscript" | "other" | "large";
const MOST_BYTES = 20 * 1024 * 1024;

export function verdictOf(hash: string, known: { printed: string; manuscript: string }): Verdict {
  if (hash === known.printed) return "printed";
  return hash === known.manuscript ? "manuscript" : "other";
}

export async function sha256Hex(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function say(form: HTMLElement, verdict: Verdict | null): void {
  for (const line of form.querySelectorAll<HTMLElement>("[data-verdict]")) {
    line.hidden = line.dataset["verdict"] !== verdict;
  }
}

/** Answers as soon as a file is chosen or dropped; where hashing is not to be had, the form is sent. */
export function compare(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  // Only secure contexts hash; elsewhere the form goes the plain way.
  if (!input || !("subtle" in crypto)) return;
  const known = { printed: form.dataset["printed"] ?? "", manuscript: form.dataset["manuscript"] ?? "" };
  const look = async (): Promise<void> => {
    const file = input.files?.[0];
    say(form, null);
    if (!file) return;
    say(form, file.size > MOST_BYTES ? "large" : verdictOf(await sha256Hex(await file.arrayBuffer()), known));
  };
  input.addEventListener("change", () => void look());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    void look();
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    void look();
  });
}
