"""What the berita acara and the decision letter say. Reads rows, writes nothing."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import override

from ajj.committee.models import Case, Jabatan, Part, Pleno, Result
from ajj.documents.data import Decision, Member, PlenoRow, Signature
from ajj.documents.data import Pleno as PlenoPrint
from ajj.kernel import dates
from ajj.kernel.chain import short_head
from ajj.kernel.lsp import LspIdentity
from ajj.live.models import LogEntry
from ajj.people.models import User


def _official(choice: Result | Jabatan) -> str:
    """The word of ``choice`` in Indonesian, whatever the signer's screen speaks."""
    with override("id"):
        return str(choice.label)


def met_of(user: User) -> str:
    """The MET number of an asesor or komite member, empty when none is known."""
    for name in ("komite", "asesor"):
        profile = getattr(user, name, None)
        if profile is not None and profile.met:
            return str(profile.met)
    return ""


def _asesor(case: Case) -> str:
    people = [part.user for part in case.parts.all() if part.part == Part.ASESSING.value]
    named = [f"{user.name} ({met_of(user)})" if met_of(user) else user.name for user in people]
    return ", ".join(named)


def _row(case: Case, *, note: str = "") -> PlenoRow:
    skema = case.session.jadwal.permohonan.skema
    return PlenoRow(
        name=case.asesi.name,
        skema=skema.judul,
        jenjang=str(skema.jenjang or "-"),
        result=_official(Result(case.result)),
        note=note,
        asesor=_asesor(case),
    )


def _note(case: Case) -> str:
    by_value: dict[str, int] = {}
    for vote in case.votes.all():
        by_value[vote.value] = by_value.get(vote.value, 0) + 1
    counts = ", ".join(f"{_official(Result(value))} {count}" for value, count in by_value.items())
    return "Konsensus." if case.unanimous else f"Suara terbanyak: {counts}."


def _head(case: Case) -> list[str]:
    """The sealed head as the asesi holds it on the receipt, else the head as it stands."""
    seals = LogEntry.objects.filter(session_id=case.session_id, kind="session.sealed")
    last = seals.order_by("-seq").first()
    if last is None:
        session = case.session
        return [f"{session.pk} belum disegel, catatan ke-{session.head_seq}", session.head_hash]
    seal = last.data
    return [
        f"{case.session_id} {short_head(seal['head'])}",
        f"{seal['head']}",
        f"segel catatan ke-{seal['seq']}, kunci {seal['kid']}",
    ]


def _cara(cases: Sequence[Case]) -> str:
    if all(case.unanimous for case in cases):
        return "konsensus"
    return "suara terbanyak untuk berkas yang tidak mencapai konsensus"


def berita_acara(pleno: Pleno, cases: Sequence[Case], lsp: LspIdentity) -> PlenoPrint:
    """The data of BA.PLENO@1."""
    held = pleno.closed_at.astimezone(ZoneInfo(lsp.zone))
    votes = {
        vote.user_id: dates.time_text(vote.cast_at, lsp.zone)
        for case in cases
        for vote in case.votes.all()
    }
    seats = pleno.tim.anggota.select_related("user__komite", "user__asesor")
    return PlenoPrint(
        nomor=pleno.nomor,
        hari=dates.DAYS[held.weekday()],
        tanggal=dates.date_text(held.date()),
        waktu=f"pukul {dates.time_text(pleno.closed_at, lsp.zone)}",
        tempat="daring" if pleno.daring else f"luring di {lsp.city}",
        cara=_cara(cases),
        members=[
            Member(
                name=seat.user.name,
                jabatan=_official(Jabatan(seat.jabatan)),
                met=met_of(seat.user),
                signed=f"hadir, putusan {votes.get(seat.user_id, '-')}",
            )
            for seat in seats
        ],
        rows=[_row(case, note=_note(case)) for case in cases],
        notes=pleno.notes,
        ketua=Signature(
            name=pleno.closed_by.name,
            signed=dates.moment_text(pleno.closed_at, lsp.zone),
            met=met_of(pleno.closed_by),
        ),
        sk_tim=pleno.tim.sk_nomor,
        heads=[line for case in cases for line in _head(case)],
    )


def surat_keputusan(pleno: Pleno, cases: Sequence[Case], lsp: LspIdentity) -> Decision:
    """The data of SK.KEPUTUSAN@1; needs the signer and the moment on ``pleno``."""
    if pleno.signed_at is None or pleno.signed_by is None:
        raise ValueError("an SK is printed when it is signed")
    schemes = sorted({case.session.jadwal.permohonan.skema.judul for case in cases})
    tuk = sorted({case.session.jadwal.tuk for case in cases})
    held = dates.date_text(pleno.closed_at.astimezone(ZoneInfo(lsp.zone)).date())
    signed = pleno.signed_at.astimezone(ZoneInfo(lsp.zone))
    return Decision(
        nomor=pleno.sk_nomor,
        tentang=(
            f"Penetapan hasil uji kompetensi skema {', '.join(schemes)} "
            f"di TUK {'; '.join(tuk)} tanggal {held}"
        ),
        pleno=f"{pleno.nomor} tanggal {held}",
        tempat=lsp.city,
        tanggal=dates.date_text(signed.date()),
        rows=[_row(case) for case in cases],
        signer=Signature(
            name=pleno.signed_by.name, signed=dates.moment_text(pleno.signed_at, lsp.zone)
        ),
        jabatan=f"Direktur {lsp.name}",
    )
