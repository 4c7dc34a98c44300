"""A service while it is mapped: builders take from it what they carry; the rest is left. Pure."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from drivers.kit.units import conversion, known
from drivers.miio.codec import Codec, Raw, boolean, number, text, word_of, words
from drivers.miio.draft import Draft
from drivers.miio.rpc import Call
from drivers.miio.spec import SpecAction, SpecProperty, SpecService, key_of
from hubd.model.ids import EndpointId

_UNITS: Mapping[str, str] = {
    "percentage": "%", "celsius": "°C", "fahrenheit": "°F", "kelvin": "K", "lux": "lx",
    "watt": "W", "w": "W", "kwh": "kWh", "kw·h": "kWh", "kw*h": "kWh", "wh": "Wh",
    "volt": "V", "v": "V", "mv": "mV", "ampere": "A", "a": "A", "ma": "mA",
    "pascal": "Pa", "pa": "Pa", "hpa": "hPa", "kilopascal": "kPa", "kpa": "kPa",
    "seconds": "s", "s": "s", "ms": "ms", "minutes": "min", "hours": "h", "days": "d",
    "ppm": "ppm", "ppb": "ppb", "mg/m3": "mg/m³", "μg/m3": "µg/m³", "µg/m3": "µg/m³",
    "ug/m3": "µg/m³", "mg/m³": "mg/m³", "μg/m³": "µg/m³", "arcdegrees": "°", "meter": "m",
    "m": "m", "cm": "cm", "mm": "mm", "l": "L", "ml": "mL", "g": "g", "kg": "kg", "db": "dB",
    "m3/h": "m³/h", "rpm": "rpm",
}  # fmt: skip


class Part:
    """One service, and what of it is not carried yet."""

    def __init__(self, service: SpecService, action: Callable[[int, int], Call]) -> None:
        self.service = service
        self.kind = service.kind
        self.title = service.description
        self._properties = list(service.properties)
        self._actions = list(service.actions)
        self._action = action

    @property
    def rest(self) -> Sequence[SpecProperty]:
        """The properties that nobody took."""
        return tuple(self._properties)

    @property
    def undone(self) -> Sequence[SpecAction]:
        """The actions that nobody took."""
        return tuple(self._actions)

    def key(self, prop: SpecProperty) -> str:
        """Return the key of one of its properties."""
        return key_of(self.service.iid, prop.iid)

    def look(self, *kinds: str) -> SpecProperty | None:
        """Return the first property of these kinds that is not taken, and leave it there."""
        for kind in kinds:
            for prop in self._properties:
                if prop.kind == kind and (prop.readable or prop.writable):
                    return prop
        return None

    def take(self, *kinds: str) -> SpecProperty | None:
        """Take the first property of these kinds."""
        prop = self.look(*kinds)
        if prop is not None:
            self._properties.remove(prop)
        return prop

    def drop(self, prop: SpecProperty) -> None:
        """Take this property."""
        self._properties.remove(prop)

    def take_action(self, *kinds: str) -> Call | None:
        """Take the first action of these kinds that needs nothing; return its request."""
        for kind in kinds:
            for action in self._actions:
                if action.kind == kind and not action.inputs:
                    self._actions.remove(action)
                    return self._action(self.service.iid, action.iid)
        return None

    def request(self, action: SpecAction) -> Call:
        """Return the request of one of its actions."""
        return self._action(self.service.iid, action.iid)

    def switch(self, draft: Draft, endpoint: EndpointId) -> None:
        """Carry its `on` as the endpoint's."""
        prop = self.look("on")
        if prop is not None and prop.format == "bool":
            self.drop(prop)
            self.carry(draft, endpoint, "OnOff.on", prop, boolean())
            self.take_action("toggle")

    def carry(
        self,
        draft: Draft,
        endpoint: EndpointId,
        name: str,
        prop: SpecProperty,
        codec: Codec,
        *,
        slow: bool = False,
        shape: Mapping[str, object] | None = None,
    ) -> None:
        """Carry a property as one of the vocabulary."""
        draft.property(
            endpoint,
            name,
            self.key(prop),
            codec,
            readable=prop.readable,
            writable=prop.writable,
            slow=slow,
            shape=shape,
        )

    def choose(self, draft: Draft, endpoint: EndpointId, name: str, prop: SpecProperty) -> bool:
        """Carry a property that has a list of values; say whether it has."""
        if not prop.value_list or draft.has(endpoint, name):
            return False
        meant = meanings(prop)
        self.carry(draft, endpoint, name, prop, words(meant), shape=chosen(meant))
        return True


class Quantity(Struct, frozen=True):
    """A number of a spec, as one of the vocabulary: its codec and its shape."""

    codec: Codec
    shape: Mapping[str, object]


def meanings(prop: SpecProperty, known_words: Mapping[str, str] | None = None) -> dict[Raw, str]:
    """Return what each value of a property's list means; `known_words` replace its own."""
    out: dict[Raw, str] = {}
    for option in prop.value_list:
        word = word_of(option.description) or str(option.value)
        out[option.value] = (known_words or {}).get(word, word)
    return out


def chosen(meant: Mapping[Raw, str]) -> Mapping[str, object]:
    """Return the shape of a property that is one of these words."""
    return {"choices": tuple(dict.fromkeys(meant.values()))}


def unit_of(prop: SpecProperty) -> str:
    """Return a property's unit in the vocabulary's writing; "" for none."""
    return _UNITS.get(prop.unit.casefold(), "" if prop.unit in {"none", ""} else prop.unit)


def quantity(prop: SpecProperty, unit: str) -> Quantity | None:
    """Return how a number is carried in `unit`; None if its own unit is not known to be alike."""
    own = unit_of(prop)
    if not prop.numeric or not known(own, unit):
        return None
    scale, offset = conversion(own, unit)
    if not prop.writable:
        return Quantity(number(scale, offset), {})
    if prop.bounds is None:
        return Quantity(number(scale, offset, whole=prop.whole), {})
    low, high = (round(b * scale + offset, 6) for b in prop.bounds)
    shape: dict[str, object] = {"minimum": low, "maximum": high}
    if len(prop.value_range) > 2 and prop.value_range[2] > 0:
        step = round(prop.value_range[2] * scale, 6)
        shape |= {"step": step, "tolerance": step / 2}
    return Quantity(number(scale, offset, low=low, high=high, whole=prop.whole), shape)


def format_codec(prop: SpecProperty) -> Codec:
    """Return the codec of a property's format."""
    if prop.format == "bool":
        return boolean()
    return number(whole=prop.whole) if prop.numeric else text()
