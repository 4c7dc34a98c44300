"""MIoT-Specs as profiles: what a model is said to be is what it can be read and set as."""

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError, RefusedError
from drivers.kit.units import conversion
from drivers.miio.miot import profile_of
from drivers.miio.profile import Profile, calls, readings
from drivers.miio.spec import Spec, read_spec
from drivers.miio.specs import known_models, spec_for
from drivers.miio.wires import MiotWire, PropWire, StatusWire
from hubd.model.command import Command
from hubd.model.device import DeviceType, Endpoint, Property
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value, ValueType, same
from hubd.model.vocabulary import TERMS

MODELS = sorted(known_models())
ITS_ID = "123456789"
SPARE = 32 * 1024
"""What a decoder may use beside four times the text: objects of a bounded number of values."""


def _profile(model: str) -> Profile:
    spec = spec_for(model)
    assert spec is not None
    return profile_of(spec, ITS_ID)


def _endpoint(profile: Profile, name: str) -> Endpoint:
    return next(e for e in profile.endpoints if e.id == name)


def _told(profile: Profile, **values: bool | float | str | None) -> dict[tuple[str, str], Value]:
    told, wrong = readings(profile.views, {k[1:].replace("_", "."): v for k, v in values.items()})
    assert not wrong
    return {(endpoint, name): value for endpoint, name, value in told}


def _set(profile: Profile, endpoint: str, **wishes: Value) -> list[object]:
    commands = [
        Command(DeviceId("d"), EndpointId(endpoint), name.replace("__", "."), value, 0)
        for name, value in wishes.items()
    ]
    made = calls(profile, commands, {})
    assert all(call.method == "set_properties" for call in made)
    out: list[object] = []
    for call in made:
        out += [(p["siid"], p["piid"], p["value"]) for p in call.params if isinstance(p, dict)]
    return out


def test_there_are_models_of_every_common_kind() -> None:
    kinds = {e.type for model in MODELS for e in _profile(model).endpoints}
    assert kinds >= {
        DeviceType.EXTENDED_COLOR_LIGHT,
        DeviceType.COLOR_TEMPERATURE_LIGHT,
        DeviceType.ON_OFF_PLUG,
        DeviceType.FAN,
        DeviceType.HUMIDIFIER,
        DeviceType.THERMOSTAT,
        DeviceType.WINDOW_COVERING,
        DeviceType.ROBOTIC_VACUUM,
        DeviceType.AIR_QUALITY_SENSOR,
        DeviceType.BATTERY,
    }


@pytest.mark.parametrize("model", MODELS)
def test_every_property_is_of_the_vocabulary_and_has_one_reader(model: str) -> None:
    profile = _profile(model)
    ids = [e.id for e in profile.endpoints]
    assert len(ids) == len(set(ids))
    for endpoint in profile.endpoints:
        names = [p.name for p in endpoint.properties]
        assert len(names) == len(set(names))
        for prop in endpoint.properties:
            assert prop.name in TERMS
            views = [v for v in profile.views if (v.endpoint, v.name) == (endpoint.id, prop.name)]
            assert len(views) == (0 if prop.assumed else 1)
            setters = [
                s for s in profile.setters if s.endpoint == endpoint.id and prop.name in s.names
            ]
            assert len(setters) == prop.writable


