"""Commands on certificates: issue, number of the blanko, suspend, restore, withdraw, expire."""

import secrets
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record as audit
from ajj.certificates import rules, selectors
from ajj.certificates.events import CertificateChanged, CertificateIssued
from ajj.certificates.models import Sertifikat
from ajj.certificates.prints import printed
from ajj.certificates.states import CertificateEvent, CertificateState, certificate_machine
from ajj.committee.events import SkSigned
from ajj.committee.models import Case, Result
from ajj.committee.states import CaseState
from ajj.documents import services as documents
from ajj.documents.models import Document
from ajj.documents.registry import CERTIFICATE
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.kernel.numbering import certificate_number, registration_number
from ajj.live.services import SYSTEM, record
from ajj.people.models import User
from ajj.people.selectors import latest_documents

log = structlog.get_logger(__name__)
MAX_PHOTO_BYTES = 2 * 1024 * 1024


def on_sk_signed(event: SkSigned) -> None:
    """The decision is in force: everybody found competent gets a certificate."""
    issue_missing(now=datetime.now(UTC))


def issue_missing(*, now: datetime) -> int:
    """Issue what signed decisions still lack; one failing berkas holds up no other.

    Safe to run again at any time: the jobs process does.
    """
    issued = 0
    for case_id in list(selectors.unissued_cases().values_list("pk", flat=True)):
        try:
            issue(case_id, now=now)
        except Exception:
            log.exception("certificate not issued", case=case_id)
        else:
            issued += 1
    return issued


@transaction.atomic
def issue(case_id: int, *, now: datetime) -> Sertifikat:
    """The certificate of a berkas that a signed SK found competent; made once.

    Raises ``NotFound`` or ``Conflict`` (``not_decided``).
    """
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("session__jadwal__permohonan__skema__standar", "asesi", "pleno__signed_by")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise NotFound(_("Berkas tidak ditemukan."), code="no_case")
    if case.state != CaseState.SIGNED.value or case.result != Result.K.value:
        raise Conflict(_("Berkas ini belum diputuskan kompeten."), code="not_decided")
    existing = Sertifikat.objects.filter(case=case).first()
    if existing is not None:
        return existing
    certificate = _draft(case, now)
    certificate.document = _print(certificate, now)
    certificate.state = certificate_machine.after(
        CertificateState(certificate.state), CertificateEvent.ISSUE
    ).value
    certificate.save(update_fields=["document", "state"])
    _log_form(certificate, certificate.document, now)
    audit(None, "certificates.issue", certificate, {"number": certificate.number}, now=now)
    publish(CertificateIssued(certificate_id=certificate.pk))
    return certificate


def _draft(case: Case, now: datetime) -> Sertifikat:
    skema = case.session.jadwal.permohonan.skema
    day = _today(now)
    form, examples = rules.number_format(skema, settings.CERTIFICATE_DEFAULTS)
    running = documents.next_number("sertifikat", day.year)
    return Sertifikat.objects.create(
        code=secrets.token_urlsafe(15),
        case=case,
        holder=case.asesi,
        holder_name=case.asesi.name,
        skema=skema,
        number=certificate_number(form, running, day.year),
        registration=registration_number(form, settings.LSP.licence_digits, running, day.year),
        issued_on=day,
        valid_until=rules.last_day(day, skema.masa_berlaku_tahun),
        contoh=examples,
        state_since=now,
    )


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.LSP.zone)).date()


def _photo(user: User) -> tuple[bytes, str] | None:
    """The holder's newest portrait as (bytes, format), if it is an image of a bearable size."""
    document = latest_documents(user).get("foto")
    if document is None or document.mime not in ("image/jpeg", "image/png"):
        return None
    if document.bytes > MAX_PHOTO_BYTES:
        return None
    with default_storage.open(str(document.file)) as file:
        return file.read(), "jpg" if document.mime == "image/jpeg" else "png"


