"""miIO packets: a header of 32 bytes, and a text that is sealed with the device's token. Pure.

Source: https://github.com/OpenMiHome/mihome-binary-protocol (doc/PROTOCOL.md).
"""

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct

from drivers.kit.errors import MalformedError

MAGIC = 0x2131
_HEADER = struct.Struct(">HHQI16s")
"""Magic, length of the whole, device id (its upper half is 0 in older devices), stamp, check."""
_LENGTHS = struct.Struct(">HH")
_BLOCK = 16
LONGEST = 16 * 1024
"""Bytes of a packet; devices send 1 to 2 kB at most, and more than this is not looked at."""


class Token(Struct, frozen=True):
    """A device's token of 16 bytes, and the key and initial vector that follow from it."""

    token: bytes
    key: bytes
    vector: bytes

    def __repr__(self) -> str:
        """Return it without the secret."""
        return "Token(...)"


class Packet(Struct, frozen=True):
    """A packet as it came: `check` is a checksum, or the token in the answer to a hello.

    `stamp` is the device's clock in seconds, `body` what is sealed (nothing in a hello).
    """

    device_id: int
    stamp: int
    check: bytes
    body: bytes


def token(said: str) -> Token:
    """Return the token that is written as 32 hexadecimal digits. Raises MalformedError."""
    try:
        raw = bytes.fromhex(said.strip())
    except ValueError:
        raw = b""
    if len(raw) != 16:
        raise MalformedError("a token is 32 hexadecimal digits")
    key = _md5(raw)
    return Token(raw, key, _md5(key + raw))


def hello() -> bytes:
    """Return the packet that every device answers, whoever asks."""
    return _LENGTHS.pack(MAGIC, _HEADER.size) + b"\xff" * (_HEADER.size - _LENGTHS.size)


def parsed(data: bytes) -> Packet:
    """Return the packet that `data` is. Raises MalformedError."""
    if not _HEADER.size <= len(data) <= LONGEST:
        raise MalformedError(f"a packet of {len(data)} bytes")
    magic, length, device_id, stamp, check = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise MalformedError(f"begins with {magic:#06x}, not {MAGIC:#06x}")
    if length != len(data):
        raise MalformedError(f"says {length} bytes and has {len(data)}")
    return Packet(device_id, stamp, check, data[_HEADER.size :])


def sealed(key: Token, device_id: int, stamp: int, text: bytes) -> bytes:
    """Return the packet that carries `text` to or from a device. Raises MalformedError if long."""
    pad = _BLOCK - len(text) % _BLOCK
    cipher = _cipher(key).encryptor()
    body = cipher.update(text + bytes((pad,)) * pad) + cipher.finalize()
    length = _HEADER.size + len(body)
    if length > LONGEST:
        raise MalformedError(f"a text of {len(text)} bytes is too long for a packet")
    check = _md5(_HEADER.pack(MAGIC, length, device_id, stamp, key.token) + body)
    return _HEADER.pack(MAGIC, length, device_id, stamp, check) + body


def opened(key: Token, packet: Packet) -> bytes:
    """Return the text that a packet carries. Raises MalformedError; another token is one reason."""
    body = packet.body
    if not body or len(body) % _BLOCK:
        raise MalformedError(f"a body of {len(body)} bytes is not whole blocks")
    length = _HEADER.size + len(body)
    head = _HEADER.pack(MAGIC, length, packet.device_id, packet.stamp, key.token)
    if _md5(head + body) != packet.check:
        raise MalformedError("the checksum is wrong: damaged, or sealed with another token")
    cipher = _cipher(key).decryptor()
    text = cipher.update(body) + cipher.finalize()
    pad = text[-1]
    if not 1 <= pad <= _BLOCK or text[-pad:] != bytes((pad,)) * pad:
        raise MalformedError("the padding is wrong")
    return text[:-pad]


def told_token(packet: Packet) -> str:
    """Return the token that the answer to a hello gives away, or "" if it does not.

    Devices that have not been set up do, and those with firmware from before 2017.
    """
    return "" if packet.check in {b"\x00" * 16, b"\xff" * 16} else packet.check.hex()


def _cipher(key: Token) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key.key), modes.CBC(key.vector))


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
