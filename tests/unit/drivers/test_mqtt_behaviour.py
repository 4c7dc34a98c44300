"""What the driver does with devices over time: reach, expiry, commands, changes, bad input."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.kit.backoff import Backoff
from drivers.mqtt import MqttSettings
from drivers.mqtt.components import BUILDERS
from drivers.mqtt.payload import STATE_LIMIT
from drivers.mqtt.timing import Expiry
from hubd.model.errors import ConfigError
from tests.unit.drivers.mqtt_house import House

BOTH = {"state_topic": "s", "command_topic": "c"}
LIGHT = {
    **BOTH,
    "schema": "json",
    "brightness": True,
    "supported_color_modes": ["hs", "color_temp"],
}


class TestReach:
    """A device is within reach while its topics say so."""

    @pytest.mark.parametrize(
        ("mode", "told", "reached"),
        [
            ("all", ["a+"], []),
            ("all", ["a+", "b+"], [True]),
            ("all", ["a+", "b+", "a-"], [True, False]),
            ("all", ["b-"], [False]),
            ("any", ["a+"], [True]),
            ("any", ["a-"], []),
            ("any", ["a-", "b-"], [False]),
            ("any", ["a+", "b-"], [True]),
            ("latest", ["a+", "b-", "a+"], [True, False, True]),
        ],
    )
    async def test_by_all_any_or_the_latest_of_its_topics(
        self, mode: str, told: list[str], reached: list[bool]
    ) -> None:
        house = House()
        topics = [{"topic": "a"}, {"topic": "b"}]
        await house.announce("switch", {**BOTH, "availability": topics, "availability_mode": mode})
        for said in told:
            await house.tell(said[0], "online" if said[1] == "+" else "offline")

        assert [available for _, available, _ in house.hub.reach] == reached

    async def test_its_own_payloads_and_template_count(self) -> None:
        house = House()
        await house.announce(
            "switch",
            {
                **BOTH,
                "availability_topic": "a",
                "availability_template": "{{ value_json.state }}",
                "payload_available": "up",
                "payload_not_available": "down",
            },
        )
        for state in ("down", "something", "up"):
            await house.tell("a", {"state": state})

        assert [r[1] for r in house.hub.reach] == [False, True]

    async def test_one_rule_that_fails_does_not_take_a_device_away(self) -> None:
        house = House()
        await house.announce("switch", {**BOTH, "availability_topic": "a"}, key="x")
        await house.announce("switch", {**BOTH, "availability_topic": "b"}, key="y")
        await house.tell("a", "online")
        await house.tell("b", "offline")

        assert house.hub.reach == [("dev", True, "")]

    async def test_without_the_broker_no_device_can_be_reached(self) -> None:
        house = House()
        await house.announce("switch", BOTH)
        house.driver.lost("gone")
        house.driver.lost("still gone")
        house.driver.connected()

        assert [r[1] for r in house.hub.reach] == [True, False, True]
        assert "gone" in house.hub.reach[1][2]


@dataclass
class Loop:
    """An event loop's time that passes when told."""

    now: float = 0.0
    due: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], object]) -> "Due":
        entry = (self.now + delay, callback)
        self.due.append(entry)
        return Due(self, entry)

    def until(self, now: float) -> None:
        while due := [d for d in self.due if d[0] <= now]:
            first = min(due, key=lambda d: d[0])
            self.due.remove(first)
            self.now = first[0]
            first[1]()
        self.now = now


@dataclass
class Due:
    """What a loop has to call."""

    loop: Loop
    entry: tuple[float, Callable[[], object]]

    def cancel(self) -> None:
        if self.entry in self.loop.due:
            self.loop.due.remove(self.entry)


def test_what_is_heard_again_and_again_does_not_expire_and_has_one_timer() -> None:
    loop, expired = Loop(), []
    expiry = Expiry(loop, 10, lambda: expired.append(loop.now))
    for now in range(0, 100, 9):
        loop.until(now)
        expiry.heard()
        assert len(loop.due) == 1
    loop.until(108)
    assert expired == []
    loop.until(500)
    assert expired == [109]
    assert loop.due == []


