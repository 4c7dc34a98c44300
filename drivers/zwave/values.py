"""The values of a node, as a Z-Wave JS server tells them. Pure.

Source: https://zwave-js.github.io/zwave-js/#/api/valueid and `ValueDataType` of the server's API.
"""

import math
import re
from collections.abc import Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError

_CODE = re.compile(r"-?[0-9]{1,10}")


class Key(Struct, frozen=True, gc=False):
    """Which value of a node it is: a Z-Wave JS value id."""

    command_class: int
    endpoint: int
    property: int | str
    key: int | str | None = None

    def on_wire(self) -> dict[str, int | str]:
        """Return it as the server's commands name it."""
        named: dict[str, int | str] = {
            "commandClass": self.command_class,
            "endpoint": self.endpoint,
            "property": self.property,
        }
        return named if self.key is None else {**named, "propertyKey": self.key}


class NodeValue(Struct, frozen=True):
    """A value with what is known of it. `states` are the names of some of its numbers."""

    key: Key
    type: str
    readable: bool
    writable: bool
    label: str
    unit: str
    minimum: float | None
    maximum: float | None
    states: Mapping[int, str]
    specific: Mapping[str, int]
    """What its command class says of it: a sensor's type and scale, a meter's."""
    takes_time: bool
    """Setting it may be told to take its time."""
    free: bool
    """It may also be set to what is not in `states`."""
    stateful: bool
    secret: bool
    key_name: str
    version: int
    """The version of its command class; 0 if it is not told."""
    value: object

    @property
    def command_class(self) -> int:
        """The number of its command class."""
        return self.key.command_class


def read_key(said: object) -> Key:
    """Read a value's id. Raises MalformedError."""
    told = record(said, "a value")
    command_class, endpoint = whole(told.get("commandClass")), whole(told.get("endpoint") or 0)
    name, key = told.get("property"), told.get("propertyKey")
    if (
        command_class is None
        or endpoint is None
        or not isinstance(name, int | str)
        or not isinstance(key, int | str | None)
    ):
        raise MalformedError("a value of the server has no command class, endpoint or property")
    return Key(command_class, endpoint, name, key)


def read_value(said: object) -> NodeValue:
    """Read a value with its metadata. Raises MalformedError."""
    key = read_key(said)
    told = record(said, "a value")
    about = record(told.get("metadata") or {}, "a value's metadata")
    return NodeValue(
        key=key,
        type=text(about.get("type")) or "any",
        readable=about.get("readable") is not False,
        writable=about.get("writeable") is True,
        label=text(about.get("label")),
        unit=text(about.get("unit")),
        minimum=number(about.get("min")),
        maximum=number(about.get("max")),
        states=_states(about.get("states")),
        specific=_specific(about.get("ccSpecific")),
        takes_time=_takes_time(about.get("valueChangeOptions")),
        free=about.get("allowManualEntry") is not False,
        stateful=about.get("stateful") is not False,
        secret=about.get("secret") is True,
        key_name=text(told.get("propertyKeyName")),
        version=whole(told.get("ccVersion")) or 0,
        value=told.get("value"),
    )


def record(said: object, what: str) -> Mapping[str, object]:
    """Return `said` if it is a JSON object. Raises MalformedError."""
    if isinstance(said, Mapping):
        return said
    raise MalformedError(f"{what} is told as {type(said).__name__}, not as an object")


def text(said: object) -> str:
    """Return `said` if it is a text, else an empty one."""
    return said if isinstance(said, str) else ""


def is_whole(said: object) -> bool:
    """Say whether `said` is a whole number of no more than 32 bits."""
    return isinstance(said, int) and not isinstance(said, bool) and abs(said) < 2**32


def number(said: object) -> float | None:
    """Return `said` if it is a finite number, else None."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        value = float(said)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def whole(said: object) -> int | None:
    """Return `said` if it is a whole number of no more than 32 bits, else None."""
    return said if isinstance(said, int) and is_whole(said) else None


def _states(said: object) -> Mapping[int, str]:
    if not isinstance(said, Mapping):
        return {}
    return {
        int(code): name
        for code, name in said.items()
        if isinstance(code, str) and _CODE.fullmatch(code) and isinstance(name, str)
    }


def _specific(said: object) -> Mapping[str, int]:
    if not isinstance(said, Mapping):
        return {}
    return {str(name): code for name, code in said.items() if is_whole(code)}


def _takes_time(said: object) -> bool:
    return isinstance(said, list) and "transitionDuration" in said
