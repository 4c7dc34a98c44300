"""From a scene's words for states to states of this home: which properties, which names to tell."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from hubd.core.home import Home, calendar_token
from hubd.core.listening import EVERYTHING, availability_key, disputed_key
from hubd.model.device import Device
from hubd.model.home import THE_HOME
from hubd.model.ids import AreaId, CalendarId, PropertyId, property_id, split_property_id
from hubd.model.value import Value
from hubd.model.vocabulary import term
from scenes.agenda import InCalendar
from scenes.expression.expression import Expression
from scenes.expression.that import that
from scenes.language import (
    CalendarIs,
    Gloom,
    PerceptIs,
    PropertyIs,
    Reading,
    States,
    ValueIs,
    WordIs,
)
from scenes.phrases import title_of, value_words
from scenes.presence import ANYONE, EVERYONE, belongs
from scenes.quantities import Quantity, converted, format_duration, in_unit
from scenes.senses import MEASURES, SENSES, TROUBLES, Measure, Sense
from scenes.states import (
    AnyIs,
    Believed,
    Beyond,
    ByTime,
    Contested,
    EveryIs,
    Gloomy,
    NoneOf,
    OneOf,
    Reach,
    State,
    Told,
    both,
    either,
)
from scenes.targets import ANY_AREA, HERE, Target, areas_of, things_at, wants_of
from scenes.timely import InSpan, OnDays, SunUp

_ILLUMINANCE = ("IlluminanceMeasurement.illuminance",)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Scope(Struct, frozen=True):
    """Where words are looked up: the home, the area that is `here`, whether only there."""

    home: Home
    here: AreaId | None = None
    only_here: bool = False
    variables: Mapping[str, Value] = {}
    """What variables hold where no run has given them another value."""

    def things(self, words: Sequence[str]) -> list[Device]:
        """Return the devices that `words` mean, each once."""
        found = {d.id: d for word in words for d in things_at(word, self.home, self.here)}
        if self.only_here:
            return [device for device in found.values() if device.area == self.here]
        return list(found.values())

    def title(self, words: Sequence[str]) -> str:
        """Return what people call the places or things that `words` mean."""
        if self.only_here or HERE in words:
            area = self.home.areas.get(self.here) if self.here is not None else None
            return area.name if area is not None else "there"
        return ", ".join(self._called(word) for word in words)

    def _called(self, word: str) -> str:
        if word in ANY_AREA:
            return "the home"
        if word in ANYONE or word in EVERYONE:
            return word
        areas = areas_of(word, self.home)
        if len(areas) == 1:
            return self.home.areas[areas[0]].name
        floors = self.home.find_floors(word)
        if floors:
            return floors[0].name
        devices = self.home.find_devices(word)
        if devices:
            return devices[0].name
        people = self.home.find_people(word)
        return people[0].name if people else word


def areas_meant(states: States, home: Home) -> Iterator[AreaId]:
    """Yield the areas that the words of `states` name, or whose devices they name."""
    for word in words_of(states):
        areas = areas_of(word, home)
        yield from areas
        if not areas:
            yield from (d.area for d in things_at(word, home, None) if d.area is not None)


def words_of(states: States) -> Iterator[str]:
    """Yield all names of places, things and people in `states`, also deep inside."""
    for _, value in states:
        match value:
            case Reading() | PropertyIs() | ValueIs() | WordIs() | PerceptIs() | Gloom():
                yield from value.of
            case Expression():
                yield from value.words
            case tuple():
                for item in value:
                    if isinstance(item, States):
                        yield from words_of(item)
                    elif isinstance(item, str):
                        yield item


def tokens_of(states: States) -> Iterator[str]:
    """Yield the tokens (listening.Program.wants) of `states`."""
    for word in words_of(states):
        if word != HERE:
            yield wants_of(word)
            yield from Target(word).wants()
    for calendar in calendars_of(states):
        yield calendar_token(calendar)
    if states.mode:
        yield THE_HOME
    if states.home or states.away:
        # Whose phone a device is shows by its name alone, which is not a token.
        yield EVERYTHING
    if states.that is not None:
        yield from states.that.tokens()


def calendars_of(states: States) -> Iterator[CalendarId]:
    """Yield the calendars that `states` name, also deep inside."""
    if states.calendar is not None:
        yield CalendarId(states.calendar.of)
    for inner in (*states.all_, *states.any_, *states.not_):
        yield from calendars_of(inner)


def bind_states(states: States, scope: Scope) -> State | None:
    """Return the one state that all of `states` make in the home; None if none is named."""
    bound = list(_bind_each(states, scope))
    return both(bound) if bound else None


def _bind_each(states: States, scope: Scope) -> Iterator[State]:
    yield from _senses(states, scope)
    yield from _readings(states, scope)
    yield from _inner(states, scope)
    yield from _times(states)
    if states.calendar is not None:
        yield _in_calendar(states.calendar, scope.home)
    yield from (b for s in states.all_ if (b := bind_states(s, scope)))
    for group, combine in ((states.any_, either), (states.not_, NoneOf)):
        bound = [b for s in group if (b := bind_states(s, scope))]
        if bound:
            yield combine(bound)


def _senses(states: States, scope: Scope) -> Iterator[State]:
    for key, sense in SENSES.items():
        words = getattr(states, key)
        if words and key in {"home", "away"}:
            yield _presence(key, sense, words, scope)
        elif words:
            yield _sensed(sense, words, scope)
    if states.available:
        yield _reach(states.available, scope, available=True)
    if states.unavailable:
        yield _reach(states.unavailable, scope, available=False)


def _readings(states: States, scope: Scope) -> Iterator[State]:
    for key, measure in MEASURES.items():
        reading = getattr(states, key)
        if reading is not None:
            yield _measured(measure, reading, scope)
    if states.property is not None:
        yield _property_is(states.property, scope)
    if states.that is not None:
        home, here, variables = scope.home, scope.here, scope.variables
        yield that(states.that, home, here, variables, only_here=scope.only_here)
    if states.dark is not None:
        yield _gloom(states.dark, scope, dark=True)
    if states.bright is not None:
        yield _gloom(states.bright, scope, dark=False)


def _inner(states: States, scope: Scope) -> Iterator[State]:
    """Yield what the hub keeps or believes by itself, and what troubles it."""
    if states.value is not None:
        yield _value_is(states.value, scope)
    if states.option is not None:
        yield _word_is(states.option, "Select.option", scope)
    if states.text is not None:
        yield _word_is(states.text, "Text.value", scope)
    if states.mode:
        yield _mode_is(states.mode, scope)
    if states.percept is not None:
        yield _believed(states.percept, scope)
    if states.trouble:
        yield _trouble(states.trouble, scope)


def _times(states: States) -> Iterator[State]:
    if states.sun is not None:
        up = states.sun == "up"
        came, went = ("the sun came up", "the sun went down")
        yield ByTime(SunUp(up=up), came if up else went, went if up else came)
    if states.between is not None:
        span = states.between
        yield ByTime(InSpan(span), f"it is {span.start}", f"it is {span.end}")
    if states.days:
        named = " or ".join(_DAYS[day] for day in sorted(states.days))
        yield ByTime(OnDays(states.days), f"it is {named}", f"it is not {named} any more")


def _in_calendar(spec: CalendarIs, home: Home) -> State:
    calendar = home.calendars.get(CalendarId(spec.of))
    word = spec.matching.casefold()
    meant = [a for a in (calendar.appointments if calendar else ()) if word in a.title.casefold()]
    what = f'"{spec.matching}"' if word else "something"
    where = f"in the calendar {spec.of}"
    if spec.starts_within is None:
        told = f"{what} is on {where}", f"{what} is over {where}"
    else:
        soon = f"begins within {format_duration(spec.starts_within)}"
        told = f"{what} {soon} {where}", f"{what} began {where}"
    return ByTime(InCalendar(meant, spec.starts_within or 0), *told)


def _properties(
    devices: Sequence[Device], wanted: Sequence[str]
) -> Iterator[tuple[Device, PropertyId]]:
    for device in devices:
        for endpoint in device.endpoints:
            for prop in endpoint.properties:
                if prop.name in wanted:
                    yield device, property_id(device.id, endpoint.id, prop.name)


def _sensed(sense: Sense, words: Sequence[str], scope: Scope) -> State:
    pairs = list(_properties(scope.things(words), sense.names))
    return _is(sense, pairs, scope.title(words), every=sense.every)


def _is(
    sense: Sense, pairs: Sequence[tuple[Device, PropertyId]], place: str, *, every: bool
) -> State:
    props = [prop for _, prop in pairs]
    clauses: dict[str, str] = {
        prop: sense.began.format(device=d.name, place=place) for d, prop in pairs
    }
    lasts = sense.lasts.format(device=place, place=place)
    contrary = SENSES.get(sense.opposite)
    over = contrary.began if contrary is not None else "{device} is well again"
    told = Told(props, clauses, lasts, over.format(device=place, place=place))
    return (EveryIs if every else AnyIs)(props, sense.value, told)


def _presence(key: str, sense: Sense, words: Sequence[str], scope: Scope) -> State:
    pairs: list[tuple[Device, PropertyId]] = []
    for device, prop in _properties(list(scope.home.devices.values()), sense.names):
        if any(belongs(device, word, scope.home) for word in words):
            pairs.append((device, prop))
    every = key == "away"
    if any(word in EVERYONE for word in words):
        every = True
    if any(word in ANYONE for word in words):
        every = False
    return _is(sense, pairs, scope.title(words), every=every)


def _measured(measure: Measure, reading: Reading, scope: Scope) -> State:
    pairs = list(_properties(scope.things(reading.of), measure.names))
    above = in_unit(reading.above, measure.unit) if reading.above is not None else None
    below = in_unit(reading.below, measure.unit) if reading.below is not None else None
    what = f"the {measure.title} of {scope.title(reading.of)}"
    return _beyond(pairs, above, below, what, measure.unit)


def _beyond(
    pairs: Sequence[tuple[Device, PropertyId]],
    above: float | None,
    below: float | None,
    what: str,
    unit: str,
) -> State:
    limits = []
    if above is not None:
        limits.append(f"above {Quantity(above, unit)}")
    if below is not None:
        limits.append(f"below {Quantity(below, unit)}")
    limit = " and ".join(limits)
    props = [prop for _, prop in pairs]
    clauses: dict[str, str] = dict.fromkeys(props, f"{what} went {limit}")
    told = Told(props, clauses, f"{what} was {limit}", f"{what} is not {limit} any more")
    return Beyond(props, above, below, told)


def _property_is(spec: PropertyIs, scope: Scope) -> State:
    pairs = list(_properties(scope.things(spec.of), (spec.name,)))
    what = f"{spec.name} of {scope.title(spec.of)}"
    if spec.is_ is None:
        unit = term(spec.name).unit
        above = in_unit(spec.above, unit) if spec.above is not None else None
        below = in_unit(spec.below, unit) if spec.below is not None else None
        return _beyond(pairs, above, below, what, unit)
    props = [prop for _, prop in pairs]
    value = spec.value
    clauses: dict[str, str] = dict.fromkeys(props, f"{what} became {value}")
    told = Told(props, clauses, f"{what} was {value}", f"{what} is not {value} any more")
    return AnyIs(props, value, told)


def _value_is(spec: ValueIs, scope: Scope) -> State:
    """Bind each device's number by itself: each has its own unit."""
    what = scope.title(spec.of)
    bound: list[State] = []
    for pair in _properties(scope.things(spec.of), ("Number.value",)):
        unit = _unit_of(*pair)
        limits = [
            converted(limit, unit) if limit is not None else None
            for limit in (spec.is_, spec.above, spec.below)
        ]
        said = [limit for limit in (spec.is_, spec.above, spec.below) if limit is not None]
        if len(said) > sum(limit is not None for limit in limits):
            continue
        is_, above, below = limits
        if above is not None or below is not None:
            bound.append(_beyond([pair], above, below, what, unit))
        if is_ is not None:
            bound.append(_becomes([pair], (is_,), what, str(Quantity(is_, unit))))
    return either(bound) if bound else _becomes((), (), what, "")


