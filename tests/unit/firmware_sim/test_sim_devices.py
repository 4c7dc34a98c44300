"""What every simulated device promises: an announcement that fits what it publishes and obeys."""

import json
from collections.abc import Iterator
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.devices.catalog import DeviceType, firmware, phone_of
from firmware_sim.devices.device import Device, Fields, Identity, Message, RefusedError
from firmware_sim.devices.properties import MOMENTARY, Changes, Property, State
from firmware_sim.devices.zigbee import Zigbee

KINDS = list(DeviceType)
DEVICES = [firmware(kind)(Identity("the_id", "The name", "The area")) for kind in KINDS]
EVERY = pytest.mark.parametrize(
    "device", [*DEVICES, phone_of("ann", "Ann")], ids=lambda d: type(d).__name__
)


def entities(device: Device) -> Iterator[tuple[str, Fields]]:
    """Yield component and fields of each entity, with the root's of device-based discovery."""
    for message in device.announcement():
        fields = json.loads(message.payload)
        component = message.topic.split("/")[1]
        if component == "device":
            shared = {k: v for k, v in fields.items() if k != "cmps"}
            for entity in fields["cmps"].values():
                yield entity["p"], shared | entity
        else:
            yield component, fields


def topics_of(fields: Fields, endings: tuple[str, ...]) -> Iterator[str]:
    base = str(fields.get("~", ""))
    for key, value in fields.items():
        told = key.endswith(endings) and not key.startswith("set_")
        if told and isinstance(value, str):
            topic = base + value[1:] if value.startswith("~") else value
            yield topic[:-1] + base if topic.endswith("~") else topic


def device_fields(fields: Fields) -> Fields:
    return cast("Fields", fields.get("device") or fields["dev"])


def everything(device: Device) -> tuple[Message, ...]:
    state = {**device.initial(), **dict.fromkeys(MOMENTARY, "single")}
    return device.report(state, frozenset(state))


def obey(device: Device, state: State, topic: str, payload: str) -> State:
    for step in sorted(device.react(state, topic, payload), key=lambda step: step.after_s):
        state = {**state, **step.changes}
    return state


@EVERY
def test_an_announcement_names_the_device_as_the_home_file_does(device: Device) -> None:
    described = [device_fields(fields) for _, fields in entities(device)]
    for fields in described:
        ids = fields.get("identifiers") or fields["ids"]
        assert (ids if isinstance(ids, str) else cast("list[str]", ids)[0]) == device.id
    assert any(fields.get("name") == device.identity.name for fields in described)
    areas = {fields.get("suggested_area") or fields.get("sa") for fields in described}
    assert device.identity.area in areas


@EVERY
def test_what_is_announced_is_what_is_published(device: Device) -> None:
    announced = {
        topic
        for _, fields in entities(device)
        for topic in topics_of(fields, ("state_topic", "stat_t", "action_topic"))
    }
    assert announced <= {message.topic for message in everything(device)}


@EVERY
def test_every_command_topic_that_is_announced_is_listened_to(device: Device) -> None:
    announced = {
        topic
        for _, fields in entities(device)
        for topic in topics_of(fields, ("command_topic", "cmd_t", "set_pos_t"))
    }
    native = {f"{device.topic}/set"} if isinstance(device, Zigbee) else set[str]()
    assert announced <= set(device.topics()) <= announced | native


@pytest.mark.parametrize(
    "device", [d for d in DEVICES if isinstance(d, Zigbee)], ids=lambda d: type(d).__name__
)
def test_the_bridge_tells_of_all_that_a_zigbee_device_says_in_its_state(device: Zigbee) -> None:
    told = [m for m in device.gateway.directory([device]) if m.topic.endswith("/bridge/devices")]
    (entry,) = json.loads(told[0].payload)
    features = entry["definition"]["exposes"]
    keys = {f["property"] for e in features for f in e.get("features", [e])}
    assert device.body(device.initial()).keys() - keys <= {"color_mode"}
    assert all(m.retain for m in told)


@EVERY
def test_every_entity_has_an_id_of_its_own(device: Device) -> None:
    ids = [fields.get("unique_id") or fields["uniq_id"] for _, fields in entities(device)]
    assert len(set(ids)) == len(ids)


@EVERY
def test_discovery_and_states_are_retained_and_presses_are_not(device: Device) -> None:
    assert all(message.retain for message in device.announcement())
    assert device.gateway.will.retain
    momentary = device.report({Property.PRESS: "single"}, frozenset({Property.PRESS}))
    if device.primary is Property.PRESS:
        assert [message.retain for message in momentary] == [False]


