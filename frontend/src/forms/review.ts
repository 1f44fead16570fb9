/** The office works with the keyboard: [data-key] answers to its letter outside of fields. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if ((event.target as Element).closest("input, textarea, select, [contenteditable]")) return;
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!control) return;
  event.preventDefault();
  if (control.matches("input, textarea, select")) control.focus();
  else control.click();
});

/** A ready-made reason fills the field it belongs to, still open to be changed. */
document.addEventListener("click", (event) => {
  const chip = (event.target as Element).closest<HTMLElement>("[data-fill]");
  if (!chip) return;
  const field = document.getElementById(chip.dataset["fill"] ?? "") as HTMLInputElement | null;
  if (!field) return;
  field.value = chip.dataset["text"] ?? chip.textContent?.trim() ?? "";
  field.focus();
});
