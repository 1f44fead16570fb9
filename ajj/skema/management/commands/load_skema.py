"""``manage.py load_skema [FILES]``: load scheme files; the project's own when none are named."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ajj.kernel.errors import DomainError
from ajj.skema.selectors import openness
from ajj.skema.services import load_files


class Command(BaseCommand):
    help = "Load certification schemes from JSON files; loading again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_files(options["files"] or None, actor=None, now=timezone.now())
        except DomainError as error:
            raise CommandError(error.message) from error
        for skema in loaded:
            state = "open" if openness(skema).open else "closed (units missing)"
            self.stdout.write(f"{skema.judul}: {state}")
