"""What Matter devices announce, and what that says of one that does not answer."""

import pytest

from drivers.kit.errors import MalformedError
from drivers.kit.found import Adoption, Trust
from drivers.kit.sighting import Medium, Sighting
from drivers.matter.driver import MatterDriver
from drivers.matter.presence import COMMISSIONABLE, OPERATIONAL, Presence, operational, waiting
from drivers.matter.record import Record
from drivers.matter.setup_code import SetupCode
from hubd.model.device import DeviceType

FABRIC, OTHER = 0xAA00000000000001, 0xBB00000000000002
HOST = "b2ac00f1.local."


def member(fabric: int, node: int, host: str = HOST, *, gone: bool = False) -> Sighting:
    name = f"{fabric:016X}-{node:016X}.{OPERATIONAL}"
    return Sighting(Medium.MDNS, OPERATIONAL, name, host, ("fe80::1",), 5540, gone=gone)


def waits(
    instance: str = "AB12", host: str = HOST, *, gone: bool = False, **texts: str
) -> Sighting:
    said = {"d": "3840", "cm": "1", "vp": "65521+32768", "dt": "257", "dn": "Lamp", **texts}
    name = f"{instance}.{COMMISSIONABLE}"
    return Sighting(Medium.MDNS, COMMISSIONABLE, name, host, ("fe80::1",), 5540, said, gone)


def remembered(*sightings: Sighting) -> Presence:
    presence = Presence()
    for sighting in sightings:
        shown = operational(sighting) or waiting(sighting)
        assert shown is not None
        presence.take(shown, gone=sighting.gone)
    return presence


def test_a_device_that_waits_is_found_with_what_it_says_of_itself() -> None:
    found = MatterDriver().recognised(waits())
    assert found is not None
    assert (found.name, found.trust, found.pictured) == (
        "Lamp",
        Trust.PROVEN,
        (DeviceType.DIMMABLE_LIGHT,),
    )
    assert [need.name for need in found.needs] == ["code"]


def test_a_device_whose_window_is_closed_is_not_found() -> None:
    assert MatterDriver().recognised(waits(cm="0")) is None
    assert MatterDriver().recognised(waits(gone=True)) is None


def test_a_window_on_a_device_of_the_home_is_for_others() -> None:
    driver = MatterDriver()
    driver.link(Adoption("n1", record=Record(1, FABRIC).text()))
    driver.recognised(member(FABRIC, 1))
    assert driver.recognised(waits(cm="2")) is None
    assert driver.recognised(waits("CD34", "other.local.", cm="2")) is not None


def test_an_adopted_node_that_shows_itself_is_known_and_others_are_not() -> None:
    driver = MatterDriver()
    link = driver.link(Adoption("n1", record=Record(1, FABRIC).text()))
    shown = driver.recognised(member(FABRIC, 1))
    assert shown is not None
    assert shown.key == "n1"
    assert driver.recognised(member(FABRIC, 2)) is None
    assert driver.recognised(member(OTHER, 1)) is None
    del link


@pytest.mark.parametrize(
    ("sightings", "words"),
    [
        ([], ""),
        ([member(FABRIC, 1)], "does not answer at fe80::1"),
        ([member(FABRIC, 1), member(FABRIC, 1, gone=True)], "no power"),
        (
            [member(FABRIC, 1), member(OTHER, 9), member(FABRIC, 1, gone=True)],
            "another system now",
        ),
        ([member(FABRIC, 1), member(FABRIC, 1, gone=True), waits()], "was reset"),
        ([member(FABRIC, 1, gone=True), member(FABRIC, 1)], "does not answer at"),
    ],
)
def test_why_a_node_is_away_is_told_by_what_is_announced(
    sightings: list[Sighting], words: str
) -> None:
    why = remembered(*sightings).why(FABRIC, 1)
    assert words in why
    assert bool(words) is bool(why)


def test_a_device_with_a_full_table_shows_how_many_have_it() -> None:
    presence = remembered(*(member(OTHER + n, 1) for n in range(5)), waits())
    device = presence.fits(SetupCode(20202021, 15, is_short=True))
    assert device is not None
    assert presence.fabrics_at(device.host) == 5
    assert presence.fits(SetupCode(20202021, 3841)) is None


@pytest.mark.parametrize(
    "sighting",
    [
        Sighting(Medium.MDNS, OPERATIONAL, "nonsense"),
        Sighting(Medium.MDNS, COMMISSIONABLE, "not hexadecimal"),
    ],
)
def test_what_is_announced_wrongly_is_malformed(sighting: Sighting) -> None:
    with pytest.raises(MalformedError):
        MatterDriver().recognised(sighting)