async def test_what_expires_is_unknown_and_out_of_reach_until_it_is_heard() -> None:
    house = House()
    await house.announce("sensor", {"state_topic": "s", "expire_after": 0.02, "state_class": "m"})
    await house.tell("s", "5")
    await asyncio.sleep(0.1)
    await house.tell("s", "6")

    reports = [(v, restored) for _, v, restored in house.hub.reports]
    assert reports == [(5.0, False), (None, True), (6.0, False)]
    assert [(a, why) for _, a, why in house.hub.reach] == [
        (True, ""),
        (False, "nothing heard for 0.02 s"),
        (True, ""),
    ]


async def test_motion_that_never_says_off_falls_back_to_off() -> None:
    house = House()
    await house.announce("binary_sensor", {"state_topic": "s", "off_delay": 0.02})
    await house.tell("s", "ON")
    await asyncio.sleep(0.1)

    assert [v for _, v, _ in house.hub.reports] == [True, False]


class TestCommands:
    """Commands become messages in their order, merged where one message can carry them."""

    async def test_a_json_light_takes_several_values_in_one_message(self) -> None:
        house = House()
        await house.announce("light", LIGHT)
        sent = house.send(
            [
                house.order("OnOff.on", value=True),
                house.order("LevelControl.level", 40.0),
                house.order("ColorControl.colorTemperature", 2500.0),
            ]
        )

        assert sent == [("c", '{"state":"ON","brightness":102,"color_temp":400}')]

    async def test_an_action_keeps_its_place_between_values(self) -> None:
        house = House()
        await house.announce("cover", {"command_topic": "c"})
        sent = house.send(
            [
                house.order("WindowCovering.position", 100.0),
                house.order("WindowCovering.stop", action=True),
                house.order("WindowCovering.position", 0.0),
            ]
        )

        assert [said for _, said in sent] == ["OPEN", "STOP", "CLOSE"]

    async def test_a_value_asked_twice_is_sent_twice_in_order(self) -> None:
        house = House()
        await house.announce("light", LIGHT)
        sent = house.send([house.order("OnOff.on", value=v) for v in (True, False, True)])

        assert [json.loads(said)["state"] for _, said in sent] == ["ON", "OFF", "ON"]

    async def test_half_a_colour_keeps_the_other_half_as_it_was_told(self) -> None:
        house = House()
        await house.announce("light", LIGHT)
        await house.tell("s", {"state": "ON", "color_mode": "hs", "color": {"h": 200, "s": 70}})

        assert house.ask("ColorControl.hue", 30.0) == [
            ("c", '{"state":"ON","color":{"h":30.0,"s":70.0}}')
        ]

    async def test_what_never_reports_is_taken_as_sent(self) -> None:
        house = House()
        await house.announce("switch", {"command_topic": "c"})
        house.ask("OnOff.on", value=True)

        prop = house.hub.devices["dev"].endpoints[0].properties[0]
        assert prop.assumed
        assert house.hub.reports == [("dev/it/OnOff.on", True, False)]

    async def test_what_reports_is_not_believed_before_it_does(self) -> None:
        house = House()
        await house.announce("switch", BOTH)
        house.ask("OnOff.on", value=True)

        assert house.hub.reports == []
        assert house.hub.answers == []

    async def test_what_cannot_be_sent_is_answered_and_the_rest_is_sent(self) -> None:
        house = House()
        await house.announce("select", {**BOTH, "options": ["a"]})
        sent = house.send(
            [
                house.order("Select.option", "zebra"),
                house.order("Nothing.like", 1, device="other"),
                house.order("Select.option", "a"),
            ]
        )

        assert sent == [("c", "a")]
        assert [(event, ok) for event, ok, _ in house.hub.answers] == [(1, False), (2, False)]
        assert "'zebra'" in house.hub.answers[0][2]

    async def test_an_overloaded_broker_is_answered_as_a_refusal(self) -> None:
        house = House()
        await house.announce("switch", {"command_topic": "c"})
        house.broker.overloaded = True
        house.ask("OnOff.on", value=True)

        assert house.hub.answers == [(1, False, "the broker does not keep up")]
        assert house.hub.reports == []

    async def test_the_announced_quality_and_retain_flag_are_kept(self) -> None:
        house = House()
        await house.announce("switch", {**BOTH, "qos": 0, "retain": True})
        house.ask("OnOff.on", value=True)

        assert (house.broker.sent[-1].qos, house.broker.sent[-1].retain) == (1, True)


