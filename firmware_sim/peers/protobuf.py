"""Protocol Buffers on the wire, as far as simulated devices need them.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

import struct
from collections.abc import Mapping
from enum import Enum

type Value = bool | int | float | str | bytes
type Fields = Mapping[str, Value | tuple[Value, ...]]


class Kind(Enum):
    """How a field's value is written."""

    FLAG = "bool"
    COUNT = "uint32, int32, enum"
    FLOAT = "float"
    FIXED = "fixed32"
    TEXT = "string"
    BYTES = "bytes, message"


_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_WIRE = {
    Kind.FLAG: _VARINT,
    Kind.COUNT: _VARINT,
    Kind.FLOAT: _FIXED32,
    Kind.FIXED: _FIXED32,
    Kind.TEXT: _LENGTH,
    Kind.BYTES: _LENGTH,
}
_EMPTY: Mapping[Kind, Value] = {
    Kind.FLAG: False,
    Kind.COUNT: 0,
    Kind.FLOAT: 0.0,
    Kind.FIXED: 0,
    Kind.TEXT: "",
    Kind.BYTES: b"",
}


class BrokenError(Exception):
    """Bytes that are no message."""


class Message:
    """A message type: its number in its protocol, and its fields' numbers and kinds."""

    def __init__(self, number: int = 0, /, **fields: tuple[int, Kind]) -> None:
        self.number = number
        self.fields = fields
        self._names = {place: (name, kind) for name, (place, kind) in fields.items()}

    def pack(self, fields: Fields) -> bytes:
        """Return a message's bytes; a tuple is a repeated field."""
        out = bytearray()
        for name, value in fields.items():
            place, kind = self.fields[name]
            for one in value if isinstance(value, tuple) else (value,):
                out += varint(place << 3 | _WIRE[kind]) + _packed(kind, one)
        return bytes(out)

    def unpack(self, data: bytes) -> dict[str, Value]:
        """Return all fields, those that are not there with their empty value.

        Raises BrokenError.
        """
        out = {name: _EMPTY[kind] for name, (_, kind) in self.fields.items()}
        at = 0
        while at < len(data):
            tag, at = read_varint(data, at)
            raw, at = _raw(data, at, tag & 7)
            if (known := self._names.get(tag >> 3)) is not None:
                name, kind = known
                out[name] = _unpacked(kind, raw)
        return out


def varint(number: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    out = bytearray()
    number &= (1 << 64) - 1
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at `at`, and where it ends. Raises BrokenError."""
    number, shift = 0, 0
    while True:
        if at >= len(data) or shift > 63:
            raise BrokenError("a number does not end")
        number |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return number, at
        shift += 7


def _packed(kind: Kind, value: Value) -> bytes:
    match kind:
        case Kind.FLAG | Kind.COUNT:
            return varint(int(value))
        case Kind.FLOAT:
            return struct.pack("<f", value)
        case Kind.FIXED:
            return struct.pack("<I", value)
        case Kind.TEXT | Kind.BYTES:
            data = value if isinstance(value, bytes) else str(value).encode()
            return varint(len(data)) + data


def _raw(data: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    if wire == _VARINT:
        return read_varint(data, at)
    if wire == _LENGTH:
        length, at = read_varint(data, at)
    elif wire in {_FIXED32, _FIXED64}:
        length = 4 if wire == _FIXED32 else 8
    else:
        raise BrokenError(f"wire type {wire}")
    if at + length > len(data):
        raise BrokenError("a field goes beyond the end")
    return data[at : at + length], at + length


def _unpacked(kind: Kind, raw: int | bytes) -> Value:
    if isinstance(raw, int):
        return bool(raw) if kind is Kind.FLAG else raw
    match kind:
        case Kind.FLOAT if len(raw) == 4:
            return float(struct.unpack("<f", raw)[0])
        case Kind.FIXED if len(raw) == 4:
            return int(struct.unpack("<I", raw)[0])
        case Kind.TEXT:
            return raw.decode(errors="replace")
        case Kind.BYTES:
            return raw
        case _:
            raise BrokenError("a field of another kind")
