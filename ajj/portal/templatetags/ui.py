"""What every template draws with: icons, fields, dates with their zone, money, navigation."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.contrib.messages import constants as levels
from django.forms import BoundField, CheckboxInput, FileInput, RadioSelect, Widget
from django.template import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django_vite.core.asset_loader import DjangoViteAssetLoader

from ajj.applications.models import Permohonan
from ajj.kernel import dates, money
from ajj.kernel.clock import clock_text
from ajj.people.models import User
from ajj.portal import navigation
from ajj.portal.selectors.journey import track as track_of

register = template.Library()

ALERTS = {
    levels.DEBUG: ("info", "info"),
    levels.INFO: ("info", "info"),
    levels.SUCCESS: ("ok", "circle-check"),
    levels.WARNING: ("warning", "triangle-alert"),
    levels.ERROR: ("danger", "circle-alert"),
}
BYTE_UNITS = ("B", "kB", "MB", "GB", "TB")


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


def _zone(context: Context, zone: str) -> str:
    return zone or str(context.get("reader_zone") or settings.LSP.zone)


@register.simple_tag
def icon(name: str, modifier: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; silent to screen readers unless ``label`` says something."""
    sprite = DjangoViteAssetLoader.instance().generate_vite_asset_url("sprite.svg")
    classes = f"icon {modifier}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            classes,
            label,
            sprite,
            name,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, sprite, name
    )


@register.simple_tag
def sprite_url() -> str:
    """The sprite's address, for scripts that draw icons themselves."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url("sprite.svg"))


@register.simple_tag(takes_context=True)
def day(context: Context, moment: date | datetime, zone: str = "", style: str = "long") -> str:
    """``Senin, 23 November 2026``; ``style="plain"`` without the weekday, ``"short"`` 23 Nov."""
    local = _local_day(moment, _zone(context, zone))
    if _in_english():
        formats = {"long": "l, j F Y", "plain": "j F Y", "short": "j M"}
        return date_format(local, formats[style])
    if style == "short":
        return f"{local.day} {dates.MONTHS[local.month - 1][:3]}"
    return dates.long_date_text(local) if style == "long" else dates.date_text(local)


@register.simple_tag(takes_context=True)
def clock(context: Context, moment: datetime, zone: str = "", *, seconds: bool = False) -> str:
    """``10.00 WIB`` in the reader's zone, unless ``zone`` names another."""
    return dates.time_text(moment, _zone(context, zone), seconds=seconds)


@register.simple_tag(takes_context=True, name="datetime")
def datetime_tag(context: Context, moment: datetime, zone: str = "") -> SafeString:
    """``Senin, 23 November 2026, 10.00 WIB`` in a ``<time>`` that programs can read."""
    text = f"{day(context, moment, zone)}, {clock(context, moment, zone)}"
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.simple_tag(takes_context=True)
def span(context: Context, start: datetime, end: datetime, zone: str = "") -> str:
    """``10.30–12.30 WITA``: one window, the zone said once."""
    name = _zone(context, zone)
    return f"{dates.time_text(start, name).split(' ')[0]}–{dates.time_text(end, name)}"


@register.inclusion_tag("portal/parts/leaf.html", takes_context=True)
def leaf(context: Context, moment: datetime, zone: str = "") -> dict[str, str]:
    """A calendar leaf for the day of ``moment``."""
    local = _local_day(moment, _zone(context, zone))
    if _in_english():
        return {
            "month": date_format(local, "M"),
            "number": str(local.day),
            "weekday": date_format(local, "l"),
        }
    return {
        "month": dates.MONTHS[local.month - 1][:3],
        "number": str(local.day),
        "weekday": dates.DAYS[local.weekday()],
    }


def _local_day(moment: date | datetime, zone: str) -> date:
    if isinstance(moment, datetime):
        return localtime(moment, ZoneInfo(zone)).date()
    return moment


