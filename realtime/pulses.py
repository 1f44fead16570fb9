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
SILENT_LOOKS = 3
"""A busy node may miss its second; one that misses three says that nothing flows."""


class Pulses:
    """What was last seen of every stream; frames only where something changed."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._beats: dict[str, dict[str, Beat]] = {}
        self._unanswered = 0

    async def look(self, sessions: Collection[UUID], now_ms: int) -> dict[UUID, str]:
        """The newest frame of each session in ``sessions``; ``now_ms`` is epoch time.

        A node that goes on not answering leaves nothing live.
        """
        items = await self._ask()
        self._unanswered = self._unanswered + 1 if items is None else 0
        if items is None and self._unanswered < SILENT_LOOKS:
            return {}
        found: dict[UUID, str] = {}
        wanted = {str(session): session for session in sessions}
        self._beats = {name: beats for name, beats in self._beats.items() if name in wanted}
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
        for item in items or []:
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

    async def _ask(self) -> list[dict[str, Any]] | None:
        if self._client is None:
            headers = {"X-Internal-Token": settings.INTERNAL_TOKEN}
            self._client = httpx.AsyncClient(timeout=PATIENCE_S, headers=headers)
        try:
            answer = await self._client.get(f"{settings.MEDIA_CONTROL_URL}/streams")
            return list(answer.raise_for_status().json()["items"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None
