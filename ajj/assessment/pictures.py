"""Pictures that were uploaded already and that a form can show: chosen on it, never sent again."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.urls import reverse

from ajj.applications.models import Permohonan
from ajj.assessment.models import Evidence
from ajj.kernel.errors import DomainError
from ajj.live.services import vault

PRINTED = ("image/jpeg", "image/png", "image/webp")
MOST_BYTES = 4 * 1024 * 1024
"""A larger one is not offered: it would make the print heavier than a phone can open."""


def of_permohonan(permohonan: Permohonan) -> list[dict[str, str]]:
    """``bukti.gambar`` of the vocabulary: from the sessions, then from FR.APL.02."""
    taken = Evidence.objects.filter(
        session__jadwal__permohonan=permohonan,
        original_of=None,
        filetype__in=PRINTED,
        bytes__lte=MOST_BYTES,
    ).order_by("session__opened_at", "seq")
    rows = [_row(f"bukti:{row.pk}", row.filename, row.sha256, _evidence_url(row)) for row in taken]
    files = permohonan.portofolio.filter(mime__in=PRINTED, bytes__lte=MOST_BYTES)
    rows += [
        _row(f"portofolio:{row.pk}", row.filename, row.sha256, _file_url(permohonan, row.pk))
        for row in files
    ]
    return [{"no": str(number), **row} for number, row in enumerate(rows, start=1)]


def _row(key: str, name: str, sha256: str, url: str) -> dict[str, str]:
    return {"kunci": key, "nama": name, "sidik": sha256, "alamat": url}


def _evidence_url(row: Evidence) -> str:
    return reverse("assessment:evidence_file", args=[row.session_id, row.pk])


def _file_url(permohonan: Permohonan, pk: int) -> str:
    return reverse("applications:portofolio_file", args=[permohonan.nomor, pk])


def loader(permohonan: Permohonan) -> Callable[[Mapping[str, Any]], bytes | None]:
    """Reads pictures of this permohonan alone, and only the very bytes that the form names."""

    def load(named: Mapping[str, Any]) -> bytes | None:
        try:
            data = _read(permohonan, str(named["file"]))
        except (DomainError, OSError):
            return None
        same = data is not None and hashlib.sha256(data).hexdigest() == named["sha256"]
        return data if same else None

    return load


def _read(permohonan: Permohonan, key: str) -> bytes | None:
    kind, _colon, name = key.partition(":")
    if kind == "bukti":
        rows = Evidence.objects.filter(session__jadwal__permohonan=permohonan)
        held = rows.filter(pk=UUID(name)).first()
        if held is None:
            return None
        box = vault.fetch(held.storage_name, session_id=held.session_id, owner_id=held.owner_id)
        with box as stored:
            return stored.read()
    file = permohonan.portofolio.filter(pk=int(name)).first()
    if file is None:
        return None
    with default_storage.open(file.file, "rb") as opened:
        data: bytes = opened.read()
    return data