@pytest.mark.parametrize("model", MODELS)
def test_nothing_of_a_spec_is_lost_silently(model: str) -> None:
    """Each property is carried or is a trouble; so is each action, and each event."""
    spec, profile = spec_for(model), _profile(model)
    assert spec is not None
    carried = {key for view in profile.views for key in view.keys}
    troubles = {trouble.where for trouble in profile.troubles}
    for service in spec.services:
        for prop in service.properties:
            if prop.kind == "target-position":
                continue  # it is what the position is set by; where the curtain is is read
            if prop.readable:
                assert f"{service.iid}.{prop.iid}" in carried
            elif not prop.writable:
                assert f"{service.kind} {prop.kind}" in troubles
        for event in service.events:
            assert f"{service.kind} {event.kind}" in troubles
        for action in service.actions:
            if action.inputs:
                assert f"{service.kind} {action.kind}" in troubles


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
@settings(max_examples=20)
def test_what_is_set_is_what_is_read_afterwards(model: str, data: st.DataObject) -> None:
    profile = _profile(model)
    writable = [
        (e, p) for e in profile.endpoints for p in e.properties if p.writable and not p.assumed
    ]
    if not writable:
        return
    endpoint, prop = data.draw(st.sampled_from(writable))
    value = data.draw(_value(prop))
    command = Command(DeviceId("d"), endpoint.id, prop.name, value, 0)
    held: dict[str, bool | int | float | str | None] = {}
    for call in calls(profile, [command], {}):
        for place in call.params:
            assert isinstance(place, dict)
            held[f"{place['siid']}.{place['piid']}"] = place["value"]
    if prop.name == "WindowCovering.position":
        held["2.3"] = held["2.7"]  # it has got to its target
    held = {"2.1": False, "2.2": 0, **held} if prop.name == "Thermostat.systemMode" else held
    told, _ = readings(profile.views, held)
    back = {(e, n): v for e, n, v in told}[endpoint.id, prop.name]
    if prop.name in {"ColorControl.hue", "ColorControl.saturation"}:
        return  # one number holds both; the colours' own law is in test_kit_color
    assert same(back, value, max(prop.tolerance, 1e-3)), (value, back)


def _value(prop: Property) -> st.SearchStrategy[Value]:
    if prop.type is ValueType.BOOLEAN:
        return st.booleans()
    if prop.choices:
        return st.sampled_from(prop.choices)
    if prop.type is ValueType.STRING:
        return st.text(max_size=10)
    low, high = prop.minimum, prop.maximum
    if prop.name == "FanControl.speed":
        low = prop.step  # the lowest speed is one step above standing still
    step = prop.step or 1.0
    count = int(((high if high is not None else 100) - (low or 0)) / step)
    return st.integers(0, count).map(lambda n: round((low or 0) + n * step, 6))


def test_a_lamp_is_a_lamp() -> None:
    profile = _profile("yeelink.light.colorc")
    lamp = _endpoint(profile, "light")
    assert lamp.type is DeviceType.EXTENDED_COLOR_LIGHT
    warmth = lamp.property("ColorControl.colorTemperature")
    assert warmth is not None
    assert (warmth.minimum, warmth.maximum, warmth.unit) == (2700, 6500, "K")
    told = _told(profile, _2_1=True, _2_2=40, _2_3=4000, _2_4=0xFF0000, _2_5=2)
    assert told["light", "LevelControl.level"] == 40
    assert told["light", "ColorControl.hue"] == 0
    assert told["light", "ColorControl.saturation"] == 100
    assert told["light", "ColorControl.mode"] == "ct"
    assert _set(profile, "light", OnOff__on=True, LevelControl__level=55.0) == [
        (2, 1, True),
        (2, 2, 55),
    ]
    colour = _set(profile, "light", ColorControl__hue=120.0, ColorControl__saturation=100.0)
    assert colour == [(2, 4, 0x00FF00)]


def test_a_conditioner_that_is_off_says_so_whatever_its_mode() -> None:
    profile = _profile("lumi.acpartner.mcn02")
    name = ("air_conditioner", "Thermostat.systemMode")
    assert _told(profile, _2_1=False, _2_2=1)[name] == "off"
    assert _told(profile, _2_1=True, _2_2=1)[name] == "cool"
    assert _set(profile, "air_conditioner", Thermostat__systemMode="off") == [(2, 1, False)]
    assert _set(profile, "air_conditioner", Thermostat__systemMode="fan_only") == [
        (2, 1, True),
        (2, 2, 4),
    ]
    with pytest.raises(RefusedError, match="cool"):
        _set(profile, "air_conditioner", Thermostat__systemMode="warm")


def test_a_curtain_is_read_where_it_is_and_set_to_where_it_should_be() -> None:
    profile = _profile("lumi.curtain.hagl08")
    told = _told(profile, _2_3=30, _2_7=80, _2_6=1)
    assert told["curtain", "WindowCovering.position"] == 30
    assert told["curtain", "WindowCovering.operation"] == "opening"
    assert _set(profile, "curtain", WindowCovering__position=80.0) == [(2, 7, 80)]
    stop = Command(
        DeviceId("d"), EndpointId("curtain"), "WindowCovering.stop", None, 0, action=True
    )
    (call,) = calls(profile, [stop], {})
    assert call.params == [{"did": ITS_ID, "siid": 2, "piid": 2, "value": 0}]


