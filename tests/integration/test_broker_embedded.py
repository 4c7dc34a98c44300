"""The embedded broker is a real process here: killed, restarted, and asked over its own socket."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import aiomqtt
import pytest

from drivers.broker.embedded import EmbeddedBroker, find_broker
from drivers.broker.errors import BrokerOptionsError, BrokerStartError
from drivers.broker.handshake import serves
from drivers.broker.options import BrokerOptions, LanListener
from drivers.broker.programs import (
    BrokerProgram,
    Mosquitto,
    find_mosquitto,
    find_nats_server,
)

KINDS: dict[str, Callable[[], BrokerProgram | None]] = {
    "mosquitto": find_mosquitto,
    "nats-server": find_nats_server,
}


@pytest.fixture(params=KINDS)
def program(request: pytest.FixtureRequest) -> BrokerProgram:
    found = KINDS[request.param]()
    if found is None:
        pytest.skip(f"{request.param} is not on this machine")
    return found


@pytest.fixture
async def broker(program: BrokerProgram, tmp_path: Path) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker(program, BrokerOptions(tmp_path / "broker")) as running:
        yield running


def port_of(broker: EmbeddedBroker) -> int:
    return int(broker.url.rsplit(":", 1)[1])


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.02)


async def publish_retained(port: int, count: int) -> None:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        for n in range(count):
            await client.publish(f"home/lamp_{n}/state", f"ON {n}", qos=1, retain=True)


async def retained(port: int, count: int) -> dict[str, str]:
    """Return the first `count` retained messages of a new client."""
    seen: dict[str, str] = {}
    async with asyncio.timeout(20), aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("home/#", qos=1)
        async for message in client.messages:
            assert message.retain
            assert isinstance(message.payload, bytes)
            seen[str(message.topic)] = message.payload.decode()
            if len(seen) == count:
                break
    return seen


async def saved(program: BrokerProgram, folder: Path) -> None:
    """Wait until what was acknowledged is in the files: mosquitto writes them just after."""
    if isinstance(program, Mosquitto):
        await until(lambda: b"lamp_19/state" in (folder / "mosquitto.db").read_bytes())


async def test_a_killed_broker_comes_back_on_its_port_with_what_it_retained(
    program: BrokerProgram, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    port, pid = port_of(broker), broker.pid
    assert pid is not None
    await publish_retained(port, 20)
    await saved(program, tmp_path / "broker")

    os.kill(pid, signal.SIGKILL)
    await until(lambda: broker.restarts == 1)

    assert port_of(broker) == port
    assert broker.pid not in {None, pid}
    assert await retained(port, 20) == {f"home/lamp_{n}/state": f"ON {n}" for n in range(20)}


async def test_a_broker_killed_again_and_again_comes_back_every_time(
    broker: EmbeddedBroker,
) -> None:
    for _ in range(3):
        pid, restarts = broker.pid, broker.restarts
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(partial(lambda before: broker.restarts > before, restarts))
        assert await serves("127.0.0.1", port_of(broker))


async def test_a_stopped_broker_leaves_no_process_and_keeps_its_files(
    program: BrokerProgram, tmp_path: Path
) -> None:
    options = BrokerOptions(tmp_path / "broker")
    async with EmbeddedBroker(program, options) as broker:
        pid = broker.pid
        assert pid is not None
        await publish_retained(port_of(broker), 20)
    assert not alive(pid)
    assert broker.pid is None
    assert not await serves("127.0.0.1", port_of(broker))

    async with EmbeddedBroker(program, options) as again:
        assert len(await retained(port_of(again), 20)) == 20


async def test_a_broker_stopped_while_it_is_being_restarted_leaves_no_process(
    program: BrokerProgram, tmp_path: Path
) -> None:
    broker = EmbeddedBroker(program, BrokerOptions(tmp_path / "broker"))
    await broker.start()
    pid = broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: broker.pid != pid)
    await broker.stop()
    await broker.stop()
    assert broker.pid is None
    assert not await serves("127.0.0.1", port_of(broker))


PARENT = """
import asyncio, sys
from pathlib import Path
from drivers.broker.embedded import EmbeddedBroker
from drivers.broker.options import BrokerOptions
from drivers.broker.programs import {find} as program

