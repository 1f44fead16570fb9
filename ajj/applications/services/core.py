"""What every command on a permohonan shares: the lock, the move, the signature."""

from datetime import datetime

from django.utils.translation import gettext as _

from ajj.applications.events import PermohonanBerubah
from ajj.applications.models import Permohonan
from ajj.applications.states import MACHINE, Event
from ajj.audit.services import record
from ajj.events.publish import publish
from ajj.people.models import User


def locked(permohonan: Permohonan) -> Permohonan:
    """The row under lock, as it stands now; only inside a transaction."""
    return Permohonan.objects.select_for_update().get(pk=permohonan.pk)


def move(
    permohonan: Permohonan, event: Event, *, actor: User | None, now: datetime, note: str = ""
) -> None:
    """Take ``event``'s transition, write it down and tell others; refuses as the table says."""
    before = permohonan.state
    permohonan.state = MACHINE.after(permohonan.status, event).value
    permohonan.changed_at = now
    permohonan.note = note
    permohonan.save()
    data = {"from": before, "to": permohonan.state}
    record(actor, f"applications.{event.value}", permohonan, data, now=now)
    publish(PermohonanBerubah(permohonan.pk, permohonan.state))


def signature_problems(signed: str, name: str, *, consent: bool) -> dict[str, str]:
    """Why a typed signature does not stand: another name, or no consent."""
    wrong = {}
    if " ".join(signed.lower().split()) != " ".join(name.lower().split()) or not signed.strip():
        wrong["signed_name"] = _("Ketik nama lengkap Anda persis seperti pada formulir.")
    if not consent:
        wrong["consent"] = _("Beri tanda setuju untuk menandatangani.")
    return wrong
