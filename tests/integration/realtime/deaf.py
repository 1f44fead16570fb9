"""A channel layer that accepts everything and delivers nothing."""

from typing import Any

from channels.layers import InMemoryChannelLayer


class DeafLayer(InMemoryChannelLayer):
    """Counts what it drops, so that a test can show that there was something to drop."""

    dropped = 0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        DeafLayer.dropped += 1

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        DeafLayer.dropped += 1
