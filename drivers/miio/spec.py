"""MIoT-Spec: what a model's services, properties and actions are, as its maker published it. Pure.

Source: https://iot.mi.com (MIoT-Spec-V2) and the instances at https://home.miot-spec.com, which are
JSON: `{"type": "urn:miot-spec-v2:device:light:0000A001:yeelink-colorc:1", "services": [...]}`.
"""

import msgspec
from msgspec import Struct

from drivers.kit.errors import MalformedError

LONGEST = 512 * 1024
"""Bytes of a spec; the longest that is known has some 60 kB."""
_MOST = 1024
_STANDARD = "urn:miot-spec-v2:"


class Option(Struct, frozen=True):
    """A value that a property may have."""

    value: int | str
    description: str = ""


class SpecProperty(Struct, frozen=True, rename="kebab"):
    """A property of a service. `value_range` is least, most and step."""

    iid: int
    type: str
    format: str = "string"
    description: str = ""
    access: tuple[str, ...] = ()
    unit: str = ""
    value_list: tuple[Option, ...] = ()
    value_range: tuple[float, ...] = ()

    @property
    def kind(self) -> str:
        """Its kind, such as `brightness`."""
        return kind_of(self.type)

    @property
    def readable(self) -> bool:
        """Whether it tells its value when asked."""
        return "read" in self.access

    @property
    def writable(self) -> bool:
        """Whether it can be set."""
        return "write" in self.access

    @property
    def whole(self) -> bool:
        """Whether its numbers are whole ones."""
        return "int" in self.format

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.whole or self.format == "float"

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Its least and its most, if it has these."""
        if len(self.value_range) >= 2 and self.value_range[0] < self.value_range[1]:
            return self.value_range[0], self.value_range[1]
        return None


class SpecAction(Struct, frozen=True):
    """Something that a service can be asked to do; `inputs` are properties of the service."""

    iid: int
    type: str
    description: str = ""
    inputs: tuple[int, ...] = msgspec.field(default=(), name="in")

    @property
    def kind(self) -> str:
        """Its kind, such as `start-sweep`."""
        return kind_of(self.type)


class SpecEvent(Struct, frozen=True):
    """Something momentary that a service tells."""

    iid: int
    type: str
    description: str = ""

    @property
    def kind(self) -> str:
        """Its kind, such as `click`."""
        return kind_of(self.type)


class SpecService(Struct, frozen=True):
    """A service of a device: a lamp, a battery."""

    iid: int
    type: str
    description: str = ""
    properties: tuple[SpecProperty, ...] = ()
    actions: tuple[SpecAction, ...] = ()
    events: tuple[SpecEvent, ...] = ()

    @property
    def kind(self) -> str:
        """Its kind, such as `light`."""
        return kind_of(self.type)

    @property
    def standard(self) -> bool:
        """Whether it is the standard's, not its maker's own."""
        return self.type.startswith(_STANDARD)


class Spec(Struct, frozen=True):
    """A model. `most` is how many properties it can be asked for at once, where that is known."""

    type: str
    description: str = ""
    services: tuple[SpecService, ...] = ()
    most: int = 0

    @property
    def kind(self) -> str:
        """Its kind, such as `air-purifier`."""
        return kind_of(self.type)


_SPEC = msgspec.json.Decoder(Spec)


def read_spec(text: bytes) -> Spec:
    """Return the spec that `text` is. Raises MalformedError, which names the place."""
    if len(text) > LONGEST:
        raise MalformedError(f"a spec of {len(text)} bytes")
    try:
        spec = _SPEC.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(f"not a MIoT-Spec: {error}") from error
    if not spec.type.startswith("urn:") or not spec.services:
        raise MalformedError("not a MIoT-Spec: it has no type of a device, or no services")
    if sum(len(s.properties) + len(s.actions) + len(s.events) for s in spec.services) > _MOST:
        raise MalformedError(f"a MIoT-Spec of more than {_MOST} properties, actions and events")
    return spec


def kind_of(urn: str) -> str:
    """Return the kind in `urn:miot-spec-v2:property:brightness:…`; "" if there is none."""
    parts = urn.split(":")
    return parts[3] if len(parts) > 3 else ""


def key_of(service: int, prop: int) -> str:
    """Return the key of a property."""
    return f"{service}.{prop}"


def numbers_of(key: str) -> tuple[int, int]:
    """Return service and property of a key."""
    service, prop = key.split(".")
    return int(service), int(prop)
