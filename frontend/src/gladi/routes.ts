/** Which TURN servers can be reached: each by gathering an address that only it can give. */
import { type Way, WAYS, wayOf } from "./figures.ts";
import type { Measured, Route } from "./measured.ts";

const GATHER_MS = 6000;

async function relays(server: RTCIceServer): Promise<boolean> {
  const pc = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      setTimeout(() => resolve(false), GATHER_MS);
      pc.addEventListener("icecandidate", ({ candidate: found }) => {
        if (found === null) resolve(false);
        else if (found.type === "relay") resolve(true);
      });
      pc.createDataChannel("gladi");
      pc.setLocalDescription().catch(reject);
    });
  } finally {
    pc.close();
  }
}

async function reach(servers: readonly RTCIceServer[]): Promise<Route> {
  if (servers.length === 0) return "absent";
  const found = await Promise.all(servers.map((server) => relays(server).catch(() => false)));
  return found.includes(true) ? "ok" : "failed";
}

/** One address a server, so that each way is tried alone. */
export async function tryRoutes(servers: readonly RTCIceServer[]): Promise<Partial<Measured>> {
  const single = servers.flatMap((server) => [server.urls].flat().map((url) => ({ ...server, urls: url })));
  const routes = await Promise.all(
    WAYS.map(async (way): Promise<[Way, Route]> => [way, await reach(single.filter(({ urls }) => wayOf(urls) === way))]),
  );
  return Object.fromEntries(routes);
}
