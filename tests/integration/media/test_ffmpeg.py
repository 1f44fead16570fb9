from __future__ import annotations

import asyncio
import datetime as dt
import sys
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.factories.media.client import Person
from tests.factories.media.look import look
from tests.factories.media.process import MediaProcess, free_port


def write_certificate(folder: Path) -> dict[str, str]:
    """FFmpeg's own is on P-224, which OpenSSL 4 no longer knows in TLS."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "whip")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return {"cert_file": str(folder / "cert.pem"), "key_file": str(folder / "key.pem")}


async def start_door(media: MediaProcess) -> tuple[web.AppRunner, str]:
    """What the web process does for WHIP: add the headers, pass the rest."""

    async def whip(request: web.Request) -> web.Response:
        answer = await media.publish("ffmpeg", (await request.read()).decode())
        headers = {"Location": f"/resources/{answer.resource}"}
        return web.Response(
            status=answer.status, text=answer.text, headers=headers, content_type="application/sdp"
        )

    async def end(request: web.Request) -> web.Response:
        return web.Response(status=await media.end(request.match_info["resource"]))

    app = web.Application()
    app.router.add_post("/whip", whip)
    app.router.add_delete("/resources/{resource}", end)
    runner, port = web.AppRunner(app), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, f"http://127.0.0.1:{port}/whip"


@pytest.mark.parametrize("flags", [{}, {"whip_flags": "dtls_active"}], ids=["server", "client"])
async def test_ffmpegs_whip_muxer_is_recorded_and_forwarded(
    media: MediaProcess, tmp_path: Path, flags: dict[str, str]
) -> None:
    runner, url = await start_door(media)
    options = [f"{k}={v}" for k, v in (write_certificate(tmp_path) | flags).items()]
    command = ["-m", "tests.factories.media.whip", url, "8", *options]
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    watcher = Person(media, "ffmpeg")
    for _ in range(100):
        if await media.streams():
            break
        await asyncio.sleep(0.1)
    await watcher.watch()
    assert await asyncio.wait_for(process.wait(), 30) == 0
    await watcher.leave()
    await media.stop()
    await runner.cleanup()

    assert len(set(watcher.pictures)) > 20
    assert watcher.sounds > 100
    stored = media.segments("ffmpeg")
    assert len(stored) >= 2
    for segment in stored:
        assert segment["codecs"] == ["h264", "opus"]
        assert segment["path"].suffix == ".mp4"
        seen = look(segment["path"])
        assert seen.first_is_keyframe
        assert seen.video_ms is not None
        assert seen.video_ms[0] == pytest.approx(segment["start_ms"], abs=250)
        span = segment["end_ms"] - segment["start_ms"]
        assert seen.pictures == pytest.approx(span / 50, abs=3)
    assert sum(s["end_ms"] - s["start_ms"] for s in stored) == pytest.approx(8000, abs=500)
