"""How soon 200 services on mDNS are told of, and told as gone: by their goodbye, and by their time.

It runs in a network namespace of its own, so that nobody's network is filled with services that are
none: `python -m hubd.bench.discovery` there measures, and prints JSON. The floor is the packet.
"""

import asyncio
import fcntl
import json
import shutil
import socket
import struct
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable, Mapping
from contextlib import suppress
from statistics import median

from msgspec import Struct

from hubd.bench.reflex import Say

COUNT = 200
_TTL_S = 2
_TYPE = "_crowd._tcp.local."
_HERE = "127.0.0.1"
_TIMEOUT_S = 60.0
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


class Delay(Struct, frozen=True):
    """Milliseconds after the packet, or after the end of a time, for the services."""

    p50_ms: float
    max_ms: float


class Finding(Struct, frozen=True):
    """How late it was told that services are there, that they said goodbye, that they lapsed."""

    appear: Delay
    goodbye: Delay
    lapse: Delay


async def measure(say: Say) -> Finding | None:
    """Return how late it is told; None where no network namespace can be made."""
    say(f"{COUNT} services on mDNS")
    if shutil.which("unshare") is None:
        return None
    process = await asyncio.create_subprocess_exec(
        *("unshare", "--user", "--map-root-user", "--net"),
        *(sys.executable, "-m", "hubd.bench.discovery"),
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    if process.returncode:
        return None
    said = json.loads(out.splitlines()[-1])
    return Finding(**{name: Delay(**delay) for name, delay in said.items()})


class _Told:
    """When each service was told of last, and when as gone."""

    def __init__(self) -> None:
        self.there: dict[str, float] = {}
        self.gone: dict[str, float] = {}
        self._news = asyncio.Event()

    def saw(self, name: str, *, gone: bool) -> None:
        """Take note."""
        (self.gone if gone else self.there)[name] = time.monotonic()
        self._news.set()

    async def all(self, which: dict[str, float]) -> dict[str, float]:
        """Wait until all are in `which`; return and empty it."""
        async with asyncio.timeout(_TIMEOUT_S):
            while len(which) < COUNT:
                self._news.clear()
                await self._news.wait()
        found = dict(which)
        which.clear()
        return found


async def _measured() -> Mapping[str, Mapping[str, float]]:
    from drivers.discovery.watcher import Watcher  # noqa: PLC0415 - in this process alone

    told = _Told()
    watcher = Watcher([_TYPE], [], lambda s: told.saw(s.name, gone=s.gone))
    task = asyncio.create_task(watcher.run())
    crowd = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "firmware_sim.peers.mdns_crowd", _HERE, _TYPE),
        stdin=PIPE,
        stdout=PIPE,
    )

    async def ask(command: str) -> dict[str, float]:
        if crowd.stdin is None or crowd.stdout is None:
            raise AssertionError
        crowd.stdin.write(command.encode() + b"\n")
        answer: dict[str, dict[str, float]] = json.loads(await crowd.stdout.readline())
        return answer.get("at_s", {})

    try:
        await ask("silence")
        sent = await ask(f"announce {COUNT} 120")
        appear = _delay(sent, await told.all(told.there))
        sent = await ask("withdraw")
        goodbye = _delay(sent, await told.all(told.gone))
        sent = await ask(f"announce {COUNT} {_TTL_S}")
        lapse = _delay(sent, await told.all(told.gone), lambda at_s: at_s + _TTL_S)
    finally:
        crowd.kill()
        await crowd.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return {"appear": appear, "goodbye": goodbye, "lapse": lapse}


def _delay(
    sent: Mapping[str, float],
    told: Mapping[str, float],
    due: Callable[[float], float] = lambda at_s: at_s,
) -> dict[str, float]:
    late_ms = [(told[name] - due(at_s)) * 1000 for name, at_s in sent.items()]
    return {"p50_ms": round(median(late_ms), 1), "max_ms": round(max(late_ms), 1)}


def _loopback_up() -> None:
    """Bring up the loopback of a new namespace, which is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sH22x", b"lo", 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, asked), 16)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | _IFF_UP))


if __name__ == "__main__":
    _loopback_up()
    sys.stdout.write(json.dumps(asyncio.run(_measured())) + "\n")
