"""What packages above have to say before a room is opened; a reason keeps it shut."""

from collections.abc import Callable

Check = Callable[[], str | None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """``check`` gives the reason, in the reader's language, why no room may open now, or None."""
    if check not in _checks:
        _checks.append(check)


def refusal() -> str | None:
    """The first reason against opening a room now."""
    return next((reason for check in _checks if (reason := check()) is not None), None)
