"""What hub.toml says for a driver: taken where its manifest offers it, refused in words else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.manifest import Manifest, Option, OptionKey
from hubd.driver_options import chosen
from hubd.model.errors import ConfigError
from hubd.settings import Settings

LAMP = Manifest(
    "lamp",
    "Lamps",
    "lines",
    "lamp:Driver",
    options=(
        OptionKey("url", "Where", ""),
        OptionKey("port", "Port", 80),
        OptionKey("wait_s", "Patience", 1.5),
        OptionKey("loud", "Noise", default=False),
    ),
)
BARE = Manifest("bare", "Bare", "lines", "bare:Driver")
USUAL: dict[str, Option] = {"url": "", "port": 80, "wait_s": 1.5, "loud": False}


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "url": st.text(),
            "port": st.integers(),
            "wait_s": st.floats(allow_nan=False, allow_infinity=False),
            "loud": st.booleans(),
        },
    )
)
def test_what_is_given_is_taken_and_the_rest_is_as_usual(given_: dict[str, Option]) -> None:
    assert chosen([LAMP, BARE], {"lamp": given_}) == {"lamp": USUAL | given_}


@given(st.integers(), st.booleans())
def test_the_environment_s_texts_are_read_as_what_is_wanted(port: int, loud: bool) -> None:
    said = {"port": str(port), "loud": str(loud), "wait_s": str(port)}
    told = chosen([LAMP], {"lamp": said})["lamp"]
    assert (told["port"], told["loud"]) == (port, loud)
    assert told["wait_s"] == float(port)
    assert isinstance(told["wait_s"], float)


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("lamp", {"ulr": "x"}, r'\[drivers.options.lamp\] ulr: there is no .* mean "url"\?'),
        ("lamp", {"port": "x"}, r"\[drivers.options.lamp\] port: 'x' is not a whole number"),
        ("lamp", {"port": True}, "port: True is not a whole number"),
        ("lamp", {"port": 1.5}, r"port: 1\.5 is not a whole number"),
        ("lamp", {"wait_s": float("nan")}, "wait_s: nan is not a number"),
        ("lamp", {"wait_s": "inf"}, "wait_s: 'inf' is not a number"),
        ("lamp", {"loud": 1}, "loud: 1 is not true or false"),
        ("lamp", {"url": 1}, "url: 1 is not a text"),
        ("lmap", {}, r'\[drivers.options.lmap\]: there is no such driver; did you mean "lamp"'),
        ("bare", {"x": 1}, r"\[drivers.options.bare\]: the bare driver has no options"),
    ],
)
def test_what_cannot_be_is_told_with_the_nearest_right_word(
    name: str, said: dict[str, Option], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        chosen([LAMP, BARE], {name: said})


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        chosen([LAMP], {"lamp": {"ulr": "x", "port": "y"}, "lmap": {}})
    assert len(caught.value.what.splitlines()) == 3


def test_drivers_that_do_not_run_may_have_any() -> None:
    assert chosen([LAMP], {"gone": {"x": 1}}, {"gone"}) == {"lamp": USUAL}


def test_they_are_read_from_hub_toml_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text('[drivers.options.lamp]\nurl = "1"\nport = 1\nwait_s = 1.0\nloud = true\n')
    told = Settings.load(path).drivers.options["lamp"]
    assert [(key, type(value)) for key, value in told.items()] == [
        ("url", str),
        ("port", int),
        ("wait_s", float),
        ("loud", bool),
    ]
