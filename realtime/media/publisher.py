"""The connection somebody publishes by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from realtime.media.hooks import Wire
from realtime.media.sdp import Section
from realtime.media.source import Sink, Source
from realtime.rtp import packet, rtcp


def _ago_ms(source: Source | None, now: float) -> int | None:
    if source is None or source.last_packet is None:
        return None
    return round((now - source.last_packet) * 1000)


Clock = Callable[[], float]


class Publisher:
    """Routes packets by payload type to audio and video. ``now`` gives epoch seconds."""

    def __init__(self, sections: Sequence[tuple[Wire, Section]], sink: Sink, now: Clock) -> None:
        self._now = now
        self.sources: list[Source] = []
        self.packets = self.octets = 0
        self.last_packet: float | None = None
        self.last_control: float | None = None
        wires: dict[int, tuple[Wire, dict[int, Source]]] = {}
        for wire, section in sections:
            if section.direction not in ("recvonly", "sendrecv"):
                continue
            source = Source(wire, section, sink)
            self.sources.append(source)
            routes = wires.setdefault(wire.identity, (wire, {}))[1]
            for payload_type in (*section.payloads, *section.rtx):
                routes[payload_type] = source
        for wire, routes in wires.values():
            wire.tap(self._receiver(routes), self._control)

    @property
    def codecs(self) -> list[str]:
        """In use or preferred, video first."""
        return [source.codec for source in sorted(self.sources, key=lambda s: not s.video)]

    @property
    def lost(self) -> int:
        return sum(source.lost for source in self.sources)

    def source(self, kind: str) -> Source | None:
        return next((source for source in self.sources if source.kind == kind), None)

    def shown(self, now: float) -> dict[str, object]:
        """What a screen may claim of it: by what came, not by what was meant to be sent."""
        audio, video = self.source("audio"), self.source("video")
        return {
            "speaking": audio is not None and audio.speaking(now),
            "audio_came_ms_ago": _ago_ms(audio, now),
            "video_came_ms_ago": _ago_ms(video, now),
            "frame_rate": round(video.frame_rate(now), 2) if video is not None else 0.0,
        }

    def request_keyframe(self, now: float) -> None:
        for source in self.sources:
            source.request_keyframe(now)

    def _receiver(self, routes: dict[int, Source]) -> Callable[[list[bytes]], None]:
        parse = packet.parse

        def receive(batch: list[bytes]) -> None:
            now = self._now()
            for data in batch:
                item = parse(data)
                if item is None:
                    continue
                source = routes.get(item.payload_type)
                if source is None:
                    continue
                self.last_packet = now
                self.packets += 1
                self.octets += len(data)
                source.receive(item, now)

        return receive

    def _control(self, data: bytes) -> None:
        now = self.last_control = self._now()
        for message in rtcp.parse(data):
            if isinstance(message, rtcp.SenderReport):
                for source in self.sources:
                    source.sender_report(message, now)
