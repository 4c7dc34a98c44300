"""A gateway on the broker: one MQTT client with its will, and the devices behind it."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import aiomqtt

from firmware_sim.devices.device import DISCOVERY, Device, Gateway, Message

_log = logging.getLogger(__name__)
_STATUS = f"{DISCOVERY}/status"
_NO_DELAY = ((6, 1, 1),)
"""IPPROTO_TCP, TCP_NODELAY, on: Nagle's rule would hold reports back for up to 40 ms."""
_BACKLOG = 1000
_RETRY_S = (0.1, 5.0)


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and who we are to it."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, url: str) -> "Broker":
        """Return the broker of `mqtt://[user[:password]@]host[:port]`; raises ValueError."""
        parts = urlsplit(url if "//" in url else f"//{url}")
        if parts.scheme not in {"", "mqtt", "tcp"} or not parts.hostname:
            raise ValueError(f"{url!r} is not like mqtt://host:1883")
        name, word = (unquote(p) if p else None for p in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or 1883, name, word)


class Station:
    """Keeps one gateway on the broker: it announces, reports in order, and hears commands.

    `current` gives the messages that tell a device's whole state; `command` takes what came in.
    """

    def __init__(
        self,
        gateway: Gateway,
        devices: Iterable[Device],
        *,
        current: Callable[[Device], tuple[Message, ...]],
        command: Callable[[Device, str, str], None],
    ) -> None:
        self.gateway = gateway
        self._devices = tuple(devices)
        self._by_topic = {
            topic: d for d in self._devices for topic in (*d.topics(), *d.questions())
        }
        self._current = current
        self._command = command
        self._waiting: deque[Message] = deque()
        self._more = asyncio.Event()
        self._fewer = asyncio.Event()
        self._fewer.set()
        self._nothing = asyncio.Event()
        self._nothing.set()
        self._leave = asyncio.Event()
        self.announced = asyncio.Event()

    def send(self, messages: Iterable[Message]) -> None:
        """Queue messages; they go out in this order, after a lost connection as well."""
        self._waiting.extend(messages)
        if not self._waiting:
            return
        self._more.set()
        self._nothing.clear()
        if len(self._waiting) > _BACKLOG:
            self._fewer.clear()

    async def room(self) -> None:
        """Wait until fewer than a thousand messages wait."""
        await self._fewer.wait()

    async def drained(self) -> None:
        """Wait until nothing waits to be sent."""
        await self._nothing.wait()

    def leave(self) -> None:
        """Make `run` say goodbye and end."""
        self._leave.set()

    async def run(self, broker: Broker) -> None:
        """Stay on the broker until `leave`; where it is away, try again, ever less often."""
        wait_s, longest_s = _RETRY_S
        while not self._leave.is_set():
            try:
                await self._visit(broker)
            except aiomqtt.MqttError as error:
                _log.warning("%s: %s; again in %.1f s", self.gateway.id, error, wait_s)
                try:
                    await asyncio.wait_for(self._leave.wait(), wait_s)
                except TimeoutError:
                    wait_s = min(wait_s * 2, longest_s)
            else:
                wait_s = _RETRY_S[0]

    async def _visit(self, broker: Broker) -> None:
        will = self.gateway.will
        async with aiomqtt.Client(
            broker.host,
            broker.port,
            username=broker.username,
            password=broker.password,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=will.retain),
            socket_options=_NO_DELAY,
            timeout=10,
        ) as client:
            topics = [(topic, 1) for topic in (_STATUS, *self._by_topic)]
            await client.subscribe(topics)
            await self._announce(client)
            tasks = [
                asyncio.create_task(self._listen(client)),
                asyncio.create_task(self._speak(client)),
                asyncio.create_task(self._leave.wait()),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            for task in done:
                task.result()
            await self._farewell(client)

    async def _announce(self, client: aiomqtt.Client) -> None:
        """Publish discovery, state and availability, and wait until the broker has them all.

        What waited while the broker was away goes out before the state, which is newer.
        """
        for message in self._discovery():
            await _publish(client, message, qos=1)
        await self._empty(client)
        for device in self._devices:
            for message in self._current(device):
                await _publish(client, message)
        for message in self._presence():
            await _publish(client, message, qos=1)
        self.announced.set()

    def _discovery(self) -> Iterator[Message]:
        yield from self.gateway.directory(self._devices)
        for device in self._devices:
            yield from device.announcement()

    def _presence(self) -> Iterator[Message]:
        yield self.gateway.birth
        for device in self._devices:
            yield from device.online()

    async def _farewell(self, client: aiomqtt.Client) -> None:
        await self._empty(client)
        for message in (m for d in self._devices for m in d.offline()):
            await _publish(client, message)
        await _publish(client, self.gateway.will, qos=1)

    async def _speak(self, client: aiomqtt.Client) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            await self._empty(client)

    async def _empty(self, client: aiomqtt.Client) -> None:
        while self._waiting:
            await _publish(client, self._waiting[0])
            self._waiting.popleft()
            if len(self._waiting) <= _BACKLOG // 2:
                self._fewer.set()
        self._nothing.set()

    async def _listen(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            topic = str(message.topic)
            words = bytes(message.payload).decode("utf-8", errors="replace")
            if topic == _STATUS:
                if words == "online" and not message.retain:
                    # Through the queue: what was reported before must not come after it.
                    self.send(self._discovery())
                    for device in self._devices:
                        self.send(self._current(device))
                    self.send(self._presence())
            elif commanded := self._by_topic.get(topic):
                self._command(commanded, topic, words)


async def _publish(client: aiomqtt.Client, message: Message, qos: int = 0) -> None:
    await client.publish(message.topic, message.payload, qos=qos, retain=message.retain)
