from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.factories.media import encode
from tests.factories.media.encode import Encoded
from tests.factories.media.process import MediaProcess


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[MediaProcess]:
    async with MediaProcess(tmp_path / "spool") as process:
        yield process


@pytest.fixture(scope="session")
def frames() -> list[Encoded]:
    return encode.video("vp8", seconds=4, gop=40)


@pytest.fixture(scope="session")
def sound() -> list[Encoded]:
    return encode.audio(seconds=4)
