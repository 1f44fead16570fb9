"""``manage.py media_keys``: wrap the keys of all media with the master key of today."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ajj.live.services import masterkey, vault


class Command(BaseCommand):
    help = (
        "Wrap every media key with the active master key; --new makes a new key file first. "
        "Old key files are deleted afterwards, so that old database backups open no media."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new", action="store_true", help="replace the key file first")
        parser.add_argument("--keep-old", action="store_true", help="leave old key files in place")

    def handle(self, *args: Any, new: bool, keep_old: bool, **options: Any) -> None:
        if new:
            masterkey.replace_file()
        done = vault.rewrap()
        self.stdout.write(f"{done} media keys wrapped by master key {masterkey.active().id}")
        if not keep_old:
            dropped = masterkey.drop_old_files()
            self.stdout.write(f"{dropped} old key files deleted")
