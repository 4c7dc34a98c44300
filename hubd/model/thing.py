"""Things: one physical device that is reached over several protocols. Pure data.

Each protocol's device stays its own record, untouched; a join says which records are one thing, and
which of their properties are the same one.
"""

from msgspec import Struct

from hubd.model.device import Device
from hubd.model.ids import DeviceId, EndpointId


class Pair(Struct, frozen=True, gc=False):
    """A property or action of the joined record, and the same one of the thing.

    `added`: the thing has it from the joined record alone.
    """

    endpoint: EndpointId
    name: str
    thing_endpoint: EndpointId
    thing_name: str
    added: bool = False


class Join(Struct, frozen=True):
    """A record that was joined to the thing that another record's device is."""

    thing: DeviceId
    record: Device
    pairs: tuple[Pair, ...]
    evidence: tuple[str, ...] = ()
    """Why the two are one, in words."""
