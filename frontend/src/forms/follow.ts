/** Long work that a page shows: the part marked `data-follow` is fetched anew until it is done. */

const LOOK_MS = 3000;
const MARK = "[data-follow]";

async function look(): Promise<void> {
  const here = document.querySelector(MARK);
  if (here === null) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok === true) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.getElementById(here.id);
    // Only what changed is read aloud and drawn again.
    if (there !== null && there.outerHTML !== here.outerHTML) here.replaceWith(there);
  }
  window.setTimeout(() => void look(), LOOK_MS);
}

/** Begin to look; it ends by itself once nothing on the page is marked any more. */
export function follow(): void {
  window.setTimeout(() => void look(), LOOK_MS);
}
