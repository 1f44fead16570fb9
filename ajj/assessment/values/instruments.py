"""Who wrote and who validated the instruments that an asesi was given: footer PV."""

from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment import ujian
from ajj.assessment.values.words import person


def of_instruments(permohonan: Permohonan) -> dict[str, Any]:
    """``instrumen`` of the vocabulary: the signers of each kind, with MET and date."""
    found: dict[str, Any] = {}
    for row in ujian.of_permohonan(permohonan):
        if row.muk is None:
            continue  # the interview's questions are of this asesi alone
        lines: dict[str, list[dict[str, str]]] = {"penyusun": [], "validator": []}
        for line, user, at in row.muk.signers:
            lines[line].append(person(user, at))
        found[row.muk.jenis] = lines
    return {"instrumen": found}
