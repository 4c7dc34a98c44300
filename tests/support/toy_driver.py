"""A driver for tests: a lamp that speaks lines over TCP, and that can be told to misbehave.

Lines from the lamp: `name NAME`, `on 0|1`, `press KIND`, `do WHAT`. To it: `on 0|1`, `key KEY`.
"""

import _socket
import asyncio
import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from drivers.kit.driver import Broker, NetworkDriver, Said
from drivers.kit.errors import (
    AccessError,
    AdoptionError,
    ErrandError,
    LinkError,
    OptionError,
    RefusedError,
)
from drivers.kit.found import Adoption, Found, Need, Trust
from drivers.kit.link import ITSELF, Description, Tell
from drivers.kit.manifest import Option
from drivers.kit.place import place
from drivers.kit.sighting import Sighting
from hubd.model.command import Command
from hubd.model.device import DeviceType, Endpoint, Signal
from hubd.model.ids import EndpointId
from hubd.model.vocabulary import typical

LAMP = EndpointId("light")
TOYS = Path("toys")
"""Where toys are that can be sought, in the driver's scratch folder: KEY:PORT."""
KEY = Need("key", "the key on its back", pattern="[0-9]{4}")


def sought() -> list[tuple[str, int]]:
    """Return the keys and ports of the toys that can be sought."""
    with suppress(OSError):
        pairs = (line.split(":") for line in TOYS.read_text("utf-8").split())
        return [(key, int(port)) for key, port in pairs]
    return []


class ToyDriver(NetworkDriver):
    """Toys."""

    def __init__(self) -> None:
        self._broker: Broker | None = None
        self._maker = self._word = ""
        self._keep: Callable[[str], None] = lambda _word: None

    def configured(self, options: Mapping[str, Option]) -> None:
        if options["maker"] == "nobody":
            raise OptionError("maker", "somebody must", mend="Name one")
        if options["maker"] == "crash":
            raise ZeroDivisionError("it was told to")
        self._maker = f"{options['maker']}{'!' * (options['loud'] is True)}"

    def speak_through(self, broker: Broker) -> None:
        self._broker = broker

    def recognised(self, sighting: Sighting) -> Found | None:
        if sighting.texts.get("do"):
            misbehave(sighting.texts["do"], None)
        return Found(
            key=sighting.name.partition(".")[0],
            name=sighting.texts.get("name", "Toy"),
            maker=self._maker,
            address=sighting.address,
            port=sighting.port,
            pictured=(DeviceType.ON_OFF_LIGHT,),
            identities=(f"mac:{sighting.name.partition('.')[0]}",),
            trust=Trust.KEYED,
            needs=() if sighting.texts.get("bare") else (KEY,),
            record=sighting.texts.get("bare", ""),
        )

    async def seek(self, found: Callable[[Found], None]) -> None:
        found(Found(key="sought", name="A toy that was sought", trust=Trust.OPEN))
        for key, port in sought():
            found(
                Found(
                    key=key,
                    name=f"Kitchen toy {key[:2]}",
                    address="127.0.0.1",
                    port=port,
                    identities=(f"mac:{key}",),
                    trust=Trust.KEYED,
                    needs=(KEY,),
                )
            )
        if self._broker is not None:
            self._broker.listen(["toy/+"])
            self._broker.publish("toy/out", "sought")

    def heard(self, topic: str, payload: str) -> None:
        if self._broker is not None:
            self._broker.publish("toy/echo", f"{topic} {payload}")
            self._broker.publish("other/echo", payload)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        if not found.key:
            name, _, where = answers["place"].partition("@")
            found = Found(name, found.name, "", "", "", *place(where, 7777))
        key = found.record or answers["key"]
        said(f"trying the key {key}…")
        if key != "1234":
            raise AdoptionError("the key is another one", mend="Look at its back again")
        return Adoption(found.key, found.address, found.port, "a record", key)

    def entrusted(self, secret: str, keep: Callable[[str], None]) -> None:
        self._word, self._keep = secret, keep

    async def errand(
        self, name: str, adoption: Adoption | None, answers: Mapping[str, str], said: Said
    ) -> Mapping[str, str]:
        match name:
            case "greet":
                assert adoption is not None
                said(f"{adoption.key} greets {answers['whom']} {answers.get('how', '')}…")
                if answers["whom"] == "nobody":
                    raise ErrandError(f"nobody {answers.get('how')} is there", mend="Name another")
                if answers["whom"] == "crash":
                    os._exit(3)
                return {"said": f"Hello {answers['whom']}", "with": adoption.secret}
            case "remember":
                self._word = answers["word"]
                self._keep(self._word)
                return {}
            case _:
                assert adoption is None
                return {"word": self._word}

    async def let_go(self, adoption: Adoption) -> None:
        raise RefusedError(f"{adoption.key} does not say good-bye")

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
            case "parts":
                on = typical("OnOff.on", writable=True)
                lamp = Endpoint(LAMP, DeviceType.ON_OFF_LIGHT, "", (on,))
                for number in range(int(said)):
                    tell.described(f"part{number}", Description(f"Part {number}", (lamp,)))
                    tell.reported(f"part{number}", LAMP, "OnOff.on", value=True)
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
    if what in _MISDEEDS:
        _MISDEEDS[what]()
        return
    assert tell is not None
    if what == "flood":
        for _ in range(200_000):
            tell.signalled(ITSELF, LAMP, "Switch.press", "once")
        return
    deed, *where = what.split(":")
    try:
        said = _REACHES[deed](*where) or "done"
    except (OSError, subprocess.SubprocessError) as error:
        said = f"{type(error).__name__}: {error}"
    tell.refused_input(what, said)


