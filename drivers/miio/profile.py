"""What a model is to the hub: endpoints, how they are read from it, and how they are set. Pure.

A device knows properties by keys: `2.1` in MIoT-Spec (service and property), `power` before it.
Views make the vocabulary's values of them; setters and doers make requests of commands.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.errors import MalformedError, RefusedError
from drivers.miio.codec import Raw
from drivers.miio.rpc import Call
from hubd.model.command import Command
from hubd.model.device import Endpoint, Trouble
from hubd.model.ids import EndpointId
from hubd.model.value import Value

type Known = Mapping[tuple[EndpointId, str], Value]
"""The values that were last told, by endpoint and name."""
type Put = tuple[str, Raw]
"""A key, and what it is to be."""


class View(Struct, frozen=True):
    """A property of the vocabulary, made of what the device tells for `keys`.

    `slow` marks what changes seldom and is asked for seldom.
    """

    endpoint: EndpointId
    name: str
    keys: tuple[str, ...]
    read: Callable[[Sequence[Raw]], Value]
    slow: bool = False


class Setter(Struct, frozen=True):
    """What sets properties of an endpoint: `write` takes what is wished and what was last told."""

    endpoint: EndpointId
    names: frozenset[str]
    write: Callable[[Mapping[str, Value], Mapping[str, Value]], Sequence[Put]]


class Doer(Struct, frozen=True):
    """What asks for an action, by its argument."""

    endpoint: EndpointId
    name: str
    write: Callable[[Value], Call]


class Said(Struct, frozen=True):
    """What a device told: values by key, and keys that it told it never will."""

    values: Mapping[str, Raw]
    absent: Mapping[str, str] = {}
    """Key -> why."""


class Wire(Protocol):
    """How keys are asked for and set: what MIoT-Spec and what came before it differ in."""

    @property
    def most(self) -> int:
        """How many keys one question may ask for."""
        ...

    def question(self, keys: Sequence[str]) -> Call:
        """Return the request for the values of `keys`."""
        ...

    def said(self, keys: Sequence[str], result: bytes) -> Said:
        """Return what the answer to a question says. Raises MalformedError."""
        ...

    def orders(self, puts: Sequence[Put], over_s: float) -> Sequence[Call]:
        """Return the requests that set keys, taking `over_s` seconds where the device can."""
        ...

    def objection(self, result: bytes) -> str:
        """Return why an order was not carried out, or "" if it was. Raises MalformedError."""
        ...


class Profile(Struct, frozen=True):
    """One model."""

    wire: Wire
    endpoints: tuple[Endpoint, ...]
    views: tuple[View, ...] = ()
    setters: tuple[Setter, ...] = ()
    doers: tuple[Doer, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def keys(self, *, slow: bool, touched: Collection[EndpointId] = ()) -> tuple[str, ...]:
        """Return the keys that are asked for often; with `slow` all of them.

        Those of endpoints that were `touched` come first, be they slow or not.
        """
        first = [v for v in self.views if v.endpoint in touched]
        often = [v for v in self.views if slow or not v.slow]
        return tuple(dict.fromkeys(key for view in (*first, *often) for key in view.keys))

    def without(self, absent: Mapping[str, str]) -> "Profile":
        """Return the profile without what a device of this model said that it has not."""
        lost = [v for v in self.views if any(key in absent for key in v.keys)]
        if not lost:
            return self
        gone = {(v.endpoint, v.name) for v in lost}
        endpoints = (
            replace(e, properties=tuple(p for p in e.properties if (e.id, p.name) not in gone))
            for e in self.endpoints
        )
        told = [Trouble(f"{v.endpoint} {v.name}", _why(v, absent)) for v in lost]
        return replace(
            self,
            endpoints=tuple(e for e in endpoints if e.properties or e.actions or e.signals),
            views=tuple(v for v in self.views if v not in lost),
            troubles=(*self.troubles, *told),
        )


def readings(
    views: Iterable[View], values: Mapping[str, Raw]
) -> tuple[list[tuple[EndpointId, str, Value]], list[tuple[str, str]]]:
    """Return the properties that `values` tell, and what of them could not be read, with why.

    A value that the device does not know, and one that cannot be read, is None.
    """
    told: list[tuple[EndpointId, str, Value]] = []
    wrong: list[tuple[str, str]] = []
    for view in views:
        if not all(key in values for key in view.keys):
            continue
        said = [values[key] for key in view.keys]
        value: Value = None
        if None not in said:
            try:
                value = view.read(said)
            except MalformedError as error:
                wrong.append((f"{view.endpoint} {view.name}", error.what))
        told.append((view.endpoint, view.name, value))
    return told, wrong


def calls(profile: Profile, commands: Collection[Command], known: Known) -> list[Call]:
    """Return the requests that carry out commands to one endpoint. Raises RefusedError."""
    out: list[Call] = []
    puts: dict[str, Raw] = {}
    wished = {(c.endpoint, c.name): c.value for c in commands if not c.action}
    for setter in profile.setters:
        mine = {n: wished.pop((setter.endpoint, n)) for n in _of(setter, wished)}
        if mine:
            last = {n: v for (e, n), v in known.items() if e == setter.endpoint}
            puts.update(setter.write(mine, last))
    if wished:
        names = ", ".join(name for _, name in wished)
        raise RefusedError(f"{names} cannot be set on this device")
    if puts:
        over_s = max(c.over_us for c in commands) / 1e6
        out.extend(profile.wire.orders(list(puts.items()), over_s))
    out.extend(_done(profile, command) for command in commands if command.action)
    return out


def _of(setter: Setter, wished: Mapping[tuple[EndpointId, str], Value]) -> list[str]:
    return [n for e, n in wished if e == setter.endpoint and n in setter.names]


def _done(profile: Profile, command: Command) -> Call:
    for doer in profile.doers:
        if doer.endpoint == command.endpoint and doer.name == command.name:
            return doer.write(command.value)
    raise RefusedError(f"{command.name} is nothing that this device does")


def _why(view: View, absent: Mapping[str, str]) -> str:
    return next(absent[key] for key in view.keys if key in absent)
