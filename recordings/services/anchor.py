"""Time stamps on seals (RFC 3161): somebody else says that this head existed at that moment.

Off unless ``TSA_URL`` is set. ``TSA_CERTIFICATE`` names a PEM file of the authority's root (and
intermediate) certificates; with it every stamp is checked before it is kept.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import structlog
from cryptography import x509
from django.conf import settings
from django.db import transaction
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ajj.live.services import SYSTEM, append, lock
from recordings.capsule.verify import stamp_of
from recordings.models import Anchor, Seal

log = structlog.get_logger(__name__)

TIMEOUT_S = 15
MAX_ANSWER_BYTES = 256 * 1024
MAX_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
GRANTED = (0, 1)  # PKIStatus: granted, grantedWithMods


class Refused(Exception):
    """The authority gave no stamp that can be kept; the message says why."""


@dataclass(frozen=True)
class Trust:
    """The certificates that a stamp must lead to."""

    roots: tuple[x509.Certificate, ...]


def trust() -> Trust | None:
    """What ``TSA_CERTIFICATE`` names; None where it is unset."""
    path = settings.TSA_CERTIFICATE
    if not path:
        return None
    return Trust(tuple(x509.load_pem_x509_certificates(Path(path).read_bytes())))


def anchor_fault(token: bytes, jws: str, trusted: Trust) -> str:
    """Empty when ``token`` stamps ``jws`` and leads to a trusted certificate; else why not."""
    builder = VerifierBuilder()
    for certificate in trusted.roots:
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(decode_timestamp_response(token), jws.encode())
    except (VerificationError, ValueError) as error:
        return f"the authority's signature does not hold ({error})"
    return ""


def request_stamp(jws: str, *, url: str, trusted: Trust | None) -> bytes:
    """Ask ``url`` once for a stamp over the SHA-256 of ``jws``; the DER response.

    Raises ``Refused``, ``httpx.HTTPError``.
    """
    wanted = TimestampRequestBuilder(jws.encode(), HashAlgorithm.SHA256).build()
    answer = httpx.post(
        url,
        content=wanted.as_bytes(),
        headers={
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        },
        timeout=TIMEOUT_S,
    )
    answer.raise_for_status()
    token = answer.content
    if len(token) > MAX_ANSWER_BYTES:
        raise Refused("the answer is too long")
    try:
        response = decode_timestamp_response(token)
        if response.status not in GRANTED:
            raise Refused(f"refused: {response.status_string}")
        if response.tst_info.nonce != wanted.nonce:
            raise Refused("the stamp answers another request")
        stamped, _moment = stamp_of(token)
    except (ValueError, IndexError, StopIteration) as error:
        raise Refused(f"not a time stamp: {error}") from error
    if stamped != hashlib.sha256(jws.encode()).digest():
        raise Refused("the stamp is on something else")
    fault = anchor_fault(token, jws, trusted) if trusted else ""
    if fault:
        raise Refused(fault)
    return token


@transaction.atomic
def keep_stamp(seal_id: int, *, token: bytes, tsa: str, now: datetime) -> Anchor:
    """Store a checked stamp and log ``session.anchored``; the same seal again gives the first."""
    seal = Seal.objects.get(pk=seal_id)
    session = lock(seal.session_id)
    known = Anchor.objects.filter(seal=seal).first()
    if known is not None:
        return known
    _stamped, gen_time = stamp_of(token)
    sha256 = hashlib.sha256(token).hexdigest()
    entry = append(
        session,
        kind="session.anchored",
        actor=SYSTEM,
        data={"seq": seal.seq, "tsa": tsa, "gen_time": gen_time, "sha256": sha256},
        now=now,
    )
    return Anchor.objects.create(
        seal=seal, tsa=tsa, token=token, sha256=sha256, gen_time=gen_time, entry=entry.seq
    )


class Anchorer:
    """Asks for the stamps that are due; what failed rests ever longer and is given up in the end.

    A restart of the jobs process tries again what was given up.
    """

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failed: dict[int, tuple[int, datetime]] = {}

    def step(self) -> int:
        """Anchor every seal that has no stamp yet; how many got one."""
        if not settings.TSA_URL:
            return 0
        done = 0
        for seal in Seal.objects.filter(anchor__isnull=True).order_by("sealed_at"):
            tries, until = self._failed.get(seal.pk, (0, self._clock()))
            if tries >= MAX_TRIES or until > self._clock():
                continue
            try:
                token = request_stamp(seal.jws, url=settings.TSA_URL, trusted=trust())
                keep_stamp(seal.pk, token=token, tsa=settings.TSA_URL, now=self._clock())
                done += 1
            except (Refused, httpx.HTTPError, OSError) as error:
                pause = FIRST_PAUSE * 2**tries
                self._failed[seal.pk] = (tries + 1, self._clock() + pause)
                log.warning("seal not anchored", seal=seal.pk, tries=tries + 1, error=str(error))
        return done
