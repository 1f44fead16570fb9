"""What every integration test may rely on."""

import importlib

import pytest
from django.apps import apps


@pytest.fixture(autouse=True)
def migrated_rows(request: pytest.FixtureRequest, _django_db_helper: None) -> None:
    """Rows that a migration wrote and the flush after an earlier transactional test took away."""
    if request.node.get_closest_marker("django_db"):
        importlib.import_module("ajj.live.migrations.0002_consent_text").publish(apps, None)
