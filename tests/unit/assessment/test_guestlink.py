"""A third party's link and what its guest signs: every state and moment, no clock of its own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment import guestlink
from ajj.assessment.states import ANSWERABLE, PihakEvent, PihakState, pihak_machine
from ajj.documents.filling import fill
from ajj.documents.registry import BUNDLED, labelled, read_form
from ajj.kernel.errors import Conflict

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
LABELS = ("FR.IA.10@2020", "FR.IA.10@2023")


@given(st.lists(st.sampled_from(PihakEvent), max_size=12))
def test_whatever_happens_one_answer_at_a_time_is_sent_and_accepted_is_the_end(events):
    state, sent, judged = pihak_machine.initial, 0, 0
    for event in events:
        try:
            after = pihak_machine.after(state, event)
        except Conflict:
            continue
        assert state is not PihakState.ACCEPTED, "nothing follows"
        if event is PihakEvent.SUBMIT:
            assert state in {PihakState.OPENED, PihakState.RETURNED}
            sent += 1
        if event in {PihakEvent.ACCEPT, PihakEvent.RETURN}:
            judged += 1
        assert judged <= sent <= judged + 1
        state = after


@given(st.sampled_from(PihakState), st.integers(-3, 3))
def test_a_link_opens_until_its_moment_and_never_when_it_was_taken_back(state, hours):
    until = NOW + timedelta(hours=hours)
    opens = guestlink.works(state, until, NOW)
    assert opens == (hours > 0 and state not in {PihakState.REVOKED, PihakState.EXPIRED})
    late = guestlink.overdue(state, until, NOW)
    assert late == (hours <= 0 and state in ANSWERABLE)
    assert not late or pihak_machine.allows(state, PihakEvent.EXPIRE)


def test_every_state_that_waits_can_be_taken_back_and_renewed():
    for state in ANSWERABLE:
        for event in (PihakEvent.REVOKE, PihakEvent.RENEW, PihakEvent.EXPIRE):
            assert pihak_machine.allows(state, event)
    for state in (PihakState.REVOKED, PihakState.EXPIRED):
        assert pihak_machine.after(state, PihakEvent.RENEW) is PihakState.INVITED


@pytest.mark.parametrize(
    ("token", "good"),
    [("A" * 43, True), ("A" * 42, False), ("A" * 44, False), ("A" * 42 + "/", False), ("", False)],
)
def test_only_what_can_be_a_token_is_looked_up(token, good):
    assert guestlink.well_formed(token) is good


@pytest.mark.parametrize("label", LABELS)
def test_a_guest_is_asked_the_form_and_begins_with_what_the_invitation_knows(label):
    form = labelled(label)
    known = {"nama": "Sri Rahayu", "telepon": "0812", "tempat": "", "bukan_di_formulir": "x"}
    draft = guestlink.begun(form, {}, known)
    assert draft == {"nama": "Sri Rahayu", "telepon": "0812"}
    asking = guestlink.asking(form, {"isi": draft})
    names = [entry.name for entry in asking.entries]
    assert "pihak_ketiga/nama" not in names, "the signature is a step of its own"
    assert len(asking.unanswered) == 6
    assert "Nama pengawas/penyelia/atasan" not in asking.empty
    assert "Komentar lain" in asking.empty


def test_a_new_version_has_its_guest_page_by_files_alone(tmp_path):
    text = (BUNDLED / "FR.IA.10@2023" / "form.toml").read_text()
    text = text.replace('version = "2023"', 'version = "2031"').replace("Komentar lain", "Saran")
    text = text.replace(
        '{ key = "tugas"', '{ key = "jujur", teks = "Asesi jujur" },\n  { key = "tugas"'
    )
    text = text.replace('key = "pihak_ketiga"', 'key = "penjamin"')
    directory = tmp_path / "FR.IA.10@2031"
    directory.mkdir()
    (directory / "form.toml").write_text(text)
    form = read_form(directory / "form.toml", {})
    asking = guestlink.asking(form, {})
    assert "pernyataan/jujur/jawaban" in asking.unanswered
    assert "Saran" in asking.empty
    assert guestlink.signed(form, {}, "Sri", "kini")["penjamin"]["nama"] == "Sri"


@pytest.mark.parametrize("label", LABELS)
def test_the_signature_stands_on_the_guests_line_alone(label):
    form = labelled(label)
    isi = guestlink.signed(form, {"nama": "Sri"}, "Sri Rahayu", "hari ini")
    blocks = fill(form, {"isi": isi})
    (signatures,) = [block for block in blocks if block["kind"] == "signatures"]
    guest, asesor = signatures["people"]
    assert (guest["name"], guest["signed"]) == ("Sri Rahayu", "hari ini")
    assert (asesor["name"], asesor["signed"]) == ("", "")


@given(st.dictionaries(st.sampled_from(["nama", "lama", "yakin"]), st.text(max_size=20)))
def test_what_is_signed_changes_with_every_answer(isi):
    digest = guestlink.content_digest("FR.IA.10@2023", "P-1", isi)
    assert digest == guestlink.content_digest("FR.IA.10@2023", "P-1", dict(reversed(isi.items())))
    other = {**isi, "komentar": "lain"}
    assert digest != guestlink.content_digest("FR.IA.10@2023", "P-1", other)
    assert digest != guestlink.content_digest("FR.IA.10@2023", "P-2", isi)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0812-3456-7890", "6281234567890"),
        ("+62 812 3456 7890", "6281234567890"),
        ("(022) 555-0118", "62225550118"),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_number_is_told_as_whatsapp_takes_it(typed, digits):
    assert guestlink.phone_digits(typed) == digits