def test_a_vacuum_says_what_it_does_in_the_fields_words() -> None:
    profile = _profile("roborock.vacuum.a15")
    for said, means in ((5, "cleaning"), (8, "docked"), (15, "returning"), (12, "error")):
        assert _told(profile, _2_1=said)["vacuum", "RvcOperationalState.state"] == means
    home = Command(DeviceId("d"), EndpointId("vacuum"), "RvcRunMode.goHome", None, 0, action=True)
    (call,) = calls(profile, [home], {})
    assert (call.method, call.params) == ("action", {"did": ITS_ID, "siid": 3, "aiid": 1, "in": []})


def test_a_fan_in_levels_is_told_in_percent() -> None:
    profile = _profile("dmaker.fan.1c")
    assert _told(profile, _2_2=1)["fan", "FanControl.speed"] == pytest.approx(33.33)
    assert _set(profile, "fan", FanControl__speed=50.0) == [(2, 2, 1)]
    assert _set(profile, "fan", FanControl__speed=100.0) == [(2, 2, 3)]
    assert _set(profile, "fan", FanControl__speed=1.0) == [(2, 2, 1)]


def test_a_door_whose_contact_is_made_is_closed() -> None:
    profile = profile_of(_one("magnet-sensor", "contact-state", "bool"), ITS_ID)
    assert _told(profile, _2_1=True)["contact", "BooleanState.open"] is False
    assert _told(profile, _2_1=False)["contact", "BooleanState.open"] is True


def test_a_value_that_means_nothing_is_unknown_and_told_as_wrong() -> None:
    profile = _profile("yeelink.light.colorc")
    told, wrong = readings(profile.views, {"2.1": "perhaps", "2.2": None})
    assert ("light", "OnOff.on", None) in told
    assert ("light", "LevelControl.level", None) in told
    assert [place for place, _ in wrong] == ["light OnOff.on"]


def test_what_a_device_has_not_is_dropped_with_its_reason() -> None:
    profile = _profile("yeelink.light.colorc").without({"2.4": "it has none"})
    lamp = _endpoint(profile, "light")
    assert lamp.property("ColorControl.hue") is None
    assert lamp.property("OnOff.on") is not None
    assert {t.where for t in profile.troubles} == {
        "light ColorControl.hue",
        "light ColorControl.saturation",
    }


def test_a_model_of_no_name_reaches_no_file() -> None:
    for model in ("", "../specs/same-as", "/etc/passwd", "a/b", "x\x00y"):
        assert spec_for(model) is None


def _one(service: str, kind: str, form: str, **more: object) -> Spec:
    prop = {
        "iid": 1,
        "type": f"urn:miot-spec-v2:property:{kind}:00000001:x:1",
        "format": form,
        "access": ["read", "write", "notify"],
        **more,
    }
    if kind == "contact-state":
        prop["access"] = ["read", "notify"]
    kind_of_service = f"urn:miot-spec-v2:service:{service}:00007801:x:1"
    services = [{"iid": 2, "type": kind_of_service, "properties": [prop]}]
    device = "urn:miot-spec-v2:device:thing:0000A001:x:1"
    return read_spec(json.dumps({"type": device, "services": services}).encode())


