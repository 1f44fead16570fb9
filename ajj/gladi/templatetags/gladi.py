"""The last rehearsal of a session's asesi, wherever a session is shown."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from ajj.gladi import rules
from ajj.gladi.selectors import latest_of_asesi
from ajj.live.models import Session
from ajj.live.rules import SessionRole, role_in
from ajj.people.models import User
from ajj.scheduling.models import Penugasan

register = template.Library()

VERDICTS = {
    "siap": ("k", "circle-check"),
    "suara_saja": ("bk", "mic"),
    "belum_siap": ("danger", "triangle-alert"),
}
LEVELS = {
    "ok": "circle-check",
    "unknown": "circle-help",
    "note": "info",
    "voice": "mic",
    "stop": "circle-x",
}


@register.inclusion_tag("gladi/parts/last.html", takes_context=True)
def last_gladi(context: Context, session: Session | None) -> dict[str, Any]:
    """Verdict, when, and the way to the page; nothing for who may not know it."""
    user = getattr(context.get("request"), "user", None)
    if not session or not isinstance(user, User):
        return {"session": None}
    role = role_in(session, user)
    own = role is SessionRole.ASESI
    if not own and role not in rules.READERS:
        return {"session": None}
    return {
        "session": session,
        "last": latest_of_asesi([session], user).get(session.pk),
        "own": own,
        "reader_zone": context.get("reader_zone"),
    }


@register.filter
def verdict_look(verdict: str) -> str:
    """The badge's colour."""
    return VERDICTS[verdict][0]


@register.filter
def verdict_icon(verdict: str) -> str:
    return VERDICTS[verdict][1]


@register.filter
def level_icon(level: str) -> str:
    return LEVELS[level]


@register.filter
def level_label(level: str) -> str:
    """A level in a word, for who does not see its icon."""
    words = {
        "ok": _("baik"),
        "unknown": _("tidak diketahui"),
        "note": _("perlu diperhatikan"),
        "voice": _("tanpa gambar"),
        "stop": _("menghalangi"),
    }
    return words[level]


@register.filter
def role_label(role: str) -> str:
    """A part in the session in the reader's words."""
    return _("Asesi") if role == SessionRole.ASESI else str(Penugasan.Role(role).label)
