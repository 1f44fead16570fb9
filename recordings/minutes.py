"""What the minutes of a destruction say. Reads rows, writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import override

from ajj.documents.data import Pemusnahan, PemusnahanRow, Signature
from ajj.kernel import dates
from ajj.kernel.clock import wall_time
from ajj.kernel.lsp import LspIdentity
from ajj.live.states import SessionKind
from ajj.people.models import Role, User
from recordings.models import Disposal, DisposalItem, DisposalScope
from recordings.register import Person

KINDS = {SessionKind.ASESMEN.value: "Asesmen", SessionKind.PRA_ASESMEN.value: "Pra-asesmen"}
OFFICES = (Role.DIREKTUR, Role.MANAJER, Role.ADMIN)


def printed(
    disposal: Disposal,
    items: Sequence[DisposalItem],
    owners: Mapping[int, Sequence[Person]],
    lsp: LspIdentity,
    now: datetime,
) -> Pemusnahan:
    """The data of BA.PEMUSNAHAN@1; needs the number and the decision on ``disposal``."""
    if disposal.decided_by is None or disposal.decided_at is None:
        raise ValueError("minutes are printed of an approved destruction")
    today = now.astimezone(ZoneInfo(lsp.zone))
    return Pemusnahan(
        nomor=disposal.number,
        hari=dates.DAYS[today.weekday()],
        tanggal=dates.date_text(today.date()),
        waktu=f"pukul {dates.time_text(now, lsp.zone)}",
        dasar=_basis(disposal),
        alasan=disposal.reason,
        catatan=disposal.decision_note,
        rows=[_row(item, owners[item.pk], lsp) for item in items],
        pengusul=_signed(disposal.proposed_by, disposal.proposed_at, lsp),
        penyetuju=_signed(disposal.decided_by, disposal.decided_at, lsp),
        jabatan_pengusul=_office(disposal.proposed_by),
        jabatan_penyetuju=_office(disposal.decided_by),
    )


def _basis(disposal: Disposal) -> str:
    if disposal.scope == DisposalScope.SESSION:
        return "Masa simpan rekaman dan bukti berakhir."
    if disposal.early:
        return (
            "Permintaan penghapusan dari pemilik data sebelum masa simpan berakhir; kewajiban "
            "hukum untuk menyimpan telah ditimbang oleh pengusul dan penyetuju."
        )
    return "Permintaan penghapusan dari pemilik data; masa simpan telah berakhir."


def _row(item: DisposalItem, people: Sequence[Person], lsp: LspIdentity) -> PemusnahanRow:
    session = item.session
    began = session.opened_at and wall_time(session.opened_at, 0).astimezone(ZoneInfo(lsp.zone))
    day = dates.date_text(began.date()) if began else "-"
    megabytes = f"{item.bytes / 1e6:.1f}".replace(".", ",")
    return PemusnahanRow(
        session=str(session.pk),
        kegiatan=f"{KINDS[session.kind]} {session.jadwal.permohonan.skema.judul}, {day}",
        owner="; ".join(person.user.name for person in people) or "-",
        isi=f"{item.segments} potongan rekaman, {item.evidence} bukti, {megabytes} MB",
        until=dates.date_text(item.due) if item.due else "belum bertanggal",
    )


def _signed(user: User, moment: datetime, lsp: LspIdentity) -> Signature:
    day = dates.date_text(moment.astimezone(ZoneInfo(lsp.zone)).date())
    return Signature(
        name=user.name, signed=f"{day}, {dates.time_text(moment, lsp.zone, seconds=True)}"
    )


def _office(user: User) -> str:
    with override("id"):
        return next((str(role.label) for role in OFFICES if user.has_role(role)), "")
