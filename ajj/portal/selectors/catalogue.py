"""Schemes as the home page lists them."""

from dataclasses import dataclass
from datetime import date

from ajj.skema.models import Skema, SkemaAJJApproval
from ajj.skema.selectors import catalogue as schemes


@dataclass(frozen=True)
class CatalogueRow:
    skema: Skema
    approval: SkemaAJJApproval | None
    """The BNSP letter in force; None where one must come to the TUK."""


def catalogue(day: date) -> list[CatalogueRow]:
    """Every scheme, those that may be assessed remotely on ``day`` first."""
    rows = [CatalogueRow(skema, skema.ajj_on(day)) for skema in schemes(day=day)]
    return sorted(rows, key=lambda row: (row.approval is None, row.skema.judul))
