"""An accessory's own account of itself: accessories, their services, their characteristics. Pure.

What of it is not as the protocol says is left out and told, and the rest of it stands.
Source: HomeKit Accessory Protocol Specification R2, 6.6 (attribute database) and 6.7 (reads, writes
and events).
"""

from collections.abc import Mapping
from enum import IntFlag
from sys import intern
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from drivers.homekit.uuids import short
from drivers.kit.errors import MalformedError

type Scalar = bool | int | float | str | None
"""What a characteristic can hold; None where the accessory does not say."""
type Place = tuple[int, int]
"""Where a characteristic is: the accessory's id, and its own within it."""

_MOST_ACCESSORIES = 1000
"""A bridge has 150 at most."""
_MOST_FAULTS = 50
_NOTHING = Raw(b"null")
_SCALARS = msgspec.json.Decoder(bool | int | float | str | None)
_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class May(IntFlag):
    """What may be done with a characteristic."""

    NOTHING = 0
    READ = 1
    WRITE = 2
    TELL = 4
    TIMED = 8


_PERMS: Mapping[str, May] = {
    "pr": May.READ,
    "pw": May.WRITE,
    "ev": May.TELL,
    "tw": May.TIMED,
}


class Characteristic(Struct, frozen=True, gc=False):
    """Something of a service that can be read, written, or told of by itself."""

    kind: str
    iid: int
    may: May
    format: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    values: tuple[int, ...] = ()
    """The only values that it takes, if they are listed."""
    title: str = ""
    value: Scalar = None
    """What it held when the account was made."""

    @property
    def readable(self) -> bool:
        """Whether its value can be asked for."""
        return May.READ in self.may

    @property
    def writable(self) -> bool:
        """Whether its value can be set."""
        return May.WRITE in self.may

    @property
    def tells(self) -> bool:
        """Whether it tells by itself what changes."""
        return May.TELL in self.may

    @property
    def timed(self) -> bool:
        """Whether it is set only within a moment that was announced first (timed write)."""
        return May.TIMED in self.may


class Service(Struct, frozen=True):
    """One function of an accessory."""

    kind: str
    iid: int
    characteristics: tuple[Characteristic, ...]
    linked: tuple[int, ...] = ()

    def find(self, kind: str) -> Characteristic | None:
        """Return the characteristic of that kind, or None."""
        return next((c for c in self.characteristics if c.kind == kind), None)

    def text(self, kind: str) -> str:
        """Return the text that the characteristic of that kind held; "" if there is none."""
        found = self.find(kind)
        return found.value.strip() if found and isinstance(found.value, str) else ""


class Accessory(Struct, frozen=True):
    """One accessory; `faults` say what of it could not be read."""

    aid: int
    services: tuple[Service, ...]
    faults: tuple[str, ...] = ()

    def first(self, kind: str) -> Service | None:
        """Return the first service of that kind, or None."""
        return next((s for s in self.services if s.kind == kind), None)


class _Document(Struct):
    accessories: Annotated[list[Raw], Meta(max_length=_MOST_ACCESSORIES)]


class _Accessory(Struct):
    aid: int
    services: list[Raw]


class _Service(Struct):
    iid: int
    type: str
    characteristics: list[Raw] = []
    linked: list[int] = []


class _Characteristic(Struct):
    iid: int
    type: str
    perms: list[str] = []
    format: str = ""
    unit: str | None = None
    low: float | None = msgspec.field(default=None, name="minValue")
    high: float | None = msgspec.field(default=None, name="maxValue")
    step: float | None = msgspec.field(default=None, name="minStep")
    values: list[int] | None = msgspec.field(default=None, name="valid-values")
    span: list[int] | None = msgspec.field(default=None, name="valid-values-range")
    description: str | None = None
    value: Raw = _NOTHING


class Told(Struct, frozen=True):
    """What a read, a write or an event says of a characteristic: its value, or a status."""

    value: Scalar = None
    status: int = 0
    valued: bool = False
    """Whether a value was said at all."""


class _Row(Struct):
    aid: int
    iid: int
    value: Raw = Raw(b"")
    status: int = 0


class _Rows(Struct):
    characteristics: list[Raw] = []


def read_accessories(body: bytes) -> tuple[Accessory, ...]:
    """Read an attribute database (the body of GET /accessories). Raises MalformedError."""
    return tuple(_accessory(raw) for raw in _decoded(body, _Document).accessories)


def read_told(body: bytes) -> tuple[Mapping[Place, Told], tuple[str, ...]]:
    """Read the body of a read's or write's response, or of an event; and what of it is amiss.

    Raises MalformedError for one that is none.
    """
    told: dict[Place, Told] = {}
    faults: list[str] = []
    for raw in _decoded(body, _Rows).characteristics:
        try:
            row = _decoded(raw, _Row)
            valued = bool(bytes(row.value))
            value = _scalar(row.value) if valued else None
            told[row.aid, row.iid] = Told(value, row.status, valued)
        except MalformedError as error:
            _note(faults, error.what)
    return told, tuple(faults)


def _accessory(raw: Raw) -> Accessory:
    said = _decoded(raw, _Accessory)
    services: list[Service] = []
    faults: list[str] = []
    for one in said.services:
        try:
            services.append(_service(one, faults))
        except MalformedError as error:
            _note(faults, f"a service: {error.what}")
    seen: set[int] = set()
    unique = [s for s in services if s.iid not in seen and not seen.add(s.iid)]  # type: ignore[func-returns-value]
    return Accessory(said.aid, tuple(unique), tuple(faults))


def _note(faults: list[str], what: str) -> None:
    """Keep what is amiss; of many faults the first ones: each costs more than what it is about."""
    if len(faults) < _MOST_FAULTS:
        faults.append(what)


def _service(raw: Raw, faults: list[str]) -> Service:
    said = _decoded(raw, _Service)
    found: dict[int, Characteristic] = {}
    for one in said.characteristics:
        try:
            characteristic = _characteristic(one)
        except MalformedError as error:
            _note(faults, f"a characteristic of service {said.iid}: {error.what}")
        else:
            found.setdefault(characteristic.iid, characteristic)
    return Service(short(said.type), said.iid, tuple(found.values()), tuple(said.linked))


def _characteristic(raw: Raw) -> Characteristic:
    said = _decoded(raw, _Characteristic)
    values = tuple(said.values or ())
    may = May.NOTHING
    for perm in said.perms:
        may |= _PERMS.get(perm, May.NOTHING)
    low, high = said.low, said.high
    if not values and said.span and len(said.span) == 2:
        low, high = float(said.span[0]), float(said.span[1])
    if low is not None and high is not None and low > high:
        low, high = None, None
    return Characteristic(
        # A bridge says the same words of all its accessories.
        intern(short(said.type)),
        said.iid,
        may,
        intern(said.format),
        intern(said.unit or ""),
        low,
        high,
        said.step if said.step and said.step > 0 else None,
        values,
        intern(said.description or ""),
        _scalar(said.value),
    )


def _scalar(raw: Raw) -> Scalar:
    try:
        value: Scalar = _SCALARS.decode(raw)
    except _FAULTS as error:
        raise MalformedError(f"its value cannot be read: {error}") from error
    return value


def _decoded[T](body: bytes | Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except _FAULTS as error:
        raise MalformedError(f"is not as HomeKit says: {error}") from error
