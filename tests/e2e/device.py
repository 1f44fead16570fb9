"""A browser that remembers: one profile on disk, killed and started again like a phone."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.browsers import FLAGS, PHONE, chromium_path
from tests.services.product import PASSWORD, Product

SLICES = """async () => {
  const asked = indexedDB.open("ajj-backup");
  const db = await new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const all = db.transaction("slices").objectStore("slices").getAll();
  const slices = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  db.close();
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("backup");
  const two = (byte) => byte.toString(16).padStart(2, "0");
  const hex = (bytes) => [...new Uint8Array(bytes)].map(two).join("");
  // A file that grows while it is read is refused by the browser: take it again.
  const whole = async (handle, tries = 20) => {
    try {
      return await (await handle.getFile()).arrayBuffer();
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((later) => setTimeout(later, 30));
      return whole(handle, tries - 1);
    }
  };
  const found = [];
  for (const slice of slices) {
    const handle = await folder.getFileHandle(slice.id).catch(() => null);
    if (handle === null) continue;  // noted, not a second old yet
    const bytes = await whole(handle);
    found.push({
      ...slice, size: bytes.byteLength, sha256: hex(await crypto.subtle.digest("SHA-256", bytes)),
    });
  }
  return found.sort((a, b) => a.startWall - b.startWall);
}"""


class Device:
    """The asesi's phone: what its browser wrote outlives the browser."""

    def __init__(self, playwright: Playwright, product: Product, profile: Path) -> None:
        self.playwright, self.product, self.profile = playwright, product, profile
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        """Start the browser; its one page."""
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=chromium_path(),
            args=FLAGS,
            base_url=self.product.base_url,
            viewport=PHONE,
            locale="id-ID",
            permissions=["camera", "microphone"],
        )
        return self.context.pages[0]

    def login(self, page: Page, email: str) -> None:
        """To the person's own page; by the form where the cookie has not reached the disk."""
        page.goto("/beranda/")
        if "/masuk/" in page.url:
            page.fill("input[name=username]", email)
            page.fill("input[name=password]", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url("**/beranda/**")

    def crash(self) -> None:
        """SIGKILL of the browser's own process: nothing is said goodbye to."""
        pid = self._pid()
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while _alive(pid):
            assert time.monotonic() < deadline, "the browser did not die"
            time.sleep(0.05)
        self.stop()

    def stop(self) -> None:
        if self.context is not None:
            with suppress(PlaywrightError):
                self.context.close()
        self.context = None

    def _pid(self) -> int:
        wanted = f"--user-data-dir={self.profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if wanted in words and not any(word.startswith(b"--type=") for word in words):
                    return int(folder.name)
        raise AssertionError("the browser does not run")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def slices(page: Page) -> list[dict[str, Any]]:
    """What lies on the device, oldest first: the ledger's rows with ``size`` and ``sha256``."""
    found: list[dict[str, Any]] = page.evaluate(SLICES)
    return found
