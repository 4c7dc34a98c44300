"""Announcements: short keys, base topics, devices, and what cannot be read."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.mqtt.discovery import abbreviations
from drivers.mqtt.discovery.announcement import (
    COMPONENT_LIMIT,
    CONFIG_LIMIT,
    Announced,
    Migrating,
    Withdrawn,
    announcement,
)
from drivers.mqtt.discovery.intake import WAITING_LIMIT, Intake
from drivers.mqtt.errors import DiscoveryError

TABLES = [abbreviations.OPTIONS, abbreviations.DEVICE, abbreviations.ORIGIN]
KEYS = st.sampled_from([*abbreviations.OPTIONS, *abbreviations.OPTIONS.values(), "other"])


def announced(topic: str, payload: object) -> Announced:
    said = announcement(topic, json.dumps(payload).encode())
    assert isinstance(said, Announced)
    return said


@given(st.dictionaries(KEYS, st.integers()))
def test_writing_short_keys_out_twice_changes_nothing_more(options: dict[str, object]) -> None:
    once = abbreviations.expanded(options, abbreviations.OPTIONS)
    assert abbreviations.expanded(once, abbreviations.OPTIONS) == once


@pytest.mark.parametrize("table", TABLES)
def test_no_short_key_stands_for_another_short_key(table: dict[str, str]) -> None:
    assert [long for long in table.values() if table.get(long, long) != long] == []


def test_the_base_topic_stands_at_either_end_of_topics_only() -> None:
    said = announced(
        "homeassistant/switch/x/config",
        {
            "~": "home/x",
            "stat_t": "~/state",
            "cmd_t": "set/~",
            "name": "~ not here",
            "avty": [{"t": "~/online"}],
        },
    )
    options = said.components[0].options
    assert options["state_topic"] == "home/x/state"
    assert options["command_topic"] == "set/home/x"
    assert options["name"] == "~ not here"
    assert options["availability"] == [{"topic": "home/x/online"}]


def test_a_base_topic_that_holds_itself_is_replaced_once() -> None:
    said = announced("homeassistant/switch/x/config", {"~": "~/a/~", "stat_t": "~/s"})
    assert said.components[0].options["state_topic"] == "~/a/~/s"


def test_a_device_shares_its_options_with_its_components_which_may_have_their_own() -> None:
    said = announced(
        "homeassistant/device/x/config",
        {
            "dev": {"ids": "a"},
            "o": {"name": "maker"},
            "stat_t": "x/state",
            "qos": 1,
            "cmps": {
                "t": {"p": "sensor", "uniq_id": "t"},
                "s": {"p": "switch", "stat_t": "x/s", "cmd_t": "x/set", "uniq_id": "s"},
                "gone": {"p": "sensor"},
            },
        },
    )
    assert [(c.kind, c.key) for c in said.components] == [("sensor", "t"), ("switch", "s")]
    assert [c.options["state_topic"] for c in said.components] == ["x/state", "x/s"]
    assert all(c.options["qos"] == 1 for c in said.components)


def test_nothing_said_withdraws_and_migration_is_told() -> None:
    topic = "homeassistant/switch/node/x/config"
    assert announcement(topic, b"") == Withdrawn(topic)
    assert announcement(topic, b'{"migr_discvry": true}') == Migrating(topic)


@pytest.mark.parametrize(
    ("topic", "payload", "why"),
    [
        ("homeassistant/switch/x/config", b"{oops", "not JSON"),
        ("homeassistant/switch/x/config", b"\xff", "not JSON"),
        ("homeassistant/switch/x/config", b"[1]", "not a JSON object"),
        ("homeassistant/switch/x/config", b"[" * 50_000, "not JSON"),
        ("homeassistant/switch/x/config", b" " * 3 + b"1" * CONFIG_LIMIT, "are the most"),
        ("homeassistant/switch/x/config", b'{"device": 3}', "device is 3"),
        ("homeassistant/switch/x/config", b'{"device": {}}', "neither identifiers nor"),
        ("homeassistant/switch/x/config", b'{"dev": {"cns": ["mac"]}}', "connections is"),
        ("homeassistant/switch/x/config", b'{"~": 3, "stat_t": "~"}', "~ is 3"),
        ("homeassistant/device/x/config", b'{"dev": {"ids": "a"}}', "without components"),
        ("homeassistant/device/x/config", b'{"cmps": {}}', "without device"),
        (
            "homeassistant/device/x/config",
            b'{"dev": {"ids": "a"}, "cmps": {"x": {"stat_t": "a"}}}',
            "without platform",
        ),
        (
            "homeassistant/device/x/config",
            json.dumps(
                {"dev": {"ids": "a"}, "cmps": {str(n): {} for n in range(COMPONENT_LIMIT + 1)}}
            ).encode(),
            "are the most",
        ),
        ("homeassistant/switch/a/b/c/config", b"{}", "is not homeassistant/"),
        ("homeassistant//x/config", b"{}", "is not homeassistant/"),
    ],
)
def test_an_announcement_that_cannot_be_read_says_why(topic: str, payload: bytes, why: str) -> None:
    with pytest.raises(DiscoveryError, match=why):
        announcement(topic, payload)


@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(raw: bytes) -> None:
    for topic in ("homeassistant/light/x/config", "homeassistant/device/x/config"):
        with suppress(DiscoveryError):
            announcement(topic, raw)


class TestIntake:
    """A flood of announcements waits, and nothing of it is lost."""

    def test_beyond_the_rate_new_devices_wait_their_turn_in_order(self) -> None:
        intake = Intake(per_minute=60)
        for n in range(200):
            assert intake.offer(f"t{n}", b"{}")
        taken = [topic for topic, _ in intake.take(0.0, 500)]
        assert taken == [f"t{n}" for n in range(60)]
        assert intake.wait_s() == pytest.approx(1.0)
        now = 0.0
        while len(intake):
            now += 1.0
            taken += [topic for topic, _ in intake.take(now, 500)]
        assert taken == [f"t{n}" for n in range(200)]
        assert now == pytest.approx(140.0)

    def test_known_devices_and_withdrawals_pass_a_flood(self) -> None:
        intake = Intake(per_minute=1)
        intake.offer("known", b"{}")
        assert list(intake.take(0.0, 9)) == [("known", b"{}")]
        for n in range(50):
            intake.offer(f"flood{n}", b"{}")
        intake.offer("known", b"")
        assert list(intake.take(0.0, 9)) == [("known", b"")]

    def test_the_same_again_costs_nothing_and_the_newest_of_a_topic_counts(self) -> None:
        intake = Intake(per_minute=600)
        intake.offer("t", b"1")
        intake.offer("t", b"2")
        assert list(intake.take(0.0, 9)) == [("t", b"2")]
        intake.offer("t", b"2")
        assert len(intake) == 0

    def test_what_finds_no_room_is_told(self) -> None:
        intake = Intake(per_minute=1)
        assert all(intake.offer(str(n), b"{}") for n in range(WAITING_LIMIT))
        assert not intake.offer("one more", b"{}")
