"""What an attribute of a cluster is to the hub. Pure data.

Source: Matter 1.5 application cluster specification; ids, types and enumerations are its own.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct

from hubd.model.device import Property
from hubd.model.value import Value

FEATURES = 0xFFFC
"""The global attribute FeatureMap."""
GLOBAL = 0xFFF0
"""Attributes from here to 0xFFFF are the same in every cluster, and tell of the cluster itself."""


class Beside(Struct, frozen=True):
    """What else is known where an attribute is.

    `attributes` are those of its cluster, by id; `types` the device types of its endpoint.
    """

    attributes: Mapping[int, object] = {}
    types: frozenset[int] = frozenset()

    def feature(self, bit: int) -> bool:
        """Say whether the cluster has a feature, by its bit in FeatureMap."""
        features = self.attributes.get(FEATURES)
        return isinstance(features, int) and bool(features >> bit & 1)


class Codec(Struct, frozen=True):
    """How a raw value is read and written.

    `plain` is the property that it is where the vocabulary has no name for it. `read` never gets
    null, which is "not known" everywhere; it raises MalformedError. `write` is None where nothing
    can be set, and raises RefusedError. `unit` is the unit of what is read, and `shape` what it
    says of the property beside.
    """

    plain: str
    read: Callable[[object, Beside], Value]
    write: Callable[[Value, Beside], object] | None = None
    unit: Callable[[Beside], str] = lambda _: ""
    shape: Callable[[Beside], Mapping[str, object]] = lambda _: {}


class Takes(Struct, frozen=True):
    """What an action is told: one argument, or several parts of one.

    `fields` makes the command's fields of it; it raises RefusedError for what it cannot be.
    """

    fields: Callable[[Value, Beside], Mapping[str, object]]
    argument: Property | None = None
    parts: tuple[Property, ...] = ()


class Invoke(Struct, frozen=True):
    """A command to invoke. `fields` are named as the Matter server names them, in camel case.

    `takes` is what an action's command is told beside.
    """

    command: int
    name: str
    fields: Mapping[str, object] = {}
    takes: Takes | None = None


class Write(Struct, frozen=True):
    """An attribute to write."""

    attribute: int
    value: object


type Order = Invoke | Write
"""What is sent to set a property."""

type Ordering = Callable[[object, Value, Beside], Order]
"""Makes the order of a raw value and of the wished value that it was made of."""


class Role(StrEnum):
    """What an attribute says."""

    VALUE = "value"
    """Something of the home: it is a property."""
    BOUND = "bound"
    """How its cluster's values are to be read, or what they can be: a range, a list of modes."""
    LEFT = "left"
    """Something of the home that no property can hold; `reason` says why."""


class Attribute(Struct, frozen=True):
    """One attribute. `name` is its property; empty where it is a plain value (`Codec.plain`)."""

    id: int
    label: str
    role: Role
    codec: Codec | None = None
    name: str = ""
    order: Ordering | None = None
    reason: str = ""
    named: Callable[[Beside], str] | None = None
    """Where the property depends on what is beside."""
    unless: int | None = None
    """The attribute that says the same, and better: where it is there, this one is spare."""


class Cluster(Struct, frozen=True):
    """A cluster. `actions` are what it can be asked to do that is no property.

    `reason` says why nothing of a cluster is carried, where nothing is.
    """

    id: int
    name: str
    attributes: Mapping[int, Attribute]
    actions: Mapping[str, Invoke] = {}
    reason: str = ""


def cluster(
    own: int,
    name: str,
    *attributes: Attribute,
    actions: Mapping[str, Invoke] | None = None,
    reason: str = "",
) -> Cluster:
    """Return a cluster of its attributes."""
    return Cluster(own, name, {a.id: a for a in attributes}, actions or {}, reason)


def value(
    own: int,
    label: str,
    codec: Codec,
    name: str = "",
    order: Ordering | None = None,
    named: Callable[[Beside], str] | None = None,
    *,
    unless: int | None = None,
) -> Attribute:
    """Return an attribute that is a property: `name`, or a plain value."""
    return Attribute(own, label, Role.VALUE, codec, name, order, named=named, unless=unless)


def bound(own: int, label: str) -> Attribute:
    """Return an attribute that says how others are to be read."""
    return Attribute(own, label, Role.BOUND)


def left(own: int, label: str, reason: str) -> Attribute:
    """Return an attribute that is not carried."""
    return Attribute(own, label, Role.LEFT, reason=reason)
