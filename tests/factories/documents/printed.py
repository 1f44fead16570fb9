"""What a print says (by poppler's pdftotext, or whoever gives its pages), and what it should say.

The fixed texts that BNSP's forms have stand in ``bnsp.toml``, written from the domain reference and
not from the form files: a form that lost one of them is found here.
"""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from ajj.documents.filling import fill
from ajj.documents.schema import FormTemplate

LISTED = tomllib.loads(Path(__file__).with_name("bnsp.toml").read_text())
SHORT = 4
"""Texts of fewer letters are looked for as words of their own."""
NOT_PRINTED = frozenset({"kind", "style", "sesi"})


def reader() -> str:
    """Which extractor reads here."""
    return "pdftotext" if shutil.which("pdftotext") else "pypdf (no pdftotext here: poppler-utils)"


def pages(pdf: bytes) -> list[str]:
    """The text of each page in the order in which it is drawn."""
    if not shutil.which("pdftotext"):
        return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    out = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return out.removesuffix("\f").split("\f")


def letters(text: str) -> str:
    """Letters and digits alone: lines may break and blanks fall anywhere."""
    return re.sub(r"[\W_]+", "", text).casefold()


class Printed:
    """The text of a whole print as if on one page: without page headers and footers."""

    def __init__(self, found: Sequence[str], form: FormTemplate, about: str) -> None:
        footer = re.compile(
            letters(f"{form.code} versi {form.version}") + rf"halaman\d{{1,3}}dari{len(found)}"
        )
        header = letters(f"{form.code} {form.title}{about}")
        first, *rest = (letters(page) for page in found)
        kept = [first, *(page.replace(header, "", 1) for page in rest)]
        self.count = len(found)
        self.letters = footer.sub("", "".join(kept))
        self.plain = " ".join(" ".join(found).split()).casefold()

    def has(self, text: str) -> bool:
        """Whether ``text`` stands there; what is too short to tell as a word of its own."""
        wanted = letters(text)
        if not wanted:
            return True
        if len(wanted) < SHORT:
            return re.search(rf"\b{re.escape(text.casefold())}(?!\w)", self.plain) is not None
        return wanted in self.letters


def demanded(form: FormTemplate) -> Iterator[str]:
    """What BNSP's form has, whatever the form file says; nothing for papers it does not name."""
    names = {form.code, form.label}
    for name, table in LISTED.items():
        if name in names or names & set(table.get("forms", ())):
            yield from table["texts"]


def said(form: FormTemplate, tree: Mapping[str, Any]) -> list[str]:
    """Every value and fixed text that the layout was given for ``form``.

    But the head of the log, which has grown since a form was issued, and tables without rows.
    """
    return list(dict.fromkeys(_texts(fill(form, tree))))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        bare = value.get("kind") == "units"
        if value.get("kind") == "proof" or (value.get("kind") == "table" and not value["rows"]):
            return
        for name, inner in value.items():
            if bare and name == "rows":
                yield from (row[each] for row in inner for each in ("no", "kode", "judul"))
            elif name not in NOT_PRINTED:
                yield from _texts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str) and value:
        yield from value.split("\n")


def lacking(form: FormTemplate, text: Printed, tree: Mapping[str, Any]) -> list[str]:
    """What ``text`` should say and does not: BNSP's texts, and all that the layout was given."""
    wanted = [*demanded(form), *([] if form.own else said(form, tree))]
    return [words for words in dict.fromkeys(wanted) if not text.has(words)]