def _unit_of(device: Device, prop: PropertyId) -> str:
    _, endpoint, name = split_property_id(prop)
    found = next(e.property(name) for e in device.endpoints if e.id == endpoint)
    return found.unit if found is not None else ""


def _word_is(spec: WordIs, name: str, scope: Scope) -> State:
    pairs = list(_properties(scope.things(spec.of), (name,)))
    return _becomes(pairs, spec.is_, scope.title(spec.of), " or ".join(spec.is_))


def _mode_is(modes: Sequence[str], scope: Scope) -> State:
    home = scope.home.devices.get(THE_HOME)
    pairs = list(_properties([home] if home is not None else [], ("Home.mode",)))
    return _becomes(pairs, modes, "the mode of the home", " or ".join(modes))


def _becomes(
    pairs: Sequence[tuple[Device, PropertyId]], values: Sequence[Value], what: str, said: str
) -> State:
    props = [prop for _, prop in pairs]
    clauses: dict[str, str] = dict.fromkeys(props, f"{what} became {said}")
    told = Told(props, clauses, f"{what} was {said}", f"{what} is not {said} any more")
    return OneOf(props, values, told)


def _believed(spec: PerceptIs, scope: Scope) -> State:
    sure = in_unit(spec.sure, "%") / 100
    devices = scope.things(spec.of)
    wanted = {
        prop: value for name, value in spec.values for _, prop in _properties(devices, (name,))
    }
    what = f"the hub is {spec.sure} sure that {title_of(spec.names[0])} of {scope.title(spec.of)}"
    said = value_words(spec.names[0], spec.values[0][1])
    clauses: dict[str, str] = dict.fromkeys(wanted, f"{what} is {said}")
    over = what.replace(" is ", " is not ", 1).replace(" sure ", " sure any more ")
    told = Told(tuple(wanted), clauses, f"{what} is {said}", f"{over} is {said}")
    return Believed(wanted, sure, told)