class TestChanges:
    """Announcements change, move and go."""

    async def test_a_component_announced_anew_reads_its_new_topic_only(self) -> None:
        house = House()
        await house.announce("switch", {**BOTH, "state_topic": "old"})
        await house.announce("switch", {**BOTH, "state_topic": "new"})
        await house.tell("old", "ON")
        await house.tell("new", "OFF")

        assert [v for _, v, _ in house.hub.reports] == [False]
        assert "old" in house.broker.left

    async def test_a_component_migrates_to_its_devices_announcement(self) -> None:
        house = House()
        await house.announce("switch", {**BOTH, "unique_id": "u"})
        single = "homeassistant/switch/dev/it/config"
        await house.tell(single, {"migrate_discovery": True})
        await house.tell(
            "homeassistant/device/dev/config",
            {
                "device": {"identifiers": ["dev"], "name": "dev"},
                "components": {"it": {"platform": "switch", **BOTH, "unique_id": "u"}},
            },
        )
        await house.tell(single, b"")

        assert house.hub.forgotten_ids == []
        assert [e.id for e in house.hub.devices["dev"].endpoints] == ["it"]
        assert house.ask("OnOff.on", value=True) == [("c", "ON")]

    async def test_devices_that_share_a_connection_are_one(self) -> None:
        house = House()
        mac = {"connections": [["mac", "AA:BB"]]}
        await house.announce("switch", {**BOTH, "device": {"identifiers": ["a"], **mac}}, key="x")
        await house.announce(
            "sensor", {"state_topic": "t", "device": {"connections": [["mac", "aa:bb"]]}}, key="y"
        )

        assert list(house.hub.devices) == ["a"]
        assert [e.id for e in house.hub.devices["a"].endpoints] == ["x", "y"]

    async def test_two_components_of_one_key_have_two_endpoints(self) -> None:
        house = House()
        await house.announce("switch", BOTH)
        await house.announce("sensor", {"state_topic": "t"})

        assert [e.id for e in house.hub.devices["dev"].endpoints] == ["it", "it_switch"]

    async def test_a_wildcard_reads_all_that_it_matches(self) -> None:
        house = House()
        await house.announce("sensor", {"state_topic": "+/ble/x", "state_class": "m"})
        for topic in ("a/ble/x", "b/ble/x", "a/c/ble/x"):
            await house.tell(topic, "1")

        assert len(house.hub.reports) == 2


class TestMalformed:
    """What is malformed is refused in one clear line, and disturbs nothing else."""

    async def test_a_message_refused_by_several_readers_is_refused_once(self) -> None:
        house = House()
        for key in ("a", "b"):
            await house.announce(
                "sensor", {"state_topic": "s", "value_template": "{{ value_json.x }}"}, key=key
            )
        await house.tell("s", b"{oops")

        assert len(house.hub.refused) == 1
        assert house.hub.refused[0][0] == "s"

    async def test_a_payload_that_is_too_large_is_not_looked_at(self) -> None:
        house = House()
        await house.announce("text", BOTH)
        await house.tell("s", b"x" * (STATE_LIMIT + 1))

        assert house.hub.reports == []
        assert f"{STATE_LIMIT} are the most" in house.hub.refused[0][1]

    async def test_a_template_not_understood_is_a_trouble_and_the_rest_is_carried(self) -> None:
        house = House()
        await house.announce(
            "climate",
            {
                "temperature_state_topic": "t",
                "temperature_command_topic": "c",
                "mode_state_topic": "m",
                "mode_state_template": "{{ states('x') }}",
            },
        )
        device = house.hub.devices["dev"]

        assert [p.name for p in device.endpoints[0].properties] == ["Thermostat.setpoint"]
        assert device.troubles[0].where == "climate it"
        assert "mode_state_template" in device.troubles[0].reason
        assert "'states'" in device.troubles[0].reason

    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            ("light", {**LIGHT, "brightness_scale": 0}),
            ("fan", {**BOTH, "percentage_state_topic": "p", "speed_range_max": 0}),
            ("cover", {"position_topic": "p", "position_open": 5, "position_closed": 5}),
            ("number", {**BOTH, "min": "low"}),
            ("switch", {**BOTH, "availability_mode": "some"}),
        ],
    )
    async def test_options_that_do_not_fit_together_are_a_trouble(
        self, kind: str, options: dict[str, object]
    ) -> None:
        house = House()
        await house.announce(kind, options)

        assert len(house.hub.devices["dev"].troubles) == 1

    @pytest.mark.parametrize("kind", ["media_player", "x"])
    async def test_a_component_that_is_not_carried_is_shown(self, kind: str) -> None:
        house = House()
        await house.announce(kind, BOTH)

        assert house.hub.devices["dev"].troubles[0].reason == f"not carried yet: {kind}"


