"""People in front of real browsers: one Chromium process each."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
)

from tests.services.product import PASSWORD, Product

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]
DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=360, height=740)


def chromium_path() -> str:
    """The Chromium of this machine; a missing one is an error, for nothing else proves the room."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    unpacked = ROOT / ".cache" / "chromium" / "chromium"
    if unpacked.exists():
        return str(unpacked)
    raise RuntimeError("Chromium is missing: make test installs it.")


class Person:
    """One person: a browser of their own, logged in, with what their console complained about."""

    def __init__(
        self,
        browser: Browser,
        product: Product,
        email: str = "",
        *,
        screen: ViewportSize | None = None,
    ) -> None:
        self.product = product
        self.email = email
        self.context: BrowserContext = browser.new_context(
            base_url=product.base_url,
            viewport=screen or DESK,
            locale="id-ID",
            permissions=["camera", "microphone"],
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if email:
            self.login()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def login(self) -> None:
        """By the form, as everyone does."""
        self.page.goto("/masuk/")
        self.page.fill("input[name=username]", self.email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(re.compile(r"/beranda/"))

    def call(self, method: str, path: str, data: Any = None) -> Any:
        """One request to the API with this person's cookies; the parsed answer."""
        cookies = {c["name"]: c["value"] for c in self.context.cookies() if "name" in c}
        answer = self.context.request.fetch(
            path,
            method=method,
            data=data,
            headers={
                "X-CSRFToken": cookies.get("csrftoken", ""),
                "Referer": self.product.base_url,
            },
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()[:2000]}"
        return answer.json()

    def close(self) -> None:
        self.context.close()


def launch(playwright: Playwright) -> Browser:
    """A Chromium process of its own."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)


def until(true: Callable[[], Any], limit_s: float, what: str, *, page: Page | None = None) -> Any:
    """Poll until ``true`` gives something true, and give it; ``page`` keeps its events flowing."""
    deadline = time.monotonic() + limit_s
    while not (found := true()):
        assert time.monotonic() < deadline, f"not within {limit_s} s: {what}"
        if page is None:
            time.sleep(0.1)
        else:
            page.wait_for_timeout(100)
    return found
