/**
 * What an SDP says about sound and about the rate of pictures: forward error correction, silence left out,
 * packet length, repair by NACK, ceilings. Only lines of that section are touched; the rest stays as it is.
 */
/** How sound is packed. Headers cost as much as speech: 70 bytes a packet, 50 packets a second at 20 ms. */
export interface Voice {
  readonly bps: number;
  readonly ptimeMs: number;
}

function inSection(sdp: string, kind: string, change: (lines: string[]) => string[]): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      if (!section.startsWith(`m=${kind}`)) return section;
      return `${change(section.split("\r\n").filter((line) => line !== "")).join("\r\n")}\r\n`;
    })
    .join("");
}

function inAudio(sdp: string, change: (lines: string[], payload: string) => string[]): string {
  return inSection(sdp, "audio", (lines) => {
    const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(lines.join("\n"))?.[1];
    return payload === undefined ? lines : change(lines, payload);
  });
}

/** An offer that also asks for repair of lost sound (RFC 4585 §6.2.1), which browsers can but do not offer. */
export function withRepair(sdp: string): string {
  return inAudio(sdp, (lines, payload) => {
    const wanted = `a=rtcp-fb:${payload} nack`;
    if (lines.includes(wanted)) return lines;
    const at = lines.findIndex((line) => line.startsWith(`a=rtpmap:${payload} `));
    return [...lines.slice(0, at + 1), wanted, ...lines.slice(at + 1)];
  });
}

/** An answer by which the browser sends sound as `voice` says (RFC 7587 §6.1, RFC 8866 §6.4). */
export function withVoice(sdp: string, voice: Voice): string {
  return inAudio(sdp, (lines, payload) => {
    const kept = lines.filter((line) => !line.startsWith(`a=fmtp:${payload} `) && !/^a=(max)?ptime:/.test(line));
    const terms = `minptime=10;useinbandfec=1;usedtx=1;maxaveragebitrate=${voice.bps}`;
    const at = kept.findIndex((line) => line.startsWith(`a=rtpmap:${payload} `));
    return [...kept.slice(0, at + 1), `a=fmtp:${payload} ${terms}`, ...kept.slice(at + 1), `a=ptime:${voice.ptimeMs}`];
  });
}

/** Bit/s between which the browser looks for what the line carries; null leaves its estimate as it is. */
export interface Room {
  readonly startBps: number | null;
  readonly mostBps: number;
}

/**
 * An answer that bounds the search: Chromium probes with bursts of a multiple of what it believes in, and
 * believes in ever more while no picture is sent. Other browsers do not know these names and skip them.
 */
export function withRoom(sdp: string, { startBps, mostBps }: Room): string {
  const kbps = (bps: number): number => Math.round(bps / 1000);
  const most = `x-google-max-bitrate=${kbps(mostBps)}`;
  const terms = startBps === null ? most : `x-google-start-bitrate=${kbps(startBps)};${most}`;
  const replaced = startBps === null ? /^x-google-max/ : /^x-google-/;
  return inSection(sdp, "video", (lines) =>
    lines.flatMap((line) => {
      const payload = /^a=rtpmap:(\d+) (?:VP8|H264)\//i.exec(line)?.[1];
      const described = /^a=fmtp:(\d+) (?!apt=)(.*)$/.exec(line);
      if (described !== null) {
        const kept = (described[2] ?? "").split(";").filter((term) => !replaced.test(term) && term !== "");
        return [`a=fmtp:${described[1]} ${[...kept, terms].join(";")}`];
      }
      const more = payload !== undefined && !lines.some((other) => other.startsWith(`a=fmtp:${payload} `));
      return more ? [line, `a=fmtp:${payload} ${terms}`] : [line];
    }),
  );
}

/** Makes and sets the offer; a browser that does not let its words be changed offers without repair. */
export async function offer(pc: RTCPeerConnection): Promise<void> {
  const { sdp = "" } = await pc.createOffer();
  await pc.setLocalDescription({ type: "offer", sdp: withRepair(sdp) }).catch(() => pc.setLocalDescription({ type: "offer", sdp }));
}
