"""Lengths of time, times of day, the sun, and the days on which the clock is changed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from hubd.model.home import Place
from hubd.model.instant import DAY_US, HOUR_US, to_us
from scenes.clock import ClockTime, local, next_moment, parse_between, parse_day_time, parse_days
from scenes.quantities import (
    Quantity,
    format_duration,
    in_unit,
    parse_duration,
    parse_quantity,
)
from scenes.sun import SunEvent, is_up, sun_event_us
from scenes.timely import InSpan, OnDays, SunUp

UTRECHT = Place(52.09, 5.12, "Europe/Amsterdam")
TROMSO = Place(69.65, 18.96, "Europe/Oslo")


def us(text: str, zone: str = "Europe/Amsterdam", fold: int = 0) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


@given(st.integers(min_value=1, max_value=366 * 24 * 3600 * 1000))
def test_a_length_of_time_is_read_as_it_was_written(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds * 1000)) == milliseconds * 1000


def length(text: str) -> int | None:
    try:
        return parse_duration(text)
    except PydanticCustomError:
        return None


@given(st.text(max_size=20) | st.from_regex(r"[0-9.]{1,9} ?[a-z]{0,3}", fullmatch=True))
def test_a_text_is_a_length_of_time_in_bounds_or_refused(text: str) -> None:
    read_us = length(text)
    assert read_us is None or 0 < read_us <= 366 * DAY_US


@given(
    st.decimals(-10_000, 10_000, places=3).map(float),
    st.sampled_from(["%", "°C", "K", "lx", "W", "ppm", "µg/m³", ""]),
)
def test_a_quantity_is_read_as_it_was_written(number: float, unit: str) -> None:
    quantity = parse_quantity(str(Quantity(number, unit)))
    assert quantity.unit == unit
    assert quantity.number == pytest.approx(number, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("40%", "%", 40),
        ("40 percent", "%", 40),
        ("21.5 c", "°C", 21.5),
        ("68 °F", "°C", 20),
        ("2 kW", "W", 2000),
        ("-4 ℃", "°C", -4),
    ],
)
def test_people_write_units_in_many_ways(text: str, unit: str, number: float) -> None:
    assert in_unit(parse_quantity(text), unit) == pytest.approx(number)


def test_a_wrong_unit_is_refused() -> None:
    with pytest.raises(PydanticCustomError, match="40 % is not in °C"):
        in_unit(Quantity(40, "%"), "°C")


@pytest.mark.parametrize(
    ("event", "day", "expected"),
    [
        # The KNMI's tables for De Bilt, to the minute.
        (SunEvent.SUNRISE, date(2026, 6, 21), "05:18"),
        (SunEvent.SUNSET, date(2026, 6, 21), "22:03"),
        (SunEvent.SUNRISE, date(2026, 12, 21), "08:45"),
        (SunEvent.SUNSET, date(2026, 12, 21), "16:30"),
    ],
)
def test_the_sun_rises_and_sets_at_known_times(event: SunEvent, day: date, expected: str) -> None:
    at_us = sun_event_us(event, day, UTRECHT)
    assert at_us is not None
    assert abs(at_us - us(f"{day}T{expected}")) <= 2 * 60 * 1_000_000


def test_in_the_polar_night_a_moment_of_the_sun_is_that_of_the_day_it_comes_back() -> None:
    assert sun_event_us(SunEvent.SUNRISE, date(2026, 12, 10), TROMSO) is None
    back_us = next_moment(parse_day_time("sunrise"), us("2026-12-10"), TROMSO)
    assert back_us is not None
    assert local(back_us, TROMSO).date() in {date(2027, 1, d) for d in range(13, 19)}
    assert not SunUp().stretch(us("2026-12-10T12:00"), TROMSO).holds
    assert SunUp().stretch(us("2026-06-10T01:00"), TROMSO).holds


@given(st.integers(0, 365 * 24 * 60))
def test_day_and_night_meet_without_a_gap(minute: int) -> None:
    at_us = us("2026-01-01") + minute * 60 * 1_000_000
    day, night = SunUp().stretch(at_us, UTRECHT), SunUp(up=False).stretch(at_us, UTRECHT)
    assert day.holds is not night.holds
    assert day.since_us <= at_us < day.until_us
    assert SunUp().stretch(day.until_us, UTRECHT).holds is not day.holds
    middle_us = (day.since_us + day.until_us) // 2
    assert is_up(middle_us, UTRECHT) is day.holds


def test_a_time_that_the_clock_skips_comes_an_hour_later() -> None:
    at_us = next_moment(ClockTime(2, 30), us("2026-03-29T00:00"), UTRECHT)
    assert at_us is not None
    assert local(at_us, UTRECHT).strftime("%d %H:%M") == "29 03:30"
    assert next_moment(ClockTime(2, 30), at_us, UTRECHT) == us("2026-03-30T02:30")


def test_a_time_that_the_clock_shows_twice_comes_once() -> None:
    first_us = next_moment(ClockTime(2, 30), us("2026-10-25T00:00"), UTRECHT)
    assert first_us == us("2026-10-25T02:30", fold=0)
    assert next_moment(ClockTime(2, 30), us("2026-10-25T02:30"), UTRECHT) == us("2026-10-26T02:30")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    stretch = OnDays(parse_days("sunday")).stretch(us(f"{day}T12:00"), UTRECHT)
    assert stretch.holds
    assert stretch.until_us - stretch.since_us == hours * HOUR_US


@pytest.mark.parametrize(
    ("text", "time", "holds"),
    [
        ("22:00 - 6:30", "23:00", True),
        ("22:00 - 6:30", "06:29", True),
        ("22:00 - 6:30", "06:30", False),
        ("22:00 - 6:30", "21:59", False),
        ("9:00 and 17:00", "12:00", True),
        ("9:00 to 17:00", "17:00", False),
        ("sunset and 23:30", "23:00", True),
        ("sunset and 23:30", "20:00", False),
        ("sunset - 2 h and sunrise", "20:30", True),
    ],
)
def test_a_span_of_the_day_may_pass_midnight(text: str, time: str, *, holds: bool) -> None:
    stretch = InSpan(parse_between(text)).stretch(us(f"2026-06-15T{time}"), UTRECHT)
    assert stretch.holds is holds


@given(
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 400 * 24 * 60),
    st.sampled_from(
        ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
    ),
)
def test_the_next_moment_is_after_now_and_within_two_days(
    hour: int, minute: int, later_min: int, zone: str
) -> None:
    now_us = us("2026-01-01") + later_min * 60 * 1_000_000
    at_us = next_moment(ClockTime(hour, minute), now_us, Place(0, 0, zone))
    assert at_us is not None
    assert now_us < at_us <= now_us + 2 * DAY_US
