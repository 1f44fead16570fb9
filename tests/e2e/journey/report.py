"""From the recommendation to a report that the LSP has received: what is asked, and what is not."""

from playwright.sync_api import Page, expect

from tests.e2e.browsers import Person

PLANNED = ("FR.IA.01", "FR.IA.08")
KNOWN = ("Nama asesi", "Nama asesor", "Nama lengkap", "NIK", "Skema", "Judul", "TUK", "Kode")
"""What was typed once already (FR.APL.01, the schedule, the scheme): no form asks for it again."""


def hand_in(asesor: Person, admin: Person, nomor: str) -> None:
    """The asesor answers what only they know, form after form, and the LSP receives the report."""
    page = asesor.page
    plan(page, nomor)
    asked = 0
    while (missing := first_missing(page, nomor)) is not None:
        page.goto(missing)
        verify(page) if missing.endswith("/portofolio/") else answer(page)
        asked += 1
        assert asked < 20, "each form is missing once"
    assert asked > 0, "AK.06 at least is the asesor's to write"
    page.get_by_role("button", name="Ajukan laporan").click()
    expect(page.get_by_text("menunggu diterima LSP")).to_be_visible()
    office = admin.page
    office.goto("/laporan/?status=submitted")
    office.get_by_role("link", name="Buka").first.click()
    office.get_by_role("button", name="Terima laporan").click()
    expect(office.get_by_text("Diterima oleh")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Diterima oleh")).to_be_visible()


def plan(page: Page, nomor: str) -> None:
    """FR.MAPA.01 says what the asesi is, FR.MAPA.02 which instruments that needs."""
    base = f"/permohonan/{nomor}/formulir"
    page.goto(f"{base}/FR.MAPA.01@2023/isi/")
    answer(page)
    page.goto(f"{base}/FR.MAPA.02@2023/isi/")
    for code in PLANNED:
        for line in page.locator("fieldset.form-line", has_text=code).all():
            line.locator("input").first.check()
    save(page)
    page.goto(f"{base}/")
    for code in PLANNED:
        row = page.locator("li", has_text=code).first
        expect(row).to_contain_text("Menurut rencana")
    expect(page.locator("li", has_text="FR.IA.10").first).to_contain_text("Tidak direncanakan")


def first_missing(page: Page, nomor: str) -> str | None:
    """The address where the first form that holds the report up is filled."""
    page.goto(f"/permohonan/{nomor}/laporan/")
    wanted = page.locator(".list__item .btn--primary")
    return wanted.first.get_attribute("href") if wanted.count() else None


def answer(page: Page) -> None:
    """The first of every choice; words where there is nothing to choose."""
    labels = page.locator(".field > label").all_inner_texts()
    again = [label for label in labels if label.startswith(KNOWN)]
    assert not again, f"typed once already: {again}"
    groups = page.locator("form.paper [role=group]")
    for group in groups.all():
        group.locator("input").first.check()
    if groups.count() == 0:
        page.locator("form.paper textarea").first.fill("Sesuai prosedur.")
    save(page)


def verify(page: Page) -> None:
    """FR.IA.08: each piece that the asesi gave is judged, and the asesor recommends."""
    waits = page.get_by_role("link", name="Bukti berikutnya")
    while True:
        page.get_by_role("button", name="Keempatnya Ya").click()
        expect(page.locator("button[name=memadai][value=ya][aria-pressed=true]")).to_be_visible()
        if waits.count() == 0:
            break
        waits.click()
    page.get_by_role("radio", name="Telah memenuhi").check()
    page.get_by_role("button", name="Simpan kesimpulan").click()
    expect(page.get_by_text("Kesimpulan tersimpan")).to_be_visible()


def save(page: Page) -> None:
    page.locator("#save").click()
    expect(page.get_by_text("Isian tersimpan dan tercetak")).to_be_visible()
