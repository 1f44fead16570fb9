"""Errors that a person can act on.

Every error carries a stable ``code`` for programs, an HTTP ``status`` and a message in the
reader's language that says what happened and what to do now.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """A refused command. Nothing was written.

    ``fields`` maps a form field to its own message when the input was at fault.
    """

    status = 400
    code = "invalid"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})


class Invalid(DomainError):
    """The input is malformed or breaks a rule of the form."""


class Forbidden(DomainError):
    """The person may not do this, now or ever; the code says which."""

    status = 403
    code = "forbidden"


class NotFound(DomainError):
    """There is no such thing, or the person may not know of it."""

    status = 404
    code = "not_found"


class Conflict(DomainError):
    """The thing is not in a state that allows this."""

    status = 409
    code = "conflict"
