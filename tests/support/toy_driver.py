"""A driver for tests: a lamp that speaks lines over TCP, and that can be told to misbehave.

Lines from the lamp: `name NAME`, `on 0|1`, `press KIND`, `do WHAT`. To it: `on 0|1`, `key KEY`.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from drivers.kit.driver import Broker, NetworkDriver
from drivers.kit.errors import AccessError, AdoptionError, LinkError, RefusedError
from drivers.kit.found import Adoption, Found, Need, Trust
from drivers.kit.link import ITSELF, Description, Tell
from drivers.kit.sighting import Sighting
from hubd.model.command import Command
from hubd.model.device import DeviceType, Endpoint, Signal
from hubd.model.ids import EndpointId
from hubd.model.vocabulary import typical

LAMP = EndpointId("light")


class ToyDriver(NetworkDriver):
    """Toys."""

    def __init__(self) -> None:
        self._broker: Broker | None = None

    def speak_through(self, broker: Broker) -> None:
        self._broker = broker

    def recognised(self, sighting: Sighting) -> Found | None:
        if sighting.texts.get("do"):
            misbehave(sighting.texts["do"], None)
        return Found(
            key=sighting.texts["id"],
            name=sighting.texts.get("name", "Toy"),
            maker="Toymaker",
            address=sighting.address,
            port=sighting.port,
            pictured=(DeviceType.ON_OFF_LIGHT,),
            identities=(f"mac:{sighting.texts['id']}",),
            trust=Trust.KEYED,
            needs=(Need("key", "the key on its back", pattern="[0-9]{4}"),),
        )

    async def seek(self, found: Callable[[Found], None]) -> None:
        found(Found(key="sought", name="A toy that was sought", trust=Trust.OPEN))
        if self._broker is not None:
            self._broker.listen(["toy/+"])
            self._broker.publish("toy/out", "sought")

    def heard(self, topic: str, payload: str) -> None:
        if self._broker is not None:
            self._broker.publish("toy/echo", f"{topic} {payload}")
            self._broker.publish("other/echo", payload)

    async def adopt(self, found: Found, answers: Mapping[str, str]) -> Adoption:
        if answers["key"] != "1234":
            raise AdoptionError("the key is another one", mend="Look at its back again")
        return Adoption(found.key, found.address, found.port, "a record", answers["key"])

    def link(self, adoption: Adoption) -> "ToyLink":
        return ToyLink(adoption)


class ToyLink:
    """One toy."""

    def __init__(self, adoption: Adoption) -> None:
        self._adoption = adoption
        self._writer: asyncio.StreamWriter | None = None

    async def run(self, tell: Tell) -> None:
        try:
            reader, writer = await asyncio.open_connection(
                self._adoption.address, self._adoption.port
            )
        except OSError as error:
            raise LinkError(f"it does not answer ({error.strerror})") from error
        self._writer = writer
        try:
            writer.write(f"key {self._adoption.secret}\n".encode())
            while line := await reader.readline():
                self._take(tell, *line.decode().split())
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        raise LinkError("it hung up")

    def _take(self, tell: Tell, word: str, said: str) -> None:
        match word:
            case "name":
                on = typical("OnOff.on", writable=True)
                press = Signal("Switch.press", ("once", "twice"))
                lamp = Endpoint(LAMP, DeviceType.ON_OFF_LIGHT, "", (on,), signals=(press,))
                mac = f"mac:{self._adoption.key}"
                tell.described(ITSELF, Description(said, (lamp,), identities=(mac,)))
            case "on":
                tell.reported(ITSELF, LAMP, "OnOff.on", said == "1")
                tell.live()
            case "press":
                tell.signalled(ITSELF, LAMP, "Switch.press", said)
            case "barred":
                raise AccessError("the key is another one now", mend="Adopt it anew")
            case "kept":
                tell.kept(said, said)
            case _:
                misbehave(said, tell)

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        del part
        for command in commands:
            if self._writer is None or command.name != "OnOff.on":
                raise RefusedError("it is a lamp")
            self._writer.write(f"on {int(command.value is True)}\n".encode())


def misbehave(what: str, tell: Tell | None) -> None:
    """Do what no driver should."""
    match what:
        case "crash":
            os._exit(3)
        case "hang":
            time.sleep(10)
        case "leak":
            hoard = [bytearray(1_000_000) for _ in range(1_000)]
            assert len(hoard) == 1_000
        case "raise":
            raise ZeroDivisionError("it was told to")
        case "spin":
            end = time.monotonic() + 120
            while time.monotonic() < end:
                time.sleep(0)
        case _:
            assert tell is not None
            said = _reaching(*what.split(":"))
            tell.refused_input(what, said)


def _reaching(what: str, *where: str) -> str:
    """Reach for something; return what came of it."""
    try:
        match what:
            case "connect":
                socket.create_connection((where[0], int(where[1])), timeout=5).close()
            case "listen":
                with socket.socket() as sock:
                    sock.bind(("127.0.0.1", int(where[0])))
            case "read":
                Path(where[0]).read_text("utf-8")
            case "write":
                Path(where[0]).write_text("here", "utf-8")
            case "run":
                subprocess.run([sys.executable, "-c", "pass"], check=True)
            case _:
                return "what?"
    except (OSError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return "done"
