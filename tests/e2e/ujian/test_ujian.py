"""A timed test in real browsers: the network goes, the tab dies, another device goes on."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsers import PHONE, Person, until
from tests.services.product import Product

GIVE = """
from django.utils import timezone
from ajj.assessment.services import ujian
from ajj.live.models import Session
from tests.factories.ujian import instrument
session = Session.objects.get(pk='{session}')
permohonan = session.jadwal.permohonan
now = timezone.now()
asesor = permohonan.asesor
made = [
    ujian.give(permohonan, instrument(permohonan.skema, jenis, version=90), actor=asesor, now=now)
    for jenis in ('pilihan_ganda', 'esai')
]
answer = [str(each.pk) for each in made]
"""
SHEET = """
from django.utils import timezone
from ajj.assessment import ujian
row = ujian.tests().get(pk='{ujian}')
held = ujian.standing(row, timezone.now())
answer = {{
    'state': row.state, 'returned_ms': held.returned_ms, 'late': len(held.sheet.late),
    'answers': {{item.butir.no: item.value for item in held.items}},
}}
"""
REACHES = "fetch('/healthz', {cache: 'no-store'}).then(() => true, () => false)"
KEPT = "caches.match(location.pathname).then((found) => found !== undefined)"


def choose(page: Page, no: int, letter: str) -> None:
    """Item ``no`` of the MUK: the letter is the log's, wherever it stands on this screen."""
    item = page.locator("fieldset", has_text=f"Pertanyaan pilihan_ganda nomor {no}?")
    item.locator(f'input[value="{letter}"]').check()


def saved(page: Page) -> None:
    expect(page.get_by_test_id("ujian-saved")).to_contain_text(
        "Tersimpan di server", timeout=15_000
    )


def seconds(page: Page) -> int:
    """What the clock shows as left."""
    shown = page.get_by_test_id("ujian-left").inner_text().split(".")
    return sum(int(part) * 60**place for place, part in enumerate(reversed(shown)))


def cut(person: Person) -> None:
    person.context.set_offline(offline=True)
    assert not person.page.evaluate(REACHES), "the network is really gone"


def test_no_answer_is_lost_and_the_clock_is_fair(
    product: Product, chromium: Callable[[], Browser]
) -> None:
    made = product.json("demo_session")
    ujian, essay = product.query(GIVE.format(**made))
    phone = Person(chromium(), product, made["asesi"], screen=PHONE)
    page = phone.page
    page.goto(f"/ujian/{ujian}/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_test_id("ujian-start").click()
    expect(page.get_by_test_id("ujian-paper")).to_be_visible()
    choose(page, 1, "a")
    saved(page)
    until(lambda: page.evaluate(KEPT), 15, "the page is kept on the device", page=page)

    cut(phone)
    choose(page, 2, "b")
    expect(page.get_by_test_id("ujian-saved")).to_contain_text("1 jawaban tersimpan di perangkat")
    page.wait_for_timeout(500)
    page.close()
    before = product.query(SHEET.format(ujian=ujian))
    assert before["answers"]["1"] == "a"
    assert before["answers"]["2"] == "", "the server cannot know it yet"

    page = phone.page = phone.context.new_page()
    page.goto(f"/ujian/{ujian}/")
    assert not page.evaluate(REACHES)
    expect(
        page.locator("fieldset", has_text="nomor 2?").locator('input[value="b"]')
    ).to_be_checked()
    choose(page, 3, "c")
    phone.context.set_offline(offline=False)
    saved(page)
    page.close()

    laptop = Person(chromium(), product, made["asesi"])
    laptop.page.wait_for_timeout(4000)
    page = laptop.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/ujian/{ujian}/")
    for no, letter in ((1, "a"), (2, "b"), (3, "c")):
        item = page.locator("fieldset", has_text=f"nomor {no}?")
        expect(item.locator(f'input[value="{letter}"]')).to_be_checked()
    choose(page, 4, "d")
    saved(page)
    left = seconds(page)
    held = product.query(SHEET.format(ujian=ujian))
    assert held["answers"] == {"1": "a", "2": "b", "3": "c", "4": "d"}
    assert held["returned_ms"] >= 3000, "nobody could work between the devices"
    assert 0 < left <= 30 * 60
    page.get_by_test_id("ujian-finish").click()
    expect(page.get_by_test_id("ujian-over")).to_contain_text("4 dari 4 butir dijawab")

    page.goto(f"/ujian/{essay}/")
    page.get_by_test_id("ujian-start").click()
    words = page.get_by_label("Jawaban butir 1")
    words.press_sequentially("Karena sambungan putus", delay=5)
    page.close()
    page = laptop.context.new_page()
    page.goto(f"/ujian/{essay}/")
    expect(page.get_by_label("Jawaban butir 1")).to_have_value("Karena sambungan putus")
    saved(page)
    assert "Karena sambungan putus" in product.query(SHEET.format(ujian=essay))["answers"].values()
    assert [each for each in phone.complaints if "ERR_INTERNET_DISCONNECTED" not in each] == []
    assert laptop.complaints == []
