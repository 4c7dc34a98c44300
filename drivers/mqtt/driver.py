"""The driver's shell: the broker's connection, what devices announce, and what they are asked."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from drivers.kit.port import Hub, Ordered
from drivers.kit.problem import Problem
from drivers.mqtt.availability.watch import Watch
from drivers.mqtt.connection import GmqttConnection, MqttConnection, NotSentError
from drivers.mqtt.dialect import Described, Dialect, Gone, Heard, News
from drivers.mqtt.dialects import dialects
from drivers.mqtt.discovery.announcement import CONFIG_LIMIT
from drivers.mqtt.discovery.intake import Intake
from drivers.mqtt.discovery.registry import Record, Registry
from drivers.mqtt.errors import MqttError, excerpt
from drivers.mqtt.groups import Network, bridges
from drivers.mqtt.messages import MESSAGE_LIMIT, Messages
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import Handler, Router, handlers_of
from drivers.mqtt.sender import Sender
from drivers.mqtt.settings import MqttSettings
from drivers.mqtt.timing import Timing
from drivers.mqtt.zigbee2mqtt import DEVICES_LIMIT, is_bridges
from hubd.core.topics import why_not_sent
from hubd.model.ids import DeviceId, EndpointId

ANNOUNCEMENTS_A_TURN = 16
"""How many devices' announcements are read before the event loop has its turn again."""


type _Read = tuple[News, int, bool]
"""What was read, the rank of what read it, and whether it is a retained message's."""


