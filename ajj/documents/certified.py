"""The port to a certified signature (PSrE, BSrE): the LSP's own on the PDF that it issues.

Level 2 of docs/signatures.md. Which adapter is used is a setting; none means that prints carry the
signatures of level 1 alone.
"""

from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from ajj.kernel.errors import DomainError


class SigningUnavailable(DomainError):
    """The certified signature could not be made now; nothing was issued, and asking again helps."""

    status = 503
    code = "signing_unavailable"


class CertifiedSigner(Protocol):
    """Signs whole PDFs with a certificate of the LSP.

    What every adapter keeps to:

    * ``sign`` returns ``pdf`` with one more revision behind it (an incremental update, PAdES,
      ISO 32000-1 12.8): the bytes it was given are the beginning of those it returns. The field
      is invisible and PDF/A-2b stays PDF/A-2b.
    * It raises ``SigningUnavailable`` for whatever fails, with a word for people, and never returns
      an unsigned file.
    * A remote adapter bounds every call: 3 s to connect, 10 s to answer, at most three attempts,
      waiting 0.5 and 1 s, and only where nothing was signed yet (connection refused, 429, 503);
      25 s in all. A signature that may have been made is asked for again under the same request
      id, never anew. It sends the hash and not the PDF where the provider lets it.
    * It is called by the jobs process and by a few commands (SK, certificate) inside their
      transaction: an adapter that is slow needs those moved into jobs first.
    """

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """``pdf`` signed; ``now`` (aware) is the signing time that the signature states."""
        ...


@lru_cache(maxsize=4)
def _made(path: str) -> CertifiedSigner:
    signer: CertifiedSigner = import_string(path)()
    return signer


def certified_signer() -> CertifiedSigner | None:
    """The adapter that ``CERTIFIED_SIGNER`` names, made once; None without one."""
    return _made(settings.CERTIFIED_SIGNER) if settings.CERTIFIED_SIGNER else None
