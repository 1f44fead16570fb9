"""Documents and evidence of a permohonan, for everybody who may see the permohonan."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ajj.applications import selectors
from ajj.kernel.errors import NotFound
from ajj.people.access import serve, user_of
from ajj.people.services import note_document_read


@login_required
@require_safe
def syarat(request: HttpRequest, nomor: str, pk: int) -> FileResponse:
    """The document of one requirement; a look by others than its owner is recorded."""
    user = user_of(request)
    permohonan = selectors.permohonan_for(user, nomor)
    row = get_object_or_404(permohonan.syarat.select_related("document"), pk=pk)
    if row.document is None:
        raise NotFound(_("Dokumen ini belum diunggah."))
    note_document_read(user, row.document, now=timezone.now())
    return serve(request, row.document)


@login_required
@require_safe
def portofolio(request: HttpRequest, nomor: str, pk: int) -> FileResponse:
    """A piece of evidence of FR.APL.02."""
    permohonan = selectors.permohonan_for(user_of(request), nomor)
    return serve(request, get_object_or_404(permohonan.portofolio, pk=pk))
