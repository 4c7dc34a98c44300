"""Blocks its loop, spins, leaks, or raises, as messages on `unruly/do` say."""

import time
from collections.abc import Mapping

from drivers.kit.driver import Broker, NetworkDriver, Said
from drivers.kit.errors import AdoptionError
from drivers.kit.found import Adoption, Found
from drivers.kit.link import Link
from drivers.kit.sighting import Sighting

BLOCK_S = 10.0
LEAK_MB = 1_000


class UnrulyDriver(NetworkDriver):
    """Does what no driver should."""

    def __init__(self) -> None:
        self._hoard: list[bytearray] = []

    def speak_through(self, broker: Broker) -> None:
        """Listen to what it is to do, and to noise."""
        broker.listen(("unruly/do", "unruly/noise", "unruly/quiet"))

    def heard(self, topic: str, payload: str) -> None:
        """Misbehave: block, spin, leak, or raise on every message of noise."""
        if topic == "unruly/noise":
            raise ZeroDivisionError("a driver that raises on every message")
        if payload == "block":
            time.sleep(BLOCK_S)
        elif payload == "spin":
            end_s = time.monotonic() + BLOCK_S
            while time.monotonic() < end_s:
                pass
        elif payload == "leak":
            for _ in range(LEAK_MB):
                self._hoard.append(bytearray(b"\1") * 1_000_000)

    def recognised(self, sighting: Sighting) -> Found | None:
        """Recognise nothing."""
        del sighting
        return None

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Adopt nothing. Raises AdoptionError."""
        del answers, said
        raise AdoptionError(f"{found.name} is none of its things")

    def link(self, adoption: Adoption) -> Link:
        """Link nothing. Raises AdoptionError."""
        raise AdoptionError(f"{adoption.key} is none of its things")
