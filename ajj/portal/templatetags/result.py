"""What pages of a permohonan say of its result."""

from typing import Any

from django import template
from django.template import Context

from ajj.applications.models import Permohonan
from ajj.people.models import User
from ajj.portal.selectors.result import to_retake

register = template.Library()


@register.inclusion_tag("portal/parts/retake.html", takes_context=True)
def retake(context: Context, permohonan: Permohonan) -> dict[str, Any]:
    """The units to be assessed again, as the reader of the page may see them."""
    reader = getattr(context.get("request"), "user", None)
    found = to_retake(permohonan, reader) if isinstance(reader, User) else []
    return {"units": found, "permohonan": permohonan}
