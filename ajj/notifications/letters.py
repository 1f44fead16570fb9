"""What a message says, from the fact it is about. Reads, never writes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.states import State
from ajj.gladi.rules import RUNNERS
from ajj.gladi.selectors import latest_of_asesi
from ajj.gladi.verdicts import Verdict
from ajj.kernel.dates import moment_text, time_text
from ajj.live.models import Session
from ajj.live.rules import role_in
from ajj.notifications.ics import Invitation, Person, calendar, method
from ajj.people.models import User
from ajj.scheduling.models import Jadwal


@dataclass(frozen=True)
class Letter:
    """A message in parts; templates make text and HTML of the same parts."""

    subject: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    action: str = ""
    url: str = ""
    also: str = ""
    also_url: str = ""
    ics: bytes = b""
    ics_method: str = ""
    attachment: bytes = b""
    attachment_name: str = ""
    reader: User | None = field(default=None, compare=False)


Maker = Callable[[str, str, User], Letter | None]
_makers: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """Let ``maker(key, version, user)`` write the letters of ``kind``; the same again replaces it.

    For facts that packages above this one keep; called in ``AppConfig.ready()``.
    """
    _makers[kind] = maker


@dataclass(frozen=True)
class GuestLetters:
    """Letters to who has no account. ``make(key, version)`` writes one, ``settle(key, version)``
    is called once it was sent or never will be: what was kept for it alone can go.
    """

    make: Callable[[str, str], Letter | None]
    settle: Callable[[str, str], None]


_guests: dict[str, GuestLetters] = {}


def register_guest(kind: str, letters: GuestLetters) -> None:
    """As ``register``, for letters to somebody without an account."""
    _guests[kind] = letters


def guest_letters(event: str) -> tuple[GuestLetters, str, str]:
    """Who writes the letter for ``event``, its key and version."""
    kind, key, version = event.split(":", 2)
    return _guests[kind], key, version


def letter_for(event: str, user: User, *, now: datetime) -> Letter | None:
    """The letter for ``event`` (``kind:key:version``); ``None`` when the fact is gone or newer."""
    kind, key, version = event.split(":", 2)
    if kind in _makers:
        return _makers[kind](key, version, user)
    if kind == "jadwal":
        return _schedule(int(key), int(version), user, now)
    if kind == "gladi":
        return _rehearse(int(key), int(version), user)
    if kind == "akun":
        return _welcome(user)
    return _progress(int(key), State(version.split(":")[0]), user)


def _schedule(pk: int, sequence: int, user: User, now: datetime) -> Letter | None:
    jadwal = (
        Jadwal.objects.select_related("permohonan__asesi", "permohonan__skema")
        .prefetch_related("penugasan__user")
        .filter(pk=pk)
        .first()
    )
    if jadwal is None or jadwal.sequence != sequence:
        return None
    invitation = invitation_for(jadwal)
    cancelled = jadwal.cancelled_at is not None
    facts = [
        (_("Skema"), jadwal.permohonan.skema.judul),
        (_("Asesi"), jadwal.permohonan.asesi.name),
        (_("Asesor"), ", ".join(task.user.name for task in jadwal.penugasan.all())),
        (_("Waktu"), _span(jadwal, user.zone)),
        (_("Tempat"), jadwal.tuk),
    ]
    if cancelled:
        facts.append((_("Alasan"), jadwal.cancelled_reason))
    return Letter(
        subject=_subject(jadwal, user, cancelled=cancelled),
        lines=_schedule_lines(jadwal, user, cancelled=cancelled),
        facts=tuple(facts),
        action="" if cancelled else _("Buka ruang sesi"),
        url="" if cancelled else invitation.url,
        also=_("Gladi resik: uji perangkat Anda, satu menit"),
        also_url="" if cancelled else gladi_url(jadwal, user),
        ics=calendar(invitation, stamp=now),
        ics_method=method(invitation),
        reader=user,
    )


def _subject(jadwal: Jadwal, user: User, *, cancelled: bool) -> str:
    when = moment_text(jadwal.starts_at, user.zone)
    kind = jadwal.get_kind_display()
    if cancelled:
        return _("Dibatalkan: %(kind)s %(when)s") % {"kind": kind, "when": when}
    if jadwal.sequence:
        return _("Jadwal baru %(kind)s: %(when)s") % {"kind": kind, "when": when}
    return _("Jadwal %(kind)s: %(when)s") % {"kind": kind, "when": when}


def _schedule_lines(jadwal: Jadwal, user: User, *, cancelled: bool) -> tuple[str, ...]:
    if cancelled:
        return (
            _("Sesi di bawah ini dibatalkan. Berkas Anda tetap tersimpan."),
            _("Admin LSP akan menghubungi Anda untuk jadwal pengganti."),
        )
    opens = time_text(jadwal.opens_at, user.zone)
    lines = [_("Sesi di bawah ini telah ditetapkan. Undangan kalender terlampir.")]
    if jadwal.permohonan.asesi_id == user.pk:
        lines.append(
            _("Ruang dibuka %(opens)s. Siapkan KTP, kamera, mikrofon, dan tempat yang tenang.")
            % {"opens": opens}
        )
    else:
        lines.append(_("Ruang dibuka %(opens)s.") % {"opens": opens})
    return tuple(lines)


def _span(jadwal: Jadwal, zone: str) -> str:
    text = f"{moment_text(jadwal.starts_at, zone)} – {time_text(jadwal.ends_at, zone)}"
    if zone != settings.LSP.zone:
        text += f" ({time_text(jadwal.starts_at, settings.LSP.zone)})"
    return text


def invitation_for(jadwal: Jadwal) -> Invitation:
    """The calendar entry of ``jadwal``: asesi and everybody with a task are attendees."""
    kind = jadwal.get_kind_display()
    skema = jadwal.permohonan.skema.judul
    url = room_url(jadwal)
    asesi = jadwal.permohonan.asesi
    people = [asesi, *(task.user for task in jadwal.penugasan.all())]
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return Invitation(
        uid=f"{jadwal.uid}@{host}",
        sequence=jadwal.sequence,
        starts_at=jadwal.starts_at,
        ends_at=jadwal.ends_at,
        summary=f"{kind}: {skema}",
        description=f"{kind} {skema}\n{_('Asesi')}: {asesi.name}\n{url}",
        location=jadwal.tuk,
        url=url,
        organizer=Person(settings.LSP.name, settings.LSP.email),
        attendees=tuple(Person(person.name, person.email) for person in people),
        cancelled=jadwal.cancelled_at is not None,
    )


def room_url(jadwal: Jadwal) -> str:
    """The address of the room; the dashboard while the session has no room yet."""
    session = Session.objects.filter(jadwal=jadwal).first()
    path = f"/sesi/{session.pk}/" if session else "/beranda/"
    return f"{settings.SITE_URL}{path}"


def gladi_url(jadwal: Jadwal, user: User) -> str:
    """Where ``user`` rehearses for the session; "" for who sends no media in it."""
    session = Session.objects.filter(jadwal=jadwal).first()
    if session is None or role_in(session, user) not in RUNNERS:
        return ""
    return f"{settings.SITE_URL}/sesi/{session.pk}/gladi/"


def _rehearse(pk: int, sequence: int, user: User) -> Letter | None:
    """A day before: try device and line while there is time to change them."""
    jadwal = Jadwal.objects.select_related("permohonan__skema").filter(pk=pk).first()
    if jadwal is None or jadwal.sequence != sequence or jadwal.cancelled_at is not None:
        return None
    session = Session.objects.filter(jadwal=jadwal).first()
    last = latest_of_asesi([session], user).get(session.pk) if session else None
    if session is None or (last and last.verdict == Verdict.READY):
        return None
    facts = [(_("Skema"), jadwal.permohonan.skema.judul), (_("Waktu"), _span(jadwal, user.zone))]
    if last:
        facts.append((_("Gladi terakhir"), last.title))
    return Letter(
        subject=_("Gladi resik untuk %(kind)s %(when)s")
        % {"kind": jadwal.get_kind_display(), "when": moment_text(jadwal.starts_at, user.zone)},
        lines=(
            _("Uji kamera, suara, dan jaringan Anda sebelum sesi, sekitar satu menit."),
            _("Bila ada yang kurang, halaman itu mengatakan apa yang perlu dilakukan."),
        ),
        facts=tuple(facts),
        action=_("Mulai gladi"),
        url=gladi_url(jadwal, user),
        reader=user,
    )


def _welcome(user: User) -> Letter:
    return Letter(
        subject=_("Selamat datang di %(lsp)s") % {"lsp": settings.LSP.name},
        lines=(
            _("Akun Anda sudah dibuat dengan surel ini."),
            _("Langkah berikutnya: pilih skema, isi FR.APL.01, dan unggah KTP."),
        ),
        facts=((_("Surel"), user.email),),
        action=_("Pilih skema"),
        url=f"{settings.SITE_URL}/skema/",
        reader=user,
    )


def _progress(pk: int, state: State, user: User) -> Letter | None:
    row = Permohonan.objects.select_related("skema", "asesi").filter(pk=pk).first()
    texts = {
        State.SUBMITTED: (
            _("Permohonan Anda sudah kami terima"),
            _("Admin LSP memeriksa berkas Anda, targetnya lima hari kerja."),
        ),
        State.RETURNED: (
            _("Permohonan Anda perlu dilengkapi"),
            _("Isian Anda tetap tersimpan. Perbaiki yang ditandai, lalu kirim lagi."),
        ),
        State.ACCEPTED: (
            _("Permohonan diterima, silakan isi asesmen mandiri"),
            _("Isi FR.APL.02 untuk tiap elemen dan sertakan bukti yang Anda punya."),
        ),
        State.APL02_SUBMITTED: (
            _("Asesmen mandiri menunggu peninjauan Anda"),
            _("Asesi telah mengirim FR.APL.02. Tinjau dan beri rekomendasi."),
        ),
        State.APL02_RETURNED: (
            _("Asesmen mandiri Anda perlu dilengkapi"),
            _("Isian Anda tetap tersimpan. Lengkapi, lalu kirim lagi."),
        ),
        State.APL02_VERIFIED: (
            _("Asesmen mandiri Anda sudah ditinjau"),
            _("Asesmen dapat dilanjutkan. Admin LSP akan menetapkan jadwal."),
        ),
        State.REJECTED: (
            _("Permohonan Anda tidak dapat dilanjutkan"),
            _("Alasannya ada di bawah ini. Anda dapat bertanya kepada LSP."),
        ),
    }
    if row is None or state not in texts:
        return None
    heading, line = texts[state]
    facts = [(_("Permohonan"), row.nomor), (_("Skema"), row.skema.judul)]
    if row.note and row.status is state:
        facts.append((_("Catatan"), row.note))
    return Letter(
        subject=f"{heading} ({row.nomor})",
        lines=(line,),
        facts=tuple(facts),
        action=_("Buka permohonan"),
        url=f"{settings.SITE_URL}/permohonan/{row.nomor}/",
        reader=user,
    )
