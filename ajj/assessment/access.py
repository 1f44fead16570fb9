"""Who may see a ujian, and as what."""

from uuid import UUID

from django.utils.translation import gettext as _

from ajj.assessment import papers
from ajj.assessment.models import Ujian
from ajj.assessment.states import UjianState
from ajj.assessment.ujian import tests
from ajj.documents.schema import Reader
from ajj.kernel.errors import NotFound
from ajj.people.models import User


def ujian_for(user: User, pk: UUID) -> tuple[Ujian, Reader]:
    """One ujian and as what ``user`` sees it; ``NotFound`` alike for unknown and foreign."""
    found = tests().filter(pk=pk).first()
    reader = papers.reader_of(user, found.permohonan) if found else None
    if found is None or reader is None or found.state == UjianState.CANCELLED.value:
        raise NotFound(_("Ujian ini tidak ada, atau bukan untuk akun Anda."))
    if reader == "asesi" and not found.written:
        raise NotFound(_("Ujian ini tidak ada, atau bukan untuk akun Anda."))
    return found, reader
