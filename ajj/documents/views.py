"""Downloads."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ajj.documents.selectors import content, open_document


@login_required
@require_safe
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The PDF itself, shown in the browser; ``?unduh`` saves it."""
    document = open_document(request.user, document_id)
    name = f"{document.code.replace('.', '-')}_{document.created_at:%Y%m%d}.pdf"
    disposition = "attachment" if "unduh" in request.GET else "inline"
    return HttpResponse(
        content(document),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'{disposition}; filename="{name}"',
            "Cache-Control": "private, max-age=3600",
            "ETag": f'"{document.sha256}"',
        },
    )
