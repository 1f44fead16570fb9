"""Commands of the assessment. Those of the room come in through ``live.services.perform``."""

from ajj.assessment.services.handlers import register_handlers
from ajj.assessment.services.issue import Issuer, issue_due
from ajj.assessment.services.pihak import expire_due as expire_links
from ajj.assessment.services.projectors import register_projectors
from ajj.assessment.services.signatures import SignedIssuer
from ajj.assessment.services.ujianlog import log_concluded
from ajj.assessment.services.uploads import begin, claim, finish, receive, terminate
from ajj.assessment.services.uploads import tick as tick_uploads

__all__ = [
    "Issuer",
    "SignedIssuer",
    "begin",
    "claim",
    "expire_links",
    "finish",
    "issue_due",
    "log_concluded",
    "receive",
    "register_handlers",
    "register_projectors",
    "terminate",
    "tick_uploads",
]
