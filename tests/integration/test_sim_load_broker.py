"""The load generator on a real broker, with a responder, and without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import aiomqtt
import pytest

from firmware_sim.load.generator import Generator, Search, find_highest
from firmware_sim.load.link import LinkError
from firmware_sim.load.pairs import Schema
from firmware_sim.station import Broker


class Real(Protocol):
    """The `mosquitto` fixture."""

    @property
    def port(self) -> int: ...


@asynccontextmanager
async def responder(port: int, schema: Schema, each: int = 1) -> AsyncIterator[None]:
    """Answer each motion with `each` commands to its lamp."""
    on = '{"state":"ON"}' if schema is Schema.JSON else "ON"

    async def answer(client: aiomqtt.Client) -> None:
        async for message in client.messages:
            topic = str(message.topic)
            if "motion" in topic and message.payload == b"ON":
                for _ in range(each):
                    await client.publish(topic.replace("motion", "light") + "/set", on)

    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("bench/+")
        task = asyncio.create_task(answer(client))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def generator(port: int, pairs: int, schema: Schema) -> AsyncIterator[Generator]:
    made = Generator(pairs, schema)
    await made.open(Broker("127.0.0.1", port))
    try:
        yield made
    finally:
        await made.close()


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize("pairs", [1, 4, 5])
async def test_every_motion_that_is_answered_is_counted_once(
    mosquitto: Real, schema: Schema, pairs: int
) -> None:
    async with (
        responder(mosquitto.port, schema),
        generator(mosquitto.port, pairs, schema) as load,
    ):
        result = await load.load(rate=100, seconds=0.4)
    assert (result.sent, result.answered, result.lost, result.unasked) == (40, 20, 0, 0)
    assert result.p50_ms is not None
    assert result.max_ms is not None
    assert 0 < result.p50_ms <= result.max_ms


async def test_a_command_that_nothing_asked_for_is_unasked(mosquitto: Real) -> None:
    async with (
        responder(mosquitto.port, Schema.JSON, each=2),
        generator(mosquitto.port, 4, Schema.JSON) as load,
    ):
        result = await load.load(rate=40, seconds=0.2)
    assert result.answered == 4
    assert result.unasked >= 3


MOTION_OVER = [("bench/bench_motion_0001", b"OFF"), ("bench/bench_light_0001", b"OFF")]


async def test_a_lamp_reports_after_its_command_and_with_its_sensors_off(mosquitto: Real) -> None:
    async with (
        aiomqtt.Client("127.0.0.1", mosquitto.port) as client,
        responder(mosquitto.port, Schema.BASIC),
        generator(mosquitto.port, 1, Schema.BASIC) as load,
    ):
        await client.subscribe("bench/#")
        await load.load(rate=20, seconds=0.1)
        heard: list[tuple[str, bytes]] = []
        async for message in client.messages:
            heard.append((str(message.topic), bytes(message.payload)))
            if heard[-2:] == MOTION_OVER and len(heard) > len(MOTION_OVER):
                break
    lamp = [word for topic, word in heard if topic == "bench/bench_light_0001"]
    assert lamp == [b"OFF", b"ON", b"OFF"], "at rest, on when commanded, off with its sensor"


async def test_without_an_answer_all_is_lost_and_no_rate_is_held(mosquitto: Real) -> None:
    async with generator(mosquitto.port, 2, Schema.JSON) as load:
        result = await load.load(rate=20, seconds=0.1)
        assert (result.answered, result.lost, result.p99_ms) == (0, 1, None)
        held, steps = await find_highest(load, Search(start=20, seconds=0.1, top=100))
        assert (held, len(steps)) == (0, 2)


async def test_announcements_are_retained_until_they_are_taken_back(mosquitto: Real) -> None:
    async with generator(mosquitto.port, 600, Schema.JSON) as load:
        await load.announce()
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            await client.subscribe("homeassistant/#")
            topics: set[str] = set()
            async for message in client.messages:
                topics.add(str(message.topic))
                if len(topics) == 1200:
                    break
        assert "homeassistant/light/bench_light_0600/config" in topics
        await load.forget()
        async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
            await client.subscribe("homeassistant/#")
            await client.subscribe("end")
            await client.publish("end", "x")
            message = await anext(aiter(client.messages))
            assert str(message.topic) == "end"


async def test_the_first_reaction_is_waited_for_and_its_absence_told(mosquitto: Real) -> None:
    async with generator(mosquitto.port, 1, Schema.JSON) as load:
        assert await load.first_reaction(timeout_s=0.2) is None
        async with responder(mosquitto.port, Schema.JSON):
            assert await load.first_reaction(timeout_s=30) is not None


async def test_a_port_without_a_broker_is_an_error(unused_tcp_port: int) -> None:
    with pytest.raises(OSError, match=r"Connect call failed|refused"):
        await Generator(1, Schema.JSON).open(Broker("127.0.0.1", unused_tcp_port))


async def test_a_broker_that_hangs_up_ends_what_waits() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(LinkError, match="closed the connection"):
            await Generator(1, Schema.JSON).open(Broker("127.0.0.1", port))
