from __future__ import annotations

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from realtime.media.sdp import (
    SdpError,
    clean_offer,
    publish_address,
    read_answer,
    read_offer,
)
from realtime.media.settings import Settings


@given(st.binary(max_size=200), st.text(max_size=200))
def test_any_bytes_are_refused_with_a_status(data: bytes, text: str) -> None:
    for body in (data, b"v=0\r\n" + data, ("v=0\r\nm=audio 9 RTP/AVP 0\r\n" + text).encode()):
        with pytest.raises(SdpError) as refused:
            read_offer(body)
        assert refused.value.status in (400, 406)


async def offer() -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        connection.addTransceiver(kind, direction="sendonly")
    await connection.setLocalDescription(await connection.createOffer())
    text = connection.localDescription.sdp
    await connection.close()
    return text


async def test_names_that_cannot_be_resolved_are_left_out() -> None:
    text = await offer()
    first = next(line for line in text.splitlines() if line.startswith("a=candidate"))
    hidden = first.replace(first.split()[4], "0a1b2c.local")
    stream = first.replace(" udp ", " tcp ")
    cleaned = clean_offer((text + hidden + "\r\n" + stream + "\r\n").encode())
    assert first in cleaned
    assert ".local" not in cleaned
    assert " tcp " not in cleaned
    assert "end-of-candidates" not in cleaned
    assert read_offer(cleaned.encode()).media


async def test_the_public_address_takes_the_place_of_the_hosts_own() -> None:
    answer = publish_address(await offer(), "203.0.113.9")
    for media in SessionDescription.parse(answer).media:
        assert [candidate.ip for candidate in media.ice_candidates] == ["203.0.113.9"]
        assert media.host == "203.0.113.9"
    assert publish_address(answer, None) == answer


async def test_sections_say_what_was_agreed() -> None:
    sections = {section.kind: section for section in read_answer(await offer())}
    video = sections["video"]
    assert list(dict.fromkeys(video.payloads.values())) == ["vp8", "h264"]
    assert set(video.rtx.values()) == set(video.payloads)
    assert video.abs_send_time
    assert video.nack
    assert video.ssrc
    assert video.rtx_ssrc
    assert video.cname
    assert "opus" in sections["audio"].payloads.values()
    assert not sections["audio"].nack


def test_the_environment() -> None:
    given_ = {"INTERNAL_TOKEN": "x", "SPOOL_DIR": "/spool"}
    settings = Settings.from_environ({**given_, "MEDIA_CONTROL_PORT": "1"})
    assert (settings.control_port, settings.segment_target_ms) == (1, 10_000)
    assert (settings.alarm_bytes, settings.brim_bytes) == (None, None)
    assert settings.public_address is None
    for name, value in (
        ("INTERNAL_TOKEN", ""),
        ("SPOOL_DIR", ""),
        ("MEDIA_PUBLIC_ADDRESS", "example.org"),
        ("SPOOL_BRIM_BYTES", "much"),
    ):
        with pytest.raises(ValueError, match=name):
            Settings.from_environ({**given_, name: value})
