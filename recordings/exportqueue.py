"""The queue of the exports: a worker of its own, so that a long one keeps no letter waiting."""

import subprocess
import sys
import threading

from django.conf import settings
from django_tasks import task

QUEUE = "exports"
LOOK_S = 0.5
stopping = threading.Event()
"""Set when the jobs process ends: what is being made is dropped, and begun again later."""


@task(queue_name=QUEUE)
def make_export(export_id: str) -> None:
    """Make one export in a process of its own, at low priority: what kills it, kills only it."""
    command = [sys.executable, str(settings.ROOT / "manage.py"), "make_export", export_id]
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            if stopping.wait(LOOK_S):
                process.terminate()
                return
