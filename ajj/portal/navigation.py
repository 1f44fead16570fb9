"""Where each role's work lies; one table feeds the header and the menu."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ajj.people.models import Role, User


@dataclass(frozen=True)
class Entry:
    """``roles`` empty means the public; ``exact`` entries are current only on their own path."""

    label: str | Promise
    url_name: str
    icon: str
    roles: frozenset[Role] = frozenset()
    exact: bool = False


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str
    current: bool


def _for(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


PUBLIC = (
    Entry(pgettext_lazy("plural", "Skema"), "skema:index", "list"),
    Entry(_("Cara kerja"), "portal:how", "info"),
    Entry(_("Verifikasi sertifikat"), "certificates:verify", "badge-check"),
    Entry(_("Pengaduan"), "portal:complaint", "message-square-warning"),
)
EVERYONE = frozenset(Role)
WORK = (
    Entry(_("Beranda"), "portal:dashboard", "house", EVERYONE, exact=True),
    Entry(
        pgettext_lazy("plural", "Permohonan"),
        "applications:index",
        "file-text",
        _for(Role.ASESI, Role.ASESOR, Role.ADMIN, Role.MANAJER, Role.PENGUSUL),
    ),
    Entry(
        _("Jadwal saya"),
        "scheduling:mine",
        "calendar-days",
        _for(Role.ASESI, Role.ASESOR, Role.KOMITE),
    ),
    Entry(
        _("Jadwal"),
        "scheduling:manage",
        "calendar-days",
        _for(Role.ADMIN, Role.MANAJER),
    ),
    Entry(
        _("Laporan"),
        "assessment:reports",
        "files",
        _for(Role.ASESOR, Role.ADMIN, Role.MANAJER),
    ),
    Entry(_("Materi uji"), "skema:muk_all", "list-checks", _for(Role.ASESOR, Role.MANAJER)),
    Entry(
        _("Komite"),
        "committee:index",
        "scale",
        _for(Role.KOMITE, Role.DIREKTUR, Role.ADMIN, Role.MANAJER),
    ),
    Entry(
        pgettext_lazy("plural", "Sertifikat"),
        "certificates:index",
        "award",
        _for(Role.ADMIN, Role.DIREKTUR),
    ),
    Entry(_("Operasi"), "operations", "activity", _for(Role.ADMIN, Role.MANAJER)),
    Entry(
        _("Retensi"),
        "retention:index",
        "hard-drive",
        _for(Role.ADMIN, Role.MANAJER, Role.DIREKTUR),
    ),
)
OFFICES = (
    (Role.ASESI, _("Ruang asesi")),
    (Role.ASESOR, _("Ruang asesor")),
    (Role.ADMIN, _("Admin LSP")),
    (Role.MANAJER, _("Manajer sertifikasi")),
    (Role.DIREKTUR, _("Direktur LSP")),
    (Role.KOMITE, _("Komite teknis")),
    (Role.PENGUSUL, _("Instansi pengusul")),
)


def office(user: User) -> str:
    """The line under the LSP's name: in which function this person is here."""
    return next((str(name) for role, name in OFFICES if user.has_role(role)), "")


def links(user: User | None, path: str) -> list[Link]:
    """The entries that ``user`` (None: a visitor) works with; ``path`` marks the current one."""
    entries = PUBLIC if user is None else [e for e in WORK if user.has_role(*e.roles)]
    rows = []
    for entry in entries:
        url = reverse(entry.url_name)
        current = path == url if entry.exact else path.startswith(url)
        rows.append(Link(str(entry.label), url, entry.icon, current))
    return rows
