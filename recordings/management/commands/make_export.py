"""``manage.py make_export ID``: what the worker of the exports starts for each of them."""

import os
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from recordings.exportstates import ExportState
from recordings.services import exports

NICE = 15


class Command(BaseCommand):
    help = "Make one export now, at low priority; exit 1 unless it gets done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("export", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICE)
        if exports.run(options["export"], clock=timezone.now) is not ExportState.DONE:
            raise SystemExit(1)
