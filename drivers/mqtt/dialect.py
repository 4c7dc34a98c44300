"""A dialect: one manner in which devices on a broker announce themselves. No I/O.

Each is a folder or file of its own that fills `Dialect`; the driver subscribes, keeps the rate, and
binds what was described to topics and commands.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from drivers.mqtt.part import Part, Publish
from hubd.model.device import Trouble


class DeviceFacts(Struct, frozen=True, omit_defaults=True):
    """What an announcement says of the device itself.

    `identities`: two announcements that share one are about one device; the first names it. They
    are `id:` and the dialect's own name (`id:zigbee2mqtt_0x00158d0001234567`, as in Home
    Assistant's discovery of the same device), `connection:mac:aa:bb:cc:dd:ee:ff`, `ieee:0x…`.
    """

    identities: tuple[str, ...]
    name: str = ""
    maker: str = ""
    model: str = ""
    version: str = ""
    area: str = ""
    via: str = ""
    hardware: str = ""
    serial: str = ""
    url: str = ""
    origin: str = ""


class Piece(Struct, frozen=True):
    """One function of a device: the part that it became, or why it could not be carried.

    `identity` stays the same when it is announced anew, be it elsewhere. `key` orders the pieces,
    and `kind` tells two of one key apart.
    """

    identity: str
    key: str
    kind: str
    built: Part | Trouble


class Described(Struct, frozen=True):
    """A device, in place of what the same `origin` said before.

    `origin` is what it was told by: its topic, or the topic and the device's name where one message
    tells of several. Messages on the topics that `follows` names come to `read` as well, though the
    pieces may read them too: for devices whose states tell what they are. `covered` are topics that
    come by what the dialect itself subscribes to: a second subscription would bring them twice.
    `asks` has the device tell what the broker does not keep of it; `rereads` has it tell its state
    anew, where it came back and says nothing by itself.
    """

    origin: str
    device: DeviceFacts
    pieces: tuple[Piece, ...]
    follows: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    asks: tuple[Publish, ...] = ()
    rereads: tuple[Publish, ...] = ()
    heeds: tuple[tuple[str, bytes], ...] = ()
    """As `follows`, of messages that hold these bytes alone: others are too many to be read."""
    pings: tuple[Publish, ...] = ()
    """The least that has it answer, where it is awake to be asked."""
    battery: bool | None = None
    """Whether it runs on a battery, and sleeps; None if that is not told."""


class Gone(Struct, frozen=True):
    """What was described at `origin` is there no more."""

    origin: str


class Heard(Struct, frozen=True):
    """A message that is to be read as any other, now that what it is about is described.

    For states that come before their description, or that are one with it.
    """

    topic: str
    payload: bytes


type News = Described | Gone | Heard | Publish
"""What an announcement leads to; a Publish asks the device for more."""


class Dialect(Protocol):
    """One manner of announcing."""

    @property
    def name(self) -> str:
        """Its name, such as `zigbee2mqtt`."""
        ...

    @property
    def rank(self) -> int:
        """Where two dialects describe one device, the one of the higher rank carries it."""
        ...

    def topics(self) -> Sequence[str]:
        """Return the filters to subscribe to, from the start to the end."""
        ...

    def is_news(self, topic: str) -> bool:
        """Say whether messages of `topic` are announcements of this dialect. Cheap."""
        ...

    def greeting(self) -> Sequence[Publish]:
        """Return what to send at each connection, so that devices announce themselves."""
        ...

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what an announcement means. Raises MqttError for one that cannot be read.

        It is called again only if the payload differs from the topic's last one.
        """
        ...
