"""Keeps one server for a whole test run: ``python -m tests.services.keeper NAME HOME PID``.

Writes what the server is reached by to ``HOME/NAME.json`` and ends when the test run of process
``PID`` has ended, however it ended, or has removed ``HOME``.
"""

import json
import os
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.services.servers import Bucket, postgresql, seaweedfs, valkey

SERVERS: dict[str, Any] = {"seaweedfs": seaweedfs, "valkey": valkey, "postgresql": postgresql}


def main(name: str, home: Path, run: int) -> None:
    server: AbstractContextManager[Bucket | str] = SERVERS[name](home / name)
    with server as reached:
        said = asdict(reached) if isinstance(reached, Bucket) else reached
        new = home / f"{name}.new"
        new.write_text(json.dumps(said))
        new.rename(home / f"{name}.json")
        while (home / f"{name}.json").exists() and _runs(run):
            time.sleep(0.3)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
