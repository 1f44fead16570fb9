"""Browsers and whole products for the journeys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.e2e.browsers import launch
from tests.services.product import Product, running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Callable[[], Browser]]:
    """Makes Chromium processes; all are closed after the test."""
    with ExitStack() as stack:

        def make() -> Browser:
            browser = launch(playwright)
            stack.callback(browser.close)
            return browser

        yield make


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The embedded product, shared by every journey that does not ask for one of its own."""
    with running(tmp_path_factory.mktemp("product")) as started:
        yield started


@pytest.fixture
def new_product(tmp_path: Path) -> Iterator[Product]:
    """An embedded product in which nothing has happened yet."""
    with running(tmp_path / "product") as started:
        yield started
