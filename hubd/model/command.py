"""Commands: what the hub asks of a device, and how it came out."""

from enum import StrEnum

from msgspec import Struct

from hubd.model.ids import DeviceId, EndpointId, PropertyId, property_id
from hubd.model.value import Value


class Outcome(StrEnum):
    """How a command ended. Every command has exactly one."""

    CONFIRMED = "confirmed"
    """The device reported what was asked; or, for an action, took it."""
    REFUSED = "refused"
    """The device or its driver said no."""
    TIMED_OUT = "timed_out"
    """Nothing was heard until the deadline."""
    SUPERSEDED = "superseded"
    """Something newer was asked before this one was settled."""


class Command(Struct, frozen=True, gc=False, omit_defaults=True):
    """Set the property `name` to `value`; or, if `action`, do `name` with `value` as argument.

    `attempt` counts from 1. Settled as timed out at `deadline_us`. Its id is its event's.
    `over_us` is how long the device is to take; 0 where it is to be at once, or cannot take longer.
    """

    device: DeviceId
    endpoint: EndpointId
    name: str
    value: Value
    deadline_us: int
    action: bool = False
    attempt: int = 1
    over_us: int = 0

    @property
    def property(self) -> PropertyId:
        """The property (or the action, named alike) that this is about."""
        return property_id(self.device, self.endpoint, self.name)
