from __future__ import annotations

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from tests.factories.media.process import SDP, TOKEN, MediaProcess


async def offer_of(*kinds: str) -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in kinds:
        connection.addTransceiver(kind, direction="sendonly")
    await connection.setLocalDescription(await connection.createOffer())
    text = connection.localDescription.sdp
    await connection.close()
    return text


async def test_offers_that_cannot_be_answered(media: MediaProcess) -> None:
    good = await offer_of("audio", "video")
    cases = {
        "": (400, "sdp_invalid"),
        "v=0\r\nm=video": (400, "sdp_invalid"),
        "hello": (400, "sdp_invalid"),
        "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n": (400, "sdp_no_media"),
        good.replace("a=ice-pwd", "a=x-pwd"): (400, "sdp_no_ice"),
        good.replace("a=fingerprint", "a=x-print"): (400, "sdp_no_dtls"),
        good.replace("a=rtcp-mux", "a=x-mux"): (406, "rtcp_mux_required"),
        good.replace("VP8/", "VP9/").replace("H264/", "AV1/"): (406, "codec_unsupported"),
        good.replace("opus/", "speex/"): (406, "codec_unsupported"),
    }
    for offer, (status, code) in cases.items():
        answer = await media.publish("s1", offer)
        assert (answer.status, answer.body["code"]) == (status, code), offer[:60]
        assert answer.body["message"]
    assert await media.streams() == []


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_the_internal_token_is_needed(media: MediaProcess, token: str) -> None:
    answer = await media.publish("s1", await offer_of("audio"), token=token)
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")


async def test_other_bad_requests(media: MediaProcess) -> None:
    offer = await offer_of("audio")
    for name, value, status in (
        ("X-T0-Ms", "soon", 400),
        ("X-Session", "../up", 400),
        ("Content-Type", "text/plain", 415),
    ):
        answer = await media.publish("s1", offer, **{name: value})
        assert answer.status == status
        assert set(answer.body) == {"code", "message"}
    assert (await media.publish("..%2Fup", offer)).status in (400, 404)
    assert (await media.subscribe("nobody", offer)).status == 404
    assert await media.end("nothing") == 404
    headers = {**SDP, "X-Internal-Token": TOKEN}
    async with media.http.patch("/resources/x", data=b"", headers=headers) as patched:
        assert patched.status == 415
    async with media.http.get("/elsewhere", headers=headers) as got:
        assert got.status == 404
        assert (await got.json())["code"] == "not_found"
