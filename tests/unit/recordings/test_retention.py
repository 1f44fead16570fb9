"""Retention: dates in, decisions out, and never a day too early."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.live.freezes import Freeze, FreezeKind
from recordings.retention import (
    Basis,
    Facts,
    Policy,
    RecordType,
    destruction,
    term,
)

POLICY = Policy()
ENDED = date(2026, 3, 4)
DECIDED = date(2026, 3, 20)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
FREEZES = st.builds(Freeze, kind=st.sampled_from(FreezeKind), since=DAYS)
FACTS = st.builds(
    Facts,
    ended=st.none() | DAYS,
    result=st.sampled_from(["", "K", "BK"]),
    decided=st.none() | DAYS,
    certificates=st.lists(DAYS, max_size=3).map(tuple),
    freezes=st.lists(FREEZES, max_size=2).map(tuple),
)
POLICIES = st.builds(
    Policy,
    decided=st.integers(1, 4000),
    undecided=st.integers(1, 4000),
    forms_after=st.integers(1, 4000),
)


@pytest.mark.parametrize(
    ("facts", "basis", "due"),
    [
        (Facts(None), Basis.RUNNING, None),
        (Facts(ENDED), Basis.SESSION, date(2027, 3, 4)),
        (Facts(ENDED, "BK", DECIDED), Basis.DECISION, date(2027, 3, 20)),
        (Facts(ENDED, "K", DECIDED), Basis.AWAITING_CERTIFICATE, None),
        (
            Facts(ENDED, "K", DECIDED, (date(2029, 3, 19),)),
            Basis.CERTIFICATE,
            date(2029, 3, 20),
        ),
        (
            Facts(ENDED, "K", DECIDED, (date(2029, 3, 19), date(2032, 3, 18))),
            Basis.CERTIFICATE,
            date(2032, 3, 19),
        ),
        # withdrawn and replaced within the year: the period for questions is longer
        (Facts(ENDED, "K", DECIDED, (date(2026, 4, 1),)), Basis.DECISION, date(2027, 3, 20)),
    ],
)
def test_what_each_end_of_a_session_means(facts, basis, due):
    found = destruction(facts, POLICY)
    assert (found.basis, found.due) == (basis, due)
    if due is not None:
        assert not found.may_destroy(due - timedelta(days=1))
        assert found.may_destroy(due)


def test_the_log_stays_and_forms_stay_longer():
    facts = Facts(ENDED, "BK", DECIDED)
    assert term(RecordType.LOG, facts, POLICY).due is None
    assert term(RecordType.EVIDENCE, facts, POLICY).due == date(2027, 3, 20)
    assert term(RecordType.FORMS, facts, POLICY).due == date(2032, 3, 18)


@given(FACTS, POLICIES, DAYS)
def test_it_is_never_due_before_the_latest_date_that_applies(facts, policy, today):
    found = destruction(facts, policy)
    if not found.may_destroy(today):
        return
    assert not facts.freezes
    assert facts.ended is not None
    assert all(last < today for last in facts.certificates)
    assert facts.result != "K" or facts.certificates
    if facts.decided is None:
        assert today >= facts.ended + timedelta(days=policy.undecided)
    else:
        assert today >= facts.decided + timedelta(days=policy.decided)


@given(FACTS, POLICIES, FREEZES, DAYS)
def test_a_freeze_never_shortens_and_always_stops(facts, policy, freeze, today):
    before = destruction(facts, policy)
    frozen = destruction(replace(facts, freezes=(*facts.freezes, freeze)), policy)
    assert frozen.due == before.due
    assert not frozen.may_destroy(today)


@given(FACTS, POLICIES, DAYS)
def test_another_certificate_never_shortens_what_has_a_date(facts, policy, last):
    before = destruction(facts, policy)
    after = destruction(replace(facts, certificates=(*facts.certificates, last)), policy)
    if before.due is not None:
        assert after.due is not None
        assert after.due >= before.due


@given(FACTS, POLICIES, DAYS, st.integers(0, 4000))
def test_what_may_be_destroyed_today_may_be_tomorrow(facts, policy, today, later):
    found = destruction(facts, policy)
    if found.may_destroy(today):
        assert found.may_destroy(today + timedelta(days=later))


@given(FACTS, POLICIES)
def test_every_record_type_has_an_answer_no_earlier_than_the_recording(facts, policy):
    media = term(RecordType.MEDIA, facts, policy)
    for record in RecordType:
        found = term(record, facts, policy)
        assert found.due is None or media.due is not None
        assert found.due is None or media.due is None or found.due >= media.due
