"""Models from before MIoT-Spec: what they tell is read, and what is wished is said their way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError, RefusedError
from drivers.miio.legacy import legacy_profile
from drivers.miio.profile import Profile, calls, readings
from drivers.miio.rpc import Call
from hubd.model.command import Command
from hubd.model.device import DeviceType
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from hubd.model.vocabulary import TERMS

MODELS = [
    "yeelink.light.mono1", "yeelink.light.ct2", "yeelink.light.color1", "philips.light.bulb",
    "philips.light.ceiling", "chuangmi.plug.v3", "chuangmi.plug.m1", "zhimi.airpurifier.m1",
    "zhimi.airpurifier.v7", "zhimi.humidifier.ca1", "rockrobo.vacuum.v1", "roborock.vacuum.s5",
]  # fmt: skip


def _profile(model: str) -> Profile:
    profile = legacy_profile(model)
    assert profile is not None
    return profile


def _calls(model: str, endpoint: str, over_us: int = 0, **wishes: Value) -> list[Call]:
    names = [(name.replace("__", "."), value) for name, value in wishes.items()]
    commands = [
        Command(DeviceId("d"), EndpointId(endpoint), name, value, 0, over_us=over_us)
        for name, value in names
    ]
    return calls(_profile(model), commands, {})


def _told(model: str, **values: bool | float | str | None) -> dict[tuple[str, str], Value]:
    told, wrong = readings(_profile(model).views, values)
    assert not wrong
    return {(endpoint, name): value for endpoint, name, value in told}


@pytest.mark.parametrize("model", MODELS)
def test_every_property_is_of_the_vocabulary_and_is_read_and_set(model: str) -> None:
    profile = _profile(model)
    for endpoint in profile.endpoints:
        for prop in endpoint.properties:
            assert prop.name in TERMS
            assert [v for v in profile.views if (v.endpoint, v.name) == (endpoint.id, prop.name)]
            setters = [
                s for s in profile.setters if s.endpoint == endpoint.id and prop.name in s.names
            ]
            assert len(setters) == prop.writable


def test_a_model_of_another_age_is_not_one_of_these() -> None:
    for model in ("", "zhimi.airpurifier.mb3", "yeelink.light.colorc", "roborock.vacuum.a15"):
        assert legacy_profile(model) is None


def test_a_yeelight_takes_its_time_where_it_is_told_to() -> None:
    lamp = "yeelink.light.color1"
    assert _calls(lamp, "light", OnOff__on=True) == [Call("set_power", ["on", "sudden", 0])]
    assert _calls(lamp, "light", 1_500_000, LevelControl__level=30.0, OnOff__on=True) == [
        Call("set_power", ["on", "smooth", 1500]),
        Call("set_bright", [30, "smooth", 1500]),
    ]
    red = _calls(lamp, "light", ColorControl__hue=0.0, ColorControl__saturation=100.0)
    assert red == [Call("set_rgb", [0xFF0000, "sudden", 0])]


def test_a_yeelight_tells_its_numbers_as_texts() -> None:
    told = _told(
        "yeelink.light.color1", power="on", bright="70", ct="4000", rgb="65280", color_mode="1"
    )
    assert told["light", "OnOff.on"] is True
    assert told["light", "LevelControl.level"] == 70
    assert told["light", "ColorControl.hue"] == 120
    assert told["light", "ColorControl.mode"] == "color"
    assert _told("yeelink.light.mono1", power="off", bright=None)["light", "OnOff.on"] is False


@given(st.floats(3010, 5700))
def test_a_philips_lamps_warmth_comes_back(kelvins: float) -> None:
    (call,) = _calls("philips.light.bulb", "light", ColorControl__colorTemperature=kelvins)
    assert call.method == "set_cct"
    (share,) = call.params
    assert isinstance(share, int)
    told = _told("philips.light.bulb", cct=share)
    assert told["light", "ColorControl.colorTemperature"] == pytest.approx(kelvins, abs=60)


def test_a_plug_with_usb_has_methods_for_on_and_off() -> None:
    assert _calls("chuangmi.plug.v3", "switch", OnOff__on=True) == [Call("set_on")]
    assert _calls("chuangmi.plug.v3", "usb", OnOff__on=False) == [Call("set_usb_off")]
    assert _calls("chuangmi.plug.v3", "indicator_light", OnOff__on=False) == [
        Call("set_wifi_led", ["off"])
    ]
    assert _calls("chuangmi.plug.m1", "switch", OnOff__on=True) == [Call("set_power", ["on"])]


def test_a_purifier_is_read_and_set() -> None:
    told = _told(
        "zhimi.airpurifier.m1", power="on", mode="favorite", aqi=12, temp_dec=231, humidity=44
    )
    assert told["air_purifier", "FanControl.mode"] == "favorite"
    assert told["temperature", "TemperatureMeasurement.temperature"] == pytest.approx(23.1)
    assert told["pm25", "Pm25ConcentrationMeasurement.value"] == 12
    assert _calls("zhimi.airpurifier.m1", "favorite_level", Number__value=5.0) == [
        Call("set_level_favorite", [5])
    ]
    with pytest.raises(RefusedError):
        _calls("zhimi.airpurifier.m1", "air_purifier", FanControl__mode="storm")


def test_a_vacuums_states_are_in_the_fields_words() -> None:
    for model, quiet in (("rockrobo.vacuum.v1", 38), ("roborock.vacuum.s5", 101)):
        told = _told(model, state=5, fan_power=quiet, battery=80, error_code=0)
        assert told["vacuum", "RvcOperationalState.state"] == "cleaning"
        assert told["vacuum", "RvcOperationalState.fanSpeed"] == "quiet"
        assert told["problem", "BooleanState.problem"] is False
        assert _told(model, state=777, fan_power=55)["vacuum", "RvcOperationalState.state"] is None
    assert _profile("rockrobo.vacuum.v1").endpoints[0].type is DeviceType.ROBOTIC_VACUUM


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_whatever_a_device_tells_is_read_or_unknown(model: str, data: st.DataObject) -> None:
    profile = _profile(model)
    values = {key: data.draw(PLAIN) for key in profile.keys(slow=True)}
    told, _ = readings(profile.views, values)
    assert {(e, n) for e, n, _ in told} == {(v.endpoint, v.name) for v in profile.views}


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_whatever_is_wished_is_said_or_refused(model: str, data: st.DataObject) -> None:
    profile = _profile(model)
    setter = data.draw(st.sampled_from(profile.setters))
    name = data.draw(st.sampled_from(sorted(setter.names)))
    command = Command(DeviceId("d"), setter.endpoint, name, data.draw(PLAIN), 0)
    try:
        made = calls(profile, [command], {})
    except RefusedError:
        return
    assert len(made) == 1


def test_an_answer_of_another_length_is_malformed() -> None:
    wire = _profile("yeelink.light.mono1").wire
    with pytest.raises(MalformedError, match="1 values to 2 names"):
        wire.said(["power", "bright"], b'["on"]')
    assert wire.said(["power", "bright"], b'["on",""]').values == {"power": "on", "bright": None}
    assert wire.objection(b'["ok"]') == ""
    assert "invalid" in wire.objection(b'["invalid command"]')
