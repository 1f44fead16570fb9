"""How media really goes: from which address a page sends, and what storage holds of it."""

from typing import Any

from tests.e2e.browsers import until
from tests.e2e.judge import camera_of
from tests.e2e.media import decode, fetch
from tests.e2e.room import Room

KEEP = """
window.__connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.__connections.push(this); }
};
"""
"""An init script, so that ``paths`` can ask every connection of the page."""
PATHS = """
async () => {
  const found = [];
  for (const one of window.__connections) {
    if (one.connectionState !== "connected") continue;
    const stats = await one.getStats();
    for (const pair of stats.values()) {
      if (pair.type !== "candidate-pair" || !pair.nominated) continue;
      const local = stats.get(pair.localCandidateId);
      found.push([local.candidateType, local.relayProtocol ?? local.protocol]);
    }
  }
  return found;
}
"""


def paths(room: Room) -> list[list[str]]:
    """For each connection of the page its own end (host, relay), and by which transport."""
    found: list[list[str]] = room.page.evaluate(PATHS)
    return found


def recorded(reader: Room, limit_s: float = 45) -> None:
    """Until storage holds more of the asesi than now, and a decoder reads pictures and sound."""
    so_far = max((one["end_ms"] for one in camera_of(reader, "asesi")["segments"]), default=0)

    def newer() -> list[dict[str, Any]]:
        reader.page.wait_for_timeout(1000)
        segments = camera_of(reader, "asesi")["segments"]
        return [one for one in segments if one["start_ms"] >= so_far]

    for segment in until(newer, limit_s, "recorded", page=reader.page):
        played = decode(fetch(reader.person, segment["url"]))
        assert played.video_frames > 0
        assert played.audio_frames > 0


def moving(*rooms: Room) -> Any:
    """Whether each of them sees somebody else's picture move."""
    return all(any(video.moves for video in room.watch(samples=3)) for room in rooms)
