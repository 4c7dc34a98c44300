"""From what a scene wishes to the properties of an endpoint, each with its value."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from hubd.core.home import Home
from hubd.model.device import Property
from hubd.model.ids import AreaId, PropertyId, property_id
from hubd.model.value import Value
from hubd.model.vocabulary import term
from scenes.expression.expression import Bound, Expression
from scenes.later import Later, Toggle, Toggled, Worked, within
from scenes.quantities import Quantity, converted
from scenes.targets import Found

_ON = "OnOff.on"
_LEVEL = "LevelControl.level"

type Options = tuple[tuple[str, Value | Quantity | Bound | Toggle], ...]
"""Properties and their values, of which the first that an endpoint can take is meant."""


class Want(Struct, frozen=True):
    """One value for an endpoint: the first of `options` (property, value) that it can take."""

    options: tuple[tuple[str, Value | Quantity | Expression | Toggle], ...]
    """A quantity is one in a unit that the device itself will tell."""


def bound_options(want: Want, home: Home, here: AreaId | None) -> Options:
    """Return the options of `want`, with its expressions bound to the home."""
    return tuple(
        (name, value.bind(home, here) if isinstance(value, Expression) else value)
        for name, value in want.options
    )


def settle(found: Found, wants: Sequence[Options]) -> Iterator[tuple[PropertyId, Value | Later]]:
    """Yield the properties of an endpoint that are wished, and the values."""
    device, endpoint = found.device.id, found.endpoint
    writable = {p.name: p for p in endpoint.properties if p.writable}
    claimed: dict[str, Value | Later] = {}
    for options in wants:
        for name, value in options:
            about = writable.get(name)
            own: Value | Later = None
            if about is None:
                continue
            if isinstance(value, Toggle):
                own = Toggled(property_id(device, endpoint.id, name))
            else:
                own = _as_own(value, about)
            if own is not None:
                claimed[name] = own
                break
        else:
            name, value = options[0]
            if _ON in writable and name == _LEVEL and not isinstance(value, Toggle):
                claimed.setdefault(_ON, _lit(value))
    if _ON in writable and any(term(name).while_on for name in claimed):
        # To be dimmed to nothing is to be off; to be given any other look is to be on.
        claimed.setdefault(_ON, _lit(claimed.get(_LEVEL)))
        if claimed[_ON] is False:
            claimed = {name: v for name, v in claimed.items() if not term(name).while_on}
    for name, wished in claimed.items():
        yield property_id(device, endpoint.id, name), wished


def _lit(level: Value | Quantity | Bound | Later) -> Value | Later:
    """Return whether what has `level` is on."""
    if isinstance(level, Worked):
        return Worked(level.bound, lit=True)
    return Worked(level, lit=True) if isinstance(level, Bound) else level != 0


def _as_own(value: Value | Quantity | Bound, about: Property) -> Value | Later:
    """Return `value` as the property takes it; None if it is in another unit, or no choice."""
    low, high = about.minimum, about.maximum
    if isinstance(value, Bound):
        return Worked(value, low, high)
    if isinstance(value, Quantity):
        return within(converted(value, about.unit), low, high)
    if about.choices and isinstance(value, str) and value not in about.choices:
        return next((c for c in about.choices if c.casefold() == value.casefold()), None)
    return within(value, low, high)
