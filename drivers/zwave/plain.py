"""What has no meaning that the vocabulary knows, by its type: parameters, indicators. Pure."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from drivers.kit.errors import RefusedError
from drivers.zwave.function import Function, Mapped, Site, one, press, yes_or_no
from drivers.zwave.values import Key, NodeValue, number, whole
from hubd.model.device import DeviceType, Endpoint, Trouble
from hubd.model.ids import EndpointId, slug
from hubd.model.value import Value, ValueType
from hubd.model.vocabulary import typical

CONFIGURATION = 112
_NETWORK = frozenset(
    {
        89, 90, 94, 96, 108, 114, 115, 116, 119, 122, 123, 133, 134, 138, 139, 142, 143, 152, 155,
        159,
    }
)  # fmt: skip
"""Command classes of the network itself: names, versions, associations, security, time."""
_WITHOUT_WORDS = frozenset({"duration", "color", "buffer"})
"""Types of values that tell in another form what a value beside them tells."""
_LONGEST = 4096


def plain(site: Site, used: frozenset[Key]) -> Mapped:
    """Return all values of a site that are not in `used`, each by its type."""
    functions, troubles = [], []
    for value in site.values:
        if value.key in used or value.command_class in _NETWORK or not value.stateful:
            continue
        if value.secret:
            troubles.append(Trouble(value.label, "is not carried: it is a secret of the device"))
        elif built := _built(site, value):
            functions.append(built)
        elif value.type not in _WITHOUT_WORDS and value.readable:
            reason = f"is not carried: a value of type {value.type!r}"
            troubles.append(Trouble(value.label or str(value.key.property), reason))
    return Mapped(tuple(functions), troubles=tuple(troubles))


def _built(site: Site, value: NodeValue) -> Function | None:
    own = site.id(_stem(value))
    if value.type == "boolean":
        return _boolean(own, value)
    if value.type == "number":
        named = value.states and (not value.free or value.minimum is None or _covers(value))
        return _choice(own, value) if named else _number(own, value)
    if value.type == "string" and value.readable:
        endpoint = Endpoint(own, DeviceType.GENERIC, value.label, (typical("Text.value"),))
        return one(endpoint, value, _text)
    return None


def _stem(value: NodeValue) -> str:
    key = value.key
    if value.command_class == CONFIGURATION:
        stem = f"config_{slug(str(key.property))}"
        return stem if key.key is None else f"{stem}_{slug(str(key.key))}"
    said = f"cc{value.command_class}_{key.property}"
    return slug(said if key.key is None else f"{said}_{key.key}")


def _covers(value: NodeValue) -> bool:
    """Say whether every number that the value may be has a name."""
    low, high = value.minimum, value.maximum
    if low is None or high is None or not 0 <= high - low <= 64:
        return False
    return all(code in value.states for code in range(int(low), int(high) + 1))


def _boolean(own: EndpointId, value: NodeValue) -> Function | None:
    if not value.readable:
        if not value.writable:
            return None
        actions, asked = press(value.key)
        return Function(
            Endpoint(own, DeviceType.GENERIC, value.label, actions=actions), actions=asked
        )
    name = "OnOff.on" if value.writable else "BooleanState.state"
    endpoint = Endpoint(
        own, DeviceType.GENERIC, value.label, (typical(name, writable=value.writable),)
    )
    return one(
        endpoint,
        value,
        lambda said: said if isinstance(said, bool) else None,
        target=value if value.writable else None,
        write=yes_or_no,
    )


def _number(own: EndpointId, value: NodeValue) -> Function:
    low, high = value.minimum, value.maximum
    counted = value.command_class == CONFIGURATION
    shape = replace(
        typical("Number.value", writable=value.writable, assumed=not value.readable),
        type=ValueType.INTEGER if counted else ValueType.NUMBER,
        unit=value.unit,
        minimum=low,
        maximum=high,
        step=1 if counted else None,
    )

    def write(wished: Value) -> object:
        if isinstance(wished, bool) or not isinstance(wished, int | float):
            raise RefusedError(f"takes a number, not {wished!r}")
        if (low is not None and wished < low) or (high is not None and wished > high):
            raise RefusedError(f"takes {low} to {high}, not {wished:g}")
        return round(wished) if counted else wished

    endpoint = Endpoint(own, DeviceType.GENERIC, value.label, (shape,))
    read = whole if counted else number
    return one(endpoint, value, read, target=value if value.writable else None, write=write)


def _choice(own: EndpointId, value: NodeValue) -> Function:
    names = _unique(value.states)
    codes = {name: code for code, name in names.items()}
    shape = replace(
        typical("Select.option", writable=value.writable, assumed=not value.readable),
        choices=tuple(codes),
    )

    def write(wished: Value) -> object:
        if wished not in codes:
            raise RefusedError(f"cannot be {wished!r}, only {' or '.join(codes)}")
        return codes[str(wished)]

    endpoint = Endpoint(own, DeviceType.GENERIC, value.label, (shape,))
    target = value if value.writable else None
    return one(endpoint, value, _named(names), target=target, write=write)


def _named(names: Mapping[int, str]) -> Callable[[object], Value]:
    def read(said: object) -> Value:
        code = whole(said)
        return None if code is None else names.get(code)

    return read


def _unique(states: Mapping[int, str]) -> dict[int, str]:
    """Return the names with their number where two are the same."""
    said = list(states.values())
    return {
        code: name if said.count(name) == 1 else f"{name} ({code})" for code, name in states.items()
    }


def _text(said: object) -> Value:
    return said[:_LONGEST] if isinstance(said, str) else None