async def main():
    broker = EmbeddedBroker(program(), BrokerOptions(Path(sys.argv[1])))
    await broker.start()
    print(broker.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_broker_ends_when_its_parent_is_killed(
    program: BrokerProgram, tmp_path: Path
) -> None:
    find = "find_mosquitto" if isinstance(program, Mosquitto) else "find_nats_server"
    source = PARENT.replace("{find}", find)
    with subprocess.Popen(  # noqa: ASYNC220 - its first line is all that is waited for
        [sys.executable, "-c", source, str(tmp_path / "broker")], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert alive(pid)
        parent.kill()
    await until(lambda: not alive(pid))


async def test_two_brokers_without_a_chosen_port_run_side_by_side(
    program: BrokerProgram, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        urls = {
            await stack.enter_async_context(EmbeddedBroker(program, BrokerOptions(tmp_path / name)))
            for name in ("one", "two")
        }
        assert len({broker.url for broker in urls}) == 2


async def test_another_broker_on_the_port_is_not_taken_for_ours(
    program: BrokerProgram, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    second = EmbeddedBroker(program, BrokerOptions(tmp_path / "second", port=port_of(broker)))
    with pytest.raises(BrokerStartError, match="another program listens"):
        await second.start()
    assert second.pid is None
    assert await serves("127.0.0.1", port_of(broker))


class Unlucky(Mosquitto):
    """A program that complains and ends."""

    def command(self, config: Path) -> tuple[str, ...]:
        return ("/bin/sh", "-c", f"echo no luck with {config.name} >&2; exit 3")


async def test_a_program_that_ends_at_once_is_a_clear_error_with_its_words(tmp_path: Path) -> None:
    broker = EmbeddedBroker(Unlucky(tmp_path), BrokerOptions(tmp_path / "broker"))
    with pytest.raises(BrokerStartError, match=r"exit code 3.*no luck with mosquitto\.conf"):
        await broker.start()
    assert broker.pid is None


async def test_a_program_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    missing = Mosquitto(tmp_path / "no-such-mosquitto")
    broker = EmbeddedBroker(missing, BrokerOptions(tmp_path / "broker"))
    with pytest.raises(BrokerStartError, match="no-such-mosquitto"):
        await broker.start()


def listening_at(port: int) -> list[str]:
    """Return the IPv4 addresses that listen at a port, as the kernel writes them."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port]


async def test_the_broker_listens_on_the_loopback_alone(broker: EmbeddedBroker) -> None:
    port = port_of(broker)
    assert listening_at(port) == [f"0100007F:{port:04X}"]


async def test_the_door_to_the_network_asks_for_a_password(tmp_path: Path) -> None:
    mosquitto = find_mosquitto()
    if mosquitto is None:
        pytest.skip("mosquitto is not on this machine")
    users = tmp_path / "users"
    users.touch(mode=0o600)
    subprocess.run(  # noqa: ASYNC221 - done in milliseconds, before anything else runs
        ["mosquitto_passwd", "-b", str(users), "lamp", "secret"], check=True
    )
    async with EmbeddedBroker(mosquitto, BrokerOptions(tmp_path / "a")) as probe:
        lan_port = port_of(probe)
    lan = LanListener("127.0.0.1", users, port=lan_port)
    options = BrokerOptions(tmp_path / "broker", lan=lan)
    async with EmbeddedBroker(mosquitto, options) as broker:
        assert not await serves("127.0.0.1", lan_port)
        async with (
            aiomqtt.Client("127.0.0.1", port_of(broker)) as hub,
            aiomqtt.Client("127.0.0.1", lan_port, username="lamp", password="secret") as lamp,
        ):
            await hub.subscribe("lamp/state", qos=1)
            await lamp.publish("lamp/state", "ON", qos=1)
            async with asyncio.timeout(20):
                assert (await anext(aiter(hub.messages))).payload == b"ON"


async def test_what_a_program_cannot_do_is_refused_before_it_starts(tmp_path: Path) -> None:
    lan = LanListener("127.0.0.1", tmp_path / "no-users")
    for find in KINDS.values():
        program = find()
        if program is None:
            continue
        broker = EmbeddedBroker(program, BrokerOptions(tmp_path / program.name, lan=lan))
        with pytest.raises(BrokerOptionsError):
            await broker.start()
        assert broker.pid is None


async def test_the_best_broker_of_the_machine_serves(tmp_path: Path) -> None:
    async with find_broker(tmp_path) as broker:
        assert await serves("127.0.0.1", port_of(broker))
