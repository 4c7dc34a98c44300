"""Home Assistant's MQTT discovery, as a dialect."""

from collections.abc import Iterable, Sequence

from drivers.mqtt.components import build
from drivers.mqtt.dialect import Described, Gone, News, Piece
from drivers.mqtt.discovery.announcement import (
    Announced,
    Migrating,
    Withdrawn,
    announcement,
    is_announcement,
)
from drivers.mqtt.part import Publish


class HomeAssistant:
    """Devices that announce their components below a prefix."""

    name = "homeassistant"
    rank = 0

    def __init__(self, prefix: str, *, birth: bool) -> None:
        """Listen below `prefix`; with `birth`, tell the devices there when the hub is up."""
        self._prefix = prefix
        self._birth = birth

    def topics(self) -> Sequence[str]:
        """Return the filters of all config topics."""
        return (f"{self._prefix}/+/+/config", f"{self._prefix}/+/+/+/config")

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` is a config topic."""
        return is_announcement(topic, self._prefix)

    def greeting(self) -> Sequence[Publish]:
        """Return the birth message, upon which devices announce themselves anew."""
        return (Publish(f"{self._prefix}/status", b"online"),) if self._birth else ()

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what a config message announces. Raises DiscoveryError or TemplateError."""
        match announcement(topic, payload, self._prefix):
            case Announced() as announced:
                pieces = [Piece(c.identity, c.key, c.kind, build(c)) for c in announced.components]
                return (Described(topic, announced.device, tuple(pieces)),)
            case Withdrawn():
                return (Gone(topic),)
            case Migrating():
                return ()  # its components stay until the new announcement takes them over
