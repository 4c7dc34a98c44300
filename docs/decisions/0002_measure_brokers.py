# ruff: noqa: S101 - a figure must not be printed when what it stands on failed
"""The figures of 0002-embedded-broker.md.

Each broker is run by the hub's own supervisor and met with plain sockets, so that the figures are
the broker's and not a client library's. Brokers that are not here are left out.
"""

import asyncio
import importlib.util
import logging
import os
import signal
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from drivers.broker.embedded import EmbeddedBroker
from drivers.broker.options import BrokerOptions, Saves
from drivers.broker.programs import BrokerProgram, find_mosquitto, find_nats_server

TOPICS = 1_000
MESSAGES = 200_000
PINGS = 3_000
KEPT = 500
STATE = b'{"state":"ON","brightness":120,"linkquality":96,"color_temp":320}'


class Iotcore:
    """rumqttd in a wheel; keeps nothing by design."""

    name = "iotcore"
    _port = 0

    def config(self, options: BrokerOptions, port: int) -> str:
        """Remember the port: it is given on the command line."""
        del options
        self._port = port
        return ""

    def command(self, config: Path) -> tuple[str, ...]:
        """Return the command line."""
        del config
        return (sys.executable, "-m", "iotcore", "--port", str(self._port), "--listen", "127.0.0.1")

    def level(self, line: str) -> int:
        """Return no level: its lines are not read."""
        del line
        return logging.DEBUG


def packet(head: int, body: bytes) -> bytes:
    """Return an MQTT packet: head, length, body."""
    length, left = b"", len(body)
    while True:
        length += bytes([left % 128 | (128 if left > 127 else 0)])
        left //= 128
        if not left:
            return bytes([head]) + length + body


def text(value: str) -> bytes:
    """Return a string as MQTT writes it."""
    return struct.pack(">H", len(value)) + value.encode()


def publish(topic: str, *, retain: bool = False, mid: int = 0, payload: bytes = STATE) -> bytes:
    """Return a PUBLISH; with `mid` at QoS 1, else at QoS 0."""
    head = 0x30 | (2 if mid else 0) | (1 if retain else 0)
    return packet(head, text(topic) + (struct.pack(">H", mid) if mid else b"") + payload)


def connect(port: int, name: str) -> socket.socket:
    """Connect, and wait for CONNACK."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x3c" + text(name)))
    assert sock.recv(4)[3] == 0
    return sock


def subscribe(sock: socket.socket, topics: str) -> None:
    """Subscribe at QoS 0, and wait for SUBACK."""
    sock.sendall(packet(0x82, b"\x00\x01" + text(topics) + b"\x00"))
    assert sock.recv(5)[0] == 0x90


def packets(sock: socket.socket) -> Iterator[int]:
    """Yield the first byte of every packet that comes."""
    stream = sock.makefile("rb", buffering=1 << 20)
    while head := stream.read(1):
        length, shift = 0, 0
        while True:
            byte = stream.read(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        stream.read(length)
        yield head[0]


def rate(port: int, *, retain: bool) -> float:
    """Return messages a second from one publisher to one subscriber, QoS 0."""
    receiver, sender = connect(port, "receiver"), connect(port, "sender")
    subscribe(receiver, "home/#")
    block = b"".join(publish(f"home/{n}/state", retain=retain) for n in range(TOPICS))

    def send() -> None:
        for _ in range(MESSAGES // TOPICS):
            sender.sendall(block)

    sending = threading.Thread(target=send)
    begin = time.perf_counter()
    sending.start()
    for count, _ in enumerate(packets(receiver), 1):
        if count == MESSAGES:
            break
    taken = time.perf_counter() - begin
    sending.join()
    receiver.close()
    sender.close()
    return MESSAGES / taken


def pings(port: int, *, retain: bool) -> tuple[float, float, float]:
    """Return p50, p99 and the longest round trip in milliseconds, one message a millisecond."""
    receiver, sender = connect(port, "receiver"), connect(port, "sender")
    subscribe(receiver, "ping/#")
    incoming = packets(receiver)
    taken: list[float] = []
    for n in range(PINGS):
        begin = time.perf_counter()
        sender.sendall(publish(f"ping/{n % TOPICS}/state", retain=retain))
        next(incoming)
        taken.append((time.perf_counter() - begin) * 1e3)
        time.sleep(0.001)
    receiver.close()
    sender.close()
    cuts = statistics.quantiles(taken, n=100)
    return cuts[49], cuts[98], max(taken)


def retain_acknowledged(port: int) -> None:
    """Publish retained messages at QoS 1 and wait for every PUBACK."""
    sock = connect(port, "keeper")
    for n in range(KEPT):
        sock.sendall(publish(f"kept/{n}", retain=True, mid=n + 1))
    incoming = packets(sock)
    for _ in range(KEPT):
        assert next(incoming) == 0x40
    sock.close()


def kept(port: int) -> int:
    """Return how many retained messages a new subscriber gets."""
    sock = connect(port, "reader")
    subscribe(sock, "kept/#")
    sock.settimeout(2)
    count = 0
    try:
        for _ in packets(sock):
            count += 1
            if count == KEPT:
                break
    except TimeoutError:
        pass
    sock.close()
    return count


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


async def on_thread[T](function: Callable[[], T]) -> T:
    """Run a blocking function beside the loop that watches the broker."""
    return await asyncio.to_thread(function)


async def measure(program: BrokerProgram, saves: Saves = Saves.EACH_CHANGE) -> None:
    """Print one row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        broker = EmbeddedBroker(program, BrokerOptions(Path(folder), saves=saves))
        url = await broker.start()
        port = int(url.rsplit(":", 1)[1])
        assert broker.pid is not None
        idle = rss_mb(broker.pid)
        plain = await on_thread(lambda: rate(port, retain=False))
        quiet = await on_thread(lambda: pings(port, retain=False))
        retained = await on_thread(lambda: pings(port, retain=True))
        retained_rate = await on_thread(lambda: rate(port, retain=True))
        loaded = rss_mb(broker.pid)
        await on_thread(lambda: retain_acknowledged(port))
        os.kill(broker.pid, signal.SIGKILL)
        while broker.restarts == 0:  # noqa: ASYNC110 - the supervisor changes it
            await asyncio.sleep(0.05)
        left = await on_thread(lambda: kept(port))
        await broker.stop()
    row = [
        f"{program.name}, {saves.value}" if program.name == "mosquitto" else program.name,
        f"{plain:,.0f}",
        f"{retained_rate:,.0f}",
        "/".join(f"{ms:.2f}" for ms in quiet),
        "/".join(f"{ms:.2f}" for ms in retained),
        f"{left} of {KEPT}",
        f"{idle:.0f}/{loaded:.0f}",
    ]
    print("| " + " | ".join(row) + " |", flush=True)


async def main() -> None:
    """Measure every broker that is here."""
    heads = [
        "broker",
        "msg/s",
        "msg/s retained",
        "ms p50/p99/max",
        "ms retained",
        "kept after SIGKILL",
        "RSS MB idle/loaded",
    ]
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    if mosquitto := find_mosquitto():
        await measure(mosquitto)
        await measure(mosquitto, Saves.EACH_SECOND)
    if nats := find_nats_server():
        await measure(nats)
    if importlib.util.find_spec("iotcore"):
        await measure(Iotcore())


if __name__ == "__main__":
    asyncio.run(main())
