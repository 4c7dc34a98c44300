"""Calendars hold while something in them is on, whoever wrote them."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.core.engine import Core
from hubd.core.snapshot import decode, encode
from hubd.model.calendar import Frequency, Rule
from hubd.model.device import DeviceType
from hubd.model.events import CalendarRemoved
from hubd.model.ids import CalendarId
from hubd.model.instant import to_us
from scenes.agenda import InCalendar
from scenes.calendars import MAX_CHARACTERS, revise_calendars
from scenes.compiler import check, compile_scene
from scenes.folder import read_folder, revise
from scenes.ics import MOST_ENTRIES, read_calendar
from scenes.recurrence import days
from tests.unit.scenes.lab import UTRECHT, Lab, problems_of

WHOLE = """BEGIN:VEVENT
UID:bins
SUMMARY:Paper bins
DTSTART;VALUE=DATE:20260617
END:VEVENT
"""
MEETING = """BEGIN:VEVENT
UID:meeting
SUMMARY:Team
  meeting
DTSTART;TZID=Europe/Amsterdam:20260615T140000
DTEND;TZID=Europe/Amsterdam:20260615T150000
DTSTAMP:20260101T000000Z
DESCRIPTION:secret
BEGIN:VALARM
TRIGGER:-PT15M
DURATION:PT1H
END:VALARM
END:VEVENT
"""


def ics(*entries: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *entries, "END:VCALENDAR"]
    return "\n".join(line.strip("\n") for line in lines)


def entry(*lines: str, title: str = "Thing") -> str:
    return "\n".join(["BEGIN:VEVENT", "UID:x", f"SUMMARY:{title}", *lines, "END:VEVENT"])


@pytest.fixture
def den(lab: Lab) -> Lab:
    lab.device("lamp", DeviceType.ON_OFF_LIGHT)
    lab.report("lamp", value=False)
    return lab


def write(lab: Lab, text: str, path: str = "family.ics") -> list[str]:
    """Put a calendar into the scenes' folder; return what of it could not be carried."""
    revision = revise_calendars(lab.core.state.home.calendars, {path: text})
    for event in revision.events:
        lab.tell(event)
    return [str(problem) for problem in revision.problems]


def react(lab: Lab, calendar: str) -> None:
    lab.scene(f"scene: S\nwhen: {{calendar: {calendar}}}\nclaims: {{lamp: on}}\n")


def test_a_scene_stands_while_an_entry_is_on(den: Lab) -> None:
    write(den, ics(MEETING))
    react(den, "family")
    den.at("2026-06-15 13:59")
    assert den.wished("lamp") is None
    den.at("2026-06-15 14:00")
    assert den.wished("lamp") is True
    assert den.fired == ["something is on in the calendar family"]
    den.at("2026-06-15 15:00")
    assert den.wished("lamp") is None


def test_an_entry_of_a_whole_day_is_one_of_the_homes_own(den: Lab) -> None:
    write(den, ics(WHOLE))
    react(den, "family")
    for at, on in (("16 23:59", None), ("17 00:00", True), ("17 23:59", True), ("18 00:00", None)):
        den.at(f"2026-06-{at}")
        assert den.wished("lamp") is on, at


def test_entries_are_told_apart_by_their_title(den: Lab) -> None:
    write(den, ics(MEETING, WHOLE))
    react(den, "{of: Family, matching: paper}")
    den.at("2026-06-16 23:59")
    assert den.fired == []
    den.at("2026-06-17 12:00")
    assert den.fired == ['"paper" is on in the calendar family']


def test_an_entry_that_begins_soon_is_a_state_until_it_begins(den: Lab) -> None:
    write(den, ics(MEETING))
    react(den, "{of: family, starts within: 30 min}")
    for at, on in (("13:29", None), ("13:30", True), ("13:59", True), ("14:00", None)):
        den.at(f"2026-06-15 {at}")
        assert den.wished("lamp") is on, at


def test_a_changed_calendar_is_followed(den: Lab) -> None:
    write(den, ics(MEETING))
    react(den, "family")
    den.at("2026-06-15 13:00")
    write(den, ics(MEETING.replace("T140000", "T133000")))
    den.at("2026-06-15 13:30")
    assert den.wished("lamp") is True
    den.tell(CalendarRemoved(CalendarId("family")))
    assert den.wished("lamp") is None


def test_a_calendar_survives_a_restart(den: Lab) -> None:
    write(den, ics(MEETING))
    react(den, "family")
    den.core = Core(compile_scene, decode(encode(den.core.state)))
    den.at("2026-06-15 14:00")
    assert den.wished("lamp") is True


def test_what_does_not_matter_to_the_home_is_no_news(den: Lab) -> None:
    write(den, ics(MEETING))
    known = den.core.state.home.calendars
    later = MEETING.replace("20260101T000000Z", "20260615T120000Z").replace("secret", "other")
    assert revise_calendars(known, {"family.ics": ics(later)}).events == []
    assert "secret" not in str(known)


