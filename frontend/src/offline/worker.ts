/**
 * Opens a room or a ujian without a network: the network first, what the page itself kept otherwise. It
 * keeps nothing of its own accord; the page does, and takes it away again. No imports: it is loaded by
 * importScripts from luring.js under /sesi/ and /ujian/, which stay when this file is built anew.
 */
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Asking extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker extends EventTarget {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

const worker = self as unknown as Worker;
const SHELL = "ajj-room";
/** A thin line gets this long for the first byte of the page, when there is a kept one. */
const PATIENCE_MS = 4000;

async function page(request: Request): Promise<Response> {
  const kept = await (await caches.open(SHELL)).match(new URL(request.url).pathname);
  if (kept === undefined) return fetch(request);
  const late = new Promise<Response>((done) => setTimeout(() => done(kept), PATIENCE_MS));
  return Promise.race([fetch(request), late]).catch(() => kept);
}

/** Built files never change under their name. */
async function asset(request: Request): Promise<Response> {
  return (await (await caches.open(SHELL)).match(request.url)) ?? fetch(request);
}

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => (event as Waiting).waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const asking = event as Asking;
  const { request } = asking;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") asking.respondWith(page(request));
  else if (pathname.includes("/assets/")) asking.respondWith(asset(request));
});