OPTIONS = {
    **BOTH,
    "topic": "s",
    "automation_type": "trigger",
    "position_topic": "s",
    "brightness_state_topic": "s",
    "color_temp_state_topic": "s",
    "rgb_state_topic": "s",
    "rgb_command_topic": "c",
    "mode_state_topic": "s",
    "temperature_state_topic": "s",
    "percentage_state_topic": "s",
    "target_humidity_state_topic": "s",
    "json_attributes_topic": "s",
    "availability_topic": "s",
    "latest_version_topic": "s",
    "event_types": ["press"],
    "off_delay": 1000,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["state", "brightness", "color", "x", "y", "h", "s", "position"]), inner
        )
    ),
    max_leaves=8,
)
RAW = st.binary(max_size=60) | JSON.map(lambda said: json.dumps(said).encode())


@pytest.mark.parametrize("kind", sorted(BUILDERS))
@pytest.mark.parametrize(
    "extra", [{}, {"schema": "json"}, {"value_template": "{{ value_json.x }}"}]
)
@settings(max_examples=25)
@given(messages=st.lists(RAW, max_size=4))
def test_whatever_a_device_says_no_component_raises(
    kind: str, extra: dict[str, object], messages: list[bytes]
) -> None:
    async def life() -> None:
        house = House()
        await house.announce(kind, {**OPTIONS, **extra, "reports_position": bool(extra)})
        assert "dev" in house.hub.devices
        for raw in messages:
            house.driver.received("s", raw, retained=False)

    asyncio.run(life())


@pytest.mark.parametrize("kind", sorted(BUILDERS))
@settings(max_examples=25)
@given(options=st.dictionaries(st.sampled_from(sorted(OPTIONS)), JSON, max_size=6))
def test_whatever_is_announced_it_becomes_a_device_or_a_refusal(
    kind: str, options: dict[str, object]
) -> None:
    async def life() -> None:
        house = House()
        await house.announce(kind, options)
        assert "dev" in house.hub.devices or house.hub.refused

    asyncio.run(life())


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_waits_double_up_to_the_longest_and_keep_their_upper_half(chances: list[float]) -> None:
    backoff = Backoff(first_s=0.5, longest_s=20)
    for n, chance in enumerate(chances):
        bound = min(20.0, 0.5 * 2**n)
        assert bound / 2 <= backoff.wait_s(chance) <= bound


def test_a_connection_that_held_begins_the_waits_anew() -> None:
    backoff = Backoff(first_s=1, longest_s=60, steady_s=10)
    for _ in range(5):
        backoff.wait_s(1.0)
    backoff.held(9.9)
    assert backoff.wait_s(1.0) == 32.0
    backoff.held(10.0)
    assert backoff.wait_s(1.0) == 1.0


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("mqtt://broker", "broker", 1883, False),
        ("mqtts://broker", "broker", 8883, True),
        ("mqtt://[::1]:2883", "::1", 2883, False),
    ],
)
def test_an_address_says_host_port_and_tls(url: str, host: str, port: int, tls: bool) -> None:
    found = MqttSettings.from_url(url)
    assert (found.host, found.port, found.tls) == (host, port, tls)


def test_credentials_of_an_address_are_unquoted_and_not_shown() -> None:
    found = MqttSettings.from_url("mqtt://ann:p%40ss@broker")
    assert (found.username, found.password) == ("ann", "p@ss")
    assert "p@ss" not in repr(found) + found.where


@pytest.mark.parametrize("url", ["http://broker", "mqtt://", "mqtt://broker:port", "broker"])
def test_what_is_no_address_is_refused_with_how_to_write_one(url: str) -> None:
    with pytest.raises(ConfigError, match="mqtt://user"):
        MqttSettings.from_url(url)
