"""The greeting that tells whether a broker serves."""

import pytest

from drivers.broker.handshake import accepted, connect_packet


def test_the_greeting_is_a_whole_connect_packet_of_mqtt_3_1_1() -> None:
    packet = connect_packet()
    assert packet[0] == 0x10
    assert packet[1] == len(packet) - 2
    assert packet[2:9] == b"\x00\x04MQTT\x04"
    assert packet.endswith(b"\x00\x0dhubd-is-it-up")


@pytest.mark.parametrize("reason", range(1, 6))
def test_a_refusal_is_not_taken_for_a_welcome(reason: int) -> None:
    assert accepted(b"\x20\x02\x00\x00")
    assert not accepted(bytes([0x20, 2, 0, reason]))


@pytest.mark.parametrize("answer", [b"", b"\x20\x02\x00", b"HTTP", b"\x20\x02\x00\x00\x00"])
def test_what_is_no_connack_is_not_taken_for_a_welcome(answer: bytes) -> None:
    assert not accepted(answer)
