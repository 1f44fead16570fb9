"""Reading prints."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ajj.documents.models import Document
from ajj.documents.rules import Reader, may_open
from ajj.kernel.errors import NotFound


def documents_of(subject: str) -> QuerySet[Document]:
    """Prints issued for ``subject``, oldest first."""
    return Document.objects.filter(subject=subject)


def open_document(user: Reader, document_id: UUID) -> Document:
    """The print, if ``user`` may read it; raises ``NotFound`` alike for unknown and forbidden."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None or not may_open(user, document):
        raise NotFound(_("Dokumen tidak ditemukan, atau bukan untuk akun ini."), code="no_document")
    return document


def content(document: Document) -> bytes:
    """The stored bytes of ``document``."""
    with default_storage.open(document.storage_name) as file:
        data: bytes = file.read()
    return data
