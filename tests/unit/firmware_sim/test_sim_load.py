"""The load generator's packets and its stopwatch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.load import packets
from firmware_sim.load.pairs import Packets, Pair, Schema
from firmware_sim.load.stopwatch import Stopwatch

TOPICS = st.text(min_size=1, max_size=30)
MESSAGES = st.lists(st.tuples(TOPICS, st.binary(max_size=300), st.integers(0, 65535)), max_size=20)


@given(messages=MESSAGES, cuts=st.lists(st.integers(1, 50), min_size=1, max_size=10))
def test_packets_come_out_as_they_went_in_however_the_bytes_are_cut(
    messages: list[tuple[str, bytes, int]], cuts: list[int]
) -> None:
    wire = b"".join(packets.publish(t, p, packet_id=ident) for t, p, ident in messages)
    buffer, heard = bytearray(), []
    at = turn = 0
    while at < len(wire):
        size = cuts[turn % len(cuts)]
        buffer += wire[at : at + size]
        heard += [packets.published(first, body) for first, body in packets.split(buffer)]
        at, turn = at + size, turn + 1
    assert heard == [(topic.encode(), payload) for topic, payload, _ in messages]
    assert not buffer


@given(length=st.integers(0, 268_435_455))
def test_a_length_takes_one_to_four_bytes_of_seven_bits(length: int) -> None:
    data = packets.remaining_length(length)
    assert sum((byte & 0x7F) << 7 * n for n, byte in enumerate(data)) == length
    assert 1 <= len(data) <= 4
    assert [bool(byte & 0x80) for byte in data] == [True] * (len(data) - 1) + [False]


def test_a_length_of_five_bytes_is_refused() -> None:
    with pytest.raises(packets.MalformedPacketError):
        list(packets.split(bytearray(b"\x30\xff\xff\xff\xff\x01abc")))


@given(body=st.binary(max_size=6))
def test_a_publish_that_ends_inside_its_topic_is_refused(body: bytes) -> None:
    told = int.from_bytes(body[:2])
    if len(body) < 2 or told > len(body) - 2:
        with pytest.raises(packets.MalformedPacketError):
            packets.published(0x30, body)
    else:
        assert packets.published(0x30, body)[1] == body[2 + told :]


def test_the_oldest_question_of_a_lamp_is_answered_first() -> None:
    watch = Stopwatch(2)
    watch.asked(0, 1.0)
    watch.asked(0, 1.010)
    watch.asked(1, 1.0)
    watch.commanded(0, 1.020)
    watch.commanded(0, 1.020)
    watch.commanded(1, 1.5)
    result = watch.result(10, 6, 0)
    assert (result.p50_ms, result.max_ms) == (20.0, 500.0)
    assert (result.answered, result.lost, result.unasked) == (3, 0, 0)
    assert not result.held


def test_an_answer_after_two_seconds_is_lost_and_one_too_many_unasked() -> None:
    watch = Stopwatch(1)
    watch.asked(0, 1.0)
    watch.asked(0, 2.9)
    watch.commanded(0, 3.1)
    watch.commanded(0, 3.2)
    result = watch.result(10, 4, 0)
    assert (result.answered, result.lost, result.unasked) == (1, 1, 1)
    assert result.p50_ms == 200.0


def test_what_is_never_answered_is_lost_and_not_held() -> None:
    watch = Stopwatch(1)
    watch.asked(0, 1.0)
    result = watch.result(10, 2, 0)
    assert (result.lost, result.p99_ms, result.held) == (1, None, False)


@given(latencies=st.lists(st.floats(0, 1.9), min_size=1, max_size=200))
def test_percentiles_are_measured_latencies_in_order(latencies: list[float]) -> None:
    watch = Stopwatch(len(latencies))
    for pair, latency in enumerate(latencies):
        watch.asked(pair, 0.0)
        watch.commanded(pair, latency)
    result = watch.result(1, 1, 0)
    measured = {round(latency * 1000, 3) for latency in latencies}
    assert {result.p50_ms, result.p99_ms, result.max_ms} <= measured
    assert result.max_ms == max(measured)


def test_a_sensors_off_brings_its_lamps_off_along() -> None:
    made = Packets.of(Pair(7), Schema.JSON)
    told = [packets.published(f, b) for f, b in packets.split(bytearray(made.motion_off))]
    assert told == [
        (b"bench/bench_motion_0007", b"OFF"),
        (b"bench/bench_light_0007", b'{"state":"OFF"}'),
    ]
