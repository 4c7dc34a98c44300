"""The other end of the toy driver: a lamp that speaks lines over TCP."""

import asyncio
from types import TracebackType
from typing import Self

from drivers.kit.sighting import Medium, Sighting


class Toy:
    """A lamp on a port of its own."""

    def __init__(self, key: str = "a0b1c2d3e4f5") -> None:
        self.key = key
        self.on = False
        self.keys: list[str] = []
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    def sighting(self, **texts: str) -> Sighting:
        """Return how it shows itself."""
        return Sighting(
            Medium.MDNS,
            "_toy._tcp.local.",
            f"{self.key}._toy._tcp.local.",
            addresses=("127.0.0.1",),
            port=self.port,
            texts={"id": self.key, **texts},
        )

    async def start(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up, and take none."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.stop()

    def set(self, *, on: bool) -> None:
        """Switch it, as a hand does."""
        self.on = on
        self.say(f"on {int(on)}")

    def say(self, line: str) -> None:
        """Say a line to all who listen."""
        for writer in self._writers:
            writer.write(f"{line}\n".encode())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        try:
            writer.write(f"name Lamp\non {int(self.on)}\n".encode())
            while line := await reader.readline():
                word, said = line.decode().split()
                if word == "key":
                    self.keys.append(said)
                else:
                    self.set(on=said == "1")
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
