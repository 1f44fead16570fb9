/**
 * WHIP (RFC 9725) and WHEP over fetch: one PeerConnection per stream and direction. A connection is
 * never repaired; it is thrown away and made anew, because the media process knows no ICE restart.
 */
import { within } from "./patience.ts";
import { type Room, type Voice, offer, withRoom, withVoice } from "./terms.ts";

export interface Access {
  readonly token: string;
  readonly iceServers: readonly RTCIceServer[];
}

export interface Link {
  readonly pc: RTCPeerConnection;
  readonly resource: string | null;
}

export class SignallingError extends Error {
  override readonly name = "SignallingError";

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const ANSWER_MS = 8000;

/**
 * The offer leaves at once, without our addresses: the media process can be reached, so it learns them
 * from our checks. A relay's address takes five round trips to get, which nobody has to wait for.
 */
async function exchange(
  pc: RTCPeerConnection, url: string, token: string, terms: (answer: string) => string,
): Promise<string | null> {
  await offer(pc);
  const answer = await within(ANSWER_MS, (signal) => fetch(url, {
    method: "POST",
    // Without cookies a browser keeps connections apart from those of the site, which may hang.
    credentials: "omit",
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` },
    body: pc.localDescription?.sdp ?? "",
    signal,
  }));
  const body = await answer.text();
  if (answer.status !== 201) throw new SignallingError(answer.status, body);
  await pc.setRemoteDescription({ type: "answer", sdp: terms(body) });
  const location = answer.headers.get("Location");
  return location === null ? null : new URL(location, answer.url).href;
}

function connection(access: Access): RTCPeerConnection {
  return new RTCPeerConnection({ iceServers: [...access.iceServers], bundlePolicy: "max-bundle" });
}

async function opened(
  access: Access,
  url: string,
  prepare: (pc: RTCPeerConnection) => void,
  terms = (answer: string): string => answer,
): Promise<Link> {
  const pc = connection(access);
  try {
    prepare(pc);
    return { pc, resource: await exchange(pc, url, access.token, terms) };
  } catch (error) {
    pc.close();
    throw error;
  }
}

/** How a publication begins: what the link manager knows of the line before this connection. */
export interface Start {
  readonly video: RTCRtpEncodingParameters;
  readonly audio: RTCRtpEncodingParameters;
  readonly voice: Voice;
  readonly room: Room;
}

/** For a sender that nobody manages. */
export const PLAIN: Start = {
  video: { maxBitrate: 900_000 },
  audio: { maxBitrate: 32_000 },
  voice: { bps: 32_000, ptimeMs: 20 },
  room: { startBps: 300_000, mostBps: 2_500_000 },
};

export async function publish(access: Access, url: string, media: MediaStream, start: Start): Promise<Link> {
  const prepare = (pc: RTCPeerConnection): void => {
    for (const track of media.getTracks()) {
      const sendEncodings = [track.kind === "video" ? start.video : start.audio];
      pc.addTransceiver(track, { direction: "sendonly", streams: [media], sendEncodings });
    }
  };
  return opened(access, url, prepare, (answer) => withRoom(withVoice(answer, start.voice), start.room));
}

export async function play(access: Access, url: string, onStream: (media: MediaStream) => void): Promise<Link> {
  const media = new MediaStream();
  const link = await opened(access, url, (pc) => {
    pc.addEventListener("track", ({ track }) => {
      media.addTrack(track);
    });
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.addTransceiver("video", { direction: "recvonly" });
  });
  onStream(media);
  return link;
}

const FAREWELL_MS = 1000;
/** The server finds a lost connection by itself: a farewell is not worth holding one of six sockets for. */
const FAREWELL_ANSWER_MS = 3000;

/**
 * Ends the resource on the server, also while the page is going away. On purpose the server hears of
 * it before the transport closes: it must not take the end for a lost connection.
 */
export function hangUp(link: Link, token: string, onPurpose: boolean): void {
  if (!onPurpose) link.pc.close();
  if (link.resource === null) return link.pc.close();
  const { resource } = link;
  const headers = { Authorization: `Bearer ${token}` };
  void within(FAREWELL_ANSWER_MS, (signal) => fetch(resource, { method: "DELETE", headers, keepalive: true, signal }))
    .catch(() => undefined)
    .finally(() => link.pc.close());
  setTimeout(() => link.pc.close(), FAREWELL_MS);
}
