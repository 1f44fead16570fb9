"""Every form of one finished asesmen of every demo scheme, as PDF, read back by pdftotext.

``python -m tests.prove forms [--scheme KEY] [--set 2020] [--keep FOLDER]``. Each asesmen is made by
the product's own services from FR.APL.01 to the received report (``tests.factories.finished``).
Each print must hold every fixed text of BNSP's form (a list of the tests' own, from the domain
reference), every label and value of the form file, and be PDF/A as far as its structure shows.
The scheme whose units are unknown has no asesmen: the product must refuse to open one.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SCHEMES = (
    "akuntansi-keuangan-lembaga-2",
    "asesor-kompetensi",
    "junior-web-programmer",
    "operator-komputer-madya",
    "pemrogram-junior",
)
WITHOUT_UNITS = "pelaksana-lapangan-pekerjaan-gedung"
NOT_COMPETENT = "pemrogram-junior"
"""The scheme whose asesi is recommended BK, so that what is only printed then is seen, too."""
EDITIONS = ("2023", "2020")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--scheme", choices=SCHEMES, action="append")
    options.add_argument("--set", choices=EDITIONS, action="append")
    options.add_argument("--keep", type=Path, help="write the PDFs into this folder")
    given = options.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    from tests.factories.documents.printed import reader

    call_command("migrate", verbosity=0)
    print(f"read by {reader()}", flush=True)
    wrong: list[str] = []
    for key in given.scheme or SCHEMES:
        for edition in given.set or EDITIONS:
            wrong += _prove(key, edition, given.keep)
    if not given.scheme:
        _refused()
    if wrong:
        raise AssertionError("\n".join([f"{len(wrong)} texts are missing:", *wrong]))


def _prove(key: str, edition: str, keep: Path | None) -> list[str]:
    from ajj.assessment import values
    from tests.factories.finished import finished

    result = "BK" if key == NOT_COMPETENT else "K"
    made = finished(key, form_set=edition, result=result)
    tree = values.for_permohonan(made.permohonan)
    print(f"\n{made.permohonan.skema}, {edition}, {result}", flush=True)
    print(f"  {'form':24}{'pages':>6}{'bytes':>9}{'texts':>7}  signed  PDF/A", flush=True)
    rows = list(_prints(made, tree))
    if keep is not None:
        folder = keep / f"{key}-{edition}"
        folder.mkdir(parents=True, exist_ok=True)
        for number, (form, pdf, _issued) in enumerate(rows, 1):
            (folder / f"{number:02d}_{form.label}.pdf").write_bytes(pdf)
    return [line for row in rows for line in _checked(made, tree, *row)]


def _prints(made: Any, tree: dict[str, Any]) -> Any:
    """Form, PDF, and whether it was issued, of every form of the set, keys included."""
    from django.utils import timezone

    from ajj.assessment import papers
    from ajj.assessment.values.file import issued_now
    from ajj.documents.registry import labelled

    issued = issued_now(made.permohonan)
    rows = [papers.Paper(labelled(label), issued.get(label)) for label in made.permohonan.forms]
    for each, pdf in papers.prints(made.permohonan, rows, now=timezone.now()):
        if isinstance(pdf, Exception):
            raise pdf
        yield each.form, pdf, each.issued is not None


def _checked(made: Any, tree: dict[str, Any], form: Any, pdf: bytes, issued: bool) -> Sequence[str]:
    from django.conf import settings

    from ajj.assessment import papers
    from ajj.documents.services import letterhead
    from tests import pdfa
    from tests.factories.documents.printed import Printed, lacking, pages, said

    isi = papers.isi_of(made.permohonan).get(form.label, {})
    known = {"lsp": letterhead(settings.LSP), **tree, "isi": isi}
    text = Printed(pages(pdf), form, made.room.asesi.name)
    missing = lacking(form, text, known)
    faults = pdfa.problems(pdf)
    texts = 0 if form.own else len(said(form, known))
    signatures = text.plain.count("ditandatangani secara elektronik") if issued else 0
    signatures -= text.plain.count("periksa keaslian cetakan ini")
    verdict = "ok" if not faults else "; ".join(faults)
    line = f"  {form.label:24}{text.count:6}{len(pdf):9}{texts:7}{signatures:8}  {verdict}"
    print(line + (f"  {len(missing)} MISSING" if missing else ""), flush=True)
    return [f"{form.label}: {words}" for words in missing] + [f"{form.label}: {f}" for f in faults]


def _refused() -> None:
    """No units, no asesmen: units of a standard are not invented."""
    from ajj.applications.services import open_permohonan
    from ajj.kernel.errors import DomainError
    from tests.factories import people, skema

    chosen = skema.real(WITHOUT_UNITS)
    skema.letter(chosen)
    try:
        open_permohonan(people.asesi(), chosen, now=people.NOW)
    except DomainError as error:
        print(f"\n{chosen}: refused, {error.message}")
        return
    raise AssertionError(f"{chosen} has no units and yet took an application")


if __name__ == "__main__":
    main()
