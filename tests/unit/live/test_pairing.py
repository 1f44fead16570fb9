"""Codes of a second camera: what is a code, how long it opens, how many guesses it stands."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.errors import Conflict
from ajj.live import pairing
from ajj.live.states import PairingEvent, PairingState, pairing_machine

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@given(st.integers(0, 10**6 - 1))
def test_digits_are_six_whatever_is_drawn_and_read_back_as_a_person_types_them(drawn):
    digits = pairing.new_digits(lambda below: drawn % below)
    assert len(digits) == 6
    assert int(digits) == drawn
    for typed in (digits, f" {digits[:3]} {digits[3:]} ", f"{digits[:3]}-{digits[3:]}"):
        assert pairing.parse(typed) == pairing.Code(digits, secret=False)


@given(st.text(max_size=80))
def test_any_text_is_digits_a_secret_or_nothing(text):
    code = pairing.parse(text)
    if code is not None:
        assert code.text.isascii()
        assert (len(code.text) >= 20) == code.secret


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abc", "../../etc", "a" * 65])
def test_what_is_no_code(typed):
    assert pairing.parse(typed) is None


def test_a_code_opens_for_five_minutes_and_takes_no_digits_after_a_hundred_misses():
    expires = NOW + pairing.LIFETIME
    last = expires - timedelta(milliseconds=1)
    assert pairing.open_for(secret=False, expires_at=expires, misses=99, now=last)
    assert not pairing.open_for(secret=False, expires_at=expires, misses=0, now=expires)
    assert not pairing.open_for(secret=False, expires_at=expires, misses=100, now=NOW)
    assert pairing.open_for(secret=True, expires_at=expires, misses=100, now=NOW)


def test_what_is_stored_depends_on_the_key_and_tells_no_digits():
    assert pairing.fingerprint("123456", "a") != pairing.fingerprint("123456", "b")
    assert "123456" not in pairing.fingerprint("123456", "a")


def test_a_code_is_used_once():
    paired = pairing_machine.after(PairingState.OFFERED, PairingEvent.REDEEM)
    for state in (paired, PairingState.ENDED, PairingState.WITHDRAWN):
        with pytest.raises(Conflict):
            pairing_machine.after(state, PairingEvent.REDEEM)


ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/124.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "name"), [(ANDROID, "Chrome, Android"), (IPHONE, "Safari, iPhone"), ("curl/8", "")]
)
def test_a_phone_is_named_as_people_know_it(agent, name):
    assert pairing.device_name(agent) == name
