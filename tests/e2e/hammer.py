"""A program that marks without pause, as a browser's queue would: the same op until answered."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Self

import httpx

from tests.services.product import Product


@dataclass
class Hammer:
    """Posts one mark after the other until stopped; ``acked`` maps op ids to their seq."""

    product: Product
    email: str
    session: str
    kuk: list[int]
    acked: dict[str, int] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    failures: int = 0

    def __enter__(self) -> Self:
        self.client = self.product.login(self.email)
        self.client.timeout = httpx.Timeout(5)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join(60)
        self.client.close()

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            op_id = uuid.uuid4().hex
            self.sent.append(op_id)
            kuk = self.kuk[number % len(self.kuk)]
            value = ("ya", "tidak", "lanjut")[number % 3]
            number += 1
            self._until_answered(op_id, {"kuk": kuk, "value": value, "note": ""})
            time.sleep(0.05)

    def _until_answered(self, op_id: str, data: dict[str, object]) -> None:
        body = {"op_id": op_id, "kind": "mark", "data": data}
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                answer = self.client.post(f"/api/v1/sessions/{self.session}/ops", json=body)
            except httpx.HTTPError:
                self.failures += 1
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                seq = int(answer.json()["seq"])
                assert self.acked.setdefault(op_id, seq) == seq
                return
            self.failures += 1
            time.sleep(0.2)