KINDS = st.sampled_from(
    [
        "on", "mode", "brightness", "color", "color-temperature", "fan-level", "status",
        "target-position", "current-position", "motor-control", "target-temperature", "volume",
        "temperature", "contact-state", "motion-state", "charging-state", "arming-mode",
        "speed-level", "target-humidity", "horizontal-swing", "electric-power", "something-else",
    ]
)  # fmt: skip
SERVICES = st.sampled_from(
    [
        "light", "switch", "fan", "air-purifier", "humidifier", "air-conditioner", "heater",
        "curtain", "vacuum", "battery", "environment", "speaker", "alarm", "fan-control", "odd",
    ]
)  # fmt: skip
URN = st.builds(
    lambda owner, what, kind: f"urn:{owner}:{what}:{kind}:00000001:x:1",
    st.sampled_from(["miot-spec-v2", "odd-spec"]),
    st.just("property"),
    KINDS,
)
PROPERTIES = st.fixed_dictionaries(
    {"iid": st.integers(-1, 300), "type": URN},
    optional={
        "format": st.sampled_from(["bool", "uint8", "int32", "float", "string", "hex", ""]),
        "access": st.lists(st.sampled_from(["read", "write", "notify"]), max_size=3),
        "unit": st.sampled_from(["percentage", "kelvin", "rgb", "none", "celsius", "parsec"]),
        "description": st.text(max_size=8),
        "value-range": st.lists(
            st.integers(-1000, 70000) | st.floats(allow_nan=False, allow_infinity=False),
            max_size=4,
        ),
        "value-list": st.lists(
            st.fixed_dictionaries(
                {"value": st.integers(-5, 300), "description": st.text(max_size=8)}
            ),
            max_size=5,
        ),
    },
)
ACTIONS = st.fixed_dictionaries(
    {
        "iid": st.integers(0, 20),
        "type": st.sampled_from(["toggle", "start-sweep", "start-charge", "odd"]).map(
            lambda kind: f"urn:miot-spec-v2:action:{kind}:00000001:x:1"
        ),
        "in": st.lists(st.integers(0, 9), max_size=2),
    }
)
SPECS = st.fixed_dictionaries(
    {
        "type": st.just("urn:miot-spec-v2:device:thing:0000A001:x:1"),
        "services": st.lists(
            st.fixed_dictionaries(
                {
                    "iid": st.integers(0, 300),
                    "type": SERVICES.map(lambda k: f"urn:miot-spec-v2:service:{k}:1:x:1"),
                    "properties": st.lists(PROPERTIES, max_size=6),
                    "actions": st.lists(ACTIONS, max_size=3),
                }
            ),
            max_size=4,
        ),
    }
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@given(SPECS, st.data())
@settings(max_examples=300)
def test_whatever_a_spec_says_the_mapper_makes_a_profile_that_holds(
    said: dict[str, object], data: st.DataObject
) -> None:
    try:
        profile = profile_of(read_spec(json.dumps(said).encode()), ITS_ID)
    except MalformedError:
        return
    values = {key: data.draw(PLAIN) for key in profile.keys(slow=True)}
    told, _ = readings(profile.views, values)
    described = {(e.id, p.name): p for e in profile.endpoints for p in e.properties}
    for endpoint, name, value in told:
        prop = described[endpoint, name]
        if value is not None:
            assert isinstance(value, bool) == (prop.type is ValueType.BOOLEAN)
            assert isinstance(value, str) == (prop.type is ValueType.STRING)
    for (endpoint, name), prop in described.items():
        if prop.writable:
            command = Command(DeviceId("d"), endpoint, name, data.draw(PLAIN), 0)
            with suppress(RefusedError):
                json.dumps([call.params for call in calls(profile, [command], {})])


@given(
    st.binary(max_size=3000)
    | st.recursive(
        PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)
    ).map(lambda value: json.dumps(value).encode())
)
def test_what_is_no_spec_is_refused(data: bytes) -> None:
    tracemalloc.start()
    try:
        with suppress(MalformedError):
            read_spec(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4 * len(data) + SPARE


WIRES = [MiotWire(ITS_ID), PropWire({}), StatusWire({})]


@pytest.mark.parametrize("wire", WIRES)
@given(
    data=st.binary(max_size=3000)
    | st.lists(
        st.dictionaries(st.sampled_from(["siid", "piid", "code", "value", "state"]), PLAIN) | PLAIN
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_a_device_answers_raises_nothing_else_and_allocates_little(
    wire: MiotWire | PropWire | StatusWire, data: bytes
) -> None:
    tracemalloc.start()
    try:
        for act in (lambda: wire.said(["2.1", "state"], data), lambda: wire.objection(data)):
            with suppress(MalformedError):
                act()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4 * len(data) + SPARE


def test_units_of_specs_are_turned_into_the_vocabularys() -> None:
    spec = _one("air-monitor", "temperature", "float", access=["read"], unit="kelvin")
    told = _told(profile_of(spec, ITS_ID), _2_1=300.0)
    scale, offset = conversion("K", "°C")
    measured = told["temperature", "TemperatureMeasurement.temperature"]
    assert measured == pytest.approx(300 * scale + offset)
