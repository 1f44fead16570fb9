"""A room opens a quarter of an hour early and closes half an hour late."""

from datetime import UTC, datetime, timedelta

from ajj.scheduling.rules import room_window

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_the_window_of_a_session():
    opens, closes = room_window(START, START + timedelta(hours=2))
    assert START - opens == timedelta(minutes=15)
    assert closes - START == timedelta(hours=2, minutes=30)
