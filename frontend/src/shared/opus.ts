/**
 * What an SDP says about sound: forward error correction, silence left out, packet length, repair by NACK.
 * Only lines of the audio section are touched; everything else stays byte for byte.
 */
/** How sound is packed. Headers cost as much as speech: 70 bytes a packet, 50 packets a second at 20 ms. */
export interface Voice {
  readonly bps: number;
  readonly ptimeMs: number;
}

function inAudio(sdp: string, change: (lines: string[], payload: string) => string[]): string {
  const sections = sdp.split(/(?=^m=)/m);
  return sections
    .map((section) => {
      if (!section.startsWith("m=audio")) return section;
      const payload = /^a=rtpmap:(\d+) opus\/48000/im.exec(section)?.[1];
      if (payload === undefined) return section;
      const lines = section.split("\r\n").filter((line) => line !== "");
      return `${change(lines, payload).join("\r\n")}\r\n`;
    })
    .join("");
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
