"""Database work from sockets: a few threads of their own, so that no socket waits for a page."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections
from django.utils import translation

T = TypeVar("T")
THREADS = 4

_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="socket-db")
# What can wait a moment has one thread of its own: on a full machine presence is late, not a mark.
_patient = ThreadPoolExecutor(max_workers=1, thread_name_prefix="socket-db-patient")


async def run(work: Callable[[], T], *, patient: bool = False) -> T:
    """``work`` in one of the threads, in the caller's language; its exception is the caller's."""
    pool, language = _patient if patient else _pool, translation.get_language()
    return await asyncio.get_running_loop().run_in_executor(pool, _guarded, work, language)


def _guarded(work: Callable[[], T], language: str | None) -> T:
    _drop_broken()
    try:
        with translation.override(language):
            return work()
    finally:
        _drop_broken()


def _drop_broken() -> None:
    """Close what broke or is too old; SQLite connections cost more to open than to keep."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()
