"""``manage.py signing_key [--rotate]``: the keys that seals and certificates are signed with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from recordings.services import keyring


class Command(BaseCommand):
    help = "List the signing keys; --rotate retires the active one (it goes on verifying)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rotate", action="store_true")

    def handle(self, *args: Any, rotate: bool, **options: Any) -> None:
        keys = keyring()
        if rotate:
            keys.rotate()
        active = keys.active().kid
        self.stdout.write(f"{active}  active")
        for key in keys.jwks()["keys"]:
            if key["kid"] != active:
                self.stdout.write(f"{key['kid']}  retired, verifies what it signed")