class MqttDriver:
    """Devices on a broker, in whatever dialect they announce themselves."""

    name = "mqtt"

    def __init__(
        self, settings: MqttSettings, hub: Hub, *, connection: MqttConnection | None = None
    ) -> None:
        self._settings = settings
        self._hub = hub
        self._connection = connection or GmqttConnection(settings)
        self._router = Router(hub)
        self._sender = Sender(hub, self._connection)
        self._messages = Messages(hub, self._subscribed)
        self._dialects: Sequence[Dialect] = dialects(settings)
        self._registry = Registry()
        self._intake = Intake(settings.announcements_per_minute)
        self._watch = Watch(
            hub, asyncio.get_running_loop, self._ask, self._fetch, path=settings.memory
        )
        self._timing: dict[DeviceId, Timing] = {}
        self._reading: dict[str, Iterator[_Read]] = {}
        self._touched: dict[DeviceId, Record] = {}
        self._covered: dict[DeviceId, frozenset[str]] = {}
        self._kept: set[str] = set()
        self._heard: list[tuple[Heard, bool]] = []
        self._network = Network()
        self._bridges: dict[str, set[DeviceId]] = {}
        self._pump: asyncio.TimerHandle | asyncio.Handle | None = None
        self._online = False
        self._lost_why = "not connected yet"

    @property
    def trouble(self) -> str:
        """Why there is no connection to the broker; empty while there is one."""
        return "" if self._online else f"{self._settings.where}: {self._lost_why}"

    @property
    def problems(self) -> Sequence[Problem]:
        """The lost connection, while it is."""
        if self._online:
            return ()
        mend = "Look whether the broker runs, and at [mqtt] in hub.toml"
        return (Problem("mqtt.lost", self.trouble, mend),)

    def keeps(self, key: str) -> bool:
        """Say no: what announces itself is described, not found."""
        del key
        return False

    def vouches(self, device: DeviceId) -> bool:
        """Say no: whoever may publish may announce a device; the rules of adoption decide."""
        del device
        return False

    def heard(self, topic: str, payload: str) -> None:
        """Take no message by this way: the connection is the driver's own."""

    def refresh(self, device: DeviceId) -> None:
        """Tell whether a device is reached, and have its retained messages come again."""
        told = self._watch.told(device)
        if told is not None:
            self._hub.reached(device, available=told)
        if not self._online:
            return
        self._fetch(device)
        record = self._registry.records.get(device)
        if record is not None:
            self._ask(record.questions)

    def _fetch(self, device: DeviceId) -> None:
        """Have a device's retained messages come again."""
        topics = set(self._router.topics_of(device))
        self._connection.subscribe(topics)
        # What comes by a wider subscription is fetched once, or it would come twice from now on.
        self._connection.unsubscribe(topics & self._covered.get(device, frozenset()))

    async def run(self) -> None:
        """Connect, and keep at it until cancelled."""
        keeping = asyncio.create_task(self._watch.keep())
        try:
            await self._connection.run(self)
        finally:
            keeping.cancel()
            if self._pump is not None:
                self._pump.cancel()
                self._pump = None
            for timing in self._timing.values():
                timing.close()
            self._watch.close()

    def send(self, commands: Sequence[Ordered]) -> None:
        """Publish what the commands ask for, in their order."""
        self._sender.send(commands)

    def listen(self, topic_filters: frozenset[str]) -> None:
        """Have the hub told of what comes on these topics (drivers.kit.port.Messenger)."""
        new, gone = self._messages.listen(topic_filters)
        if self._online:
            self._connection.unsubscribe(gone - set(self._router.topics))
            self._connection.subscribe(new)

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message (drivers.kit.port.Messenger)."""
        raw = payload.encode()
        reason = why_not_sent(topic)
        if len(raw) > MESSAGE_LIMIT:
            reason = f"{len(raw)} bytes, {MESSAGE_LIMIT} are the most"
        try:
            if not reason:
                self._connection.publish(Publish(topic, raw, retain=retain))
        except NotSentError as error:
            reason = error.what
        if reason:
            self._hub.refused_input(topic, f"not sent: {reason}")

    # what the connection tells

    def connected(self) -> None:
        """Subscribe to everything, and ask the devices to announce themselves."""
        self._online = True
        # The dialects of a higher rank first: what they describe need not be described twice.
        for dialect in self._dialects:
            self._connection.subscribe(dialect.topics())
        covered = frozenset().union(*self._covered.values())
        self._connection.subscribe({*self._router.topics, *self._messages.topics} - covered)
        for dialect in self._dialects:
            self._ask(dialect.greeting())
        for record in self._registry.records.values():
            self._ask(record.questions)
        self._watch.connected()

    def lost(self, reason: str) -> None:
        """Tell that no device can be reached."""
        self._lost_why = reason
        if self._online:
            self._online = False
            self._watch.lost(f"{self._settings.where}: {reason}")

    def received(self, topic: str | bytes, payload: bytes, *, retained: bool) -> None:
        """Route a message: a state to its readers, an announcement to the intake."""
        if not isinstance(topic, str):
            self._hub.refused_input(excerpt(topic), "a topic that is not UTF-8")
            return
        if self._messages.topics:
            if self._messages.is_copy(topic, payload):
                return
            if not retained:
                self._messages.received(topic, payload)
        if len(self._intake):
            self._intake.overtaken(topic)
        if self._router.received(topic, payload, retained=retained):
            return
        if any(dialect.is_news(topic) for dialect in self._dialects):
            self._line_up(topic, payload, retained=retained)

    def _line_up(self, topic: str, payload: bytes, *, retained: bool) -> None:
        """Put an announcement in line."""
        if retained:
            self._kept.add(topic)
        else:
            self._kept.discard(topic)
        limit = DEVICES_LIMIT if is_bridges(topic) else CONFIG_LIMIT
        if len(payload) > limit:
            reason = f"an announcement of {len(payload)} bytes, {limit} are the most"
            self._hub.refused_input(topic, reason)
        elif not self._intake.offer(topic, payload):
            self._hub.refused_input(topic, "more devices are announced than can be taken in")
        elif self._pump is None and len(self._intake):
            self._pump = asyncio.get_running_loop().call_soon(self._take_in)

    def acknowledged(self, token: int) -> None:
        """Tell that the broker took an action."""
        self._sender.acknowledged(token)

    # what devices announce

    def _take_in(self) -> None:
        """Read the announcements whose turn it is, and describe the devices they touched.

        One that tells of many devices is read on in the next turns.
        """
        loop = asyncio.get_running_loop()
        self._pump = None
        left = ANNOUNCEMENTS_A_TURN - self._read_on(ANNOUNCEMENTS_A_TURN)
        for topic, payload in self._intake.take(loop.time(), left):
            self._reading[topic] = self._news(topic, payload, retained=topic in self._kept)
            self._kept.discard(topic)
        self._read_on(left)
        for record in self._touched.values():
            self._describe(record)
        self._touched.clear()
        for heard, retained in self._heard:
            self._router.received(heard.topic, heard.payload, retained=retained)
        self._heard.clear()
        if self._reading:
            self._pump = loop.call_soon(self._take_in)
        elif len(self._intake):
            self._pump = loop.call_later(self._intake.wait_s(), self._take_in)
        else:
            self._kept.clear()

    def _news(self, topic: str, payload: bytes, *, retained: bool) -> Iterator[_Read]:
        """Yield what an announcement means, with the rank of what read it."""
        for dialect in self._dialects:
            if dialect.is_news(topic):
                for news in dialect.read(topic, payload):
                    # Whatever waited for something else is not happening now.
                    late = isinstance(news, Heard) and news.topic != topic
                    yield news, dialect.rank, retained or late

    def _read_on(self, most: int) -> int:
        """Take in what is being read, up to `most` news; return how many there were."""
        done = 0
        for topic, news in list(self._reading.items()):
            try:
                for told, rank, retained in islice(news, most - done):
                    self._heed(told, rank, retained=retained)
                    done += 1
            except MqttError as error:
                self._hub.refused_input(topic, error.what)
                del self._reading[topic]
                continue
            if done >= most:
                break
            del self._reading[topic]
        return done

    def _heed(self, news: News, rank: int, *, retained: bool) -> None:
        match news:
            case Described():
                self._touched.update(self._registry.described(news, rank))
            case Gone():
                self._touched.update(self._registry.withdrawn(news.origin))
            case Heard():
                self._heard.append((news, retained))
            case Publish():
                self._ask((news,))

    def _ask(self, messages: Iterable[Publish]) -> None:
        """Send what has devices tell of themselves."""
        for message in messages:
            try:
                self._connection.publish(message)
            except NotSentError as error:
                self._hub.refused_input(message.topic, error.what)

    def _following(self, record: Record) -> Iterable[tuple[str, Handler]]:
        """Yield what hands messages that a device is also known by back to their dialects."""
        for topic in chain.from_iterable(record.follows.values()):
            yield topic, self._lining_up(topic)
        for topic, words in chain.from_iterable(record.heeds.values()):
            yield topic, self._lining_up(topic, words)

    def _lining_up(self, topic: str, words: bytes = b"") -> Handler:
        def handle(payload: Payload, retained: bool) -> None:
            if words in payload.raw:
                self._line_up(topic, payload.raw, retained=retained)

        return handle

    def _describe(self, record: Record) -> None:
        """Tell the hub of a device, and bind its messages and commands."""
        device = record.id
        if (ended := self._timing.pop(device, None)) is not None:
            ended.close()
        self._covered.pop(device, None)
        if not record.held:
            _, unread = self._bind(device, ())
            self._connection.unsubscribe(unread - self._messages.topics)
            self._sender.bind(device, {})
            self._leave_bridge(record)
            self._watch.leave(device)
            self._hub.forgotten(device)
            return
        parts = record.parts()
        self._hub.described(record.device(), area=record.area)
        watching = self._watch.follow(
            device,
            parts,
            battery=record.battery,
            pings=tuple(chain.from_iterable(record.pings.values())),
            rereads=tuple(chain.from_iterable(record.rereads.values())),
            answers=any(record.asks.values()),
        )
        loop = asyncio.get_running_loop()
        timing = Timing(self._hub, loop, device, parts, self._watch.reach(device))
        self._timing[device] = timing
        self._sender.bind(device, parts)
        self._listen_to_bridge(record, parts)
        topics, unread = self._bind(
            device,
            chain(
                handlers_of(self._hub, device, parts),
                watching,
                timing.handlers(),
                self._following(record),
            ),
        )
        covered = frozenset(chain.from_iterable(record.covered.values()))
        if covered:
            self._covered[device] = covered
        if self._online:
            self._connection.unsubscribe(unread - self._messages.topics)
            # Those that were subscribed already are asked for anew: a component that joins needs
            # the retained message that the others had.
            self._connection.subscribe(topics - covered)
            self._ask(record.questions)

    def _bind(
        self, device: DeviceId, handlers: Iterable[tuple[str, Handler]]
    ) -> tuple[set[str], set[str]]:
        """Replace what a device reads; return its topics, and those that nothing reads any more."""
        self._messages.subscribed_anew()
        return self._router.bind(device, handlers)

    def _subscribed(self, topic: str) -> Iterable[str]:
        """Yield the subscriptions of the driver's own that match `topic`."""
        own = self._router.filters(topic)
        yield from (f for f in own if not any(f in some for some in self._covered.values()))
        for dialect in self._dialects:
            if dialect.is_news(topic):
                yield f"{dialect.name}/announcements"

    # groups

    def _listen_to_bridge(self, record: Record, parts: Mapping[EndpointId, Part]) -> None:
        """Learn how a Zigbee device is told, and of the groups that its bridge knows."""
        for base in bridges(parts.values()):
            self._network.know(record.identities, parts)
            self._sender.know_groups(self._network.groups())
            behind = self._bridges.setdefault(base, set())
            behind.add(record.id)
            if len(behind) > 1:  # it is listened to already
                continue
            topic = f"{base}/bridge/groups"
            topics, _ = self._bind(DeviceId(topic), [(topic, self._hearing_groups(base))])
            if self._online:
                self._connection.subscribe(topics)

    def _leave_bridge(self, record: Record) -> None:
        """Forget how a device was told; a bridge that has none left is not listened to."""
        self._network.know(record.identities, {})
        self._sender.know_groups(self._network.groups())
        for base, behind in list(self._bridges.items()):
            behind.discard(record.id)
            if not behind:
                del self._bridges[base]
                _, unread = self._bind(DeviceId(f"{base}/bridge/groups"), ())
                self._connection.unsubscribe(unread)

    def _hearing_groups(self, base: str) -> Handler:
        def handle(payload: Payload, retained: bool) -> None:  # noqa: ARG001
            self._network.tell(base, payload.json)
            self._sender.know_groups(self._network.groups())

        return handle
