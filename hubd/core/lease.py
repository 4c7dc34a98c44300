"""How long a person's hand is left alone: as the home says for a kind, or as is usual for it."""

from collections.abc import Iterable

from hubd.core.home import Home
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.lease import Lease
from hubd.model.vocabulary import term


def lease_of(
    leases: Iterable[Lease], home: Home, device: DeviceId, endpoint: EndpointId, name: str
) -> Lease:
    """Return the lease of a hand on the property `name` of an endpoint."""
    known = home.devices.get(device)
    ends = known.endpoints if known is not None else ()
    kind = next((e.type for e in ends if e.id == endpoint), None)
    for lease in leases:
        if kind in lease.types:
            return lease
    return Lease((), term(name).lease_us)
