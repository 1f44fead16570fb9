"""Counting what somebody takes of the server within a while, to say when it is enough.

Counted in Django's cache: per web process while it is the default one, for all of them once a
shared one is configured.
"""

from django.core.cache import cache


def taken(key: str, amount: int, *, window_s: int) -> int:
    """Add ``amount`` to what ``key`` took in this window of ``window_s``; the sum so far."""
    cache.add(key, 0, window_s)
    try:
        return int(cache.incr(key, amount))
    except ValueError:
        # It expired between the two: a new window begins.
        cache.set(key, amount, window_s)
        return amount
