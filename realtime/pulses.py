"""The pulse of the watched sessions: one question a second to the media node, for all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings

from realtime import protocol
from realtime.room.pulse import Beat, beat

PATIENCE_S = 0.8


class Pulses:
    """What was last seen of every stream; frames only where something changed."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._beats: dict[str, dict[str, Beat]] = {}

    async def look(self, sessions: Collection[UUID], now_ms: int) -> dict[UUID, str]:
        """The newest frame of each session in ``sessions``; ``now_ms`` is epoch time.

        A node that does not answer leaves nothing live: every stream it had counts as frozen.
        """
        items = await self._ask()
        found: dict[UUID, str] = {}
        wanted = {str(session): session for session in sessions}
        self._beats = {name: beats for name, beats in self._beats.items() if name in wanted}
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
        for item in items:
            if item.get("session") in rows:
                rows[item["session"]].append(item)
        for name, session in wanted.items():
            before = self._beats.get(name, {})
            beats = {
                str(item["stream"]): beat(
                    item, now_ms - int(item["t0_ms"]), before.get(str(item["stream"]))
                )
                for item in rows[name]
            }
            self._beats[name] = beats
            found[session] = protocol.pulse({key: one.row() for key, one in beats.items()})
        return found

    async def _ask(self) -> list[dict[str, Any]]:
        if self._client is None:
            headers = {"X-Internal-Token": settings.INTERNAL_TOKEN}
            self._client = httpx.AsyncClient(timeout=PATIENCE_S, headers=headers)
        try:
            answer = await self._client.get(f"{settings.MEDIA_CONTROL_URL}/streams")
            return list(answer.raise_for_status().json()["items"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return []
