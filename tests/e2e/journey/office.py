"""From the scheme's page to two sessions in the calendar, as people click it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.e2e.browsers import Person


@dataclass(frozen=True)
class Window:
    """A session's times on the wall clock of ``zone``, in whole minutes."""

    zone: str
    start: datetime
    end: datetime

    def fields(self) -> dict[str, str]:
        return {
            "day": self.start.date().isoformat(),
            "start": f"{self.start:%H:%M}",
            "end": f"{self.end:%H:%M}",
        }


def windows(now: datetime) -> tuple[Window, Window]:
    """A short pra-asesmen that has begun, and an asesmen right after it: both rooms are open.

    A form holds one day, so late in the evening the times are given in the zone two hours on.
    """
    late = now.astimezone(ZoneInfo("Asia/Jakarta")).hour >= 22
    zone = "Asia/Jayapura" if late else "Asia/Jakarta"
    start = now.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    pra = Window(zone, start, start + timedelta(minutes=4))
    return pra, Window(zone, pra.end, pra.end + timedelta(minutes=60))


def apply_for(asesi: Person, skema: str, name: str, picture: Path) -> str:
    """Open a permohonan from the catalogue, hand in FR.APL.01; gives its number."""
    page = asesi.page
    page.goto("/skema/")
    page.get_by_role("link", name=re.compile(re.escape(skema))).first.click()
    page.get_by_role("button", name="Ajukan permohonan").click()
    page.wait_for_url(re.compile(r"/permohonan/[^/]+/(apl01/)?$"))
    found = re.search(r"/permohonan/([^/]+)/", page.url)
    assert found
    nomor = found[1]
    page.goto(f"/permohonan/{nomor}/apl01/")
    row = page.locator("#berkas li", has_text="KTP")
    row.locator("input[type=file]").set_input_files(picture)
    expect(row.get_by_role("link", name=picture.name)).to_be_visible(timeout=20_000)
    sign(asesi, name)
    page.wait_for_url(re.compile(rf"/permohonan/{nomor}/(#|$)"))
    return nomor


def sign(person: Person, name: str) -> None:
    """Consent, type the name, send."""
    page = person.page
    page.locator("#tanda-tangan input[name=consent]").check()
    page.fill("#signed_name", name)
    page.locator("#tanda-tangan button[name=action][value=submit]").click()


def accept(admin: Person, nomor: str, asesor: str) -> None:
    """Look at every document, accept each, then the permohonan, and name the asesor."""
    page = admin.page
    page.goto(f"/permohonan/{nomor}/")
    links = page.locator(".panel__docs a")
    documents = [link.get_attribute("href") or "" for link in links.all()]
    for address in documents:
        page.goto(f"/permohonan/{nomor}/{address}")
        button = page.locator("button[name=verdict][value=accepted]")
        if button.count():
            button.click()
            page.wait_for_load_state()
    form = page.locator('form[action$="/terima/"]')
    if not form.is_visible():
        page.get_by_text("Terima permohonan").first.click()
    choice = form.locator("select[name=asesor] option", has_text=asesor)
    form.locator("select[name=asesor]").select_option(value=choice.get_attribute("value"))
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)


def answer_apl02(asesi: Person, nomor: str, name: str) -> None:
    """K with its evidence for every elemen, signed."""
    page = asesi.page
    page.goto(f"/permohonan/{nomor}/apl02/")
    page.evaluate(
        """() => {
          document.querySelectorAll("details").forEach((one) => { one.open = true; });
          const able = 'input[name^="claim-"][value="K"]';
          document.querySelectorAll(able).forEach((one) => one.click());
          document.querySelectorAll('textarea[name^="evidence-"]').forEach((one) => {
            one.value = "Pekerjaan saya di kantor, 2026";
            one.dispatchEvent(new Event("input", {bubbles: true}));
          });
        }"""
    )
    sign(asesi, name)
    page.wait_for_url(re.compile(rf"/permohonan/{nomor}/(#|$)"))


def verify_apl02(asesor: Person, nomor: str) -> None:
    page = asesor.page
    page.goto(f"/permohonan/{nomor}/")
    page.fill("[name=note]", "Bukti memadai.")
    page.locator("button[name=action][value=continue]").click()
    expect(page.locator("button[name=action][value=continue]")).to_have_count(0)


def schedule(admin: Person, nomor: str, kind: str, window: Window, asesor: str) -> None:
    page = admin.page
    page.goto(f"/jadwal/kelola/baru/?permohonan={nomor}")
    page.select_option("select[name=permohonan]", nomor)
    kinds = page.locator("[name=kind]")
    if kinds.first.evaluate("(one) => one.tagName") == "SELECT":
        page.select_option("select[name=kind]", kind)
    else:
        page.check(f"input[name=kind][value={kind}]")
    for name, value in window.fields().items():
        page.fill(f"input[name={name}]", value)
    page.select_option("select[name=zone]", window.zone)
    option = page.locator("select[name=asesor] option", has_text=asesor)
    page.select_option("select[name=asesor]", option.get_attribute("value"))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: not address.split("?")[0].endswith("/baru/"))


def sessions(person: Person, skema: str) -> dict[str, dict[str, Any]]:
    """This person's latest room of each kind for a skema."""
    items = person.call("GET", "/api/v1/sessions")["items"]
    return {one["kind"]: one for one in reversed(items) if one["skema"]["judul"] == skema}
