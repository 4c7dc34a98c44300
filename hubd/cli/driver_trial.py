"""A driver tried for a moment in its own process, without a hub."""

import asyncio
import random
import string
import sys
from collections.abc import Callable
from pathlib import Path

from drivers.kit.manifest import Manifest
from drivers.kit.messages import FromDriver, Ping, Pong, Refused, See, Started
from drivers.kit.sighting import Medium, Sighting
from drivers.kit.spawning import spawn

START_S = 15.0
SIGHTINGS = 300


async def trial(manifest: Manifest, folder: Path, root: Path) -> dict[str, str]:
    """Return, for `starts` and `holds`, why the driver does not; "" where it does.

    `root` is where its package is found.
    """
    told: list[FromDriver] = []
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    child = await spawn(manifest, folder, told.append)
    try:
        if not await _until(lambda: any(isinstance(m, Started) for m in told), child.ended):
            ended = f"it ended ({await child.exit_code()}: {child.last_words})"
            why = ended if child.ended.is_set() else f"it has not started after {START_S:g} s"
            return {"starts": why, "holds": "it does not start"}
        for sighting in _sightings(manifest):
            child.write(See(sighting))
        child.write(Ping(1))
        if not await _until(lambda: any(isinstance(m, Pong) for m in told), child.ended):
            return {"starts": "", "holds": "it hangs or ends at a sighting"}
    finally:
        await child.close()
    crashed = [m.reason for m in told if isinstance(m, Refused) and "Error: " in m.reason]
    return {"starts": "", "holds": f"a sighting raises {crashed[0]}" if crashed else ""}


async def _until(holds: Callable[[], bool], ended: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(START_S):
            while not holds():
                if ended.is_set():
                    return False
                await asyncio.sleep(0.01)
    except TimeoutError:
        return False
    return True


def _sightings(manifest: Manifest) -> list[Sighting]:
    """Return sightings that are meant for the driver, and are as no thing's are."""
    chance = random.Random(1)  # noqa: S311 - the same at every check
    sought = [(Medium.MDNS, s) for s in manifest.mdns] + [(Medium.SSDP, s) for s in manifest.ssdp]
    keys = ["id", "md", "mac", "name", "fn", "txtvers", "bridgeid", "location", "usn", "gen", "ci"]
    letters = string.printable + "\u00fc\u4e2d\0"
    seen: list[Sighting] = []
    for number in range(SIGHTINGS if sought else 0):
        medium, wanted = sought[number % len(sought)]
        texts = {
            key: "".join(chance.choices(letters, k=chance.randrange(20)))
            for key in chance.sample(keys, chance.randrange(len(keys)))
        }
        texts.update(wanted.texts)
        name = "".join(chance.choices(letters, k=chance.randrange(30)))
        addresses = chance.choice([(), ("192.0.2.7",), ("fe80::1%eth0", "192.0.2.7")])
        port = chance.choice([0, 80, 65_535])
        seen.append(Sighting(medium, wanted.service, name, name, addresses, port, texts))
    return seen
