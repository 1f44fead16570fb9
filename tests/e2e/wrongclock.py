"""A browser whose wall clock is wrong, and may be set while the page runs."""

from playwright.sync_api import Page

# Only the wall clock: performance.now() is the machine's own, as on a real phone.
SCRIPT = """
(() => {
  const kept = (() => { try { return localStorage.getItem("wrong"); } catch { return null; } })();
  let wrong = Number(kept ?? WRONG_MS);
  const real = Date;
  globalThis.Date = class extends real {
    constructor(...given) {
      if (given.length === 0) super(real.now() + wrong);
      else super(...given);
    }
    static now() { return real.now() + wrong; }
  };
  globalThis.setWrong = (ms) => { wrong = ms; localStorage.setItem("wrong", String(ms)); };
  globalThis.howWrong = () => Date.now() - real.now();
})();
"""


def wrong_by(minutes: float) -> str:
    """The script for a page whose clock is ``minutes`` ahead."""
    return SCRIPT.replace("WRONG_MS", str(round(minutes * 60_000)))


def how_wrong(page: Page) -> float:
    """Seconds that the page's clock is ahead of this machine's: the proof that it is wrong."""
    found: float = page.evaluate("howWrong() / 1000")
    return found


def set_wrong(page: Page, minutes: float) -> None:
    """Somebody sets the phone's clock."""
    page.evaluate("(ms) => setWrong(ms)", round(minutes * 60_000))
