"""The floor: a bare responder on gmqtt and uvloop. Motion goes on, its lamp goes on; no more.

It takes in the very messages that the hub takes in, the lamps' states too, and drops those. Its
commands go out at QoS 1, as the hub's do.
Run as `python -m hubd.bench.floor HOST PORT`; prints `ready` once it is subscribed.
"""

import asyncio
import socket
import sys
from contextlib import suppress
from typing import Any

import gmqtt
import uvloop

MOTION = "bench/bench_motion_"
ON = '{"state":"ON"}'
OFF = '{"state":"OFF"}'


async def respond(host: str, port: int) -> None:
    """Answer each motion with its lamp's command, until cancelled."""
    client: Any = gmqtt.Client("bench-floor")  # type: ignore[no-untyped-call]
    subscribed = asyncio.Event()

    def on_message(_: object, topic: str, payload: bytes, *__: object) -> int:
        if topic.startswith(MOTION):
            lamp = f"bench/bench_light_{topic[len(MOTION) :]}/set"
            with suppress(OverflowError):  # the broker's window is full: the command is lost
                client.publish(lamp, ON if payload == b"ON" else OFF, qos=1)
        return 0

    def on_subscribe(*_: object) -> None:
        subscribed.set()

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    await client.connect(host, port)
    _no_delay(client)
    client.subscribe("bench/+")
    await subscribed.wait()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _no_delay(client: Any) -> None:
    transport = client._connection._transport  # noqa: SLF001 - gmqtt offers no other way
    transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


if __name__ == "__main__":
    uvloop.run(respond(sys.argv[1], int(sys.argv[2])))
