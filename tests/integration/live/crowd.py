"""Run by ``test_crowd``: many threads write into one session; prints what came of it as JSON."""

import json
import sys
import threading
from datetime import UTC, datetime

import django
from django.core.management import call_command
from django.db import connection, connections

THREADS, OPS = 4, 50


def main() -> None:
    django.setup()
    call_command("migrate", "--noinput", verbosity=0)
    from ajj.kernel.chain import verify
    from ajj.live import services
    from ajj.live.models import ChatMessage
    from ajj.live.ops import Op
    from ajj.live.selectors import full_log
    from tests.factories.live import room

    made = room(starts_at=datetime.now(UTC)).go_live()
    answers: list[dict[str, object]] = []
    start = threading.Barrier(THREADS)

    def write(thread: int) -> None:
        start.wait()
        for number in range(OPS):
            # Two threads send each op: the same person's queue, flushed twice at once.
            name = f"{thread % 2}-{number}"
            op = Op(name, "chat", {"text": name})
            user = made.asesi if thread % 2 else made.asesor
            answer = services.perform(made.id, user=user, op=op, now=datetime.now(UTC))
            answers.append(answer.frame())
        connections.close_all()

    threads = [threading.Thread(target=write, args=(index,)) for index in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(full_log(made.id))
    found = {
        "vendor": connection.vendor,
        "answers": answers,
        "chat": ChatMessage.objects.count(),
        "seqs": [entry["seq"] for entry in entries],
        "moments": [entry["at_ms"] for entry in entries],
        "faults": len(verify(entries, head=made.fresh().head_hash)),
    }
    json.dump(found, sys.stdout)


main()
