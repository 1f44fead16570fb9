"""The link by which a third party answers FR.IA.10 without an account. Pure: time is an argument.

The token is random and only its hash is kept: who reads the database cannot open a link. What the
guest signs is bound by a digest of exactly what stood on their screen.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ajj.assessment.states import ANSWERABLE, PihakState
from ajj.documents.entries import Entry, Part, parts
from ajj.documents.schema import FormTemplate, Signatures, Signer
from ajj.kernel.canonical import digest
from ajj.kernel.chain import short_head

TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")

CONSENT_VERSION = "VPK-1"
CONSENTS: Mapping[str, str] = {
    "VPK-1": (
        "Saya bersedia memberi keterangan tentang pekerjaan asesi. Saya memahami bahwa nama,"
        " jabatan, tempat kerja, alamat, nomor telepon, dan jawaban saya disimpan LSP sebagai"
        " bagian dari berkas asesmen, dibaca oleh asesor, LSP, dan komite teknis, dapat dilihat"
        " salinannya oleh asesi, serta dipakai hanya untuk menilai kompetensi asesi dan"
        " pertanggungjawabannya. Saya dapat meminta LSP memperbaiki data saya."
    )
}
"""What a guest agrees to (UU 27/2022 on personal data), by version; what was published stays."""


def fingerprint(token: str) -> str:
    """What is kept of a token: 256 random bits need no slow or keyed hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def well_formed(token: str) -> bool:
    """Whether ``token`` can be one at all; nothing else is looked up."""
    return _TOKEN.match(token) is not None


def works(state: PihakState, expires_at: datetime, now: datetime) -> bool:
    """Whether the link shows its guest anything: what is open and not too old, or was just sent."""
    return now < expires_at and state not in {PihakState.REVOKED, PihakState.EXPIRED}


def overdue(state: PihakState, expires_at: datetime, now: datetime) -> bool:
    """Whether the time of an open link is over."""
    return state in ANSWERABLE and now >= expires_at


@dataclass(frozen=True)
class Asking:
    """The guest's part of a form: what is asked, which choices are open, which words empty."""

    parts: tuple[Part, ...]

    @property
    def entries(self) -> Iterable[Entry]:
        for part in self.parts:
            yield from part.entries
            for line in part.lines:
                yield from line.entries

    @property
    def unanswered(self) -> list[str]:
        """The names of the questions with one answer to choose that have none."""
        return [entry.name for entry in self.entries if entry.kind == "one" and not entry.value]

    @property
    def empty(self) -> list[str]:
        """The labels of what may be written and is not."""
        return [entry.label for entry in self.entries if entry.kind == "words" and not entry.value]


def asking(form: FormTemplate, tree: Mapping[str, Any]) -> Asking:
    """``form`` as its guest fills it: all that is typed on it but the lines for signatures."""
    lines = {signer.key for signer in _signers(form)}
    found = []
    for part in parts(form, tree):
        entries = tuple(entry for entry in part.entries if entry.path[0] not in lines)
        if entries or part.lines:
            found.append(Part(part.title, part.place, part.intro, entries, part.lines))
    return Asking(tuple(found))


def begun(form: FormTemplate, tree: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """The first draft: what the invitation knows, under the keys that ``form`` asks for too."""
    keys = {entry.path[0] for entry in asking(form, tree).entries if len(entry.path) == 1}
    return {key: value for key, value in known.items() if value and key in keys}


def signed(form: FormTemplate, isi: Mapping[str, Any], name: str, said: str) -> dict[str, Any]:
    """``isi`` with the guest's signature on the lines of ``form`` that nobody else takes."""
    person = {"nama": name, "ditandatangani": said}
    return {**isi, **{signer.key: person for signer in _signers(form) if signer.by == "tamu"}}


def _signers(form: FormTemplate) -> list[Signer]:
    return [
        signer
        for section in form.section
        if isinstance(section, Signatures)
        for signer in section.people
        if signer.key
    ]


def content_digest(label: str, nomor: str, isi: Mapping[str, Any]) -> str:
    """Hex SHA-256 of what is signed: form, permohonan and every answer (RFC 8785 JSON)."""
    return digest({"form": label, "permohonan": nomor, "isi": dict(isi)})


def intent(form: FormTemplate, asesi: str, sha256: str) -> str:
    """What the guest signs, in the words that are shown and kept (never translated)."""
    return (
        f"Saya menyatakan bahwa keterangan saya pada {form.label} tentang {asesi} benar menurut"
        f" pengetahuan saya. Sidik isian yang saya kirim: {short_head(sha256)}."
    )


def phone_digits(phone: str) -> str:
    """An Indonesian number as WhatsApp takes it (``62812…``); empty when it can be none."""
    digits = re.sub(r"\D", "", phone)
    if digits.startswith("0"):
        digits = f"62{digits[1:]}"
    return digits if 9 <= len(digits) <= 15 else ""
