"""Frames of ESPHome's native API, as a device reads and writes them: in plain, or in Noise.

Source: https://developers.esphome.io/architecture/api/protocol_details. In plain: 0x00, the
payload's length, the message's number, the payload. In Noise: 0x01, a length of two bytes, and the
encrypted number, length and payload.
"""

import asyncio
from typing import Protocol

from firmware_sim.peers.noise import Cipher, Responder, WrongKeyError
from firmware_sim.peers.protobuf import varint

_PLAIN, _NOISE = b"\x00", b"\x01"
_PROLOGUE = b"NoiseAPIInit\x00\x00"
_CHOSEN, _TAKEN, _REJECTED = b"\x01", b"\x00", b"\x01"
_BAD_START = b"Bad indicator byte"
_MOST_BYTES = 65535


class HungUpError(Exception):
    """The other end is gone, or said what ends the talk."""


class Frames(Protocol):
    """Messages both ways: their numbers and payloads."""

    async def read(self) -> tuple[int, bytes]:
        """Return the next message. Raises HungUpError, and what a stream raises at its end."""
        ...

    def write(self, number: int, payload: bytes) -> None:
        """Send a message."""
        ...


class PlainFrames:
    """Frames that anyone may read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> tuple[int, bytes]:
        """Return the next message; whoever speaks Noise is told that it is not spoken here."""
        if await self._reader.readexactly(1) != _PLAIN:
            self._writer.write(_PLAIN + _BAD_START)
            raise HungUpError
        length = await self._varint()
        number = await self._varint()
        if length > _MOST_BYTES:
            raise HungUpError
        return number, await self._reader.readexactly(length)

    def write(self, number: int, payload: bytes) -> None:
        """Send a message."""
        self._writer.write(_PLAIN + varint(len(payload)) + varint(number) + payload)

    async def _varint(self) -> int:
        value = 0
        for place in range(5):
            byte = (await self._reader.readexactly(1))[0]
            value |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                return value
        raise HungUpError


class NoiseFrames:
    """Frames that are encrypted with a key that both ends have."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        hears: Cipher,
        speaks: Cipher,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._hears, self._speaks = hears, speaks

    async def read(self) -> tuple[int, bytes]:
        """Return the next message."""
        plain = self._hears.decrypt(await _frame(self._reader))
        return int.from_bytes(plain[:2]), plain[4:]

    def write(self, number: int, payload: bytes) -> None:
        """Send a message."""
        head = number.to_bytes(2) + len(payload).to_bytes(2)
        _send(self._writer, self._speaks.encrypt(head + payload))


async def greeted(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: bytes, name: str, mac: str
) -> NoiseFrames:
    """Answer the handshake of whoever has the key. Raises HungUpError; others are told why."""
    try:
        await _frame(reader)
        first = await _frame(reader)
    except HungUpError:
        _send(writer, _REJECTED + _BAD_START)
        raise
    _send(writer, _CHOSEN + name.encode() + b"\x00" + mac.encode() + b"\x00")
    handshake = Responder(key, _PROLOGUE)
    try:
        handshake.read(first[1:])
    except WrongKeyError as error:
        _send(writer, _REJECTED + b"Handshake MAC failure")
        raise HungUpError from error
    _send(writer, _TAKEN + handshake.write())
    return NoiseFrames(reader, writer, *handshake.ciphers())


async def _frame(reader: asyncio.StreamReader) -> bytes:
    if await reader.readexactly(1) != _NOISE:
        raise HungUpError
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2)))


def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(_NOISE + len(data).to_bytes(2) + data)
