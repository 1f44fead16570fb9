"""``manage.py session_verify ID``: does everything that the session's proof claims hold?"""

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ajj.kernel.errors import NotFound
from recordings.services import keyring
from recordings.services.verify import faults_of


class Command(BaseCommand):
    help = "Recompute every hash of a session's log, segments and evidence, and its signed head."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", type=UUID)

    def handle(self, *args: Any, session: UUID, **options: Any) -> None:
        try:
            faults = faults_of(session, keys=keyring())
        except NotFound as error:
            raise CommandError(error.message) from error
        if not faults:
            self.stdout.write(f"{session}: everything holds")
            return
        for fault in faults:
            self.stdout.write(fault)
        sys.exit(1)
