"""``manage.py demo_recording``: sessions acted through the product's own media path."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ajj.people.models import User
from ajj.portal.demo import cast
from realtime.demo import production


class Command(BaseCommand):
    help = (
        "Act two short sessions against the running site: one ends as a certificate, one waits "
        "for the komite. Done once; a second call finds nothing to do."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo sessions have no place in production.")
        if not User.objects.filter(email=cast.FAJAR.email, is_demo=True).exists():
            return
        production.wait_until_ready()
        decided = production.record(
            cast.AGUS, production.AGUS_LOOK, seconds=12, full=False, say=self.stdout.write
        )
        production.decide(decided, now=timezone.now())
        production.record(
            cast.FAJAR, production.FAJAR_LOOK, seconds=34, full=True, say=self.stdout.write
        )
        self.stdout.write("Sesi contoh siap: satu sertifikat terbit, satu berkas menunggu komite")
