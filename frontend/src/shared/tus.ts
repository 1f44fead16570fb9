/**
 * tus 1.0.0 (tus.io/protocols/resumable-upload), request by request: each chunk carries its checksum,
 * and between two of them the line can be left to something else. Whole files: pour.ts.
 */
export class TusError extends Error {
  override readonly name = "TusError";

  /** `status` 0: no answer came. */
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(`tus ${status} ${code}`);
  }
}

export interface Endpoint {
  readonly url: string;
  readonly csrf: string;
  /** Instead of the cookie, where there is none; empty where there is. */
  readonly bearer?: string;
}

/** Who is calling: the bearer alone, or the site's cookie with its CSRF token. */
export function credentials({ csrf, bearer }: Pick<Endpoint, "csrf" | "bearer">): {
  readonly credentials: RequestCredentials;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (bearer) return { credentials: "omit", headers: { Authorization: `Bearer ${bearer}` } };
  return { credentials: "same-origin", headers: { "X-CSRFToken": csrf } };
}

export interface Standing {
  readonly url: string;
  readonly offset: number;
}

const ANSWER_MS = 60_000;

/** One request to the site in tus's terms; `limitMs` after which no answer is an answer. */
export async function call(
  at: Endpoint, url: string, init: RequestInit, signal: AbortSignal, limitMs = ANSWER_MS,
): Promise<Response> {
  // By hand: AbortSignal.any() is too new for the phones that need the backup most.
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  const limit = setTimeout(abort, limitMs);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  const who = credentials(at);
  let answer: Response;
  try {
    answer = await fetch(url, {
      ...init,
      ...who,
      headers: { ...init.headers, ...who.headers, "Tus-Resumable": "1.0.0" },
      signal: stop.signal,
    });
  } catch {
    throw new TusError(0, "offline");
  } finally {
    clearTimeout(limit);
    signal.removeEventListener("abort", abort);
  }
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
  throw new TusError(answer.status, code);
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function metadata(of: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  return Object.entries(of).map(([key, value]) => `${key} ${base64(encoder.encode(value))}`).join(",");
}

export async function sha256(bytes: ArrayBuffer): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function readOffset(raw: string | null): number | null {
  return raw === null || !/^\d+$/.test(raw) ? null : Number(raw);
}

function offsetIn(answer: Response): number | null {
  return readOffset(answer.headers.get("Upload-Offset"));
}

/** Announces a file; a slice that the server knows already goes on where it stopped. */
export async function create(
  at: Endpoint, length: number, described: Readonly<Record<string, string>>, signal: AbortSignal,
): Promise<Standing> {
  const answer = await call(
    at, at.url,
    { method: "POST", headers: { "Upload-Length": String(length), "Upload-Metadata": metadata(described) } },
    signal,
  );
  const location = answer.headers.get("Location");
  if (location === null) throw new TusError(answer.status, "no_location");
  const url = new URL(location, answer.url).href;
  return { url, offset: offsetIn(answer) ?? (await standing(at, url, signal)) };
}

/** Bytes that the server has. */
export async function standing(at: Endpoint, url: string, signal: AbortSignal, limitMs = ANSWER_MS): Promise<number> {
  return offsetIn(await call(at, url, { method: "HEAD" }, signal, limitMs)) ?? 0;
}

/** Sends `chunk` and gives the new offset. */
export async function send(
  at: Endpoint, { url, offset }: Standing, chunk: ArrayBuffer, signal: AbortSignal,
): Promise<number> {
  const headers = {
    "Content-Type": "application/offset+octet-stream",
    "Upload-Offset": String(offset),
    "Upload-Checksum": `sha256 ${base64(await sha256(chunk))}`,
  };
  const answer = await call(at, url, { method: "PATCH", headers, body: chunk }, signal);
  return offsetIn(answer) ?? offset + chunk.byteLength;
}
