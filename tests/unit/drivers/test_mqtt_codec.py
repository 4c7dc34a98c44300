"""Values to and from what devices say: reading what was written gives it back."""

from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.kit import color
from drivers.kit.units import _SCALES, conversion, known
from drivers.mqtt.codec import Codec, either, mireds, number, one_of, steps, text
from drivers.mqtt.errors import UnreadableError, UnwritableError
from drivers.mqtt.payload import MISSING
from drivers.mqtt.units import measured

PERCENT = st.floats(0, 100)
UNITS = [(said, wanted) for wanted, table in _SCALES.items() for said in table]


@given(st.booleans(), st.text(min_size=1), st.text(min_size=1))
def test_a_boolean_comes_back(value: bool, yes: str, no: str) -> None:
    assume(yes != no and not {yes, no} & {"None", "none", "null"})
    codec = either(yes=yes, no=no)
    assert codec.read(codec.write(value)) is value


@pytest.mark.parametrize(("said", "wanted"), UNITS)
@given(value=st.floats(-100, 10_000))
def test_a_quantity_comes_back_from_any_unit(said: str, wanted: str, value: float) -> None:
    codec = measured(said, wanted)
    scale, _ = conversion(said, wanted)
    back = codec.read(codec.write(value))
    assert known(said, wanted)
    assert back == pytest.approx(value, abs=abs(scale) * 1e-6 + 1e-6, rel=1e-9)


@pytest.mark.parametrize(
    ("said", "unit", "wanted", "means"),
    [
        ("68", "°F", "°C", 20.0),
        ("-40", "°F", "°C", -40.0),
        ("293.15", "K", "°C", 20.0),
        ("1500", "Wh", "kWh", 1.5),
        ("101.325", "kPa", "hPa", 1013.25),
        ("2995", "mV", "V", 2.995),
        ("1.5", "klx", "lx", 1500.0),
        ("36", "km/h", "m/s", 10.0),
        ("2", "min", "s", 120.0),
        ("3.6", "MJ", "kWh", 1.0),
        ("1", "mg/m³", "µg/m³", 1000.0),
        ("21", "", "°C", 21.0),
    ],
)
def test_a_unit_is_turned_into_the_vocabularys(
    said: str, unit: str, wanted: str, means: float
) -> None:
    assert measured(unit, wanted).read(said) == pytest.approx(means)


@given(PERCENT, st.integers(0, 300), st.integers(1, 1000), st.booleans())
def test_a_percentage_comes_back_within_the_devices_resolution(
    value: float,
    low: int,
    span: int,
    falling: bool,
) -> None:
    codec = steps(low + span, low) if falling else steps(low, low + span)
    back = codec.read(codec.write(value))
    assert isinstance(back, float)
    assert abs(back - value) <= 50 / span + 1e-9


@given(st.floats(1000, 12_000))
def test_a_colour_temperature_comes_back_within_half_a_mired(kelvin: float) -> None:
    codec = mireds()
    back = codec.read(codec.write(kelvin))
    assert isinstance(back, float)
    assert abs(1e6 / back - 1e6 / kelvin) <= 0.51 + 1e6 / kelvin**2


def apart(a: float, b: float) -> float:
    """Return how far two hues are apart, in degrees."""
    return min(abs(a - b), 360 - abs(a - b))


@given(st.floats(0, 359.9), st.floats(10, 100))
def test_a_hue_comes_back_through_rgb_and_through_xy(hue: float, saturation: float) -> None:
    for back in (
        color.hue_saturation(*color.rgb(hue, saturation)),
        color.hue_saturation_of_xy(*color.xy(hue, saturation)),
    ):
        assert apart(back[0], hue) <= 2.0 + 30 / saturation
        assert abs(back[1] - saturation) <= 1.5


CODECS: list[Codec] = [
    either(yes="ON", no="OFF"),
    number(),
    number(2.0, 1.0, whole=True, low=0, high=10),
    mireds(),
    steps(0, 255),
    text(("a", "b")),
    text(),
    one_of({"x": "1"}),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("codec", CODECS)
@given(said=JSON)
def test_whatever_is_said_a_codec_reads_it_or_says_why_not(codec: Codec, said: object) -> None:
    with suppress(UnreadableError):
        value = codec.read(said)
        assert value is MISSING or value is None or isinstance(value, bool | int | float | str)
        assert value == value, "not a number is no value"  # noqa: PLR0124


@pytest.mark.parametrize("codec", CODECS)
@given(value=st.none() | st.booleans() | st.floats() | st.text())
def test_whatever_is_asked_a_codec_writes_it_or_says_why_not(
    codec: Codec, value: float | str | None
) -> None:
    with suppress(UnwritableError):
        assert codec.write(value) is not None
