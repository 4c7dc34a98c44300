"""Messages that are no device's: those on topics that scenes listen to."""

import asyncio
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from drivers.kit.port import Hub
from drivers.mqtt.router import REMEMBERED
from hubd.core.topics import matches

MESSAGE_LIMIT = 16 * 1024
"""Bytes of a payload; it is kept in the log."""


COPIES_S = 0.5
"""Within this, the same message once more is taken for a copy, if there may be one."""


class Messages:
    """Which topics are listened to, and what comes on them.

    A broker may send a message once for each subscription that it matches (MQTT 5.0, section
    3.3.4). Such copies come one right after the other: those are left out.
    """

    def __init__(self, hub: Hub, others: Callable[[str], Iterable[str]]) -> None:
        """Make it; `others` gives the subscriptions of the driver's own that match a topic."""
        self._hub = hub
        self._others = others
        self.topics: frozenset[str] = frozenset()
        self._wild: tuple[str, ...] = ()
        self._matching: dict[str, int] = {}
        self._latest: tuple[str, bytes] = ("", b"")
        self._copies = 0
        self._came_s = 0.0

    def listen(self, topic_filters: frozenset[str]) -> tuple[AbstractSet[str], AbstractSet[str]]:
        """Listen to these; return those that are new, and those that are no more."""
        new, gone = topic_filters - self.topics, self.topics - topic_filters
        self.topics = topic_filters
        self._wild = tuple(f for f in topic_filters if "+" in f or "#" in f)
        self._matching.clear()
        return new, gone

    def received(self, topic: str, payload: bytes) -> None:
        """Tell the hub of a message, if someone listens."""
        if topic not in self.topics and not any(matches(f, topic) for f in self._wild):
            return
        if len(payload) > MESSAGE_LIMIT:
            reason = f"a message of {len(payload)} bytes, {MESSAGE_LIMIT} are the most"
            self._hub.refused_input(topic, reason)
            return
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            self._hub.refused_input(topic, "a message that is not UTF-8")
            return
        self._hub.messaged(topic, text)

    def is_copy(self, topic: str, payload: bytes) -> bool:
        """Say whether this came just now already, by another of our subscriptions."""
        most = self._copies_of(topic)
        if not most:
            return False
        message, now_s = (topic, payload), asyncio.get_running_loop().time()
        if message != self._latest or not self._copies or now_s - self._came_s > COPIES_S:
            self._latest, self._copies, self._came_s = message, most, now_s
            return False
        self._copies -= 1
        return True

    def subscribed_anew(self) -> None:
        """Forget what matched what: the driver's own subscriptions changed."""
        self._matching.clear()

    def _copies_of(self, topic: str) -> int:
        """Return how many copies may come of a message: one less than subscriptions that match."""
        count = self._matching.get(topic)
        if count is None:
            if len(self._matching) >= REMEMBERED:
                self._matching.clear()
            mine = [f for f in (*self._wild, topic) if f in self.topics and matches(f, topic)]
            # Where no scene listens, copies are none of this one's business.
            count = len({*mine, *self._others(topic)}) - 1 if mine else 0
            self._matching[topic] = count
        return count
