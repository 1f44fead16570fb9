/** Connection in bars and a word, from what WebRTC counts. */
export type Quality = "good" | "fair" | "weak" | "gone" | "unknown";

export interface Reading {
  /** 0..1 over the last interval. */
  readonly loss: number;
  readonly tripMs: number | null;
  readonly kbps: number;
}

export function qualityOf(reading: Reading | null, connected: boolean): Quality {
  if (!connected) return "gone";
  if (reading === null) return "unknown";
  if (reading.loss > 0.08 || (reading.tripMs ?? 0) > 600) return "weak";
  if (reading.loss > 0.02 || (reading.tripMs ?? 0) > 250) return "fair";
  return "good";
}

export interface Counters {
  readonly at: number;
  readonly packets: number;
  readonly lost: number;
  readonly bytes: number;
  readonly tripMs: number | null;
}

/** The interval between two counter readings; null when they do not follow each other. */
export function reading(before: Counters | null, now: Counters): Reading | null {
  if (before === null || now.at <= before.at || now.packets < before.packets) return null;
  const received = now.packets - before.packets;
  const lost = Math.max(0, now.lost - before.lost);
  const loss = received + lost === 0 ? 0 : lost / (received + lost);
  return { loss, tripMs: now.tripMs, kbps: ((now.bytes - before.bytes) * 8) / (now.at - before.at) };
}