@EVERY
def test_a_device_that_goes_says_so_where_it_said_that_it_came(device: Device) -> None:
    came = {m.topic: m.payload for m in (device.gateway.birth, *device.online())}
    went = {m.topic: m.payload for m in (device.gateway.will, *device.offline())}
    assert came.keys() == went.keys()
    assert all(came[topic] != went[topic] for topic in came)


@pytest.mark.parametrize("device", DEVICES, ids=lambda d: type(d).__name__)
@given(payload=st.text(max_size=40) | st.sampled_from(["ON", "OPEN", "50", '{"state":"ON"}', "{}"]))
def test_a_command_is_refused_or_changes_what_the_device_knows(
    device: Device, payload: str
) -> None:
    for topic in device.topics():
        try:
            steps = device.react(device.initial(), topic, payload)
        except RefusedError:
            continue
        for step in steps:
            assert step.changes.keys() <= device.initial().keys()
            assert step.after_s >= 0


def made(kind: DeviceType) -> Device:
    return firmware(kind)(Identity("x", "X"))


@pytest.mark.parametrize(
    ("kind", "topic", "payload", "changed"),
    [
        (DeviceType.ON_OFF_LIGHT, "cmnd/x/POWER", "TOGGLE", {Property.ON: True}),
        (DeviceType.ON_OFF_PLUG, "cmnd/x/POWER", "1", {Property.ON: True}),
        (
            DeviceType.DIMMABLE_LIGHT,
            "zigbee2mqtt/x/set",
            '{"state":"ON","brightness":127}',
            {Property.ON: True, Property.LEVEL: 50.0},
        ),
        (
            DeviceType.COLOR_TEMPERATURE_LIGHT,
            "zigbee2mqtt/x/set",
            '{"color_temp":250}',
            {Property.COLOR_TEMPERATURE: 4000.0},
        ),
        (
            DeviceType.EXTENDED_COLOR_LIGHT,
            "x/light/strip/command",
            '{"state":"ON","color":{"r":0,"g":255,"b":0}}',
            {Property.ON: True, Property.HUE: 120.0, Property.SATURATION: 100.0},
        ),
        (
            DeviceType.WINDOW_COVERING,
            "x/command/cover:0",
            "pos,30",
            {Property.POSITION: 30.0, Property.MOVEMENT: "stopped"},
        ),
        (
            DeviceType.THERMOSTAT,
            "zigbee2mqtt/x/set/occupied_heating_setpoint",
            "22.5",
            {Property.SETPOINT: 22.5, Property.HEATING: True},
        ),
        (
            DeviceType.FAN,
            "x/fan/fan/speed_level/command",
            "80",
            {Property.ON: True, Property.SPEED: 80.0},
        ),
        (DeviceType.DOOR_LOCK, "zigbee2mqtt/x/set", "UNLOCK", {Property.LOCKED: False}),
        (DeviceType.WATER_VALVE, "x/valve/set", "CLOSE", {Property.OPEN: False}),
        (
            DeviceType.ROBOTIC_VACUUM,
            "valetudo/x/BasicControl/operation/set",
            "PAUSE",
            {Property.ACTIVITY: "paused"},
        ),
        (DeviceType.SPEAKER, "x/volume/set", "12", {Property.VOLUME: 12.0}),
    ],
)
def test_a_command_does_what_the_firmware_says(
    kind: DeviceType, topic: str, payload: str, changed: Changes
) -> None:
    device = made(kind)
    before = device.initial()
    after = obey(device, before, topic, payload)
    wanted = {**before, **changed}
    assert after == pytest.approx(wanted)


def test_a_covering_moves_before_it_arrives() -> None:
    cover = made(DeviceType.WINDOW_COVERING)
    first, *_, last = cover.react(cover.initial(), "x/command/cover:0", "close")
    assert first.changes == {Property.MOVEMENT: "closing"}
    assert (last.after_s, last.changes[Property.POSITION]) == (20.0, 0.0)
    body = json.loads(
        cover.report({**cover.initial(), **first.changes}, frozenset(first.changes))[0].payload
    )
    assert (body["state"], body["current_pos"]) == ("closing", 100)


def test_a_contact_that_is_open_reports_no_contact() -> None:
    contact = made(DeviceType.CONTACT_SENSOR)
    (message,) = contact.report({Property.OPEN: True}, frozenset({Property.OPEN}))
    assert json.loads(message.payload)["contact"] is False


def test_the_shapes_of_all_dialects_are_among_the_announcements() -> None:
    topics = [m.topic for device in DEVICES for m in device.announcement()]
    keys = {key for device in DEVICES for _, fields in entities(device) for key in fields}
    parts = {len(topic.split("/")) for topic in topics}
    assert {4, 5} == parts
    assert any(topic.startswith("homeassistant/device/") for topic in topics)
    assert {"~", "stat_t", "state_topic", "availability", "avty_t", "availability_topic"} <= keys
