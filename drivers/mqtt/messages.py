"""Messages that are no device's: those on topics that scenes listen to."""

import asyncio
from collections.abc import Set as AbstractSet

from drivers.mqtt.router import REMEMBERED
from drivers.port import Hub
from hubd.core.topics import matches

MESSAGE_LIMIT = 16 * 1024
"""Bytes of a payload; it is kept in the log."""


class Messages:
    """Which topics are listened to, and what comes on them.

    A broker may send a message once for each subscription that it matches (MQTT 5.0, section
    3.3.4). Such copies come together: those that come within one turn of the loop are left out.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.topics: frozenset[str] = frozenset()
        self._wild: tuple[str, ...] = ()
        self._matching: dict[str, int] = {}
        self._copies: dict[tuple[str, bytes], int] = {}

    def listen(self, topic_filters: frozenset[str]) -> tuple[AbstractSet[str], AbstractSet[str]]:
        """Listen to these; return those that are new, and those that are no more."""
        new, gone = topic_filters - self.topics, self.topics - topic_filters
        self.topics = topic_filters
        self._wild = tuple(f for f in topic_filters if "+" in f or "#" in f)
        self._matching.clear()
        return new, gone

    def received(self, topic: str, payload: bytes) -> None:
        """Tell the hub of a message, if someone listens."""
        if topic not in self.topics and not self._matched(topic):
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
        most = self._matched(topic) if self._wild else 0
        if not most:
            return False
        key = (topic, payload)
        left = self._copies.get(key)
        if left is None:
            if not self._copies:
                asyncio.get_running_loop().call_soon(self._copies.clear)
            self._copies[key] = most
            return False
        self._copies[key] = left - 1
        return left > 0

    def _matched(self, topic: str) -> int:
        """Return by how many filters with wildcards `topic` is matched."""
        count = self._matching.get(topic)
        if count is None:
            if len(self._matching) >= REMEMBERED:
                self._matching.clear()
            count = self._matching[topic] = sum(matches(f, topic) for f in self._wild)
        return count
