"""The driver of Kasa devices, for tests: it looks for them on this machine alone.

A broadcast reaches no loopback address. So it asks one that the process of the test, whose child
it is, alone has.
"""

import os
from collections.abc import Callable

from drivers.kasa.discovery import NEW_PORTS, OLD_PORT
from drivers.kasa.driver import KasaDriver, found_as
from drivers.kasa.seeking import look
from drivers.kit.found import Found


def address_near(process: int) -> str:
    """Return the loopback address of a process' simulated devices."""
    return f"127.61.{process >> 8 & 255}.{process & 255 or 1}"


class NearKasaDriver(KasaDriver):
    """Kasa devices on this machine."""

    async def seek(self, found: Callable[[Found], None]) -> None:
        address = address_near(os.getppid())
        targets = [(address, port) for port in (OLD_PORT, NEW_PORTS[0])]
        await look(lambda where, seen: found(found_as(where, seen)), targets, pause_s=0.3)