def _trouble(words: Sequence[str], scope: Scope) -> State:
    devices = scope.things(words)
    place = scope.title(words)
    states = [_reach(words, scope, available=False)]
    states += [_is(t, list(_properties(devices, t.names)), place, every=False) for t in TROUBLES]
    keys = {disputed_key(d.id): f"{d.name} undoes what is asked of it" for d in devices}
    pairs = [
        (device, prop)
        for device in devices
        for endpoint in device.endpoints
        for _, prop in _properties([device], [p.name for p in endpoint.properties if p.writable])
    ]
    props = [prop for _, prop in pairs]
    lasts = f"something undid what was asked in {place}"
    told = Told([*keys, *props], keys, lasts, f"{place} does as asked again")
    return either([*states, Contested(props, told)])


def _reach(words: Sequence[str], scope: Scope, *, available: bool) -> State:
    devices = scope.things(words)
    came, went = "{} came within reach", "{} fell out of reach"
    clause = came if available else went
    place = scope.title(words)
    keys = [availability_key(d.id) for d in devices]
    clauses = {availability_key(d.id): clause.format(d.name) for d in devices}
    lasts = f"{place} was {'within' if available else 'out of'} reach"
    told = Told(keys, clauses, lasts, (went if available else came).format(place))
    return Reach([d.id for d in devices], told, available=available)


def _gloom(gloom: Gloom, scope: Scope, *, dark: bool) -> State:
    props = [prop for _, prop in _properties(scope.things(gloom.of), _ILLUMINANCE)]
    limit = in_unit(gloom.below, "lx")
    place = scope.title(gloom.of)
    became, was, over = ("dark", "dark", "bright") if dark else ("bright", "bright", "dark")
    clauses: dict[str, str] = dict.fromkeys(props, f"it became {became} in {place}")
    told = Told(props, clauses, f"it was {was} in {place}", f"it became {over} in {place}")
    return Gloomy(props, limit, told, dark=dark)