@register.filter
def rupiah(amount: int | None) -> str:
    """``Rp 650.000``; nothing known stays a dash."""
    return "–" if amount is None else money.rupiah(amount)


@register.filter
def zone_label(zone: str) -> str:
    """``WIB`` for ``Asia/Jakarta``."""
    return dates.zone_name(zone)


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word; titles (``Ir.``, ``, M.Kom.``) left out."""
    bare = str(name).split(",", maxsplit=1)[0].split()
    words = [word for word in bare if word[0].isalpha() and not word.endswith(".")]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


@register.filter
def size(amount: int) -> str:
    """``8,2 MB``: powers of ten, one digit from MB up, decimal comma unless English."""
    value, unit = float(amount), 0
    while value >= 1000 and unit < len(BYTE_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    text = f"{value:.1f}" if unit > 1 else f"{value:.0f}"
    return f"{text if _in_english() else text.replace('.', ',')} {BYTE_UNITS[unit]}"


@register.filter
def session_clock(milliseconds: int) -> str:
    """``01.12.14`` since the room opened."""
    return clock_text(max(0, int(milliseconds)))


@register.inclusion_tag("portal/parts/field.html")
def field(bound: BoundField, hint: str = "", placeholder: str = "") -> dict[str, Any]:
    """A form field with its label, hint and error, tied together for screen readers."""
    widget = bound.field.widget
    boxed = isinstance(widget, CheckboxInput)
    grouped = isinstance(widget, RadioSelect)
    described = [f"{bound.auto_id}_hint"] if hint or bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if placeholder:
        attrs["placeholder"] = placeholder
    if not boxed and not grouped:
        attrs["class"] = f"input {_own_class(widget)}".strip()
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "hint": hint or bound.help_text,
        "boxed": boxed,
        "grouped": grouped,
        "file": isinstance(widget, FileInput),
    }


def _own_class(widget: Widget) -> str:
    return str(widget.attrs.get("class", ""))


@register.inclusion_tag("portal/parts/messages.html", takes_context=True)
def alerts(context: Context) -> dict[str, Any]:
    """The messages of the request as alerts; errors speak at once, the rest when there is time."""
    rows = []
    for message in context.get("messages") or []:
        kind, picture = ALERTS.get(message.level, ALERTS[levels.INFO])
        rows.append({"text": message.message, "kind": kind, "icon": picture})
    return {"rows": rows}


@register.inclusion_tag("portal/parts/header.html", takes_context=True)
def site_header(context: Context) -> dict[str, Any]:
    """The public header, or the signed-in one with what the person's roles work with."""
    request = context.get("request")
    visitor = getattr(request, "user", None)
    user = visitor if isinstance(visitor, User) else None
    path = getattr(request, "path", "/")
    return {
        "lsp": settings.LSP,
        "user": user,
        "office": navigation.office(user) if user else "",
        "links": navigation.links(user, path),
        "public_links": navigation.links(None, path) if user else [],
        "path": request.get_full_path() if request is not None else "/",
        "csrf_token": context.get("csrf_token"),
        "language": (get_language() or "id")[:2],
        "languages": settings.LANGUAGES,
    }


@register.inclusion_tag("portal/parts/track.html", takes_context=True)
def track(context: Context, steps: list[Any], *, down: bool = False) -> dict[str, Any]:
    """The progress track of ``ajj.portal.selectors.track``."""
    return {"steps": steps, "down": down, "reader_zone": _zone(context, "")}


@register.inclusion_tag("portal/parts/track.html", takes_context=True)
def journey(context: Context, permohonan: Permohonan, *, down: bool = False) -> dict[str, Any]:
    """The same track for everybody who looks at ``permohonan``, in the reader's words."""
    reader = getattr(context.get("request"), "user", None)
    viewer = reader if isinstance(reader, User) else None
    return track(context, track_of(permohonan, viewer), down=down)
