"""Issuing prints and numbers."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from ajj.documents.certified import certified_signer
from ajj.documents.data import Lsp
from ajj.documents.models import Document, NumberSequence
from ajj.documents.render import render
from ajj.kernel.lsp import LspIdentity


def issue(
    code: str, version: str, data: Mapping[str, Any], *, subject: str, now: datetime
) -> Document:
    """Print form ``code``@``version`` with ``data``, store it and keep its row.

    ``subject`` is ``owner:key`` (see ``Document``). The file is stored before the row, so a row
    never points at nothing; a rolled-back caller leaves at most an unreferenced file.
    """
    pdf = render(code, version, {"lsp": letterhead(settings.LSP), **data}, now=now)
    return keep(sealed(pdf, now=now), code, version, subject=subject, now=now)


def keep(pdf: bytes, code: str, version: str, *, subject: str, now: datetime) -> Document:
    """Store a print that is drawn already, and its row: the bytes never change from here on."""
    document_id = uuid4()
    name = default_storage.save(f"documents/{now:%Y/%m}/{document_id}.pdf", ContentFile(pdf))
    return Document.objects.create(
        id=document_id,
        code=code,
        version=version,
        subject=subject,
        sha256=hashlib.sha256(pdf).hexdigest(),
        bytes=len(pdf),
        storage_name=name,
        created_at=now,
    )


def sealed(pdf: bytes, *, now: datetime) -> bytes:
    """``pdf`` with the LSP's certified signature, or as it is where none is set up.

    Raises ``SigningUnavailable`` (503): nothing is issued without the seal that the LSP wants.
    """
    signer = certified_signer()
    if signer is None:
        return pdf
    reason = f"Diterbitkan oleh {settings.LSP.name}"
    return signer.sign(pdf, reason=reason, location=settings.LSP.city, now=now)


def letterhead(lsp: LspIdentity) -> Lsp:
    """What every print says of the certification body."""
    return Lsp(
        name=lsp.name,
        licence=lsp.licence,
        address=lsp.address,
        contact=f"{lsp.phone} · {lsp.email}",
        city=lsp.city,
    )


@transaction.atomic
def next_number(key: str, year: int) -> int:
    """The next running number of ``key`` in ``year``, from 1, without holes on commit.

    The row stays locked until the caller's transaction ends: two callers never get the same.
    """
    NumberSequence.objects.get_or_create(key=key, year=year)
    sequence = NumberSequence.objects.select_for_update().get(key=key, year=year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence.last
