"""A profile while it is made: builders say what there is, the draft makes the profile of it."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from drivers.miio.codec import Codec, Raw
from drivers.miio.profile import Doer, Profile, Put, Setter, View, Wire
from drivers.miio.rpc import Call
from hubd.model.device import Action, DeviceType, Endpoint, Property, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, typical


class Draft:
    """One model's endpoints, and how they are read and set, so far."""

    def __init__(self) -> None:
        self._endpoints: dict[EndpointId, Endpoint] = {}
        self._views: list[View] = []
        self._setters: list[Setter] = []
        self._doers: list[Doer] = []
        self._pending: list[tuple[EndpointId, str, Put]] = []
        self._troubles: list[Trouble] = []

    def endpoint(self, name: str, device_type: DeviceType, title: str = "") -> EndpointId:
        """Return the id of a new endpoint called `name`, or `name_2` if there is one."""
        stem = slug(name.replace(".", "_").replace("-", "_"))
        chosen, count = EndpointId(stem), 1
        while chosen in self._endpoints:
            count += 1
            chosen = EndpointId(f"{stem}_{count}")
        self._endpoints[chosen] = Endpoint(chosen, device_type, title)
        return chosen

    def kind(self, endpoint: EndpointId, device_type: DeviceType) -> None:
        """Say what an endpoint is, now that this is known."""
        self._endpoints[endpoint] = replace(self._endpoints[endpoint], type=device_type)

    def has(self, endpoint: EndpointId, name: str) -> bool:
        """Say whether an endpoint has that property or action."""
        mine = self._endpoints[endpoint]
        return any(p.name == name for p in mine.properties) or any(
            a.name == name for a in mine.actions
        )

    def add(
        self,
        endpoint: EndpointId,
        name: str,
        *,
        writable: bool = False,
        assumed: bool = False,
        shape: Mapping[str, object] | None = None,
    ) -> None:
        """Describe a property, as the vocabulary has it but for `shape`."""
        prop = typical(name, writable=writable, assumed=assumed)
        self._add(endpoint, replace(prop, **shape) if shape else prop)

    def property(
        self,
        endpoint: EndpointId,
        name: str,
        key: str,
        codec: Codec,
        *,
        readable: bool = True,
        writable: bool = False,
        slow: bool = False,
        shape: Mapping[str, object] | None = None,
    ) -> None:
        """Add a property that is what the device has under one key."""
        self.add(endpoint, name, writable=writable, assumed=not readable, shape=shape)
        if readable:
            self.reads(endpoint, name, (key,), lambda said: codec.read(said[0]), slow=slow)
        if writable:
            self.writes(endpoint, (name,), lambda wish, _: ((key, codec.write(wish[name])),))

    def reads(
        self,
        endpoint: EndpointId,
        name: str,
        keys: tuple[str, ...],
        read: Callable[[Sequence[Raw]], Value],
        *,
        slow: bool = False,
    ) -> None:
        """Read a described property."""
        self._views.append(View(endpoint, name, keys, read, slow))

    def writes(
        self,
        endpoint: EndpointId,
        names: tuple[str, ...],
        write: Callable[[Mapping[str, Value], Mapping[str, Value]], Sequence[Put]],
    ) -> None:
        """Write described properties, together."""
        self._setters.append(Setter(endpoint, frozenset(names), write))

    def does(
        self, endpoint: EndpointId, name: str, write: Callable[[Value], Call], title: str = ""
    ) -> None:
        """Add an action."""
        mine = self._endpoints[endpoint]
        action = Action(name, title or ACTIONS.get(name, ""))
        self._endpoints[endpoint] = replace(mine, actions=(*mine.actions, action))
        self._doers.append(Doer(endpoint, name, write))

    def sets(self, endpoint: EndpointId, name: str, put: Put) -> None:
        """Add an action that sets a key."""
        self._pending.append((endpoint, name, put))
        mine = self._endpoints[endpoint]
        action = Action(name, ACTIONS.get(name, ""))
        self._endpoints[endpoint] = replace(mine, actions=(*mine.actions, action))

    def trouble(self, where: str, reason: str) -> None:
        """Note what is not carried, and why."""
        self._troubles.append(Trouble(where, reason))

    def profile(self, wire: Wire) -> Profile:
        """Return the profile. Endpoints that came to nothing are left out."""
        whole = tuple(e for e in self._endpoints.values() if e.properties or e.actions or e.signals)
        orders = (Doer(e, n, _ordering(wire, put)) for e, n, put in self._pending)
        return Profile(
            wire,
            whole,
            tuple(self._views),
            tuple(self._setters),
            (*self._doers, *orders),
            tuple(self._troubles),
        )

    def _add(self, endpoint: EndpointId, prop: Property) -> None:
        mine = self._endpoints[endpoint]
        self._endpoints[endpoint] = replace(mine, properties=(*mine.properties, prop))


def _ordering(wire: Wire, put: Put) -> Callable[[Value], Call]:
    return lambda _: wire.orders((put,), 0.0)[0]
