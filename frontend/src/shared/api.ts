/** HTTP to the site's own origin: session cookie, CSRF token, errors as values with the server's words. */
import { fields, text } from "./json.ts";

import { within } from "./patience.ts";

/** The slowest honest answer: a report over a thin line. */
const LIMIT_MS = 30_000;

export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: unknown,
  ) {
    super(message);
  }
}

export class Api {
  constructor(private readonly csrf: string) {}

  get(url: string): Promise<unknown> {
    return this.#call(url, { method: "GET" });
  }

  /** `limitMs`: no answer by then is no answer at all. */
  post(url: string, body: unknown, limitMs?: number): Promise<unknown> {
    return this.#call(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
      body: JSON.stringify(body),
    }, limitMs);
  }

  /** The bytes under an address of the sender's choosing: trying again is the same. */
  put(url: string, body: Blob): Promise<unknown> {
    const headers = { "Content-Type": body.type, "X-CSRFToken": this.csrf };
    return this.#call(url, { method: "PUT", headers, body });
  }

  remove(url: string): Promise<unknown> {
    return this.#call(url, { method: "DELETE", headers: { "X-CSRFToken": this.csrf } });
  }

  /** Throws ApiError; status 0 and code "offline" when no answer came at all. */
  async #call(url: string, init: RequestInit, limitMs = LIMIT_MS): Promise<unknown> {
    let answer: Response;
    try {
      answer = await within(limitMs, (signal) => fetch(url, { credentials: "same-origin", ...init, signal }));
    } catch (cause) {
      throw new ApiError(0, "offline", cause instanceof Error ? cause.message : "", null);
    }
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok) return body;
    const error = fields(body);
    throw new ApiError(answer.status, text(error["code"], String(answer.status)), text(error["message"]), body);
  }
}
