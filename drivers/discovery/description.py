"""What a UPnP thing says of itself at the address that it announces: its maker, model and name.

UPnP Device Architecture 2.0, 2.3. The document comes from anyone in the network: it is read with
bounds, without entities, and only from there.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.parsers import expat

from msgspec.structs import replace

from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Sighting

if TYPE_CHECKING:
    from aiohttp import ClientSession

LARGEST = 256 * 1024
TIMEOUT_S = 5.0
MOST_AT_ONCE = 4
MOST_KEPT = 1_000
_LONGEST_TEXT = 256
_DEEPEST = 32
_MOST_DEVICES = 8
_RETRY_S = (5.0, 15.0)
"""A thing that was just switched on announces itself before it can be read."""
_TOLD = frozenset(
    {
        "devicetype",
        "friendlyname",
        "manufacturer",
        "modeldescription",
        "modelname",
        "modelnumber",
        "serialnumber",
        "udn",
    }
)


type Texts = Mapping[str, str]


def read(document: bytes) -> tuple[Texts, ...]:
    """Return what a description says of each of its devices, the root device first.

    Keys are the elements' names in lower case: `friendlyname`, `manufacturer`, `modelname`,
    `modelnumber`, `modeldescription`, `serialnumber`, `devicetype`, `udn`. Raises MalformedError.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat takes it so: this is all of it
    except expat.ExpatError as error:
        raise MalformedError(f"a description that is no XML: {error}") from error
    except (LookupError, ValueError) as error:
        raise MalformedError(f"a description in an encoding that is unknown: {error}") from error
    if not reader.devices:
        raise MalformedError("a description without a device")
    return tuple(reader.devices)


def of_device(devices: Sequence[Texts], udn: str) -> Texts:
    """Return what was said of the device with that UDN (`uuid:…`), else of the root device."""
    named = (d for d in devices if d.get("udn", "").casefold() == udn.casefold())
    return next(named, devices[0] if devices else {})


class _Reader:
    """Takes in the elements of a description, and keeps the few texts that matter."""

    def __init__(self) -> None:
        self.devices: list[dict[str, str]] = []
        self._open: list[dict[str, str]] = []
        self._path: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        own = name.rpartition(":")[2].casefold()[:32]
        if len(self._path) >= _DEEPEST:
            raise MalformedError("a description that is nested too deeply")
        self._path.append(own)
        if own == "device":
            self._open.append({})
            if len(self.devices) < _MOST_DEVICES:
                self.devices.append(self._open[-1])

    def end(self, name: str) -> None:
        del name
        if self._path.pop() == "device" and self._open:
            self._open.pop()

    def text(self, text: str) -> None:
        if not self._open or self._path[-1] not in _TOLD or self._path[-2:-1] != ["device"]:
            return
        so_far = self._open[-1].get(self._path[-1], "")
        self._open[-1][self._path[-1]] = (so_far + text).strip()[:_LONGEST_TEXT]

    def doctype(self, *_: object) -> None:
        raise MalformedError("a description with a document type, which none needs")


class Describer:
    """Reads the descriptions of what is seen, and tells `saw` of each with what they say.

    What is seen is told at once, and again when its description was read. Each is read once, a few
    at a time.
    """

    def __init__(self, saw: Callable[[Sighting], None]) -> None:
        self._saw = saw
        self._current: dict[str, Sighting] = {}
        self._known: dict[str, tuple[Texts, ...]] = {}
        self._waiting: dict[str, None] = {}
        self._woken = asyncio.Event()

    def take(self, sighting: Sighting) -> None:
        """Tell of a sighting, with its description if that is known."""
        if sighting.gone:
            self._current.pop(sighting.key, None)
            self._saw(sighting)
            return
        self._current[sighting.key] = sighting
        self._saw(self._described(sighting))
        url = sighting.texts.get("location", "")
        if url not in self._known and len(self._waiting) < MOST_KEPT and is_near(url):
            self._waiting[url] = None
            self._woken.set()

    async def run(self) -> None:
        """Read descriptions until cancelled."""
        await self._woken.wait()
        from aiohttp import ClientSession, ClientTimeout  # noqa: PLC0415 - large, not always needed

        async with (
            ClientSession(timeout=ClientTimeout(total=TIMEOUT_S)) as session,
            asyncio.TaskGroup() as readers,
        ):
            for _ in range(MOST_AT_ONCE):
                readers.create_task(self._reading(session))

    async def _reading(self, session: "ClientSession") -> None:
        while True:
            while not self._waiting:
                self._woken.clear()
                await self._woken.wait()
            url = next(iter(self._waiting))
            del self._waiting[url]
            self._keep(url, ())
            for rest_s in (*_RETRY_S, 0.0):
                if document := await _fetched(session, url):
                    with suppress(MalformedError):
                        self._keep(url, read(document))
                    break
                await asyncio.sleep(rest_s)

    def _keep(self, url: str, devices: tuple[Texts, ...]) -> None:
        while len(self._known) >= MOST_KEPT:
            del self._known[next(iter(self._known))]
        self._known[url] = devices
        for sighting in list(self._current.values()) if devices else ():
            if sighting.texts.get("location") == url:
                self._saw(self._described(sighting))

    def _described(self, sighting: Sighting) -> Sighting:
        devices = self._known.get(sighting.texts.get("location", ""), ())
        said = of_device(devices, sighting.name.partition("::")[0])
        return replace(sighting, texts={**said, **sighting.texts}) if said else sighting


async def _fetched(session: "ClientSession", url: str) -> bytes:
    """Return the document at a URL; nothing if it cannot be had, or is too large."""
    from aiohttp import ClientError  # noqa: PLC0415 - as above

    with suppress(ClientError, TimeoutError, ValueError):
        async with session.get(url, allow_redirects=False) as response:
            if response.status == 200:
                document = await response.content.read(LARGEST)
                while len(document) < LARGEST and not response.content.at_eof():
                    document += await response.content.read(LARGEST - len(document))
                return document if len(document) < LARGEST else b""
    return b""


def is_near(url: str) -> bool:
    """Say whether a URL is of a host in the local network, told by its IP address."""
    try:
        parts = urlsplit(url)
        address = ip_address(parts.hostname or "")
    except ValueError:
        return False
    near = address.is_private or address.is_link_local or address.is_loopback
    return parts.scheme == "http" and near
