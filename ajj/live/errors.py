"""Refusals that the session core knows by name."""

from django.utils.translation import gettext as _

from ajj.kernel.errors import Conflict, DomainError


class ConsentRequired(Conflict):
    """The person has not agreed to the current text (409): ``version`` and ``text``."""

    code = "consent_required"

    def __init__(self, version: str, text: str) -> None:
        super().__init__(_("Setujui perekaman sesi dahulu."))
        self.version = version
        self.text = text

    def body(self) -> dict[str, object]:
        """The answer's JSON body."""
        return {
            "code": self.code,
            "message": self.message,
            "consent": {"version": self.version, "text": self.text},
        }


class Unauthenticated(DomainError):
    """No credential, or one that does not hold (401)."""

    status = 401
    code = "unauthenticated"
