# mypy: allow-untyped-calls
"""The connection to the broker: a port of a few methods, and gmqtt behind it."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

import gmqtt
from gmqtt.mqtt.constants import MQTTv50, MQTTv311
from gmqtt.mqtt.package import Package
from gmqtt.storage import PersistentStorage

from drivers.kit.backoff import Backoff
from drivers.mqtt.errors import MqttError
from drivers.mqtt.part import Publish
from drivers.mqtt.settings import MqttSettings
from drivers.mqtt.tap import Tap

log = logging.getLogger(__name__)

BUFFER_LIMIT = 1024 * 1024
"""Bytes not yet taken by the broker beyond which messages are refused."""
WAITING_LIMIT = 5_000
"""Messages that wait for the broker's acknowledgements beyond which more are refused."""
TOPICS_A_PACKET = 200
CONNECT_TIMEOUT_S = 15.0
_REFUSED_VERSION = frozenset({1, 132})


class NotSentError(MqttError):
    """A message could not be handed to the broker."""

    code = "mqtt.not_sent"


class Events(Protocol):
    """What a connection tells. None may block, none may raise."""

    def connected(self) -> None:
        """The broker took the connection; nothing is subscribed yet."""
        ...

    def lost(self, reason: str) -> None:
        """The connection is gone, or could not be made; another attempt will follow."""
        ...

    def received(self, topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        """A message came in; `retained` if it was kept by the broker and is not news.

        The topic is bytes where it is not UTF-8.
        """
        ...

    def acknowledged(self, token: int) -> None:
        """The broker took the message that was published with `token`."""
        ...


class MqttConnection(Protocol):
    """A connection that keeps itself up."""

    async def run(self, events: Events) -> None:
        """Connect and reconnect until cancelled."""
        ...

    def publish(self, message: Publish, token: int = 0) -> None:
        """Hand a message to the broker; the order is kept. Raises NotSentError."""
        ...

    def subscribe(self, topics: Iterable[str]) -> None:
        """Subscribe, and have the retained messages sent (again). Lost with the connection."""
        ...

    def unsubscribe(self, topics: Iterable[str]) -> None:
        """Unsubscribe."""
        ...


class _Inflight(PersistentStorage):
    """gmqtt's store of messages that the broker has yet to acknowledge: where we learn of it."""

    def __init__(self, acknowledged: Callable[[int], None]) -> None:
        super().__init__()
        self._acknowledged = acknowledged

    def remove_message_by_mid(self, mid: int) -> None:
        """Forget a message that was acknowledged."""
        super().remove_message_by_mid(mid)
        self._acknowledged(mid)


class GmqttConnection:
    """gmqtt behind the port: MQTT 5, or 3.1.1 where the broker knows no more.

    A client lives for one connection; reconnecting is ours, since gmqtt's own has a fixed delay
    and no jitter. Sessions are clean: what was missed is told by retained messages, and a press
    of yesterday is not delivered late. asyncio and uvloop set TCP_NODELAY on their own.
    """

    def __init__(self, settings: MqttSettings, backoff: Backoff | None = None) -> None:
        self._settings = settings
        self._backoff = backoff or Backoff()
        self._version = MQTTv50
        self._client: gmqtt.Client | None = None
        self._tap: Tap | None = None
        self._inflight: _Inflight | None = None
        self._tokens: dict[int, int] = {}
        self._waiting: deque[tuple[Publish, int]] = deque()
        self._topics: deque[tuple[bool, list[str]]] = deque()
        self._gathering: asyncio.Handle | None = None
        self._subscribing: dict[int, list[str]] = {}
        self._events: Events | None = None

    async def run(self, events: Events) -> None:
        """Connect and reconnect until cancelled."""
        self._events = events
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            reason = await self._session(events)
            events.lost(reason)
            self._backoff.held(loop.time() - began)
            wait_s = self._backoff.wait_s(random.random())  # noqa: S311
            log.warning("%s: %s; next attempt in %.1f s", self._settings.where, reason, wait_s)
            await asyncio.sleep(wait_s)

    def publish(self, message: Publish, token: int = 0) -> None:
        """Hand a message to the broker; the order is kept. Raises NotSentError."""
        client = self._client
        if client is None:
            raise NotSentError(f"no connection to {self._settings.where}")
        if self._waiting or not self._sent(client, message, token):
            if len(self._waiting) >= WAITING_LIMIT:
                raise NotSentError(f"{self._settings.where} does not keep up")
            self._waiting.append((message, token))

    def subscribe(self, topics: Iterable[str]) -> None:
        """Subscribe, and have the retained messages sent (again). Lost with the connection."""
        self._change_topics(sorted(topics), wanted=True)

    def unsubscribe(self, topics: Iterable[str]) -> None:
        """Unsubscribe."""
        self._change_topics(sorted(topics), wanted=False)

    async def _session(self, events: Events) -> str:
        """Connect once and stay until the connection is lost; return why."""
        settings = self._settings
        over = asyncio.get_running_loop().create_future()

        def end(reason: str) -> None:
            if not over.done():
                over.set_result(reason)

        client = self._new_client(end)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                connecting = asyncio.ensure_future(
                    client.connect(
                        settings.host,
                        settings.port,
                        ssl=settings.tls_context() or False,
                        keepalive=settings.keepalive_s,
                        version=self._version,
                    )
                )
                try:
                    await asyncio.wait({connecting, over}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    hung_up = not connecting.done()
                    connecting.cancel()
                    with suppress(asyncio.CancelledError, gmqtt.MQTTConnectError, OSError):
                        await connecting
                if hung_up:
                    self._try_older_version()
                    return f"refused: {over.result()}"
                connecting.result()
            self._client = client
            self._tap = _tapped(client, self._version, events)
            client.publish(settings.status_topic, b"online", qos=1, retain=True)
            events.connected()
            return str(await over)
        except gmqtt.MQTTConnectError as error:
            if getattr(error, "_code", 0) in _REFUSED_VERSION:
                self._try_older_version()
            return f"refused: {error.message.removeprefix('Connection Refused: ')}"
        except TimeoutError:
            return f"no answer within {CONNECT_TIMEOUT_S:g} s"
        except OSError as error:
            return f"cannot be reached: {error.strerror or error}"
        finally:
            if self._client is not None and (over.cancelled() or not over.done()):
                client.publish(settings.status_topic, b"offline", retain=True)
            self._client = self._tap = None
            self._tokens.clear()
            self._waiting.clear()
            self._topics.clear()
            if self._gathering is not None:
                self._gathering.cancel()
                self._gathering = None
            self._subscribing.clear()
            await self._closed(client)

    def _new_client(self, end: Callable[[str], None]) -> gmqtt.Client:
        settings = self._settings
        self._inflight = _Inflight(self._acknowledged)
        quiet = logging.getLogger("gmqtt")
        quiet.setLevel(logging.CRITICAL)  # what it warns of is told here, once and in our words
        will = gmqtt.Message(settings.status_topic, b"offline", qos=1, retain=True)
        client = gmqtt.Client(
            settings.client_id, will_message=will, persistent_storage=self._inflight, logger=quiet
        )
        client.set_config({"reconnect_retries": -2, "reconnect_delay": 0})
        if settings.username:
            client.set_auth_credentials(settings.username, settings.password or None)

        def on_disconnect(_client: gmqtt.Client, _packet: object, *_more: object) -> None:
            end("connection lost")

        def on_subscribe(_: gmqtt.Client, mid: int, granted: Sequence[int], *_more: object) -> None:
            for topic, qos in zip(self._subscribing.pop(mid, ()), granted, strict=False):
                if qos >= 128:
                    log.error("%s refused the subscription to %s", settings.where, topic)
            self._continue()

        client.on_disconnect = on_disconnect
        client.on_subscribe = on_subscribe
        client.on_unsubscribe = on_subscribe
        return client

    def _try_older_version(self) -> None:
        """A broker that knows no MQTT 5 says so, or hangs up: try the other one next."""
        self._version = MQTTv311 if self._version == MQTTv50 else MQTTv50
        self._backoff.failures = min(self._backoff.failures, 1)

    async def _closed(self, client: gmqtt.Client) -> None:
        """Close the connection in good order, so that no task of it is left."""
        with suppress(OSError):
            await client.disconnect()

    def _sent(self, client: gmqtt.Client, message: Publish, token: int) -> bool:
        """Send a message; return False if its turn is after some acknowledgement."""
        tap, inflight = self._tap, self._inflight
        if tap is None or tap.buffered > BUFFER_LIMIT:
            raise NotSentError(f"{self._settings.where} does not keep up")
        if not message.qos or inflight is None:
            tap.publish(message, 0)
            return True
        try:
            mid: int = _connection_of(client)._protocol.id_generator.next_id()  # noqa: SLF001
        except OverflowError:
            # The broker's window (MQTT 5.0, section 3.3.4) is full: gmqtt has no free packet id.
            return False
        inflight.push_message(mid, tap.publish(message, mid))
        if token:
            self._tokens[mid] = token
        return True

    def _acknowledged(self, mid: int) -> None:
        token = self._tokens.pop(mid, 0)
        self._continue()
        if token and self._events is not None:
            self._events.acknowledged(token)

    def _continue(self) -> None:
        """Send what waited for an acknowledgement, in its order."""
        client = self._client
        while client is not None and self._waiting:
            message, token = self._waiting[0]
            try:
                if not self._sent(client, message, token):
                    return
            except NotSentError:
                return
            self._waiting.popleft()
        while client is not None and self._topics and self._gathering is None:
            wanted, topics = self._topics[0]
            if not self._topics_sent(client, topics[:TOPICS_A_PACKET], wanted=wanted):
                return
            del topics[:TOPICS_A_PACKET]
            if not topics:
                self._topics.popleft()

    def _change_topics(self, topics: Sequence[str], *, wanted: bool) -> None:
        """Have topics changed in the loop's next turn, with those that others change in this one.

        A packet for each of a thousand devices would keep broker and commands busy for seconds.
        """
        if not topics:
            return
        if self._topics and self._topics[-1][0] == wanted:
            self._topics[-1][1].extend(topics)
        else:
            self._topics.append((wanted, list(topics)))
        if self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_soon(self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        for _, topics in self._topics:
            topics[:] = dict.fromkeys(topics)
        self._continue()

    def _topics_sent(self, client: gmqtt.Client, topics: list[str], *, wanted: bool) -> bool:
        try:
            if wanted:
                # At QoS 0: sessions are clean, so QoS 1 would add nothing but acknowledgements,
                # and a window of 20 that a thousand retained messages have to go through.
                mid = client.subscribe([gmqtt.Subscription(topic, qos=0) for topic in topics])
                self._subscribing[mid] = topics
                client.subscriptions.clear()  # gmqtt would keep them all, and search them by list
            else:
                client.unsubscribe(topics)
        except OverflowError:
            return False
        return True


def _connection_of(client: gmqtt.Client) -> Any:
    """Return the connection of a connected client; gmqtt offers no public way to it."""
    return client._connection  # noqa: SLF001


def _tapped(client: gmqtt.Client, version: int, events: Events) -> Tap:
    """Have a connected client's messages go to `events`, and all else to the client."""
    connection = _connection_of(client)

    def hand_on(command: int, body: bytes) -> None:
        connection.put_package(Package(command, body))

    return Tap(connection._transport, version, events.received, hand_on)  # noqa: SLF001
