"""A whole asesmen made by the services prints what BNSP's forms say and all that is known of it.

The small version of ``make prove PROVE=forms``: one scheme, some forms, nothing signed.
"""

import io

import pytest
from django.conf import settings
from pypdf import PdfReader

from ajj.assessment import papers, values
from ajj.documents.registry import labelled
from ajj.documents.services import letterhead
from tests.factories.documents.printed import Printed, lacking
from tests.factories.finished import HELD, finished

pytestmark = pytest.mark.django_db
FORMS = ("FR.IA.02", "FR.IA.05C", "FR.IA.09", "FR.AK.02", "FR.AK.05")


def test_the_forms_of_a_finished_asesmen_hold_every_text_and_value():
    made = finished("asesor-kompetensi", result="BK", only=FORMS)
    known = {"lsp": letterhead(settings.LSP), **values.for_permohonan(made.permohonan)}
    rows = [papers.Paper(labelled(f"{code}@2023"), None) for code in FORMS]
    typed = papers.isi_of(made.permohonan)
    for each, pdf in papers.prints(made.permohonan, rows, now=HELD):
        assert isinstance(pdf, bytes), pdf
        found = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        text = Printed(found, each.form, made.room.asesi.name)
        tree = known | {"isi": typed.get(each.name, {})}
        assert lacking(each.form, text, tree) == [], each.name
        assert made.permohonan.skema.judul.casefold() in text.plain