def _print(certificate: Sertifikat, now: datetime) -> Document:
    """The PDF; a portrait that cannot be drawn is left to be glued."""
    photo = _photo(certificate.holder)
    try:
        return _issue_print(certificate, photo, now)
    except Invalid:
        if photo is None:
            raise
        return _issue_print(certificate, None, now)


def _issue_print(
    certificate: Sertifikat, photo: tuple[bytes, str] | None, now: datetime
) -> Document:
    return documents.issue(
        CERTIFICATE.code,
        CERTIFICATE.version,
        printed(certificate, settings.LSP, settings.SITE_URL, photo),
        subject=f"sertifikat:{certificate.pk}",
        now=now,
    )


def _log_form(certificate: Sertifikat, paper: Document, now: datetime) -> None:
    record(
        certificate.case.session_id,
        kind="form.issued",
        actor=SYSTEM,
        data={
            "code": paper.code,
            "version": paper.version,
            "sha256": paper.sha256,
            "document": str(paper.pk),
        },
        now=now,
    )


def _locked(certificate_id: int) -> Sertifikat:
    found = (
        selectors.certificates().select_for_update(of=("self",)).filter(pk=certificate_id).first()
    )
    if found is None:
        raise NotFound(_("Sertifikat tidak ditemukan."), code="no_certificate")
    return found


def _require_overseer(actor: User) -> None:
    if not actor.has_role(*rules.OVERSEERS):
        raise Forbidden(_("Hanya pengelola LSP yang mengubah sertifikat."))


@transaction.atomic
def set_blanko(certificate_id: int, *, blanko: str, actor: User, now: datetime) -> Sertifikat:
    """Enter the number that BNSP gave (7 digits usual) and print the certificate anew."""
    _require_overseer(actor)
    certificate = _locked(certificate_id)
    digits = blanko.strip()
    if not digits.isdecimal() or not 5 <= len(digits) <= 12:
        raise Invalid(_("Nomor blanko terdiri dari 5 sampai 12 angka."), code="blanko_shape")
    if Sertifikat.objects.filter(blanko=digits).exclude(pk=certificate.pk).exists():
        raise Conflict(_("Nomor blanko ini sudah dipakai sertifikat lain."), code="blanko_used")
    certificate.blanko = digits
    certificate.document = _print(certificate, now)
    certificate.save(update_fields=["blanko", "document"])
    _log_form(certificate, certificate.document, now)
    audit(actor, "certificates.blanko", certificate, {"blanko": digits}, now=now)
    return certificate


@transaction.atomic
def change_state(
    certificate_id: int, event: CertificateEvent, *, reason: str, actor: User, now: datetime
) -> Sertifikat:
    """Suspend, restore or withdraw, with its reason.

    Raises ``Forbidden``, ``Invalid`` (``reason_missing``) or ``Conflict`` (``wrong_state``).
    """
    _require_overseer(actor)
    certificate = _locked(certificate_id)
    words = reason.strip()[:240]
    if not words and event is not CertificateEvent.RESTORE:
        raise Invalid(_("Tuliskan alasan dan nomor keputusannya."), code="reason_missing")
    _move(certificate, event, words, now)
    audit(actor, f"certificates.{event.value}", certificate, {"reason": words}, now=now)
    publish(CertificateChanged(certificate_id=certificate.pk))
    return certificate


def _move(certificate: Sertifikat, event: CertificateEvent, reason: str, now: datetime) -> None:
    certificate.state = certificate_machine.after(CertificateState(certificate.state), event).value
    certificate.state_reason, certificate.state_since = reason, now
    certificate.save(update_fields=["state", "state_reason", "state_since"])


@transaction.atomic
def expire_due(*, now: datetime) -> int:
    """Note the end of what is past its last day; how many. Run daily by the jobs process."""
    due = Sertifikat.objects.select_for_update().filter(
        state__in=(CertificateState.ISSUED.value, CertificateState.SUSPENDED.value),
        valid_until__lt=_today(now),
    )
    count = 0
    for certificate in due:
        _move(certificate, CertificateEvent.EXPIRE, certificate.state_reason, now)
        publish(CertificateChanged(certificate_id=certificate.pk))
        count += 1
    return count
