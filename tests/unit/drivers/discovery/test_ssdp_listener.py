"""The listener to SSDP, fed with packets: who is there, for how long, and how many at most."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import pytest

from drivers.discovery import ssdp
from drivers.discovery.ssdp import Listener
from drivers.kit.sighting import Sighting

RENDERER = "urn:schemas-upnp-org:device:MediaRenderer:1"
FROM = "192.168.1.20"


class Ear:
    def __init__(self, *targets: str) -> None:
        self.told: list[Sighting] = []
        self.there: dict[str, Sighting] = {}
        self.news = asyncio.Event()
        self.listener = Listener(targets, self._saw)

    def _saw(self, sighting: Sighting) -> None:
        self.told.append(sighting)
        self.news.set()
        if sighting.gone:
            del self.there[sighting.key]
        else:
            self.there[sighting.key] = sighting

    def hear(
        self,
        uuid: str = "1",
        *,
        target: str = RENDERER,
        kind: str = "alive",
        age: int = 1800,
        more: Mapping[str, str] | None = None,
    ) -> None:
        headers = {
            "NT": target,
            "NTS": f"ssdp:{kind}",
            "USN": f"uuid:{uuid}::{target}",
            "CACHE-CONTROL": f"max-age={age}",
            "LOCATION": f"http://{FROM}:8200/d.xml",
            **(more or {}),
        }
        lines = ["NOTIFY * HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
        self.listener.heard("\r\n".join(lines).encode(), FROM)


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    ear = Ear("urn:*:device:MediaRenderer:*", "upnp:rootdevice")
    task = asyncio.create_task(ear.listener.run())
    yield ear
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_only_what_is_looked_for_is_told_and_once(ear: Ear) -> None:
    ear.hear(target="urn:schemas-upnp-org:device:Printer:1")
    ear.hear()
    ear.hear()
    assert [s.name for s in ear.told] == [f"uuid:1::{RENDERER}"]


async def test_a_new_start_is_told_and_fewer_headers_are_not(ear: Ear) -> None:
    ear.hear(more={"BOOTID.UPNP.ORG": "1", "X-MORE": "yes"})
    ear.hear(more={"BOOTID.UPNP.ORG": "1"})
    assert len(ear.told) == 1
    ear.hear(more={"BOOTID.UPNP.ORG": "2"})
    assert ear.told[-1].texts["bootid.upnp.org"] == "2"
    assert ear.told[-1].texts["x-more"] == "yes"


async def test_a_goodbye_of_the_root_device_is_one_of_all_that_is_in_it(ear: Ear) -> None:
    ear.hear("1")
    ear.hear("1", target="upnp:rootdevice")
    ear.hear("2")
    ear.hear("1", target="upnp:rootdevice", kind="byebye")
    assert [s.name for s in ear.there.values()] == [f"uuid:2::{RENDERER}"]
    ear.hear("2", kind="byebye")
    assert ear.there == {}
    assert ear.listener._of_device == {}


async def test_who_is_not_heard_of_for_its_max_age_is_gone(ear: Ear) -> None:
    ear.hear(age=1)
    assert len(ear.there) == 1
    async with asyncio.timeout(15):
        while ear.there:
            ear.news.clear()
            await ear.news.wait()


async def test_a_flood_is_held_down_and_those_known_stay(ear: Ear) -> None:
    ear.hear("known")
    for number in range(3 * ssdp.MOST):
        ear.hear(f"flood-{number}", age=1_000_000_000)
    assert len(ear.there) == ssdp.MOST
    assert ear.listener.refused == 2 * ssdp.MOST + 1
    assert any("known" in key for key in ear.there)


async def test_what_is_no_longer_looked_for_is_gone(ear: Ear) -> None:
    ear.hear()
    ear.listener.set_targets(["upnp:rootdevice"])
    assert ear.there == {}
    assert ear.told[-1].gone


async def test_malformed_packets_are_counted_and_forgotten(ear: Ear) -> None:
    for packet in (b"", b"\xff" * 100, b"NOTIFY * HTTP/1.1\r\n\r\n", b"x" * 10_000):
        ear.listener.heard(packet, FROM)
    assert ear.listener.refused == 4
    assert ear.told == []