def _leak() -> None:
    hoard = [bytearray(1_000_000) for _ in range(1_000)]
    assert len(hoard) == 1_000


def _raise() -> None:
    raise ZeroDivisionError("it was told to")


def _hang_up() -> None:
    with socket.socket(fileno=os.dup(int(sys.argv[1]))) as wire:
        wire.shutdown(socket.SHUT_RDWR)
    time.sleep(120)


def _blurt() -> None:
    print("Traceback: the key is 1234", file=sys.stderr, flush=True)
    os._exit(3)


def _spin() -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        time.sleep(0)


_MISDEEDS: Mapping[str, Callable[[], None]] = {
    "crash": lambda: os._exit(3),
    "hang": lambda: time.sleep(10),
    "hangup": _hang_up,
    "blurt": _blurt,
    "leak": _leak,
    "raise": _raise,
    "spin": _spin,
}


def _connect(host: str, port: str) -> None:
    socket.create_connection((host, int(port)), timeout=5).close()


def _connect_rawly(host: str, port: str) -> None:
    raw = _socket.socket()
    raw.settimeout(5)
    raw.connect((host, int(port)))


def _send(host: str, port: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendmsg([b"x"], [], 0, (host, int(port)))


def _listen(port: str) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", int(port)))


def _read(path: str) -> None:
    Path(path).read_text("utf-8")


def _read_bytes(path: str) -> None:
    with open(os.fsencode(path), "rb") as file:  # noqa: PTH123 - as bytes
        file.read()


def _list(path: str) -> None:
    os.listdir(path)  # noqa: PTH208 - as it is


def _write(path: str) -> None:
    Path(path).write_text("here", "utf-8")


def _run(_what: str) -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def _kill(pid: str) -> None:
    os.kill(int(pid), 0)


def _natively(what: str, where: str = "") -> str:
    """Do it by the C library, of which Python's hooks see nothing; return what came of it."""
    libc = ctypes.CDLL(None, use_errno=True)
    match what:
        case "open":
            result = libc.open(where.encode(), os.O_RDONLY)
        case "kill":
            result = libc.kill(int(where), 0)
        case "peer":
            result = libc.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0)
        case "fork":
            result = libc.fork()
            if result == 0:
                os._exit(0)
        case _:
            result = libc.execl(b"/bin/true", b"true", None)
    return "done" if result >= 0 else f"Error: {os.strerror(ctypes.get_errno())}"


_REACHES: Mapping[str, Callable[..., str | None]] = {
    "connect": _connect,
    "raw": _connect_rawly,
    "sendmsg": _send,
    "listen": _listen,
    "read": _read,
    "readbytes": _read_bytes,
    "list": _list,
    "write": _write,
    "run": _run,
    "kill": _kill,
    "native": _natively,
}
"""What a driver may reach for; each returns, or raises, what came of it."""
