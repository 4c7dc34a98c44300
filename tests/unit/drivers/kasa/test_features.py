"""Features as the vocabulary has them, without the library that tells of them."""

from enum import Enum

from hypothesis import given
from hypothesis import strategies as st

from drivers.kasa.features import Feature, Kind, Mapped, mapped, plain
from hubd.model.device import DeviceType
from hubd.model.value import Value
from hubd.model.vocabulary import TERMS


def _read(found: Mapped, feature: str, said: object) -> Value:
    (bound,) = [b for b in found.bound if b.feature == feature]
    return bound.read(said)


def test_a_sensors_temperature_is_in_celsius_whatever_it_shows() -> None:
    features = [Feature("temperature", "Temperature", Kind.SENSOR, "fahrenheit", value=70.0)]
    found = mapped(features, "sensor")
    assert _read(found, "temperature", 212.0) == 100.0
    assert found.endpoints[0].type is DeviceType.TEMPERATURE_SENSOR


def test_a_leak_is_told_by_its_word() -> None:
    found = mapped([Feature("water_leak", "Water leak", Kind.SENSOR)], "sensor")
    assert _read(found, "water_leak", "normal") is False
    assert _read(found, "water_leak", "water_leak") is True
    assert _read(found, "water_leak", None) is None


def test_a_thermostats_head_is_a_thermostat() -> None:
    features = [
        Feature("state", "State", Kind.SWITCH, value=True),
        Feature("target_temperature", "Target", Kind.NUMBER, "celsius", 5, 30, value=21.0),
        Feature("temperature", "Temperature", Kind.SENSOR, "celsius", value=20.1),
    ]
    (thermostat,) = mapped(features, "thermostat").endpoints
    assert thermostat.type is DeviceType.THERMOSTAT
    setpoint = thermostat.property("Thermostat.setpoint")
    assert setpoint is not None
    assert (setpoint.minimum, setpoint.maximum, setpoint.writable) == (5, 30, True)
    assert thermostat.property("Thermostat.localTemperature") is not None


def test_codes_that_let_others_in_are_shown_to_nobody() -> None:
    features = [Feature("matter_setup_code", "Code", Kind.SENSOR, value="12345678901")]
    found = mapped(features, "plug")
    assert not found.endpoints
    assert "12345678901" not in repr(found)
    assert len(found.troubles) == 1


def test_an_enumeration_is_told_by_its_name() -> None:
    class Mode(Enum):
        QUIET = 1

    assert plain(Mode.QUIET) == "quiet"


FEATURES = st.lists(
    st.builds(
        Feature,
        st.sampled_from(
            [
                "state", "brightness", "color_temperature", "hsv", "light_effect", "rssi",
                "temperature", "humidity", "is_open", "current_consumption", "voltage", "reboot",
                "vacuum_start", "vacuum_status", "fan_speed_level", "auto_off_at", "odd one",
                "unpair", "water_leak", "target_temperature", "battery_low",
            ]
        ),
        st.text(max_size=8),
        st.sampled_from(list(Kind)),
        st.sampled_from(["", "W", "kWh", "celsius", "%", "parsec"]),
        st.integers(-10, 10).map(float),
        st.integers(11, 9000).map(float),
        st.lists(st.text(max_size=5), max_size=3).map(tuple),
        st.booleans(),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    ),
    unique_by=lambda feature: feature.id,
    max_size=10,
)  # fmt: skip
KINDS = st.sampled_from(["plug", "bulb", "strip", "vacuum", "thermostat", "fan", "hub", "unknown"])


@given(FEATURES, KINDS)
def test_whatever_there_is_each_feature_is_carried_or_is_a_trouble(
    features: list[Feature], kind: str
) -> None:
    found = mapped(features, kind)
    for endpoint in found.endpoints:
        names = [p.name for p in endpoint.properties]
        assert len(names) == len(set(names))
        assert set(names) <= TERMS.keys()
    bound = {(b.endpoint, b.name) for b in found.bound}
    described = {(e.id, p.name) for e in found.endpoints for p in e.properties}
    assert bound == described | {(e.id, a.name) for e in found.endpoints for a in e.actions}
    carried = {b.feature for b in found.bound} | {t.where for t in found.troubles}
    assert carried >= {f.id for f in features}
