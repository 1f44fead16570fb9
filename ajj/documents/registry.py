"""Which forms exist, in which version, and which of them make up a set: all read from files.

A form is a directory ``formulir/FR.AK.01@2023/`` with ``form.toml`` (see ``schema``) and, where
the shared layout does not do, ``form.typ``. Adding a version is adding such a directory; adding a
set is a table in ``sets.toml``. BNSP reuses codes with new meanings (FR.IA.11 of 2020 reviews an
instrument, that of 2023 a product), so a form is never known by its code alone.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ajj.documents.schema import FormTemplate
from ajj.documents.soundness import problems
from ajj.kernel.errors import NotFound

BUNDLED = Path(__file__).parent / "formulir"
DEFAULT_SET = "2023"
_extra: list[Path] = []


class BadForm(Exception):
    """A form file that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class FormSet:
    """The forms that one family uses, in the order of the file."""

    name: str
    title: str
    forms: tuple[FormTemplate, ...]

    @property
    def labels(self) -> list[str]:
        """``["FR.APL.01@2023", …]``: what an assessment keeps."""
        return [form.label for form in self.forms]


@dataclass(frozen=True)
class Catalogue:
    """Every form and set that the read directories hold."""

    forms: Mapping[str, FormTemplate]
    sets: Mapping[str, FormSet]

    @classmethod
    def read(cls, directories: Iterable[Path]) -> "Catalogue":
        """Read ``directories`` in order; a later one only adds. Raises ``BadForm``."""
        options: dict[str, Any] = {}
        forms: dict[str, FormTemplate] = {}
        listed: dict[str, Mapping[str, Any]] = {}
        for directory in directories:
            options |= _toml(directory / "options.toml")
            for path in sorted(directory.glob("*@*/form.toml")):
                form = read_form(path, options)
                if form.label in forms:
                    raise BadForm(f"{path}: {form.label} exists already")
                forms[form.label] = form
            for name, table in _toml(directory / "sets.toml").items():
                if name in listed:
                    raise BadForm(f"{directory}: set {name} exists already")
                listed[name] = table
        return cls(forms, {name: _set(name, table, forms) for name, table in listed.items()})


def read_form(path: Path, options: Mapping[str, Any]) -> FormTemplate:
    """The form of one ``form.toml``; ``options`` are the lists that forms share."""
    raw = _toml(path)
    own = path.with_name("form.typ")
    raw["own"] = own.read_bytes() if own.exists() else b""
    raw["options"] = {**options, **raw.get("options", {})}
    try:
        form = FormTemplate.model_validate(raw)
    except ValidationError as error:
        raise BadForm(f"{path}: {error}") from error
    if path.parent.name != form.label:
        raise BadForm(f"{path}: holds {form.label}")
    if wrong := problems(form):
        raise BadForm(f"{path}: {'; '.join(wrong)}")
    return form


def _toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BadForm(f"{path}: {error}") from error


def _set(name: str, table: Mapping[str, Any], forms: Mapping[str, FormTemplate]) -> FormSet:
    missing = [label for label in table["forms"] if label not in forms]
    if missing:
        raise BadForm(f"set {name}: no form {', '.join(missing)}")
    chosen = tuple(forms[label] for label in table["forms"])
    slots = [form.slot for form in chosen]
    if len(slots) != len(set(slots)):
        raise BadForm(f"set {name}: two forms for one slot")
    return FormSet(name, table["title"], chosen)


def add_directory(directory: Path) -> None:
    """Read ``directory`` besides the bundled forms, from the next look on."""
    _extra.append(directory)
    catalogue.cache_clear()


def remove_directory(directory: Path) -> None:
    """Forget ``directory`` again."""
    _extra.remove(directory)
    catalogue.cache_clear()


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The forms of this process; read once."""
    return Catalogue.read([BUNDLED, *_extra])


def all_templates() -> tuple[FormTemplate, ...]:
    """Every form of the registry, by code and version."""
    return tuple(catalogue().forms.values())


def template(code: str, version: str) -> FormTemplate:
    """The form ``code`` in ``version``; raises ``NotFound`` (404, ``unknown_form``)."""
    return labelled(f"{code}@{version}")


def labelled(label: str) -> FormTemplate:
    """The form of ``FR.AK.01@2023``; raises ``NotFound`` (404, ``unknown_form``)."""
    form = catalogue().forms.get(label)
    if form is None:
        code, _, version = label.partition("@")
        raise NotFound(f"Formulir {code} versi {version} tidak dikenal.", code="unknown_form")
    return form


def form_set(name: str) -> FormSet:
    """The set ``name``; raises ``NotFound`` (404, ``unknown_form_set``)."""
    found = catalogue().sets.get(name)
    if found is None:
        raise NotFound(f"Perangkat formulir {name} tidak dikenal.", code="unknown_form_set")
    return found


def in_slot(labels: Iterable[str], slot: str) -> FormTemplate:
    """The form among ``labels`` that fills ``slot``; raises ``NotFound`` when none does."""
    for form in map(labelled, labels):
        if form.slot == slot:
            return form
    raise NotFound(f"Perangkat formulir ini tidak memuat {slot}.", code="unknown_form")


def codes_of(slot: str) -> frozenset[str]:
    """The codes that ``slot`` has in any version."""
    return frozenset(form.code for form in all_templates() if form.slot == slot)


# The LSP's own papers, which no BNSP family versions: their features ask for them by name.
PLENO = template("BA.PLENO", "1")
SK = template("SK.KEPUTUSAN", "1")
CERTIFICATE = template("SERTIFIKAT", "1")
PEMUSNAHAN = template("BA.PEMUSNAHAN", "1")
RECEIPT = template("TANDA.TERIMA", "1")