ON = [
    # rule, then days of June 2026 on which it is on; the 15th is a Monday
    ("RRULE:FREQ=DAILY;COUNT=3", {15, 16, 17}),
    ("RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260619", {15, 17, 19}),
    ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260624T100000Z", {15, 17, 22, 24}),
    ("RRULE:FREQ=WEEKLY\nEXDATE;TZID=Europe/Amsterdam:20260622T090000", {15, 29}),
    ("RRULE:FREQ=MONTHLY;BYDAY=-1TU", {30}),
    ("RDATE;TZID=Europe/Amsterdam:20260618T090000", {15, 18}),
]


@pytest.mark.parametrize(("rule", "on"), ON)
def test_an_entry_that_is_repeated_is_on_each_time(den: Lab, rule: str, on: set[int]) -> None:
    start = "DTSTART;TZID=Europe/Amsterdam:20260615T090000"
    assert write(den, ics(entry(start, "DURATION:PT1H", *rule.split("\n")))) == []
    (calendar,) = den.core.state.home.calendars.values()
    holds = InCalendar(calendar.appointments)
    found = set()
    for day in range(15, 31):
        at_us = to_us(datetime(2026, 6, day, 7, 30, tzinfo=UTC))
        if holds.stretch(at_us, UTRECHT).holds:
            found.add(day)
    assert found == on


def test_one_that_was_moved_is_on_where_it_was_moved_to(den: Lab) -> None:
    first = entry("DTSTART:20260615T080000Z", "DTEND:20260615T090000Z", "RRULE:FREQ=DAILY;COUNT=3")
    moved = entry(
        "RECURRENCE-ID:20260616T080000Z", "DTSTART:20260616T180000Z", "DTEND:20260616T190000Z"
    )
    write(den, ics(first, moved))
    react(den, "family")
    den.at("2026-06-16 10:30")
    assert den.wished("lamp") is None
    den.at("2026-06-16 20:30")
    assert den.wished("lamp") is True


def test_one_that_was_cancelled_is_not_on(den: Lab) -> None:
    first = entry("DTSTART:20260615T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    gone = entry(
        "RECURRENCE-ID:20260616T080000Z",
        "DTSTART:20260616T080000Z",
        "DURATION:PT1H",
        "STATUS:CANCELLED",
    )
    write(den, ics(first, gone))
    react(den, "family")
    den.at("2026-06-16 10:30")
    assert den.wished("lamp") is None
    den.at("2026-06-17 10:30")
    assert den.wished("lamp") is True


def test_wall_clocks_keep_their_time_when_the_clock_is_changed(den: Lab) -> None:
    start = "DTSTART;TZID=W. Europe Standard Time:20261020T090000"
    write(den, ics(entry(start, "DURATION:PT1H", "RRULE:FREQ=WEEKLY")))
    react(den, "family")
    for day in ("2026-10-20", "2026-10-27"):
        den.at(f"{day} 09:30")
        assert den.wished("lamp") is True
        den.at(f"{day} 10:30")
        assert den.wished("lamp") is None


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
numbers = st.lists(st.integers(1, 31), max_size=3, unique=True).map(tuple)
rules = st.builds(
    Rule,
    st.sampled_from(Frequency),
    interval=st.integers(1, 4),
    months=st.lists(st.integers(1, 12), max_size=2, unique=True).map(tuple),
    monthdays=numbers | st.just((-1,)),
    weekdays=st.lists(st.tuples(st.integers(0, 6), st.just(0)), max_size=3, unique=True).map(tuple),
    week_start=st.sampled_from((0, 6)),
)


@settings(max_examples=150, deadline=None)
@given(rules, st.booleans(), st.integers(0, 400), st.sampled_from([(), (1,), (-1, 2)]))
def test_a_rule_comes_on_the_days_that_another_library_finds(
    rule: Rule, nth: bool, later: int, positions: tuple[int, ...]
) -> None:
    """Compares with dateutil, on rules that both carry."""
    months = rule.frequency in {Frequency.MONTHLY, Frequency.YEARLY}
    if nth and months:
        rule = Rule(rule.frequency, rule.interval, months=rule.months, weekdays=((2, 2), (4, -1)))
    if months and (rule.weekdays or rule.monthdays):
        rule = Rule(
            rule.frequency, rule.interval, "", rule.months, rule.monthdays, rule.weekdays, positions
        )
    start = date(2024, 1, 31) + timedelta(days=later)
    last = start + timedelta(days=900)
    text = f"FREQ={rule.frequency};INTERVAL={rule.interval};WKST={WEEKDAYS[rule.week_start]}"
    for key, values in (
        ("BYMONTH", [*map(str, rule.months)]),
        ("BYMONTHDAY", [*map(str, rule.monthdays)]),
        ("BYDAY", [f"{n or ''}{WEEKDAYS[d]}" for d, n in rule.weekdays]),
        ("BYSETPOS", [*map(str, rule.positions)]),
    ):
        text += f";{key}={','.join(values)}" if values else ""
    text += f";UNTIL={last:%Y%m%d}"
    theirs = [when.date() for when in rrulestr(text, dtstart=datetime.combine(start, time()))]
    assert [*days(rule, start, start, last)] == theirs, text


