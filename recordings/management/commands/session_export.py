"""``manage.py session_export ID --out FILE.zip``: the capsule of a session."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ajj.kernel.errors import DomainError
from recordings.services import keyring
from recordings.services.capsule import write_capsule


class Command(BaseCommand):
    help = "Write one zip with a session's log, media, papers, signed heads, viewer and verifier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", type=UUID)
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, session: UUID, out: Path, **options: Any) -> None:
        unfinished = out.with_name(f"{out.name}.part")
        try:
            made = write_capsule(session, unfinished, keys=keyring(), by=None, now=timezone.now())
        except DomainError as error:
            unfinished.unlink(missing_ok=True)
            raise CommandError(error.message) from error
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise CommandError(f"{out}: {error.strerror}") from error
        unfinished.replace(out)
        self.stdout.write(f"{out}: {made.bytes} bytes, log up to seq {made.seq}")
        self.stdout.write(f"SHA-256 {made.sha256}")
