"""``manage.py session_verify ID``: does everything that the session's proof claims hold?"""

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ajj.kernel.errors import NotFound
from recordings.services import keyring
from recordings.services.anchor import trust
from recordings.services.verify import findings_of


class Command(BaseCommand):
    help = "Recompute every hash of a session's log, media and papers, and its signed heads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", type=UUID)

    def handle(self, *args: Any, session: UUID, **options: Any) -> None:
        try:
            found = findings_of(session, keys=keyring(), trust=trust())
        except NotFound as error:
            raise CommandError(error.message) from error
        for note in found.notes:
            self.stdout.write(f"note: {note}")
        if not found.faults:
            self.stdout.write(f"{session}: everything holds")
            return
        for fault in found.faults:
            self.stdout.write(fault)
        sys.exit(1)
