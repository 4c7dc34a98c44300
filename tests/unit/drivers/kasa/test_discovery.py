"""What devices answer to the two searches: read as it is meant, and harmless whatever it is."""

import json
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.kasa.discovery import (
    Device,
    new_probe,
    old_probe,
    read_new,
    read_old,
    scrambled,
    unscrambled,
)
from drivers.kasa.driver import found_as
from drivers.kit.errors import MalformedError
from firmware_sim.peers import kasa as peer
from firmware_sim.peers.tapo import TapoPeer
from hubd.model.device import DeviceType

SPARE = 32 * 1024
"""What a decoder may use beside four times the packet: objects of a bounded number of values."""


@given(st.binary(max_size=500))
def test_what_was_scrambled_is_read(text: bytes) -> None:
    assert unscrambled(scrambled(text)) == text
    assert scrambled(text) == peer.scrambled(text)


def test_the_old_search_is_as_devices_know_it() -> None:
    assert old_probe()[:8].hex() == "d0f281f88bff9af7"
    assert json.loads(peer.unscrambled(old_probe())) == {"system": {"get_sysinfo": {}}}


@given(st.integers(0, 2**32 - 1))
def test_the_new_search_has_its_length_and_checksum(serial: int) -> None:
    import binascii

    probe = new_probe("a key", serial)
    version, _, code, length, flags, _, told, check = struct.unpack(">BBHHBBII", probe[:16])
    assert (version, code, flags, told, length) == (2, 1, 17, serial, len(probe) - 16)
    first = probe[:12] + bytes.fromhex("5a6b7c8d") + probe[16:]
    assert check == binascii.crc32(first)


def test_devices_are_found_as_what_they_are() -> None:
    lamp = peer.KasaPeer("KL130(EU)", "Lamp", lamp=peer.Lamp(), meter=False)
    seen = read_old(lamp.answer(old_probe()))
    assert seen.family == "IOT.SMARTBULB"
    assert found_as("10.0.0.2", seen).pictured == (DeviceType.DIMMABLE_LIGHT,)
    plug = read_new(TapoPeer(port=8080).found())
    assert plug == Device("10-27-F5-AA-BB-CC", "P110(EU)", "SMART.TAPOPLUG", "KLAP", 2, False, 8080)


READERS: list[Callable[[bytes], Device]] = [read_old, read_new]
SAMPLES = [peer.KasaPeer().answer(old_probe()), TapoPeer(port=80).found()]


@pytest.mark.parametrize("read", READERS)
@given(st.binary(max_size=4096))
@example(scrambled(b"[" * 4000))
@example(bytes(16) + b"[" * 4000)
@example(bytes(16) + b'{"result":{"device_type":"a.b","device_model":"","mac":""}}')
def test_arbitrary_bytes_raise_nothing_else_and_allocate_little(
    read: Callable[[bytes], Device], data: bytes
) -> None:
    _measured(read, data)


@pytest.mark.parametrize("read", READERS)
@given(st.sampled_from(SAMPLES), st.data())
def test_mutations_of_what_is_valid_raise_nothing_else(
    read: Callable[[bytes], Device], sample: bytes, data: st.DataObject
) -> None:
    text = bytearray(unscrambled(sample) if read is read_old else sample)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    _measured(read, scrambled(bytes(text)) if read is read_old else bytes(text))


def _measured(read: Callable[[bytes], Device], data: bytes) -> None:
    tracemalloc.start()
    try:
        with suppress(MalformedError):
            found_as("10.0.0.2", read(data))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4 * len(data) + SPARE
