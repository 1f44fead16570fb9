"""The whole product for a test: started by its own supervisor, on free ports and its own data."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.services import shared
from tests.services.processes import Server, answers, free_ports

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "sandi-uji-coba-2026"


class Product:
    """A running product. Parts: web, media, jobs."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str]) -> None:
        (self.port,) = free_ports(1, also=1)
        self.data_dir = data_dir
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PORT": str(self.port),
            "DATA_DIR": str(data_dir),
            "SITE_URL": self.base_url,
            "DEMO": "brief",
            "DEMO_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "ajj.config.settings",
            **environment,
        }

    def start(self) -> None:
        """Start and wait until ready to serve."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._seed()
        log = self.data_dir / "log.txt"
        self.server = Server((sys.executable, "-m", "infra.run"), log=log, env=self.environment)
        self.server.wait_for(self.is_ready, 180)

    def _seed(self) -> None:
        """A new embedded product begins with a copy of what its first start would make.

        Making it takes 18 s of CPU; the products of ``scaled`` and ``demo`` still do it themselves.
        """
        if self.environment["DEMO"] != "brief" or "DATABASE_URL" in self.environment:
            return
        made = None if any(self.data_dir.iterdir()) else shared.once("first-start", self._make)
        if made is not None:
            shutil.copytree(made, self.data_dir, dirs_exist_ok=True)

    def _make(self, folder: Path) -> None:
        database = shared.empty_database()
        if database is not None:
            shutil.copy(database, folder)
        first = Product(folder, {})
        first.manage("demo_data", "--if-empty")

    def stop(self) -> int | None:
        """Ctrl-C; the exit code (None when it had to be killed)."""
        return self.server.stop(25, first=signal.SIGINT)

    def is_ready(self) -> bool:
        """Whether web says it is ready and the media process takes connections."""
        try:
            ready = f"http://127.0.0.1:{self.port}/readyz"
            web = httpx.get(ready, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False
        return web and answers(self.port + 1)

    def pid(self, part: str) -> int | None:
        """The process id of a part, or None while it is down."""
        try:
            return int((self.data_dir / "run" / f"{part}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def kill(self, part: str) -> int:
        """SIGKILL a part; gives the id that died."""
        pid = self.pid(part)
        assert pid is not None, f"{part} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_back(self, part: str, dead: int, limit_s: float = 30) -> float:
        """Seconds until ``part`` runs under another id than ``dead`` and the product is ready."""
        began = time.monotonic()
        while self.pid(part) in {None, dead} or not self.is_ready():
            assert time.monotonic() - began < limit_s, f"{part} did not come back:\n{self.words()}"
            time.sleep(0.05)
        return time.monotonic() - began

    def words(self, last: int = 8000) -> str:
        """The end of the product's log."""
        return (self.data_dir / "log.txt").read_text(errors="replace")[-last:]

    def manage(self, *arguments: str) -> str:
        """What a management command prints; its failure is an error with its words."""
        done = subprocess.run(
            (sys.executable, "manage.py", *arguments),
            env={**os.environ, **self.environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The JSON that a management command prints on its last line."""
        return json.loads(self.manage(*arguments).strip().splitlines()[-1])

    def query(self, code: str) -> Any:
        """What ``code`` assigns to ``answer`` when it runs inside the product, as JSON."""
        program = f"{code}\nimport json; print('ANSWER' + json.dumps(answer, default=str))"
        said = self.manage("shell", "--no-imports", "-c", program)
        return json.loads(said.rsplit("ANSWER", 1)[1])

    def login(self, email: str, password: str = PASSWORD) -> httpx.Client:
        """An HTTP client with the session of ``email``, CSRF header included."""
        client = httpx.Client(base_url=self.base_url, timeout=30, follow_redirects=True)
        page = client.get("/masuk/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert found, page.text[:2000]
        form = {"username": email, "password": password, "csrfmiddlewaretoken": found[1]}
        answer = client.post("/masuk/", data=form, headers={"Referer": f"{self.base_url}/masuk/"})
        assert "sessionid" in client.cookies, answer.text[:2000]
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        client.headers["Referer"] = self.base_url
        return client


@contextmanager
def running(data_dir: Path, **environment: str) -> Iterator[Product]:
    """A started product; stopped afterwards, its log shown when it did not stop cleanly."""
    product = Product(data_dir, environment)
    product.start()
    try:
        yield product
    finally:
        code = product.stop()
        if code not in {0, 130}:
            print(product.words())
