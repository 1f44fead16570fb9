"""What pages of a permohonan say of its result."""

from typing import Any

from django import template
from django.template import Context

from ajj.applications.models import Permohonan
from ajj.people.models import User
from ajj.portal.selectors import result

register = template.Library()


@register.inclusion_tag("portal/parts/retake.html", takes_context=True)
def retake(context: Context, permohonan: Permohonan) -> dict[str, Any]:
    """The units to be assessed again, as the reader of the page may see them."""
    reader = getattr(context.get("request"), "user", None)
    found = result.to_retake(permohonan, reader) if isinstance(reader, User) else []
    return {"units": found, "permohonan": permohonan}


@register.inclusion_tag("portal/parts/feedback.html", takes_context=True)
def feedback(context: Context, permohonan: Permohonan) -> dict[str, Any]:
    """The asesor's words to the asesi, once the komite has decided."""
    reader = getattr(context.get("request"), "user", None)
    said = result.feedback(permohonan, reader) if isinstance(reader, User) else None
    return {"feedback": said}
