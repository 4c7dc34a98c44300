"""What an expression reads of a home: a measure of a place or a thing, from its properties.

Of several sensors a number is the mean, and yes or no as states have it: `open of kitchen` if any
is open, `closed of kitchen` if all that are known are.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.view import View
from hubd.model.device import Device
from hubd.model.ids import AreaId, PropertyId, property_id
from hubd.model.value import Value
from hubd.model.vocabulary import TERMS
from scenes.expression.evaluate import Evaluator, finite, mean
from scenes.expression.types import Sort, type_of_property
from scenes.presence import ANYONE, EVERYONE, belongs
from scenes.senses import MEASURES, SENSES
from scenes.targets import things_at


class Where(Struct, frozen=True):
    """Where words are looked up: the home, the area that is `here`, and whether only there."""

    home: Home
    here: AreaId | None = None
    only_here: bool = False

    def things(self, word: str) -> list[Device]:
        """Return the devices that `word` means."""
        found = things_at(word, self.home, self.here)
        return [d for d in found if d.area == self.here] if self.only_here else found


def read_by(measure: str, of: str, where: Where) -> tuple[tuple[PropertyId, ...], Evaluator]:
    """Return the properties that `measure` of the place or thing `of` hangs on, and its reader."""
    if measure in {"home", "away"}:
        return _presence(measure, of, where)
    things = where.things(of)
    if measure in SENSES:
        sense = SENSES[measure]
        props = _properties(things, sense.names)
        return props, _sensed(props, value=sense.value, every=sense.every)
    if measure in MEASURES:
        props = _properties(things, MEASURES[measure].names)
        return props, _mean(props)
    props = _properties(things, (measure,))
    match type_of_property(measure).sort:
        case Sort.YES_NO:
            return props, _sensed(props, value=True, every=False)
        case Sort.NUMBER:
            return props, _mean(props)
        case Sort.TEXT:
            return props, _first_text(props)


def title_of(measure: str) -> str:
    """Return what a measure is called in a sentence."""
    if measure in MEASURES:
        return MEASURES[measure].title
    if measure in TERMS:
        return TERMS[measure].title or measure
    return measure.replace("_", " ")


def _presence(measure: str, of: str, where: Where) -> tuple[tuple[PropertyId, ...], Evaluator]:
    sense = SENSES[measure]
    every = of in EVERYONE or (measure == "away" and of not in ANYONE)
    theirs = [d for d in where.home.devices.values() if belongs(d, of, where.home)]
    props = _properties(theirs, sense.names)
    return props, _sensed(props, value=sense.value, every=every)


def _properties(devices: Sequence[Device], wanted: Sequence[str]) -> tuple[PropertyId, ...]:
    return tuple(
        property_id(device.id, endpoint.id, prop.name)
        for device in devices
        for endpoint in device.endpoints
        for prop in endpoint.properties
        if prop.name in wanted
    )


def _mean(props: Sequence[PropertyId]) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        del variables
        numbers = [number for p in props if (number := finite(view.value(p))) is not None]
        return mean(numbers) if numbers else None

    return value


def _sensed(props: Sequence[PropertyId], *, value: bool, every: bool) -> Evaluator:
    def sensed(view: View, variables: Mapping[str, Value]) -> Value:
        del variables
        known = [found for p in props if isinstance(found := view.value(p), bool)]
        if not known:
            return None
        return all(found is value for found in known) if every else value in known

    return sensed


def _first_text(props: Sequence[PropertyId]) -> Evaluator:
    def value(view: View, variables: Mapping[str, Value]) -> Value:
        del variables
        return next((found for p in props if isinstance(found := view.value(p), str)), None)

    return value
