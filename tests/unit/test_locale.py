"""The English catalogue is whole, and what was compiled is what was written."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "ajj/locale/en/LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")
BANNED = re.compile(r"candidate|assessor|peserta|penguji|spectator|jury", re.IGNORECASE)
LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")')


@dataclass
class Entry:
    """One message as it stands in the file: its words by keyword, its translations by form."""

    words: dict[str, str] = field(default_factory=dict)
    translations: dict[int, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def source(self) -> str:
        return self.words["msgid"]

    @property
    def plural(self) -> str:
        return self.words.get("msgid_plural", "")


def entries(text: str) -> Iterator[Entry]:
    for block in text.split("\n\n"):
        entry, keyword, form = Entry(), "", 0
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.flags += line
            match = LINE.fullmatch(line)
            if match is None:
                continue
            if match[1]:
                keyword, form = match[1], int(match[2] or 0)
            part = str(ast.literal_eval(match[3]))
            if keyword == "msgstr":
                entry.translations[form] = entry.translations.get(form, "") + part
            else:
                entry.words[keyword] = entry.words.get(keyword, "") + part
        if entry.words:
            yield entry


@pytest.fixture(scope="module")
def written() -> list[Entry]:
    found = list(entries((FOLDER / "django.po").read_text()))
    assert found[0].source == "", "the header comes first"
    return found[1:]


@pytest.fixture(scope="module")
def compiled() -> gettext.GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_every_message_is_translated_and_none_is_a_guess(written):
    assert len(written) > 900
    assert [one.source for one in written if "fuzzy" in one.flags] == []
    untranslated = [
        one.source
        for one in written
        if set(one.translations) != ({0, 1} if one.plural else {0})
        or not all(text.strip() for text in one.translations.values())
    ]
    assert untranslated == []
    assert "#~" not in (FOLDER / "django.po").read_text(), "a message that nobody says any more"


def test_placeholders_and_markup_survive_translation(written):
    def held(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text))

    changed = [
        (one.source, text)
        for one in written
        for form, text in one.translations.items()
        if held(text) != held(one.plural if form and one.plural else one.source)
    ]
    assert changed == []


def test_the_words_of_the_scheme_stay(written):
    said = [text for one in written for text in one.translations.values()]
    assert [text for text in said if BANNED.search(text)] == []


def test_the_compiled_catalogue_is_the_written_one(written, compiled):
    stale = []
    for one in written:
        context = one.words.get("msgctxt")
        for form, text in one.translations.items():
            count = 1 if form == 0 else 2
            if one.plural and context:
                found = compiled.npgettext(context, one.source, one.plural, count)
            elif one.plural:
                found = compiled.ngettext(one.source, one.plural, count)
            elif context:
                found = compiled.pgettext(context, one.source)
            else:
                found = compiled.gettext(one.source)
            if found != text:
                stale.append((one.source, text, found))
    assert stale == [], "run infra/messages.sh"
    assert compiled.info()["language"] == "en"
