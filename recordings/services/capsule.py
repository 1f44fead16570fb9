"""Writing a capsule: one zip with everything that proves a session, and the means to check it.

Memory stays bounded: media is decrypted, hashed and written block by block. The same session, key
and moment give the same bytes, so that the zip's own SHA-256 can be noted.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ajj.assessment.selectors import checklist
from ajj.audit.services import record as audit
from ajj.documents.keyring import Keyring
from ajj.kernel.clock import epoch_ms
from ajj.kernel.dates import moment_text
from ajj.kernel.errors import Conflict
from ajj.live.models import Session
from ajj.live.selectors import get_session, members
from ajj.live.states import OVER, SessionState
from ajj.people.models import User
from recordings.capsule import verify as checker
from recordings.capsule.viewer import viewer_files
from recordings.models import Export
from recordings.services.exports import Made
from recordings.services.seal import keyring
from recordings.services.stored import keys_of, log_of, openers, seals_of

log = structlog.get_logger(__name__)

PARTS = Path(checker.__file__).parent
README = "BACA-SAYA.txt"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
BLOCK = 256 * 1024
READABLE = 0o644 << 16

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Written:
    """A finished capsule: ``seq`` and ``head`` are where its log ends."""

    sha256: str
    bytes: int
    seq: int
    head: str


def write_capsule(
    session_id: UUID,
    path: Path,
    *,
    keys: Keyring,
    by: User | None,
    now: datetime,
    tell: Tell = lambda _share: None,
) -> Written:
    """Write the capsule of a session that is over to ``path``; ``tell`` gets the share done.

    What cannot be read is left out and named by the capsule's checker; nothing is repaired or
    hidden. Raises ``NotFound`` and ``Conflict`` (``not_over``).
    """
    with transaction.atomic():
        session = get_session(session_id)
        if SessionState(session.state) not in OVER:
            raise Conflict(_("Kapsul dibuat setelah sesi berakhir."), code="not_over")
        entries, seals = log_of(session), seals_of(session)
    story = checker.told(entries)
    seq, head = entries[-1]["seq"], entries[-1]["hash"]
    with path.open("wb") as file, ZipFile(file, "w") as archive:
        box = _Box(archive)
        # The same key signs the list of contents, so it belongs to the capsule's keys.
        kids = {str(seal["kid"]) for seal in seals} | {keys.active().kid}
        document = {
            "manifest": checker.manifest_of(story, seals),
            "log": entries,
            "session": _about(session, entries, by=by, now=now),
        }
        for name, body in _first_files(session, seals, head).items():
            box.add(name, body)
        box.add("manifest.json", checker.canonical(document["manifest"]))
        box.add("session.json", checker.canonical(document["session"]))
        box.add("seals.json", checker.canonical(seals))
        box.add("jwks.json", checker.canonical({"keys": keys_of(keys, kids)}))
        box.add("log.jsonl", b"".join(checker.canonical(entry) + b"\n" for entry in entries))
        box.add("data.js", b"globalThis.CAPSULE = " + checker.canonical(document) + b";\n")
        _add_kept(box, session, story, tell)
        contents = {
            "capsule": 1,
            "session": str(session.pk),
            "seq": seq,
            "head": head,
            "exported_at": epoch_ms(now),
            "files": box.files,
        }
        box.add(checker.CONTENTS, keys.sign(contents)[0].encode())
    written = Written(_sha256(path), path.stat().st_size, seq, head)
    fields = {"sha256": written.sha256, "bytes": written.bytes, "seq": seq, "head": head}
    audit(by, "recordings.capsule", session, fields, now=now)
    return written


@dataclass
class _Box:
    """A zip being filled; ``files`` lists what is in it, by name."""

    archive: ZipFile
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, body: bytes) -> None:
        """A document, compressed."""
        self.archive.writestr(_info(name, ZIP_DEFLATED), body, compresslevel=6)
        self.files[name] = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}

    def pour(self, name: str, file: BinaryIO, *, size: int) -> None:
        """A file of about ``size`` bytes, block by block, as it is."""
        info, digest, count = _info(name, ZIP_STORED), hashlib.sha256(), 0
        info.file_size = size
        with self.archive.open(info, "w") as target:
            while block := file.read(BLOCK):
                digest.update(block)
                target.write(block)
                count += len(block)
        self.files[name] = {"bytes": count, "sha256": digest.hexdigest()}


def _info(name: str, compression: int) -> ZipInfo:
    info = ZipInfo(name, LONG_AGO)
    info.compress_type, info.external_attr, info.create_system = compression, READABLE, 3
    return info


def _add_kept(box: _Box, session: Session, story: checker.Story, tell: Tell) -> None:
    opened = openers(session, story)
    sizes = {path: kept.bytes or 0 for path, kept in story.files.items()}
    total, done = sum(sizes.values()) or 1, 0
    for path, kept in sorted(story.files.items()):
        opener = opened.get(path)
        if opener is not None and not kept.erased:
            try:
                _pour_whole(box, path, opener, sizes[path])
            except Exception:
                log.exception("left out of the capsule", session=str(session.pk), path=path)
        done += sizes[path]
        tell(done / total)


def _pour_whole(box: _Box, path: str, opener: Callable[[], BinaryIO], size: int) -> None:
    """Read once before it is poured: a zip cannot take back half a file."""
    with opener() as file:
        while file.read(BLOCK):
            pass
    with opener() as file:
        box.pour(path, file, size=size)


def _first_files(session: Session, seals: list[Any], head: str) -> dict[str, bytes]:
    """What somebody who opens the zip should see first, and the viewer."""
    checker_bytes = (PARTS / "verify.py").read_bytes()
    words = {
        "session": str(session.pk),
        "lsp": settings.LSP.name,
        "site": settings.SITE_URL,
        "head": checker.fingerprint(seals[-1]["head"] if seals else head),
        "kid": seals[-1]["kid"] if seals else "-",
        "checker": hashlib.sha256(checker_bytes).hexdigest(),
    }
    readme = (PARTS / README).read_text().format(**words)
    return {README: readme.encode(), "verify.py": checker_bytes, **viewer_files()}


def _about(
    session: Session, entries: list[dict[str, Any]], *, by: User | None, now: datetime
) -> dict[str, Any]:
    """Names and words for the viewer; nothing here is proof."""
    jadwal, skema = session.jadwal, session.jadwal.permohonan.skema
    with override("id"):
        return {
            "session": str(session.pk),
            "kind": session.kind,
            "permohonan": jadwal.permohonan.nomor,
            "skema": {"judul": skema.judul, "nomor": skema.nomor, "jenis": skema.jenis},
            "tuk": jadwal.tuk,
            "starts_at": jadwal.starts_at.isoformat(),
            "ends_at": jadwal.ends_at.isoformat(),
            "when": moment_text(jadwal.starts_at, settings.LSP.zone),
            "zone": settings.LSP.zone,
            "lsp": settings.LSP.name,
            "site": settings.SITE_URL,
            "people": _people(session, entries),
            "checklist": checklist(session),
            "exported": {"at": epoch_ms(now), "by": by.name if by else ""},
        }


def _people(session: Session, entries: list[dict[str, Any]]) -> list[Mapping[str, str]]:
    """Everyone with a part in the session, then who else acted in its log."""
    people: list[Mapping[str, str]] = list(members(session))
    known = {person["id"] for person in people}
    actors = {entry["actor"] for entry in entries if entry["actor"].isdigit()} - known
    others = User.objects.filter(pk__in=[int(actor) for actor in actors]).order_by("pk")
    return [*people, *({"id": str(user.pk), "name": user.name, "role": ""} for user in others)]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_capsule(export: Export, folder: Path, tell: Tell) -> Made:
    """The maker of capsules for the exports that people ask for in the review."""
    path = folder / "capsule.zip"
    write_capsule(
        export.session_id,
        path,
        keys=keyring(),
        by=export.requested_by,
        now=timezone.now(),
        tell=tell,
    )
    return Made(path, f"kapsul-{str(export.session_id)[:8]}.zip", "application/zip")
