"""Offers checked, answers made ready: what RFC 9725 wants a server to say no to."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiortc import RTCPeerConnection, RTCRtpReceiver, sdp
from aiortc.rtcrtpparameters import RTCRtpCodecCapability

CODECS = {"audio/opus": "opus", "video/vp8": "vp8", "video/h264": "h264"}
_ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_MAX_OFFER = 128 * 1024


class SdpError(Exception):
    """An offer that is refused: HTTP ``status`` with a stable ``code``."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Section:
    """One audio or video section of our answer.

    ``payloads`` maps payload type to codec name, ``rtx`` retransmission payload type to the one
    it repairs; both in the answer's order of preference. ``abs_send_time`` and ``audio_level``
    (RFC 6464) are the extensions' ids, 0 if not agreed.
    """

    kind: str
    mid: str
    payloads: dict[int, str]
    rtx: dict[int, int] = field(default_factory=dict)
    ssrc: int = 0
    rtx_ssrc: int = 0
    cname: str = ""
    abs_send_time: int = 0
    audio_level: int = 0
    nack: bool = False
    direction: str = "inactive"


def read_offer(body: bytes) -> sdp.SessionDescription:
    """Parse an offer; SdpError 400 for what is not SDP, 406 for codecs we do not carry."""
    invalid = SdpError(400, "sdp_invalid", "The offer is not valid SDP.")
    if len(body) > _MAX_OFFER or not body.startswith(b"v=0"):
        raise invalid
    try:
        offer = sdp.SessionDescription.parse(body.decode())
    except (ValueError, AssertionError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise invalid from error
    sections = [media for media in offer.media if media.kind in ("audio", "video")]
    if not sections:
        raise SdpError(400, "sdp_no_media", "The offer has neither audio nor video.")
    for media in sections:
        if media.ice is None or not media.ice.usernameFragment or not media.ice.password:
            raise SdpError(400, "sdp_no_ice", "The offer carries no ICE credentials.")
        if media.dtls is None or not media.dtls.fingerprints:
            raise SdpError(400, "sdp_no_dtls", "The offer carries no DTLS fingerprint.")
        if not media.rtcp_mux:
            raise SdpError(406, "rtcp_mux_required", "RTCP must be multiplexed with RTP.")
        if not offered_codecs(media):
            raise SdpError(406, "codec_unsupported", "VP8 or H.264, and Opus, are needed.")
    return offer


def offered_codecs(media: sdp.MediaDescription) -> list[str]:
    """Our names of the codecs in a section that we can carry, in its order."""
    names = [CODECS.get(codec.mimeType.lower()) for codec in media.rtp.codecs]
    return [name for name in names if name is not None]


def clean_offer(body: bytes) -> str:
    """The offer's text without candidates that we cannot use and without end-of-candidates.

    Names in .local cannot be resolved here in time; the browser reaches our candidates and is
    learned as peer-reflexive. aioice gives up at once if told that no more candidates follow.
    """
    lines = [line for line in body.decode().splitlines() if line and _usable(line)]
    return "\r\n".join(lines) + "\r\n"


def _usable(line: str) -> bool:
    if line.startswith("a=candidate:"):
        fields = line.split()
        return len(fields) > 4 and fields[2].lower() == "udp" and not fields[4].endswith(".local")
    return not line.startswith("a=end-of-candidates")


def prepare_transceivers(
    connection: RTCPeerConnection, offer: sdp.SessionDescription, direction: str
) -> None:
    """One transceiver per kind in the offer that accepts only the codecs we carry."""
    for kind in dict.fromkeys(m.kind for m in offer.media if m.kind in ("audio", "video")):
        transceiver = connection.addTransceiver(kind, direction=direction)
        transceiver.setCodecPreferences(_preferences(kind))


def _preferences(kind: str) -> list[RTCRtpCodecCapability]:
    capabilities = RTCRtpReceiver.getCapabilities(kind)
    return [
        codec
        for codec in (capabilities.codecs if capabilities else [])
        if codec.mimeType.lower() in (*CODECS, "video/rtx")
    ]


def read_answer(answer: str) -> list[Section]:
    """The audio and video sections of our own answer, the first of each kind."""
    sections: dict[str, Section] = {}
    for media in sdp.SessionDescription.parse(answer).media:
        if media.kind not in ("audio", "video") or media.kind in sections:
            continue
        payloads: dict[int, str] = {}
        rtx: dict[int, int] = {}
        for codec in media.rtp.codecs:
            name = CODECS.get(codec.mimeType.lower())
            payload, apt = codec.payloadType, codec.parameters.get("apt")
            if payload is None:
                continue
            if name is not None:
                payloads[payload] = name
            elif codec.name.lower() == "rtx" and isinstance(apt, int):
                rtx[payload] = apt
        sections[media.kind] = Section(
            kind=media.kind,
            mid=media.rtp.muxId,
            payloads=payloads,
            rtx=rtx,
            ssrc=media.ssrc[0].ssrc if media.ssrc else 0,
            rtx_ssrc=media.ssrc[1].ssrc if len(media.ssrc) > 1 else 0,
            cname=(media.ssrc[0].cname or "") if media.ssrc else "",
            abs_send_time=_extension(media, _ABS_SEND_TIME),
            audio_level=_extension(media, _AUDIO_LEVEL),
            nack=any(
                feedback.type == "nack" and not feedback.parameter
                for codec in media.rtp.codecs
                for feedback in codec.rtcpFeedback
            ),
            direction=media.direction or "sendrecv",
        )
    return list(sections.values())


def _extension(media: sdp.MediaDescription, uri: str) -> int:
    return next((e.id for e in media.rtp.headerExtensions if e.uri == uri), 0)


def repair_audio(answer: str, offer: str) -> str:
    """The answer with NACK for Opus (RFC 4585 §6.2.1) where the offer has it.

    aiortc knows of it for video only. Lost sound cannot be drawn from its neighbours by any
    player, so a recording needs it sent again.
    """
    wanted = {
        line[len("a=rtcp-fb:") :].split()[0]
        for line in offer.splitlines()
        if line.startswith("a=rtcp-fb:") and line.split()[1:] == ["nack"]
    }
    out: list[str] = []
    for line in answer.splitlines():
        out.append(line)
        if line.startswith("a=rtpmap:") and " opus/" in line.lower():
            payload = line[len("a=rtpmap:") :].split()[0]
            if payload in wanted:
                out.append(f"a=rtcp-fb:{payload} nack")
    return "\r\n".join(out) + "\r\n"


def publish_address(answer: str, address: str | None) -> str:
    """The answer with ``address`` in place of the host's own (NAT 1:1), one candidate each."""
    if address is None:
        return answer
    description = sdp.SessionDescription.parse(answer)
    wanted = ":" in address
    for media in description.media:
        hosts = [c for c in media.ice_candidates if (":" in c.ip) == wanted]
        outside = [c for c in hosts if not c.ip.startswith("127.")] or hosts
        for candidate in outside[:1]:
            candidate.ip = address
            media.host = address
        media.ice_candidates = outside[:1] or media.ice_candidates
    return str(description)
