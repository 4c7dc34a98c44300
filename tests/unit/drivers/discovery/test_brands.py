"""What things without a driver are; and that each driver waits for what its devices announce."""

import json
import os
from pathlib import Path

import pytest

from drivers.discovery.brands import Brand, Brands, known, services, targets
from drivers.discovery.mdns_codec import type_of
from drivers.kit.manifest import Manifest, read_manifest
from drivers.kit.sighting import Medium, Sighting

DRIVERS = Path(__file__).parents[4] / "drivers"


def mdns(service: str, name: str = "Thing", host: str = "thing.local.", **texts: str) -> Sighting:
    return Sighting(
        Medium.MDNS, service, name, host=host, addresses=("10.0.0.9",), port=1, texts=texts
    )


def ssdp(service: str, **texts: str) -> Sighting:
    name = f"uuid:1::{service}"
    return Sighting(Medium.SSDP, service, name, addresses=("10.0.0.9",), port=1, texts=texts)


def test_every_service_type_can_be_asked_for_and_they_are_many() -> None:
    assert len(services()) >= 40
    assert {type_of(service) for service in services()} == services()
    assert len(targets()) >= 15


@pytest.mark.parametrize("brand", known(), ids=lambda b: f"{b.service} {b.name}")
def test_no_brand_is_hidden_by_one_above_it(brand: Brand) -> None:
    service = brand.service.replace("*", "1")
    texts = {key: pattern.replace("*", "") for key, pattern in brand.texts.items()}
    medium = Medium.MDNS if service.endswith(".local.") else Medium.SSDP
    seen = Sighting(medium, service, brand.name.replace("*", "x"), "h.local.", texts=texts)
    first = next(b for b in known() if b.sought.matches(seen))
    assert first == brand


def test_a_sonos_speaker_is_called_one() -> None:
    found = Brands().found(mdns("_sonos._tcp.local.", "RINCON_1@Kitchen"))
    assert found is not None
    assert (found.maker, found.name) == ("Sonos", "RINCON_1@Kitchen (Sonos speaker)")


def test_a_printer_tells_its_model_and_a_upnp_thing_the_name_that_it_was_given() -> None:
    printer = Brands().found(mdns("_ipp._tcp.local.", "Office", ty="HP LaserJet 4"))
    assert printer is not None
    assert (printer.name, printer.model) == ("Office (printer)", "HP LaserJet 4")
    said = {"friendlyname": "Attic", "manufacturer": "NETGEAR, Inc.", "modelname": "R7000"}
    router = Brands().found(ssdp("urn:schemas-upnp-org:device:InternetGatewayDevice:2", **said))
    assert router is not None
    assert (router.name, router.maker, router.model) == ("Attic (router)", "NETGEAR, Inc.", "R7000")


def test_one_host_is_one_thing_and_the_most_telling_service_names_it() -> None:
    brands = Brands()
    raop = mdns("_raop._tcp.local.", "AABB@Den", am="AppleTV6,2")
    television = mdns(
        "_airplay._tcp.local.", "Den", model="AppleTV6,2", deviceid="AA:BB:CC:DD:EE:01"
    )
    first, better = brands.found(raop), brands.found(television)
    assert first is not None
    assert better is not None
    assert first.key == better.key
    assert better.name == "Den (Apple TV)"
    assert better.identities == ("mac:aabbccddee01",)
    assert brands.found(raop) is None
    assert brands.found(television) == better
    speaker = brands.found(ssdp("urn:schemas-upnp-org:device:ZonePlayer:1", friendlyname="Den"))
    assert speaker is not None, "further up in the file"
    assert speaker.key == better.key, "seen at the same address"


def test_what_nobody_knows_is_not_shown() -> None:
    assert Brands().found(mdns("_ssh._tcp.local.", "laptop")) is None
    assert Brands().found(ssdp("upnp:rootdevice")) is None


# the field's own table of what devices announce

SIGNATURES = "discovery_signatures/discovery.json"
OURS = {
    "homekit_controller": "homekit",
    "esphome": "esphome",
    "hue": "hue",
    "cast": "cast",
    "xiaomi_miio": "miio",
    "zwave_js": "zwave",
    "shelly": "shelly",
    "dlna_dmr": "upnp",
}


@pytest.fixture(scope="module")
def signatures() -> dict[str, dict[str, list[dict[str, str]]]]:
    folder = os.environ.get("HUBD_DATASETS")
    if not folder or not (Path(folder) / SIGNATURES).exists():
        pytest.skip(f"HUBD_DATASETS names no folder with {SIGNATURES}")
    said: dict[str, dict[str, list[dict[str, str]]]] = json.loads(
        (Path(folder) / SIGNATURES).read_text("utf-8")
    )
    return said


def manifests() -> dict[str, Manifest]:
    return {m.name: m for m in map(read_manifest, DRIVERS.glob("*/driver.toml"))}


def shown(service: str, rule: dict[str, object]) -> Sighting:
    texts = rule.get("properties", {})
    assert isinstance(texts, dict)
    plain = {key.casefold(): str(value).replace("*", "1") for key, value in texts.items()}
    return mdns(service, str(rule.get("name", "thing")).replace("*", "1"), **plain)


def test_each_driver_waits_for_what_its_devices_announce(
    signatures: dict[str, dict[str, list[dict[str, str]]]],
) -> None:
    by_name = manifests()
    for service, rules in signatures["zeroconf.ZEROCONF"].items():
        for rule in rules:
            driver = OURS.get(str(rule["domain"]), "")
            if driver in by_name:
                assert by_name[driver].is_for(shown(service, dict(rule))), (driver, service)
    for rule in signatures["ssdp.SSDP"]["dlna_dmr"]:
        assert by_name["upnp"].is_for(ssdp(rule["st"]))


def test_what_the_field_knows_is_a_driver_s_or_a_brand_s(
    signatures: dict[str, dict[str, list[dict[str, str]]]],
) -> None:
    drivers, unknown = manifests().values(), []
    for service, rules in signatures["zeroconf.ZEROCONF"].items():
        if any(str(rule["domain"]) in OURS for rule in rules) and service != "_http._tcp.local.":
            continue
        for rule in rules:
            seen = shown(service, dict(rule))
            by_driver = any(m.is_for(seen) for m in drivers) or str(rule["domain"]) in OURS
            if not by_driver and Brands().found(seen) is None:
                unknown.append((service, rule))
    assert unknown == []
