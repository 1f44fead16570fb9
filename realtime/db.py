"""Database work from sockets: a few threads of their own, so that no socket waits for a page."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
THREADS = 4

_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="socket-db")


async def run(work: Callable[[], T]) -> T:
    """``work`` in one of the threads, in the caller's language; its exception is the caller's."""
    return await asyncio.get_running_loop().run_in_executor(
        _pool, contextvars.copy_context().run, _guarded, work
    )


def _guarded(work: Callable[[], T]) -> T:
    _drop_broken()
    try:
        return work()
    finally:
        _drop_broken()


def _drop_broken() -> None:
    """Close what broke or is too old; SQLite connections cost more to open than to keep."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
