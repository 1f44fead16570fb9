/** Filters act at once; without this script the search button sends the same form. */
document.addEventListener("change", (event) => {
  const control = event.target as HTMLInputElement | HTMLSelectElement;
  if (control.dataset["submit"] === undefined) return;
  control.form?.requestSubmit();
});
