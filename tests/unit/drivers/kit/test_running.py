"""What a running driver is told of what it keeps."""

import asyncio
from collections.abc import Mapping

from msgspec.structs import replace

from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link, Tell
from drivers.kit.messages import FromDriver, Keep, See
from drivers.kit.running import Running
from drivers.kit.sighting import Medium, Sighting

LAMP = Sighting(Medium.MDNS, "_lamp._tcp.local.", "lamp", addresses=("10.0.0.1",), port=1)


class Idle:
    async def run(self, tell: Tell) -> None:
        tell.live()
        await asyncio.Event().wait()

    async def send(self, part: str, commands: object) -> None: ...


class Lamps(NetworkDriver):
    def __init__(self) -> None:
        self.parted_from: list[str] = []

    def recognised(self, sighting: Sighting) -> Found | None:
        return Found(sighting.name, sighting.name, address=sighting.address)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        del answers, said
        return Adoption(found.key)

    def link(self, adoption: Adoption) -> Link:
        del adoption
        return Idle()

    def parted(self, key: str) -> None:
        self.parted_from.append(key)


async def test_a_goodbye_is_told_to_the_driver_of_what_it_keeps_and_of_nothing_else() -> None:
    driver, told = Lamps(), list[FromDriver]()
    running = Running(driver, told.append)
    running.take(Keep(Adoption("lamp")))
    await asyncio.sleep(0.05)
    running.take(See(replace(LAMP, gone=True)))
    running.take(See(replace(LAMP, name="other", gone=True)))
    running.take(See(LAMP))
    assert driver.parted_from == ["lamp"]
    await running.close()
