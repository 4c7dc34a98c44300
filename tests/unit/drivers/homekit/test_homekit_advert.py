"""What is announced by mDNS, and what the inbox says of it."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import homekit
from drivers.homekit.advert import found, key_of, read_record
from drivers.homekit.driver import HomeKitDriver
from drivers.homekit.keys import read_keys, setup_code
from drivers.kit.errors import AdoptionError, MalformedError
from drivers.kit.found import Adoption, Trust
from drivers.kit.manifest import read_manifest
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.trying import quietly
from hubd.model.device import DeviceType

TEXTS = {"id": "3E:D2:0A:5C:71:9B", "md": "L1", "c#": "7", "sf": "1", "ci": "5", "ff": "2"}


def sighting(texts: Mapping[str, str], service: str = "_hap._tcp.local.") -> Sighting:
    return Sighting(
        Medium.MDNS, service, f"Lamp.{service}", addresses=("192.0.2.7",), port=51826, texts=texts
    )


def test_an_accessory_nobody_has_is_adopted_by_its_setup_code() -> None:
    lamp = found(sighting(TEXTS))
    assert (lamp.key, lamp.name, lamp.model) == ("3ed20a5c719b", "Lamp", "L1")
    assert (lamp.address, lamp.port) == ("192.0.2.7", 51826)
    assert lamp.trust is Trust.PROVEN
    assert lamp.pictured == (DeviceType.ON_OFF_LIGHT,)
    assert not lamp.adopted_elsewhere
    (need,) = lamp.needs
    for code in ("031-45-154", "03145154"):
        assert re.fullmatch(need.pattern, code)
    assert not re.fullmatch(need.pattern, "031-45-15")


def test_an_accessory_that_another_has_says_what_to_do() -> None:
    lamp = found(sighting({**TEXTS, "sf": "0"}))
    assert lamp.adopted_elsewhere
    assert "remove it there" in lamp.asks


async def test_over_thread_it_is_shown_with_the_reason_and_is_not_adopted() -> None:
    driver = HomeKitDriver()
    lamp = driver.recognised(sighting(TEXTS, "_hap._udp.local."))
    assert lamp is not None
    assert "Thread" in lamp.asks
    assert not lamp.needs
    with pytest.raises(AdoptionError):
        await driver.adopt(lamp, {}, quietly)


def test_what_is_not_homekits_is_left_alone() -> None:
    driver = HomeKitDriver()
    assert driver.recognised(sighting(TEXTS, "_http._tcp.local.")) is None
    gone = Sighting(Medium.MDNS, "_hap._tcp.local.", "Lamp", gone=True)
    assert driver.recognised(gone) is None


def test_the_manifest_is_for_what_the_driver_recognises() -> None:
    manifest = read_manifest(Path(homekit.__file__).parent / "driver.toml")
    assert manifest.is_for(sighting(TEXTS))
    assert manifest.is_for(sighting(TEXTS, "_hap._udp.local."))


def test_an_accessory_seen_elsewhere_and_changed_is_described_anew_there() -> None:
    driver = HomeKitDriver()
    adopted = Adoption("3ed20a5c719b", "192.0.2.1", 1, '{"id":"X","parts":["2"]}', "s")
    moved = driver.moved(adopted, found(sighting({**TEXTS, "c#": "8"})))
    assert (moved.address, moved.port, moved.secret) == ("192.0.2.7", 51826, "s")
    assert read_record(moved.record).config == 8
    assert read_record(moved.record).parts == ("2",)


@given(
    st.dictionaries(
        st.sampled_from(["id", "c#", "sf", "ff", "ci", "md", "pv", "s#"]),
        st.one_of(st.text(max_size=20), st.just("3E:D2:0A:5C:71:9B"), st.integers().map(str)),
    )
)
def test_any_announcement_is_found_or_malformed(texts: Mapping[str, str]) -> None:
    try:
        thing = found(sighting(texts))
    except MalformedError:
        return
    assert thing.key == key_of(texts["id"].strip())


@given(st.text())
def test_a_setup_code_has_eight_digits_in_any_writing(said: str) -> None:
    try:
        code = setup_code(said)
    except AdoptionError:
        return
    assert re.fullmatch(r"\d{3}-\d{2}-\d{3}", code)


@given(st.text())
def test_a_damaged_record_is_malformed(text: str) -> None:
    try:
        read_record(text)
    except MalformedError:
        return


def test_damaged_keys_are_told_without_what_was_in_them() -> None:
    with pytest.raises(MalformedError) as raised:
        read_keys('{"accessory_id": "3E:D2", "hub_secret": "hush-hush"')
    assert "hush" not in str(raised.value)
    with pytest.raises(MalformedError) as raised:
        read_keys('{"accessory_id": "3E:D2", "hub_secret": ["hush-hush"]}')
    assert "hush" not in str(raised.value)
    assert raised.value.__cause__ is None
