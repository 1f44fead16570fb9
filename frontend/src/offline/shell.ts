/** A page that must open without a network (a room, a ujian) and its files, for one person, while it lasts. */
export const SHELL = "ajj-room";
/** Begins the keys of what was typed in a ujian and is not sent yet. */
export const UJIAN_DRAFT = "ajj.draft.";
const OWNER = "ajj.room";
export type Scope = "/sesi/" | "/ujian/";

/** What this page has loaded so far, and would need again. */
function files(): string[] {
  const named = [...document.querySelectorAll<HTMLElement>("link[href], script[src]")].map(
    (element) => element.getAttribute("href") ?? element.getAttribute("src") ?? "",
  );
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const all = [...named, ...loaded].map((address) => new URL(address, location.href).href);
  return [...new Set(all)].filter((address) => address.startsWith(location.origin) && address.includes("/assets/"));
}

/** Keeps the page as the server gives it now; rejects where it cannot. Again: what was loaded since. */
export async function keepShell(user: string, scope: Scope = "/sesi/"): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  await navigator.serviceWorker.register(`${scope}luring.js`, { scope });
  const shell = await caches.open(SHELL);
  if ((await shell.match(location.pathname)) === undefined) {
    const page = await fetch(location.pathname, { credentials: "same-origin" });
    if (!page.ok || page.redirected) return;
    await shell.put(location.pathname, page);
    localStorage.setItem(OWNER, user);
  }
  const missing: string[] = [];
  for (const address of files()) if ((await shell.match(address)) === undefined) missing.push(address);
  await shell.addAll(missing);
}

/** This page; the files serve the next one. */
export async function dropShell(): Promise<void> {
  if ("caches" in window) await (await caches.open(SHELL)).delete(location.pathname);
}

/** On every page: what was kept for somebody who is not signed in here any more goes. */
export async function purge(user: string): Promise<void> {
  const owner = localStorage.getItem(OWNER);
  if (owner === null || owner === user) return;
  localStorage.removeItem(OWNER);
  for (const key of Object.keys(localStorage)) if (key.startsWith(UJIAN_DRAFT)) localStorage.removeItem(key);
  if ("caches" in window) await caches.delete(SHELL);
  const { forgetRooms } = await import("../shared/roomdb.ts");
  await forgetRooms();
}
