"""``manage.py jobs``: what has to happen without anybody asking, in one process."""

import signal
import threading
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from ajj.certificates import services as certificates
from ajj.live import services as live
from ajj.notifications import tasks as notifications
from recordings import exportqueue
from recordings.services import Ingest, exports, retention, seal_ended, seal_grown
from recordings.services.anchor import Anchorer
from recordings.services.reconcile import Looker, Reconciler

log = structlog.get_logger(__name__)

INGEST_EVERY_S = 0.2
TICK_EVERY_S = 1.0
LOOK_EVERY_S = 1.0
RECONCILE_EVERY_S = 15.0
UPKEEP_EVERY_S = 30.0
WORKER_EVERY_S = 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0


class Command(BaseCommand):
    help = "Ingest recordings, seal sessions, run what time does, and work the task queue."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, on_signal)
        workers = {
            "tasks": _worker("*", but=exportqueue.QUEUE),
            "exports": _worker(exportqueue.QUEUE),
        }
        ingest = Ingest(settings.SPOOL_DIR, clock=_now, uploads=settings.UPLOADS)
        looker, reconciler = Looker(settings.SPOOL_DIR), Reconciler(settings.SPOOL_DIR)
        threads = [
            threading.Thread(target=_forever, args=(name, work, every, stop), name=name)
            for name, work, every in (
                ("journal", ingest.take_journal, INGEST_EVERY_S),
                ("uploads", ingest.upload, INGEST_EVERY_S),
                ("tick", lambda: live.tick(_now()), TICK_EVERY_S),
                ("seal", lambda: seal_ended(spool=settings.SPOOL_DIR, now=_now()), TICK_EVERY_S),
                ("seal again", lambda: seal_grown(now=_now()), UPKEEP_EVERY_S),
                ("time stamps", Anchorer(clock=_now).step, UPKEEP_EVERY_S),
                ("watch", looker.step, LOOK_EVERY_S),
                ("reconcile", reconciler.step, RECONCILE_EVERY_S),
                ("letters", notifications.catch_up, UPKEEP_EVERY_S),
                ("certificates", _certificates, UPKEEP_EVERY_S),
                ("retention", lambda: retention.upkeep(now=_now()), UPKEEP_EVERY_S),
                ("export upkeep", lambda: exports.upkeep(now=_now()), UPKEEP_EVERY_S),
            )
        ]
        threads += [
            threading.Thread(target=_work, args=(name, worker, stop), name=name)
            for name, worker in workers.items()
        ]
        for thread in threads:
            thread.start()
        log.info("jobs running")
        stop.wait()
        exportqueue.stopping.set()
        for worker in workers.values():
            worker.running = False
        for thread in threads:
            thread.join()
        # What the media process finished while it stopped is taken in before the last one goes.
        ingest.step()
        log.info("jobs stopped")


def _certificates() -> None:
    """What a crash kept from being issued, and what has run out."""
    certificates.issue_missing(now=_now())
    certificates.expire_due(now=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _forever(name: str, work: Any, every_s: float, stop: threading.Event) -> None:
    """``work`` again and again; a failure is logged and followed by a growing pause."""
    pause = every_s
    while not stop.is_set():
        try:
            work()
            pause = every_s
        except Exception:
            log.exception("job failed", job=name)
            pause = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, pause * 2))
        finally:
            close_old_connections()
        stop.wait(pause)


def _worker(queue: str, *, but: str = "") -> Worker:
    return Worker(
        queue_names=[queue],
        interval=WORKER_EVERY_S,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"jobs-{queue}-{datetime.now(UTC):%Y%m%d%H%M%S%f}",
        excluded_queue_names=[but] if but else [],
    )


def _work(name: str, worker: Worker, stop: threading.Event) -> None:
    def run() -> None:
        if not stop.is_set():
            worker.run()

    _forever(name, run, WORKER_EVERY_S, stop)
