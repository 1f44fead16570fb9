"""What makes one item of a MUK whole. Pure: texts in, messages out.

An ``Item`` names its unit by code and its KUK by number, as people write them; ``Butir`` is the
stored row. Fields are those of the builder's form: ``unit``, ``kuk``, ``dimensi``, ``pertanyaan``,
``a`` to ``e``, ``kunci``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from django.utils.translation import gettext as _

from ajj.kernel.canonical import digest
from ajj.skema.rules import DIMENSI
from ajj.skema.tugas import NO_TASK, TASKS, Tugas, only, task_faults

LETTERS = "abcde"
CHOSEN = "pilihan_ganda"
KEYED = frozenset({CHOSEN, "esai", "lisan"})
"""Kinds that need a key: FR.IA.05B and 06B, and the expected answer of FR.IA.07."""
LIMITS = {"pertanyaan": 2000, "kunci": 4000} | dict.fromkeys(LETTERS, 500)
MAX_ITEMS = 200

LINE_END = re.compile("\r\n|\r|\v")
"""Word copies a line break within a cell as a vertical tab."""
CONTROL = re.compile(r"[\x00-\x08\x0c\x0e-\x1f]")

Units = Mapping[str, Sequence[str]]
"""The scheme's units: code to the numbers of its KUK, both in their order. For a task its kelompok
pekerjaan by name, and KUK as ``KODE 1.1``."""


@dataclass(frozen=True)
class Item:
    """One question as written; ``pilihan`` and a letter in ``kunci`` for pilihan ganda alone.

    Of a task ``unit`` names the kelompok pekerjaan, ``pertanyaan`` is the scenario, and ``kunci``
    what the asesor looks at.
    """

    unit: str
    kuk: tuple[str, ...]
    dimensi: tuple[str, ...]
    pertanyaan: str
    pilihan: tuple[str, ...] = ()
    kunci: str = ""
    tugas: Tugas = NO_TASK

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """The choices with their letters, ``a`` first."""
        return list(zip(LETTERS, self.pilihan, strict=False))


def fingerprint(item: Item) -> str:
    """Tells whether ``item`` is what somebody saw: hex, the same for equal items."""
    return digest(asdict(item))


def text_of(value: str) -> str:
    """``value`` with one kind of line end, no control characters, and no spaces around."""
    lines = LINE_END.sub("\n", value).replace("\u00a0", " ")
    return CONTROL.sub("", lines).strip()


def tidy(item: Item, *, jenis: str, units: Units) -> Item:
    """``item`` in its one form: trimmed, KUK and dimensi in order and once, the key a letter.

    What is unknown stays, so that ``faults`` can name it. Tidying twice changes nothing.
    """
    pilihan = [text_of(choice) for choice in item.pilihan]
    while pilihan and not pilihan[-1]:
        pilihan.pop()
    kunci = text_of(item.kunci)
    if jenis == CHOSEN:
        kunci = kunci.rstrip(".)").strip().lower()
    return replace(
        item,
        unit=item.unit.strip(),
        kuk=_in_order(item.kuk, units.get(item.unit.strip(), ())),
        dimensi=_in_order(item.dimensi, tuple(DIMENSI)),
        pertanyaan=text_of(item.pertanyaan),
        pilihan=tuple(pilihan) if jenis == CHOSEN else (),
        kunci=kunci,
        tugas=only(_tidy_task(item.tugas), jenis),
    )


def _tidy_task(tugas: Tugas) -> Tugas:
    return replace(
        tugas,
        rincian=text_of(tugas.rincian),
        perlengkapan=text_of(tugas.perlengkapan),
        hasil=text_of(tugas.hasil),
    )


def _in_order(given: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    once = list(dict.fromkeys(given))
    place = {value: index for index, value in enumerate(known)}
    return tuple(sorted(once, key=lambda value: place.get(value, len(place))))


def faults(item: Item, *, jenis: str, units: Units) -> dict[str, str]:
    """Field to what is wrong with it, for a tidied ``item``; empty when it is whole."""
    found: dict[str, str] = {}
    for field, message in (*_place(item, units, jenis), *_words(item, jenis)):
        found.setdefault(field, message)
    return found


def _place(item: Item, units: Units, jenis: str) -> Iterator[tuple[str, str]]:
    if not item.unit:
        yield (
            "unit",
            _("Pilih kelompok pekerjaan.") if jenis in TASKS else _("Pilih unit kompetensi."),
        )
    elif item.unit not in units:
        yield "unit", _("Unit “%(unit)s” tidak ada dalam skema ini.") % {"unit": item.unit}
    else:
        strange = [no for no in item.kuk if no not in units[item.unit]]
        if strange:
            yield (
                "kuk",
                _("KUK %(kuk)s tidak ada pada unit %(unit)s.")
                % {"kuk": ", ".join(strange), "unit": item.unit},
            )
    if not item.kuk:
        yield "kuk", _("Pilih sedikitnya satu KUK.")
    unknown = [key for key in item.dimensi if key not in DIMENSI]
    if unknown:
        yield "dimensi", _("Dimensi “%(key)s” tidak dikenal.") % {"key": ", ".join(unknown)}
    elif not item.dimensi:
        yield "dimensi", _("Pilih sedikitnya satu dimensi kompetensi.")


def _words(item: Item, jenis: str) -> Iterator[tuple[str, str]]:
    if not item.pertanyaan:
        yield (
            "pertanyaan",
            _("Tulis skenarionya.") if jenis in TASKS else _("Tulis pertanyaannya."),
        )
    yield from _too_long(item)
    if jenis in TASKS:
        yield from task_faults(item.tugas, jenis)
    elif jenis == CHOSEN:
        yield from _choices(item)
    elif jenis in KEYED and not item.kunci:
        yield "kunci", _("Tulis jawaban yang diharapkan.")


def _too_long(item: Item) -> Iterator[tuple[str, str]]:
    texts = {"pertanyaan": item.pertanyaan, "kunci": item.kunci}
    texts |= dict(item.lettered)
    for field, text in texts.items():
        if len(text) > LIMITS[field]:
            yield field, _("Paling panjang %(limit)d karakter.") % {"limit": LIMITS[field]}


def _choices(item: Item) -> Iterator[tuple[str, str]]:
    if len(item.pilihan) > len(LETTERS):
        yield "e", _("Paling banyak lima pilihan, A sampai E.")
    seen: dict[str, str] = {}
    for letter, choice in item.lettered:
        if not choice:
            yield letter, _("Isi pilihan ini, atau kosongkan pilihan sesudahnya.")
        elif choice in seen:
            yield letter, _("Sama dengan pilihan %(letter)s.") % {"letter": seen[choice].upper()}
        seen.setdefault(choice, letter)
    for letter in LETTERS[len(item.pilihan) : 2]:
        yield letter, _("Pilihan ganda butuh sedikitnya dua pilihan.")
    if not item.kunci:
        yield "kunci", _("Pilih kunci jawaban.")
    elif item.kunci not in tuple(LETTERS[: len(item.pilihan)]):
        yield (
            "kunci",
            _("Kunci “%(key)s” bukan salah satu pilihan yang terisi.") % {"key": item.kunci},
        )
