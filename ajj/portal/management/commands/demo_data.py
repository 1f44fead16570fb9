"""``manage.py demo_data [--if-empty]``: an LSP at work, for trying the product out."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ajj.people.models import User
from ajj.portal.demo.seed import seed


class Command(BaseCommand):
    help = "Create the demo accounts and applications; what is there already stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing in a database with real accounts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo accounts have no place in production.")
        if options["if_empty"] and User.objects.filter(is_demo=False).exists():
            return
        seed(now=timezone.now(), say=self.stdout.write)
