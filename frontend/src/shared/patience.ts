/**
 * Requests that wait for an answer. A browser keeps six connections to a site; after an outage those
 * that hang, trying again after 15 and 30 seconds, would keep every new one waiting behind them.
 */
const waiting = new Map<AbortController, number>();
const listeners = new Set<() => void>();
let heardAt = -Infinity;

/** performance.now() of the server's last answer to any request: the network holds, whatever else does not. */
export function answeredAt(): number {
  return heardAt;
}

/** Calls `act` at every answer, until the function that it gives is called. */
export function onAnswer(act: () => void): () => void {
  listeners.add(act);
  return () => listeners.delete(act);
}

/** Rejects with an AbortError when no answer came within `limitMs`, or when it was let go before. */
export async function within<T>(limitMs: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const hold = new AbortController();
  waiting.set(hold, performance.now());
  const limit = setTimeout(() => hold.abort(), limitMs);
  try {
    const answer = await ask(hold.signal);
    heardAt = performance.now();
    for (const act of listeners) act();
    return answer;
  } finally {
    clearTimeout(limit);
    waiting.delete(hold);
  }
}

/** The network is back: what was asked more than `olderMs` ago hangs; whoever asked asks again. */
export function letGo(olderMs: number): void {
  const now = performance.now();
  for (const [hold, since] of waiting) if (now - since > olderMs) hold.abort();
}
