"""From an asesor's mark to another person's screen, over real sockets of the running product.

``python -m tests.bench.latency``: p50 and p99 in milliseconds with 1 and with 50 sessions at once,
every session marking once a second, and their ratio in the same run.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.services.product import Product, running

SECONDS = 20
MARKS_PER_SECOND = 1.0
MAKE_SESSIONS = """
from datetime import timedelta
from django.utils import timezone
from ajj.portal.demo import cast, stages
from ajj.portal.demo.seed import account, office_of
from ajj.scheduling.models import Jadwal
from ajj.live.services import create_for
from ajj.skema.models import Skema
from ajj.skema.selectors import kuk_ids
from ajj.people.services import issue_token
now = timezone.now()
office, skema = office_of(), Skema.objects.get(kunci="junior-web-programmer")
made = []
for number in range({count}):
    permohonan = stages.ready(
        cast.MARIA, account("asesi"), skema, office, at=now - timedelta(days=2)
    )
    stages.consult(permohonan, office, at=now - timedelta(hours=3))
    jadwal = stages.meet(
        permohonan, office, kind=Jadwal.Kind.ASESMEN, starts_at=now, minutes=60, now=now,
        may_overlap=True,
    )
    made.append(str(create_for(jadwal.pk).pk))
tokens = {{
    name: issue_token(account(name), actor=None, now=now) for name in ("asesi", "asesor", "admin")
}}
answer = {{"sessions": made, "tokens": tokens, "kuk": sorted(kuk_ids(skema))}}
"""


@dataclass(frozen=True)
class Figures:
    """Latencies of one run in milliseconds."""

    sessions: int
    marks: int
    p50: float
    p99: float


async def open_socket(
    http: httpx.AsyncClient, base: str, session: str, token: str
) -> ClientConnection:
    """Join ``session`` as the bearer of ``token`` and open the socket at its head."""
    headers = {"Authorization": f"Bearer {token}"}
    known = (await http.get(f"{base}/api/v1/sessions/{session}", headers=headers)).json()
    body = {"consent_version": known["consent_version"]}
    answer = await http.post(f"{base}/api/v1/sessions/{session}/join", json=body, headers=headers)
    answer.raise_for_status()
    return await connect(f"{answer.json()['ws_url']}?after=0", max_queue=None)


class Session:
    """One session with its asesi, its asesor who marks, and an admin who watches."""

    def __init__(self, name: str, kuk: Sequence[int]) -> None:
        self.name, self.kuk = name, kuk
        self.sent: dict[str, float] = {}
        self.seq_of: dict[str, int] = {}
        self.seen: dict[int, float] = {}

    async def open(self, http: httpx.AsyncClient, base: str, tokens: dict[str, str]) -> None:
        self.asesi = await open_socket(http, base, self.name, tokens["asesi"])
        self.asesor = await open_socket(http, base, self.name, tokens["asesor"])
        self.screen = await open_socket(http, base, self.name, tokens["admin"])
        self.readers = [
            asyncio.create_task(self._read(self.asesi, mine=False, screen=False)),
            asyncio.create_task(self._read(self.asesor, mine=True, screen=False)),
            asyncio.create_task(self._read(self.screen, mine=False, screen=True)),
        ]

    async def _read(self, socket: ClientConnection, *, mine: bool, screen: bool) -> None:
        async for message in socket:
            arrived = time.perf_counter()
            frame: dict[str, Any] = json.loads(message)
            if mine and "ack" in frame:
                self.seq_of[frame["ack"]] = frame["seq"]
            if mine and "reject" in frame:
                raise RuntimeError(str(frame))
            if screen and frame.get("kind") == "mark":
                self.seen[frame["seq"]] = arrived

    async def mark(self, offset_s: float) -> None:
        """Mark on a fixed grid, whatever the answers take."""
        await asyncio.sleep(offset_s)
        began = time.perf_counter()
        for number in range(int(SECONDS * MARKS_PER_SECOND)):
            await asyncio.sleep(max(0.0, began + number / MARKS_PER_SECOND - time.perf_counter()))
            op_id = uuid.uuid4().hex
            data = {"kuk": self.kuk[number % len(self.kuk)], "value": "ya", "note": ""}
            self.sent[op_id] = time.perf_counter()
            await self.asesor.send(json.dumps({"op_id": op_id, "kind": "mark", "data": data}))

    async def close(self) -> list[float]:
        """Milliseconds of every mark; each one must have arrived."""
        for _ in range(150):
            if self._complete():
                break
            await asyncio.sleep(0.1)
        else:
            raise RuntimeError(f"{len(self.sent)} sent, {len(self.seq_of)} acked, {len(self.seen)}")
        for reader in self.readers:
            reader.cancel()
        for socket in (self.asesi, self.asesor, self.screen):
            await socket.close()
        return [(self.seen[self.seq_of[op_id]] - sent) * 1000 for op_id, sent in self.sent.items()]

    def _complete(self) -> bool:
        return len(self.seq_of) == len(self.sent) and all(
            seq in self.seen for seq in self.seq_of.values()
        )


async def measure(product: Product, made: dict[str, Any], names: Sequence[str]) -> Figures:
    """All sessions at once, their marks spread over the second."""
    sessions = [Session(name, made["kuk"]) for name in names]
    async with httpx.AsyncClient(timeout=60) as http:
        for session in sessions:
            await session.open(http, product.base_url, made["tokens"])
    await asyncio.sleep(2)
    await asyncio.gather(*(one.mark(number / len(sessions)) for number, one in enumerate(sessions)))
    found = [value for one in sessions for value in await one.close()]
    cuts = statistics.quantiles(found, n=100)
    return Figures(len(sessions), len(found), statistics.median(found), cuts[98])


def main(counts: Sequence[int] = (1, 50)) -> list[Figures]:
    """Start a product of its own, measure each count, print the figures side by side."""
    with (
        tempfile.TemporaryDirectory(prefix="ajj-bench-") as folder,
        running(Path(folder) / "data", LOG_LEVEL="WARNING") as product,
    ):
        made = product.query(MAKE_SESSIONS.format(count=sum(counts)))
        figures, taken = [], 0
        for count in counts:
            names = made["sessions"][taken : taken + count]
            taken += count
            figures.append(asyncio.run(measure(product, made, names)))
    print("mark to another screen     sessions   marks   p50 ms   p99 ms")
    for one in figures:
        print(f"{'':26} {one.sessions:8d} {one.marks:7d} {one.p50:8.1f} {one.p99:8.1f}")
    first, last = figures[0], figures[-1]
    print(
        f"ratio {last.sessions} : {first.sessions} sessions{'':18}"
        f"{last.p50 / first.p50:8.2f} {last.p99 / first.p99:8.2f}"
    )
    return figures


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or (1, 50))
