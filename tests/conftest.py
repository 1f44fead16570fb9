"""Fixtures that every test may ask for: the real servers and the whole product."""

import secrets
import shutil
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from hypothesis import settings

from tests.services import shared
from tests.services.servers import Bucket

# Speed is measured by the benchmarks; a busy machine is no failing property.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.open_home()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.close_home()


BAD_LINES = ("turn", "uploads", "thin", "offline", "lossy")
"""Folders of tests behind a bad link, in the order in which they run."""
PICTURES = ("thin", "offline", "lossy")
"""Those of them that count pictures, which a busy machine takes away."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers and whole products share two cores badly, so they run one after the other.

    Only those that count pictures run beside the end of that row, on the worker that has done the
    small tests meanwhile (with ``--no-loadscope-reorder``, see infra/test.sh): both workers then
    end at about the same time. All this first, because xdist reads the group in the same hook.
    """
    last = dict.fromkeys(items, 0)
    for item in items:
        if "tests/e2e/" in item.nodeid:
            folder = item.nodeid.split("/")[2]
            item.add_marker("e2e")
            item.add_marker(pytest.mark.xdist_group("pictures" if folder in PICTURES else "e2e"))
            last[item] = 1 + BAD_LINES.index(folder) if folder in BAD_LINES else 0
    items.sort(key=lambda item: last[item])


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Each worker's database is a copy of one that was migrated once: eleven seconds saved."""
    database = shared.empty_database()
    if database is not None:
        shutil.copy(database, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    server: str = shared.reach("postgresql")
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as one:
        one.execute(f'CREATE DATABASE "{name}"')
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as one:
        one.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def valkey_url() -> str:
    """The address of a Valkey server that this run shares: take names of your own."""
    address: str = shared.reach("valkey")
    return address


@pytest.fixture
def bucket() -> Bucket:
    """A new, empty S3 bucket on SeaweedFS."""
    server = Bucket(**shared.reach("seaweedfs"))
    made = Bucket(
        server.endpoint, f"t-{secrets.token_hex(6)}", server.access_key, server.secret_key
    )
    made.client().create_bucket(Bucket=made.name)
    return made
