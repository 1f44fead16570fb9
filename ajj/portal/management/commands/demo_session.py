"""``manage.py demo_session [--kind K] [--minutes N] [--waiting-room]``: a room open now, as JSON.

Everybody is admitted on arrival, unless a waiting room is asked for.
"""

import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ajj.live.models import Session
from ajj.people.models import User
from ajj.portal.demo import cast, stages
from ajj.portal.demo.seed import account, office_of
from ajj.scheduling.models import Jadwal
from ajj.skema.models import Skema


class Command(BaseCommand):
    help = "Create a session that is open now for the demo asesi and asesor; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", choices=Jadwal.Kind.values, default=Jadwal.Kind.ASESMEN.value)
        parser.add_argument("--minutes", type=int, default=60)
        parser.add_argument("--waiting-room", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["minutes"] <= 600:
            raise CommandError("--minutes goes from 1 to 600.")
        if not User.objects.filter(email=cast.MARIA.email).exists():
            raise CommandError("There are no demo accounts here: run manage.py demo_data first.")
        now = timezone.now()
        office = office_of()
        skema = Skema.objects.get(kunci="junior-web-programmer")
        permohonan = stages.ready(
            cast.MARIA, account("asesi"), skema, office, at=now - timedelta(days=2)
        )
        if options["kind"] == Jadwal.Kind.ASESMEN.value:
            # FR.AK.01 is signed already, so that the checklist is open from the first moment.
            stages.consult(permohonan, office, at=now - timedelta(hours=3))
        jadwal = stages.meet(
            permohonan,
            office,
            kind=Jadwal.Kind(options["kind"]),
            starts_at=now,
            minutes=options["minutes"],
            now=now,
            may_overlap=True,
            admitting=(
                Jadwal.Admission.BY_ASESOR
                if options["waiting_room"]
                else Jadwal.Admission.ON_ARRIVAL
            ),
        )
        session = Session.objects.get(jadwal=jadwal)
        said = {
            "session": str(session.pk),
            "asesi": cast.MARIA.email,
            "asesor": office.asesor.email,
        }
        self.stdout.write(json.dumps(said))
