"""What most drivers of tests need not fill themselves."""

import asyncio
from collections.abc import Sequence

from drivers.kit.port import Ordered
from drivers.kit.problem import Problem
from hubd.model.ids import DeviceId


class PlainDriver:
    """A driver that finds nothing, and whose devices are welcome (drivers.kit.port.Driver)."""

    name = "plain"
    trouble = ""
    problems: Sequence[Problem] = ()

    def __init__(self) -> None:
        self.sent: list[Ordered] = []

    def keeps(self, key: str) -> bool:
        del key
        return False

    def vouches(self, device: DeviceId) -> bool:
        del device
        return True

    def heard(self, topic: str, payload: str) -> None:
        raise AssertionError(f"{topic}: {payload}")

    def refresh(self, device: DeviceId) -> None:
        raise AssertionError(device)

    async def run(self) -> None:
        await asyncio.Event().wait()

    def send(self, commands: Sequence[Ordered]) -> None:
        self.sent += commands
