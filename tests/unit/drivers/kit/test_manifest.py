"""Manifests: data that is read before any code of a driver runs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.allowed import Hosts, Ports
from drivers.kit.errors import ManifestError
from drivers.kit.manifest import Manifest, Sought, read_manifest
from drivers.kit.sighting import Medium, Sighting
from hubd.manifests import built_in

WHOLE = """
name = "toy"
title = "Toy"
protocol = "lines"
entry = "toy:Driver"

[[mdns]]
service = "_toy._tcp.local."
texts = {maker = "Acme*"}

[reach]
tcp = [80, "8000-8010"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "driver.toml"
    path.write_text(text, "utf-8")
    return path


def sighting(service: str = "_toy._tcp.local.", **texts: str) -> Sighting:
    return Sighting(Medium.MDNS, service, f"x.{service}", texts=texts)


def test_a_sighting_is_for_those_whose_patterns_it_fits(tmp_path: Path) -> None:
    manifest = read_manifest(written(tmp_path, WHOLE))
    assert manifest.is_for(sighting(maker="ACME Corp"))
    assert not manifest.is_for(sighting(maker="Other"))
    assert not manifest.is_for(sighting())
    assert not manifest.is_for(sighting("_tool._tcp.local.", maker="Acme"))
    ssdp = Sighting(Medium.SSDP, "_toy._tcp.local.", "x", texts={"maker": "Acme"})
    assert not manifest.is_for(ssdp)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("name", "nam"), "unknown field `nam`"),
        (('"toy:Driver"', "3"), "Expected `str`, got `int` - at `$.entry`"),
        (("[reach]", "[reach"), "is not TOML"),
        (("tcp = [80", "tpc = [80"), "unknown field `tpc` - at `$.reach`"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_key(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        read_manifest(written(tmp_path, WHOLE.replace(*change, 1)))
    assert "driver.toml" in str(caught.value)
    assert told in str(caught.value)


def test_a_manifest_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="can't be read"):
        read_manifest(tmp_path / "driver.toml")


@pytest.mark.parametrize("path", built_in(), ids=lambda path: path.parent.name)
def test_every_driver_of_hubd_has_a_manifest_of_its_own_name_that_can_be_kept(path: Path) -> None:
    manifest = read_manifest(path)
    assert manifest.name == path.parent.name
    assert manifest.entry.startswith(f"drivers.{manifest.name}.")
    assert manifest.title
    assert manifest.protocol
    for ports in (manifest.reach.tcp, manifest.reach.udp, manifest.reach.listens):
        Ports(ports)
    Hosts(manifest.reach.hosts)


@given(st.lists(st.integers(1, 65_535)), st.integers(1, 65_535))
def test_a_port_is_reached_only_if_it_is_named(named: list[int], port: int) -> None:
    assert (port in Ports(named)) is (port in named)


@given(st.integers(1, 65_535), st.integers(1, 65_535), st.integers(0, 70_000))
def test_a_range_has_its_ends_and_what_lies_between(one: int, other: int, port: int) -> None:
    low, high = min(one, other), max(one, other)
    assert (port in Ports([f"{low}-{high}"])) is (low <= port <= high)


@pytest.mark.parametrize("said", ["0", "70000", "9-3", "x", "1-2-3"])
def test_what_is_no_port_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"port|invalid"):
        Ports([said])


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("192.168.1.9", True),
        ("10.0.0.1", True),
        ("127.0.0.1", True),
        ("fe80::1%eth0", True),
        ("239.255.255.250", True),
        ("ff02::fb", True),
        ("::ffff:192.168.1.9", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("2001:db8::1", False),
        ("example.org", False),
    ],
)
def test_the_lan_is_what_is_private_or_local(host: str, *, near: bool) -> None:
    assert (host in Hosts(["lan"])) is near


def test_a_named_network_is_reached_and_no_other() -> None:
    hosts = Hosts(["192.0.2.0/24"])
    assert "192.0.2.7" in hosts
    assert "192.168.1.9" not in hosts


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_no_sighting_breaks_a_match(service: str, name: str, texts: dict[str, str]) -> None:
    seen = Sighting(Medium.MDNS, service, name, texts=texts)
    Manifest("a", "A", "p", "e:E", (Sought("_toy._tcp*", "[", {"x": "*"}),)).is_for(seen)
