"""Do constraints overlap? States of a home as boxes: alternatives of what must hold at once.

A state that the analysis does not know is a box that is `unsure`: it may or may not hold, whatever
the rest says.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, product
from types import MappingProxyType

from msgspec import Struct

from hubd.core.home import Home
from hubd.model.device import Property
from hubd.model.ids import AreaId, DeviceId, PropertyId, property_id
from scenes.analysis.domain import Domain, usual, whole
from scenes.analysis.weeks import Times, Weeks, meet
from scenes.clock import DayTime
from scenes.states import All, Any, AnyIs, Beyond, ByTime, EveryIs, Gloomy, NoneOf, Reach, State
from scenes.timely import SunUp

_MOST = 120
"""Boxes that one state is followed into; what is beyond is `unsure`."""
_NO_VALUES: Mapping[PropertyId, Domain] = MappingProxyType({})
_NO_REACH: Mapping[DeviceId, bool] = MappingProxyType({})


class Box(Struct, frozen=True):
    """What must hold at once: values of properties, times, devices within reach or out of it."""

    values: Mapping[PropertyId, Domain] = _NO_VALUES
    times: Times = None
    reach: Mapping[DeviceId, bool] = _NO_REACH
    unsure: bool = False

    def meet(self, other: "Box") -> "Box | None":
        """Return what is in both; None if nothing is."""
        times = meet(self.times, other.times)
        if times == ():
            return None
        values = self.values or other.values
        if self.values and other.values:
            merged = dict(self.values)
            for prop, domain in other.values.items():
                known = merged.get(prop)
                merged[prop] = both = domain if known is None else known.meet(domain)
                if both.empty:
                    return None
            values = merged
        reach = self.reach or other.reach
        if self.reach and other.reach:
            if any(self.reach.get(d, there) is not there for d, there in other.reach.items()):
                return None
            reach = {**self.reach, **other.reach}
        return Box(values, times, reach, self.unsure or other.unsure)


type Boxes = tuple[Box, ...]
ALWAYS: Boxes = (Box(),)
UNSURE: Boxes = (Box(unsure=True),)


def meet_all(several: Iterable[Boxes]) -> Boxes:
    """Return the boxes in which all of `several` hold; none if they contradict each other."""
    found = ALWAYS
    for boxes in several:
        if boxes is ALWAYS:
            continue
        if found is ALWAYS:
            found = boxes
            continue
        pairs = (m for a, b in product(found, boxes) if (m := a.meet(b)) is not None)
        found = _bounded(pairs)
    return found


def _bounded(boxes: Iterable[Box]) -> Boxes:
    found = tuple(islice(boxes, _MOST + 1))
    return found if len(found) <= _MOST else (*found[:_MOST], *UNSURE)


class Ground:
    """The properties and the times of a home, and what states of it ask for."""

    def __init__(self, home: Home, *, dense: bool = False) -> None:
        self.home = home
        self.weeks = Weeks(home.place, dense=dense)
        self.properties: dict[PropertyId, Property] = {}
        self.areas: dict[PropertyId, AreaId | None] = {}
        self._people: list[PropertyId] = []
        for device in home.devices.values():
            for endpoint in device.endpoints:
                for prop in endpoint.properties:
                    known = property_id(device.id, endpoint.id, prop.name)
                    self.properties[known] = prop
                    self.areas[known] = device.area
                    if prop.name == "Presence.home":
                        self._people.append(known)
        self._whole: dict[PropertyId, Domain] = {}

    def whole(self, prop: PropertyId) -> Domain:
        """Return all that `prop` can be."""
        known = self._whole.get(prop)
        if known is None:
            known = self._whole[prop] = whole(self.properties[prop])
        return known

    def usual(self, prop: PropertyId) -> bool | int | float | str | None:
        """Return what `prop` is on a quiet day."""
        return usual(self.properties[prop])

    def boxes(self, state: State, *, holds: bool = True) -> Boxes:  # noqa: PLR0911
        """Return the alternatives in which `state` holds, or does not."""
        match state:
            case AnyIs() | EveryIs():
                return self._is(state, holds=holds)
            case Beyond():
                return self._beyond(state, holds=holds)
            case Gloomy():
                return self._gloomy(state, holds=holds)
            case Reach():
                there = state.available is holds
                if holds:
                    return tuple(Box(reach={device: there}) for device in state.devices)
                return (Box(reach=dict.fromkeys(state.devices, there)),)
            case ByTime():
                return self._at(self.weeks.of(state.timely, holds=holds))
            case All() | Any() | NoneOf():
                return self._several(state, holds=holds)
            case _:
                return UNSURE

    def _is(self, state: AnyIs | EveryIs, *, holds: bool) -> Boxes:
        every = isinstance(state, EveryIs)
        if not state.props:
            return () if holds else ALWAYS
        same = frozenset({state.value})
        domain = Domain(only=same) if holds else Domain(never=same)
        return (
            self._each(state.props, domain) if every is holds else self._some(state.props, domain)
        )

    def _several(self, state: All | Any | NoneOf, *, holds: bool) -> Boxes:
        if isinstance(state, NoneOf):
            each, every = [self.boxes(s, holds=not holds) for s in state.states], holds
        else:
            each = [self.boxes(s, holds=holds) for s in state.states]
            every = isinstance(state, All) is holds
        return meet_all(each) if every else _bounded(box for boxes in each for box in boxes)

    def at_instants(self, moments: Iterable[DayTime]) -> Boxes:
        """Return the times at which one of `moments` of the day comes."""
        instants = sorted({t for moment in moments for t in self.weeks.instants(moment)})
        return self._at(tuple((at_us, at_us + 1) for at_us in instants))

    def _at(self, times: Times) -> Boxes:
        return (Box(times=times),) if times else ()

    def _some(self, props: Sequence[PropertyId], domain: Domain) -> Boxes:
        left = ((prop, self.whole(prop).meet(domain)) for prop in props)
        return _bounded(Box({prop: d}) for prop, d in left if not d.empty)

    def _each(self, props: Sequence[PropertyId], domain: Domain) -> Boxes:
        left = {prop: self.whole(prop).meet(domain) for prop in props}
        return () if any(d.empty for d in left.values()) else (Box(left),)

    def _beyond(self, state: Beyond, *, holds: bool) -> Boxes:
        above, below = state.above, state.below
        if holds:
            low, high = (
                Domain(low=above, low_open=True) if above is not None else Domain(),
                Domain(),
            )
            if below is not None:
                high = Domain(high=below, high_open=True)
            return self._some(state.props, low.meet(high))
        found: list[Box] = []
        if above is not None:
            found += self._each(state.props, Domain(high=above))
        if below is not None:
            found += self._each(state.props, Domain(low=below))
        return tuple(found)

    def _gloomy(self, state: Gloomy, *, holds: bool) -> Boxes:
        dark = state.dark is holds
        if not state.props:
            return self._at(self.weeks.of(SunUp(up=False), holds=dark))
        if dark:
            return self._each(state.props, Domain(high=state.limit_lx, high_open=True))
        return self._some(state.props, Domain(low=state.limit_lx))

    def coherent(self, box: Box) -> bool:
        """Say whether two sensors of one kind in one area tell about the same there."""
        together: dict[tuple[AreaId, str], Domain] = {}
        for prop, domain in box.values.items():
            about, area = self.properties[prop], self.areas[prop]
            if area is None or about.writable or domain.only is not None or not about.unit:
                continue
            key = (area, _ALIKE.get(about.name, about.name))
            known = together.get(key)
            together[key] = both = domain if known is None else known.meet(domain)
            if both.empty:
                return False
        return True

    def everyday(self, box: Box) -> bool:
        """Say whether `box` is no more than daily life: where nobody is home, nobody is seen."""
        if not self._people or not all(
            prop in box.values and True not in box.values[prop] for prop in self._people
        ):
            return True
        return all(
            self.properties[prop].name not in _SOMEONE or False in domain
            for prop, domain in box.values.items()
        )


_ALIKE = {
    "Thermostat.localTemperature": "TemperatureMeasurement.temperature",
    "Thermostat.localHumidity": "RelativeHumidityMeasurement.humidity",
    "Humidifier.humidity": "RelativeHumidityMeasurement.humidity",
}
_SOMEONE = frozenset({"OccupancySensing.occupied", "BooleanState.bed"})
