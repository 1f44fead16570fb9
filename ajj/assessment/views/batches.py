"""Printing the forms of many asesi: asked for here, followed here, fetched here."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ajj.applications.rules import READERS as OFFICE
from ajj.assessment.forms import BatchForm
from ajj.assessment.models import FormBatch
from ajj.assessment.services import batches
from ajj.assessment.states import BatchState
from ajj.assessment.tasks import make_forms
from ajj.audit.services import record as audit
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import roles_required, show_errors, user_of

SHOWN = 30


@roles_required(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """``/formulir/``: which asesmen to print, and what was printed before."""
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = batches.request_batch(
                list(form.chosen()),
                title=form.title,
                actor=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            show_errors(form, error)
        else:
            make_forms.enqueue(str(batch.pk))
            return redirect("assessment:batch", batch.pk)
    rows = FormBatch.objects.select_related("requested_by")[:SHOWN]
    context = {"form": form, "batches": rows}
    return render(request, "assessment/batches.html", context, status=400 if form.errors else 200)


@roles_required(*OFFICE)
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/formulir/{id}/``: how far it is, by asesi; it can be left and found again."""
    batch = get_object_or_404(FormBatch.objects.select_related("requested_by"), pk=pk)
    return render(request, "assessment/batch.html", {"batch": batch})


@roles_required(*OFFICE)
@require_safe
def file(request: HttpRequest, pk: UUID) -> FileResponse:
    """The zip, while it is kept."""
    batch = get_object_or_404(FormBatch, pk=pk)
    if batch.state != BatchState.DONE.value:
        raise NotFound(_("Berkas ini belum selesai, atau sudah dihapus."), code="no_batch_file")
    audit(user_of(request), "assessment.forms_fetched", batch, now=timezone.now())
    answer = FileResponse(
        default_storage.open(batch.storage_name, "rb"),
        content_type="application/zip",
        filename=f"formulir_{batch.created_at:%Y%m%d_%H%M}.zip",
        as_attachment=True,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
