"""How the page of a portfolio says what stands: moments, elemen, KUK by their reach."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment.portfolio import Folder, Held
from ajj.assessment.vatm import Entry, Kind, PartReach, Reach

register = template.Library()

BADGES = {
    Reach.MEETS: "badge--k",
    Reach.OPEN: "badge--line",
    Reach.CLARIFY: "badge--bk",
    Reach.NONE: "badge--off",
}


@register.filter
def instant(at_ms: int) -> datetime:
    """Milliseconds since 1970 as a moment."""
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC)


@register.simple_tag
def shown_parts(found: Folder, piece: Held) -> str:
    """The elemen that ``piece`` shows, by unit; single KUK where the room named them."""
    units: dict[str, list[str]] = {}
    for part in found.parts:
        if part.id in piece.shows:
            units.setdefault(part.kode, []).append(_("elemen %(no)s") % {"no": part.no})
        elif not piece.shown_by:
            kuk = [each.no for each in part.kuk if each.id in piece.given.kuk]
            if kuk:
                units.setdefault(part.kode, []).append(f"KUK {', '.join(kuk)}")
    return "; ".join(f"{kode} {', '.join(names)}" for kode, names in units.items())


@register.simple_tag
def said_in(entry: Entry) -> str:
    """One entry of the history in words."""
    data: Any = entry.data
    if entry.kind is Kind.JUDGED:
        answer = _("Ya") if data["value"] == "ya" else _("Tidak")
        where = _(" (di ruang sesi)") if entry.seq == 0 else ""
        return f"{str(data['rule']).capitalize()}: {answer}{where}"
    if entry.kind is Kind.NOTED:
        return _("Catatan: %(note)s") % {"note": data["note"] or _("dihapus")}
    return _("Elemen yang ditunjukkan ditetapkan (%(count)d)") % {"count": len(data["elemen"])}


@register.simple_tag
def reach_badge(reach: str) -> SafeString:
    """How one KUK stands."""
    known = Reach(reach)
    return format_html('<span class="badge {}">{}</span>', BADGES[known], _word(known))


@register.simple_tag
def reach_badges(parts: Sequence[PartReach]) -> SafeString:
    """How many KUK of a unit stand how."""
    counts = [(reach, sum(len(each.of(reach)) for each in parts)) for reach in Reach]
    rows = ((BADGES[reach], count, _word(reach)) for reach, count in counts if count)
    return format_html_join(" ", '<span class="badge {}">{} {}</span>', rows)


def _word(reach: Reach) -> str:
    return {
        Reach.MEETS: _("memenuhi"),
        Reach.OPEN: _("belum dinilai"),
        Reach.CLARIFY: _("diklarifikasi"),
        Reach.NONE: _("tanpa bukti"),
    }[reach]


@register.simple_tag
def third_party(permohonan: Permohonan) -> str:
    """Where a third party is asked (FR.IA.10); empty while nobody can be."""
    try:
        return reverse("assessment:pihak", args=[permohonan.nomor])
    except NoReverseMatch:
        return ""
