"""What the office settles about a scheme: BNSP's letters, and the forms it is assessed with."""

from datetime import date, datetime

from django.db import transaction

from ajj.audit.services import record
from ajj.documents.registry import form_set
from ajj.kernel.errors import Invalid
from ajj.people.models import User
from ajj.skema.models import Skema, SkemaAJJApproval


@transaction.atomic
def approve_ajj(
    skema: Skema,
    *,
    nomor_surat: str,
    tanggal: date,
    berlaku_sampai: date | None,
    actor: User | None,
    now: datetime,
    contoh: bool = False,
) -> SkemaAJJApproval:
    """Register BNSP's letter for remote assessment of ``skema``; the same letter once."""
    if berlaku_sampai is not None and berlaku_sampai < tanggal:
        message = "Tanggal akhir persetujuan mendahului tanggal surat."
        raise Invalid(message, fields={"berlaku_sampai": message})
    letter, _ = SkemaAJJApproval.objects.update_or_create(
        skema=skema,
        nomor_surat=nomor_surat,
        defaults={"tanggal": tanggal, "berlaku_sampai": berlaku_sampai, "contoh": contoh},
    )
    record(actor, "skema.approve_ajj", letter, {"skema": skema.pk}, now=now)
    return letter


@transaction.atomic
def choose_forms(skema: Skema, name: str, *, actor: User | None, now: datetime) -> Skema:
    """Let new applications for ``skema`` keep the forms of set ``name``; open ones keep theirs.

    Raises ``NotFound`` (``unknown_form_set``).
    """
    chosen = form_set(name)
    held = Skema.objects.select_for_update().get(pk=skema.pk)
    if held.form_set != chosen.name:
        data = {"from": held.form_set, "to": chosen.name}
        held.form_set = chosen.name
        held.save(update_fields=["form_set"])
        record(actor, "skema.choose_forms", held, data, now=now)
    return held
