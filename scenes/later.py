"""Values of a scene that are known only as it begins: worked out, or the contrary of what is."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from hubd.core.view import View
from hubd.model.ids import PropertyId, split_property_id
from hubd.model.value import Value
from hubd.model.vocabulary import term
from scenes.expression.expression import Bound

_ON = "OnOff.on"


class Toggle(Enum):
    """Marks that the contrary of what is so is wished."""

    IT = "toggle"


class Later(Struct, frozen=True):
    """A value that is known only as the scene begins."""

    def keys(self) -> tuple[str, ...]:
        """Return the keys of what it is worked out from."""
        raise NotImplementedError

    def value(self, view: View, variables: Mapping[str, Value]) -> Value:
        """Return the value now; None if it is unknown."""
        raise NotImplementedError


class Worked(Later, frozen=True):
    """A value that is worked out as the scene begins, and kept from `low` to `high`.

    `lit`: whether the value is more than nothing is meant, for what a level says of being on.
    """

    bound: Bound
    low: float | None = None
    high: float | None = None
    lit: bool = False

    def keys(self) -> tuple[str, ...]:
        """Return the keys of what it is worked out from."""
        return tuple(self.bound.keys)

    def value(self, view: View, variables: Mapping[str, Value]) -> Value:
        """Return the value now; None if it is unknown."""
        value = self.bound.value(view, variables)
        if self.lit:
            return value != 0 if value is not None else None
        return within(value, self.low, self.high)


class Toggled(Later, frozen=True):
    """The contrary of what a property is, or is about to be, as the scene begins."""

    property: PropertyId

    def keys(self) -> tuple[str, ...]:
        """Return the keys of what it is worked out from."""
        return (self.property,)

    def value(self, view: View, variables: Mapping[str, Value]) -> Value:
        """Return the value now; None if it is unknown."""
        del variables
        shadow = view.shadow(self.property)
        if shadow is None:
            return None
        value = shadow.desired if shadow.desired is not None else shadow.reported
        if isinstance(value, bool):
            return not value
        return (0 if value else 100) if isinstance(value, int | float) else None


def worked_out(
    wishes: Mapping[PropertyId, Value | Later], view: View, variables: Mapping[str, Value]
) -> dict[PropertyId, Value]:
    """Return `wishes` with the values that they have now; what is unknown is not wished."""
    values = {
        prop: wish.value(view, variables) if isinstance(wish, Later) else wish
        for prop, wish in wishes.items()
    }
    off = {split_property_id(p)[:2] for p, value in values.items() if value is False and _is_on(p)}
    return {
        prop: value
        for prop, value in values.items()
        if value is not None and not (split_property_id(prop)[:2] in off and _needs_on(prop))
    }


def _is_on(prop: PropertyId) -> bool:
    return split_property_id(prop)[2] == _ON


def _needs_on(prop: PropertyId) -> bool:
    return term(split_property_id(prop)[2]).while_on


def within(value: Value, low: float | None, high: float | None) -> Value:
    """Return `value`, if it is a number, as near as it may be from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    at_least = value if low is None else max(value, low)
    return at_least if high is None else min(at_least, high)