HOSTILE = [
    (entry("DTSTART:20260615T080000Z", "RRULE:FREQ=SECONDLY"), "not carried: SECONDLY"),
    (entry("DTSTART:20260615T080000Z", "RRULE:FREQ=DAILY;BYHOUR=1"), "not carried: BYHOUR"),
    (entry("DTSTART:20260615T080000Z", "RRULE:FREQ=DAILY;COUNT=999999999"), "count too far"),
    (entry("DTSTART;VALUE=DATE:20260615", "DTEND;VALUE=DATE:20990615"), "more than a year"),
    (entry("DTSTART:20260615T080000Z", "DTEND:20260614T080000Z"), "less than nothing"),
    (entry("DURATION:PT1H"), "no beginning"),
    (entry("DTSTART:20260615T080000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), "out of range"),
    (entry("DTSTART;VALUE=DATE:20260601", "DURATION:P40D", "RRULE:FREQ=DAILY"), "longer than"),
]


@pytest.mark.parametrize(("bad", "told"), HOSTILE)
def test_an_entry_that_cannot_be_carried_is_told_and_the_rest_works(
    den: Lab, bad: str, told: str
) -> None:
    (problem,) = write(den, ics(bad, MEETING))
    assert problem.startswith('family.ics:1:1: "Thing" is left out')
    assert told in problem
    assert len(den.core.state.home.calendars[CalendarId("family")].appointments) == 1


def test_a_rule_that_never_comes_true_costs_no_more_than_others(den: Lab) -> None:
    never = entry("DTSTART:20200615T080000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    assert write(den, ics(*[never] * 500)) == []
    react(den, "family")
    den.at("2026-07-15 12:00")
    assert den.fired == []


@pytest.mark.parametrize(
    "text",
    ["", "no calendar", ics(*[WHOLE] * (MOST_ENTRIES + 1)), "x" * (MAX_CHARACTERS + 1)],
)
def test_what_is_no_calendar_leaves_the_one_that_was(den: Lab, text: str) -> None:
    write(den, ics(MEETING))
    (problem,) = write(den, text)
    assert "this is not a calendar" in problem
    assert CalendarId("family") in den.core.state.home.calendars


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "DURATION", "BEGIN"]),
            st.sampled_from(["", ";VALUE=DATE", ";TZID=Mars/Base", ";VALUE=PERIOD"]),
            st.text(max_size=8)
            | st.sampled_from(
                [
                    "20260615",
                    "20260615T080000Z",
                    "FREQ=DAILY",
                    "P1D",
                    "99999999",
                    "FREQ=DAILY;COUNT=x",
                ]
            ),
        ),
        max_size=5,
    )
)
def test_no_text_makes_a_calendar_fail(lines: list[tuple[str, str, str]]) -> None:
    text = ics(entry(*(f"{key}{more}:{value}" for key, more, value in lines)), WHOLE)
    try:
        appointments, _ = read_calendar(text, "x.ics")
    except ValueError:
        return
    InCalendar(appointments).stretch(to_us(datetime(2026, 6, 15, tzinfo=UTC)), UTRECHT)


def test_calendars_lie_among_the_scenes(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "Our Family.ics").write_text(ics(WHOLE), encoding="utf-8")
    (tmp_path / "s.yaml").write_text(
        "scene: S\nwhen: {calendar: our family}\nclaims: {lamp: on}\n", encoding="utf-8"
    )
    files = read_folder(tmp_path)
    assert [e.scene for e in revise({}, files).events] == ["s"]
    assert revise({}, files).problems == []
    (event,) = revise_calendars({}, files).events
    assert event.__struct_config__.tag == "calendar_revised"


def test_a_calendar_that_is_not_there_is_told_with_the_nearest(den: Lab) -> None:
    write(den, ics(MEETING))
    text = "scene: S\nwhen: {calendar: famly}\nclaims: {lamp: on}\n"
    (problem,) = check(text, "s.yaml", den.core.state.home)
    assert 'no calendar is called "famly"; did you mean "family"?' in str(problem)


def test_too_far_ahead_is_told() -> None:
    when = "{calendar: {of: x, starts within: 30 days}}"
    (problem,) = problems_of(f"scene: S\nwhen: {when}\nclaims: {{lamp: on}}\n")
    assert "write at most 7 days" in problem
