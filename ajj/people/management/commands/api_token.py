"""``manage.py api_token EMAIL``: print a bearer token for the HTTP API."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ajj.people.models import User
from ajj.people.services import issue_token


class Command(BaseCommand):
    help = "Print a new bearer token for the person with this e-mail address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"No active account with the address {options['email']}")
        self.stdout.write(issue_token(user, actor=None, now=timezone.now()))
