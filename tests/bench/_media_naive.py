"""The same room on aiortc's own MediaRelay and MediaRecorder, for comparison.

``python -m tests.bench._media_naive PORT FOLDER``: the part of the control API that the
benchmark's room uses. Everything is decoded, encoded again, and recorded as WebM.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from aiohttp import web
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaRecorder, MediaRelay


class Naive:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._relay = MediaRelay()
        self._tracks: dict[str, list[MediaStreamTrack]] = {}
        self._recorders: list[MediaRecorder] = []
        self._connections: list[RTCPeerConnection] = []

    async def whip(self, request: web.Request) -> web.Response:
        name = request.match_info["stream"]
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        tracks = self._tracks[name] = []
        recorder = MediaRecorder(str(self._folder / f"{name}.webm"))
        self._recorders.append(recorder)

        @connection.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            tracks.append(track)
            recorder.addTrack(self._relay.subscribe(track))

        answer = await self._answer(connection, await request.text())
        await recorder.start()
        return answer

    async def whep(self, request: web.Request) -> web.Response:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        for track in self._tracks[request.match_info["stream"]]:
            connection.addTrack(self._relay.subscribe(track))
        return await self._answer(connection, await request.text())

    async def close(self) -> None:
        for recorder in self._recorders:
            await recorder.stop()
        for connection in self._connections:
            await connection.close()

    async def _answer(self, connection: RTCPeerConnection, offer: str) -> web.Response:
        self._connections.append(connection)
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        text = connection.localDescription.sdp
        return web.Response(status=201, text=text, content_type="application/sdp")


async def main(port: int, folder: Path) -> None:
    naive, stop = Naive(folder), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = web.Application()
    app.router.add_post("/streams/{stream}/whip", naive.whip)
    app.router.add_post("/streams/{stream}/whep", naive.whep)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await stop.wait()
    await naive.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
