"""Where a driver meets the hub: what it may tell, and what it is asked."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from hubd.model.command import Command
from hubd.model.device import Device
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId
from hubd.model.value import Value


class Hub(Protocol):
    """What a driver tells the hub. Every call returns at once; none may be made from a thread."""

    def described(self, device: Device) -> None:
        """Tell of a device that was found, or whose description changed. Idempotent."""
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
