"""Where a driver meets the hub: what it may tell, and what it is asked."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from drivers.kit.found import Found
from drivers.kit.problem import Problem
from hubd.model.command import Command
from hubd.model.device import Device
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId
from hubd.model.value import Value


class Hub(Protocol):
    """What a driver tells the hub. Every call returns at once; none may be made from a thread."""

    def found(self, found: Found, *, seen: str = "") -> None:
        """Tell of a thing that can be adopted; `seen` is the key of the sighting that showed it."""
        ...

    def described(self, device: Device, *, area: str = "") -> None:
        """Tell of a device, or that its description changed. Idempotent.

        `area` is the room that the device or its maker's app says it is in, in words.
        """
        ...

    def recorded(self, device: DeviceId, native: str) -> None:
        """Tell that the driver's own record of a device changed (`Device.native`)."""
        ...

    def forgotten(self, device: DeviceId) -> None:
        """Tell that a device was taken away for good (its announcement was withdrawn)."""
        ...

    def reported(self, prop: PropertyId, value: Value, *, restored: bool = False) -> None:
        """Tell a property's value; `restored` if it is a retained one, not news."""
        ...

    def signalled(self, device: DeviceId, endpoint: EndpointId, name: str, value: str) -> None:
        """Tell a momentary event, such as a press."""
        ...

    def reached(self, device: DeviceId, *, available: bool, reason: str = "") -> None:
        """Tell that a device came within reach or fell out of it, and why, in words."""
        ...

    def answered(self, command: EventId, *, accepted: bool, reason: str = "") -> None:
        """Tell that a command was taken or refused by the device, the broker or the driver."""
        ...

    def listen(self, topic_filters: frozenset[str]) -> None:
        """Have this driver hear what comes on these topics of the broker, and on no others."""
        ...

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message to the broker."""
        ...

    def messaged(self, topic: str, payload: str) -> None:
        """Tell a message on a topic that is listened to; never a retained one."""
        ...

    def refused_input(self, where: str, reason: str) -> None:
        """Tell of something malformed that came in: where from (a topic), and what is wrong."""
        ...


class Ordered(Struct, frozen=True, gc=False):
    """A command to carry out, and the event that it is known by."""

    event: EventId
    command: Command


class Driver(Protocol):
    """One protocol's shell: runs its connections, and turns commands into bytes."""

    @property
    def name(self) -> str:
        """The driver's name, as in `Device.driver`."""
        ...

    @property
    def trouble(self) -> str:
        """What keeps the driver from working, in words; empty when nothing does."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What a person should look at: its own trouble, and those of its things."""
        ...

    def keeps(self, key: str) -> bool:
        """Say whether the found thing of that key is adopted."""
        ...

    def vouches(self, device: DeviceId) -> bool:
        """Say whether a device is of what was adopted, so that nobody need be asked again."""
        ...

    def heard(self, topic: str, payload: str) -> None:
        """Take a message of the broker's that the driver listens to (Hub.listen)."""
        ...

    def refresh(self, device: DeviceId) -> None:
        """Tell all that is known of a device anew: it has just been adopted."""
        ...

    async def run(self) -> None:
        """Connect, and keep at it until cancelled. Never ends by itself."""
        ...

    def send(self, commands: Sequence[Ordered]) -> None:
        """Put commands on the wire in their order; those of one endpoint may share a message.

        Returns at once and raises nothing: what cannot be encoded is told by `Hub.answered`.
        """
        ...


class Messenger(Protocol):
    """A driver that also carries messages which are no device's."""

    def listen(self, topic_filters: frozenset[str]) -> None:
        """Have `Hub.messaged` told of what comes on these topics, and of no others."""
        ...

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Send a message. Raises nothing: what cannot be sent is told by `Hub.refused_input`."""
        ...
