"""Whatever comes on a bridge's topics is read or refused in words, and costs no more than it is."""

import asyncio
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.kit.coverage import Entity
from drivers.kit.errors import MalformedError
from drivers.mqtt.coverage import read as read_discovery
from drivers.mqtt.dialect import Described, Gone
from drivers.mqtt.errors import MqttError
from drivers.mqtt.zigbee2mqtt import Zigbee2Mqtt
from drivers.mqtt.zigbee2mqtt.coverage import read as read_bridge
from tests.unit.drivers.mqtt_house import House
from tests.unit.drivers.zigbee_bridge import (
    BASE,
    COORDINATOR,
    HUE,
    LIGHT,
    SWITCH,
    Fields,
    Json,
    binary,
    composite,
    entry,
    enum,
    info,
    numeric,
    whole,
)

PAYLOAD_LIMIT = 4_000
ALLOWANCE = 400_000
"""Bytes that reading takes whatever is read: the endpoints of a device, and their readers."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
FEATURES: list[Fields] = [
    LIGHT,
    whole("light", SWITCH, HUE, endpoint="l1"),
    whole("cover", enum("state", ["OPEN", "CLOSE", "STOP"]), numeric("position", 7, "%")),
    whole("climate", numeric("occupied_heating_setpoint", 7, "°C"), enum("system_mode", ["off"])),
    whole("fan", SWITCH, numeric("speed", 7, low=1, high=254)),
    whole("lock", binary("state", 7, "LOCK", "UNLOCK"), enum("lock_state", ["locked"], 1)),
    composite("level_config", 7, numeric("on_level", 7), binary("execute_if_off", 7)),
    composite("warning", 2, enum("mode", ["stop"], 2), numeric("duration", 2, "s")),
    enum("action", ["single", "recall_*"], 1),
    numeric("temperature", 5, "°C", low=-40, high=80),
]
WORDS = st.sampled_from(
    ["type", "name", "property", "access", "values", "value_on", "value_max", "features", "unit",
     "endpoint", "presets", "definition", "exposes", "friendly_name", "ieee_address",
     "interviewing", "state", "brightness", "color", "x", "hue", "color_mode", "warning", "update",
     "level_config"]
)  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> Json:
    """Return a list of devices in which something is another than it should be."""
    features = draw(st.lists(st.sampled_from(FEATURES), max_size=4))
    devices: list[Json] = [COORDINATOR, entry("it", *features)]
    whole_list: Json = deepcopy(devices)
    place: Json = whole_list
    for _ in range(draw(st.integers(1, 7))):
        if isinstance(place, list) and place:
            at = draw(st.integers(0, len(place) - 1))
            inner = place[at]
            if not isinstance(inner, list | dict) or draw(st.booleans()):
                place[at] = draw(JSON)
                break
            place = inner
        elif isinstance(place, dict) and place:
            key = draw(st.sampled_from(sorted(place)) | WORDS)
            inner = place.get(key)
            if not isinstance(inner, list | dict) or draw(st.booleans()):
                place[key] = draw(JSON)
                break
            place = inner
    return whole_list


@contextmanager
def costs_no_more_than(payload: bytes) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] <= 4 * len(payload) + ALLOWANCE
    finally:
        tracemalloc.stop()


def read(topic: str, payload: bytes) -> None:
    """Have a new dialect read a message; a typed error is all that it may raise."""
    dialect = Zigbee2Mqtt()
    with costs_no_more_than(payload), suppress(MqttError):
        for news in dialect.read(topic, payload):
            assert isinstance(news, Described | Gone)


@given(payload=st.binary(max_size=PAYLOAD_LIMIT), which=st.sampled_from(["devices", "info"]))
def test_any_bytes_are_read_or_refused(payload: bytes, which: str) -> None:
    read(f"{BASE}/bridge/{which}", payload)


@settings(max_examples=300)
@given(devices=mangled())
def test_devices_that_are_not_as_they_should_be_are_read_or_refused(devices: Json) -> None:
    read(f"{BASE}/bridge/devices", json.dumps(devices).encode())


@given(said=JSON, key=WORDS)
def test_info_that_is_not_as_it_should_be_is_read_or_refused(said: Json, key: str) -> None:
    told = info()
    assert isinstance(told["config"], dict)
    told["config"][key] = said
    read(f"{BASE}/bridge/info", json.dumps(told).encode())


@given(count=st.integers(1, 20_000), filling=st.sampled_from([b"0", b"[]", b"{}", b'""', b"null"]))
@settings(max_examples=30)
def test_a_long_list_of_nothing_costs_no_more_than_it_is(count: int, filling: bytes) -> None:
    read(f"{BASE}/bridge/devices", b"[" + b",".join([filling] * count) + b"]")


@given(depth=st.integers(1, 40_000), bracket=st.sampled_from([b"[", b'{"features":[']))
@settings(max_examples=30)
def test_a_deep_one_is_refused(depth: int, bracket: bytes) -> None:
    read(f"{BASE}/bridge/devices", bracket * depth)


@given(state=st.dictionaries(WORDS | st.text(max_size=5), JSON, max_size=6), raw=st.binary())
@settings(max_examples=200)
def test_whatever_a_device_says_disturbs_nothing(state: Fields, raw: bytes) -> None:
    async def live() -> None:
        house = House()
        devices: list[Json] = [entry("it", *FEATURES)]
        await house.tell(f"{BASE}/bridge/devices", devices)
        for payload in (json.dumps(state).encode(), raw):
            await house.tell(f"{BASE}/it", payload)
        assert all(reason for _, reason in house.hub.refused)
        await house.tell(f"{BASE}/it", {"state": "ON"})
        assert house.hub.values()["zigbee2mqtt_0x00158d0001a2b3c4/light/OnOff.on"] is True

    asyncio.run(live())


@given(
    document=JSON
    | mangled()
    | st.lists(st.fixed_dictionaries({"topic": st.text(), "payload": JSON}))
)
def test_any_recording_is_judged_or_refused(document: Json) -> None:
    for reader in (read_bridge, read_discovery):
        with suppress(MalformedError):
            assert all(isinstance(entity, Entity) for entity in reader(document))
