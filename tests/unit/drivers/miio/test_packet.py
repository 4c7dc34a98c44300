"""miIO packets: what is sealed is opened, and nothing that comes in can do harm."""

import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.kit.errors import MalformedError
from drivers.miio.packet import hello, opened, parsed, sealed, token, told_token
from drivers.miio.rpc import Answer, Call, Fault, answered, asked, info, values

KEY = token("00112233445566778899aabbccddeeff")
OTHER = token("ff112233445566778899aabbccddeeff")
IDS = st.integers(0, 2**64 - 1)
STAMPS = st.integers(0, 2**32 - 1)
SPARE = 32 * 1024
"""What a decoder may use beside four times the packet: objects of a bounded number of values."""


@given(st.binary(max_size=2000), IDS, STAMPS)
def test_what_was_sealed_is_opened(text: bytes, device_id: int, stamp: int) -> None:
    packet = parsed(sealed(KEY, device_id, stamp, text))
    assert (packet.device_id, packet.stamp) == (device_id, stamp)
    assert opened(KEY, packet) == text


@given(st.binary(max_size=300))
def test_another_token_opens_nothing(text: bytes) -> None:
    with pytest.raises(MalformedError):
        opened(OTHER, parsed(sealed(KEY, 1, 1, text)))


@given(st.binary(max_size=200), st.data())
def test_a_bit_that_was_turned_is_noticed(text: bytes, data: st.DataObject) -> None:
    whole = bytearray(sealed(KEY, 7, 99, text))
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[place // 8] ^= 1 << place % 8
    with pytest.raises(MalformedError):
        opened(KEY, parsed(bytes(whole)))


def test_a_hello_is_as_the_protocol_says() -> None:
    assert hello().hex() == "21310020" + "ff" * 28


def test_a_token_is_told_by_devices_that_are_not_set_up() -> None:
    reply = bytes.fromhex("21310020" + "00" * 4 + "075bcd15" + "00001068")
    assert told_token(parsed(reply + KEY.token)) == KEY.token.hex()
    assert told_token(parsed(reply + b"\xff" * 16)) == ""
    assert told_token(parsed(reply + b"\x00" * 16)) == ""


@pytest.mark.parametrize("said", ["", "00", "zz" * 16, "0" * 31, "0" * 34])
def test_what_is_no_token_is_refused(said: str) -> None:
    with pytest.raises(MalformedError):
        token(said)


def test_a_token_shows_in_no_text() -> None:
    assert "0011" not in repr(KEY)


@given(st.integers(1, 9999), st.text(max_size=20), st.lists(st.integers() | st.text(max_size=9)))
def test_a_request_is_json_with_its_id(number: int, method: str, params: list[object]) -> None:
    said = json.loads(asked(number, Call(method, params)))
    assert said == {"id": number, "method": method, "params": params}


def test_answers_are_read_as_devices_write_them() -> None:
    assert answered(b'{"result":["ok"],"id":3}\x00') == Answer(3, b'["ok"]')
    assert answered(b'{"id":4,"result":["on",,50]}') == Answer(4, b'["on",50]')
    fault = answered(b'{"error":{"code":-5001,"message":"invalid arg"},"id":5}').fault
    assert fault == Fault(-5001, "invalid arg")
    assert "parameters" in fault.reason
    odd = answered(b'{"error":"busy","id":6}')
    assert odd.fault == Fault(-1, '"busy"')


def _read_packet(data: bytes) -> object:
    return opened(KEY, parsed(data))


READERS: list[Callable[[bytes], object]] = [_read_packet, answered, values, info]


@pytest.mark.parametrize("read", READERS)
@given(st.binary(max_size=4096))
@example(b"[" * 4000)
@example(b'{"id":1,"result":' + b"[" * 4000)
@example(b"[" + b"0," * 4000 + b"0]")
@example(b"[" + b"{}," * 1300 + b"{}]")
@example(b'{"id":1e999}')
def test_arbitrary_bytes_raise_nothing_else_and_allocate_little(
    read: Callable[[bytes], object], data: bytes
) -> None:
    _measured(read, data)


SAMPLES = [
    sealed(KEY, 5, 9, b'{"id":1,"result":["ok"]}'),
    b'{"id":1,"result":["on","50",4000,null,true,1.5]}',
    b'{"id":1,"error":{"code":-9999,"message":"user ack timeout"}}',
    b'["on","50",4000,null,true,1.5]',
    b'{"model":"a.b.c","mac":"04:CF:8C:12:34:56","fw_ver":"2.1.7","ap":{"ssid":"x","rssi":-50}}',
]


@pytest.mark.parametrize("read", READERS)
@given(st.sampled_from(SAMPLES), st.data())
def test_mutations_of_what_is_valid_raise_nothing_else(
    read: Callable[[bytes], object], sample: bytes, data: st.DataObject
) -> None:
    mutated = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(mutated) - 1))
        match data.draw(st.sampled_from("sidx")):
            case "s":
                mutated[place] = data.draw(st.integers(0, 255))
            case "i":
                mutated[place:place] = data.draw(st.binary(max_size=8))
            case "d" if len(mutated) > 1:
                del mutated[place]
            case _:
                mutated[place:place] = mutated[: place + 1]
    _measured(read, bytes(mutated))


def _measured(read: Callable[[bytes], object], data: bytes) -> None:
    tracemalloc.start()
    try:
        with suppress(MalformedError):
            read(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4 * len(data) + SPARE
