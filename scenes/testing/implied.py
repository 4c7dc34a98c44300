"""A home that scenes speak of, where none is described: what they name is there, and no more.

So scenes can be looked at before anybody has written a home file: a place has the sensors that are
asked after and the things that are claimed there, and what has a name of its own is such a thing.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from hubd.model.device import Device, DeviceType, Endpoint
from hubd.model.events import Adopted, AreaSet, Input, PersonSet, PlaceSet
from hubd.model.home import Area, Person, Place
from hubd.model.ids import AreaId, DeviceId, EndpointId, PersonId, slug
from hubd.model.vocabulary import typical
from hubd.own_devices import as_new, the_home
from scenes.expression.expression import readings
from scenes.language import PropertyIs, Reading, States, Trigger, ValueIs, WordIs, inner_states
from scenes.presence import ANYONE, EVERYONE
from scenes.scene import Scene
from scenes.senses import MEASURES, SENSES
from scenes.targets import ANY_AREA, HERE, Target
from scenes.testing.typical import CONTROLLED, DRIVER, MEASURED, typical_device, typical_endpoint

PLACES = (
    Place(50.0, 10.0, "Europe/Berlin"),
    Place(62.0, 25.0, "Europe/Helsinki"),
    Place(20.0, -100.0, "America/Mexico_City"),
)
"""Where a home may be of which nobody knows it: what the sun does is not the same in all."""
_OF_PLACES = ("occupied", "unoccupied", "in_bed", "out_of_bed", "dark", "bright")
"""Keys whose names are those of places, unless a thing has the name."""
_MEASURED_IN_PLACES = ("temperature", "humidity", "light", "co2", "pm25", "sound")
_NOBODY = frozenset({*ANYONE, *EVERYONE})
_OWN_PROPERTIES = {"value": "Number.value", "option": "Select.option", "text": "Text.value"}

_BY_PROPERTY: dict[str, DeviceType] = {
    **{name: kind for kind, names in MEASURED.items() for name in names},
    **{name: kind for kind, names in CONTROLLED.items() for name in names},
    "OnOff.on": DeviceType.EXTENDED_COLOR_LIGHT,
    "LevelControl.level": DeviceType.EXTENDED_COLOR_LIGHT,
    "ColorControl.colorTemperature": DeviceType.EXTENDED_COLOR_LIGHT,
}
"""What a thing is taken for of which a property is claimed or read."""
_CALLED = {
    DeviceType.EXTENDED_COLOR_LIGHT: "lamp",
    DeviceType.ON_OFF_PLUG: "plug",
    DeviceType.WINDOW_COVERING: "blind",
    DeviceType.OCCUPANCY_SENSOR: "motion",
    DeviceType.CONTACT_SENSOR: "door",
    DeviceType.TEMPERATURE_SENSOR: "thermometer",
    DeviceType.DOOR_LOCK: "lock",
    DeviceType.WATER_VALVE: "valve",
    DeviceType.ROBOTIC_VACUUM: "vacuum",
}
"""What people call a thing of that kind; of all others its kind says it well."""
_BY_CLUSTER = {
    "RvcRunMode": DeviceType.ROBOTIC_VACUUM,
    "Siren": DeviceType.SIREN,
    "WindowCovering": DeviceType.WINDOW_COVERING,
    "DoorLock": DeviceType.DOOR_LOCK,
    "Valve": DeviceType.WATER_VALVE,
}
_READ = {
    **{key: sense.names[0] for key, sense in SENSES.items() if key not in {"home", "away"}},
    **{key: measure.names[0] for key, measure in MEASURES.items()},
    "dark": "IlluminanceMeasurement.illuminance",
    "bright": "IlluminanceMeasurement.illuminance",
}
"""The property that each key of a state reads."""


def implied_home(scenes: Iterable[Scene], place: Place = PLACES[0]) -> tuple[Input, ...]:
    """Return what makes the home at `place` that `scenes` speak of."""
    builder = _Builder()
    known = list(scenes)
    for scene in known:
        builder.note_places(scene)
    for scene in known:
        builder.note_things(scene)
    return (PlaceSet(place), *builder.events())


class _Builder:
    """Gathers what is named, place by place and thing by thing."""

    def __init__(self) -> None:
        self._places: dict[str, dict[DeviceType, None]] = {}
        self._things: dict[str, dict[DeviceType, None]] = {}
        self._properties: dict[str, dict[str, None]] = {}
        self._everywhere: dict[DeviceType, None] = {}
        self._people: dict[str, None] = {}

    def note_places(self, scene: Scene) -> None:
        """Note which words of `scene` are names of places."""
        for target in scene.targets:
            if target.kind is not None and target.place not in {"", HERE}:
                self._places.setdefault(target.place, {})
        for states in _all_states(scene):
            for key in _OF_PLACES:
                self._note_all(_words(states, key))
            for key in _MEASURED_IN_PLACES:
                self._note_all(_words(states, key))

    def _note_all(self, words: Sequence[str]) -> None:
        for word in words:
            if word != HERE and word not in ANY_AREA:
                self._places.setdefault(word, {})

    def note_things(self, scene: Scene) -> None:
        """Note what `scene` claims, asks and looks at."""
        steps = scene.steps
        for wish in (*scene.claims, *(w for step in steps for w in step.claims)):
            names = {name for want in wish.wants for name, _ in want.options[:1]}
            switched = names == {"OnOff.on"}
            kinds = [DeviceType.ON_OFF_PLUG] if switched else [_BY_PROPERTY.get(n) for n in names]
            self._note_target(wish.target, kinds)
            for want in wish.wants:
                name = want.options[-1][0]
                if name in _OWN_PROPERTIES.values() and wish.target.kind is None:
                    self._properties.setdefault(wish.target.phrase, {})[name] = None
        for deed in (*scene.do, *(d for step in steps for d in step.do)):
            clusters = [name.partition(".")[0] for name in deed.names]
            self._note_target(deed.target, [_BY_CLUSTER.get(cluster) for cluster in clusters])
        for states in _all_states(scene):
            self._note_states(states)

    def _note_target(self, target: Target, kinds: Sequence[DeviceType | None]) -> None:
        if target.phrase == "the home":
            return
        if target.kind is None:
            for kind in kinds[:1]:
                if kind is not None:
                    self._things.setdefault(target.phrase, {})[kind] = None
            return
        kind = max(target.kind, key=lambda each: len(CONTROLLED.get(each, ())))
        if target.place in {"", HERE}:
            self._everywhere[kind] = None
        else:
            self._places.setdefault(target.place, {})[kind] = None

    def _note_states(self, states: States) -> None:
        for key, name in _READ.items():
            self._note_read(_words(states, key), name)
        for key in ("home", "away"):
            self._people.update(dict.fromkeys(_words(states, key)))
        if states.that is not None:
            for read in readings(states.that.checked):
                measured = MEASURES.get(read.measure) or SENSES.get(read.measure)
                self._note_read((read.of,), measured.names[0] if measured else read.measure)
        self._note_named(states)

    def _note_named(self, states: States) -> None:
        """Note what goes by its own name: buttons, variables, what is within reach or not."""
        for key in ("available", "unavailable", "trouble"):
            for word in set(_words(states, key)) - self._places.keys() - ANY_AREA - {HERE}:
                self._things.setdefault(word, {DeviceType.GENERIC: None})
        if isinstance(states, Trigger):
            for word in states.pressed:
                self._things.setdefault(word, {})[DeviceType.GENERIC_SWITCH] = None
        named = {name: _words(states, key) for key, name in _OWN_PROPERTIES.items()}
        if states.property is not None:
            named[states.property.name] = states.property.of
        for name, words in named.items():
            for word in words:
                self._properties.setdefault(word, {})[name] = None

    def _note_read(self, words: Sequence[str], name: str) -> None:
        kind = DeviceType.ON_OFF_PLUG if name == "OnOff.on" else _BY_PROPERTY.get(name)
        for word in words:
            if kind is None:
                self._properties.setdefault(word, {})[name] = None
            elif word == HERE or word in ANY_AREA:
                self._everywhere[kind] = None
            elif word in self._places:
                self._places[word][kind] = None
            elif not _has(self._things.get(word, {}), name):
                self._things.setdefault(word, {})[kind] = None

    # the home

    def events(self) -> Iterator[Input]:
        """Yield the areas, the people and the things."""
        if not self._places:
            self._places["room"] = {}
        for place in self._places:
            yield AreaSet(Area(AreaId(slug(place)), place.capitalize()))
        yield from as_new(the_home())
        for person in self._people:
            yield from _person(person)
        for place, kinds in self._places.items():
            for kind in {**kinds, **self._everywhere}:
                called = _CALLED.get(kind) or kind.value.replace("_", " ")
                name = f"{place} {called}".capitalize()
                yield Adopted(typical_device(DeviceId(slug(name)), name, kind, AreaId(slug(place))))
        for name in {**self._things, **self._properties}:
            yield Adopted(self._thing(name))

    def _thing(self, name: str) -> Device:
        kinds = self._things.get(name, {})
        ends = [typical_endpoint(kind, EndpointId(str(n))) for n, kind in enumerate(kinds, 1)]
        if own := self._properties.get(name):
            properties = tuple(typical(each, writable=True) for each in own)
            ends.append(Endpoint(EndpointId("own"), DeviceType.GENERIC, "", properties))
        return Device(DeviceId(slug(name)), name.capitalize(), DRIVER, tuple(ends), self._in(name))

    def _in(self, name: str) -> AreaId | None:
        """Return the place that a thing's name begins with."""
        found = [place for place in self._places if name.startswith(f"{place} ")]
        return AreaId(slug(max(found, key=len))) if found else None


def _person(word: str) -> Iterator[Input]:
    name = "Someone" if word in _NOBODY else word.capitalize()
    yield PersonSet(Person(PersonId(slug(name)), name))
    phone = typical_device(DeviceId(slug(f"{name} phone")), f"{name} phone", DeviceType.TRACKER)
    yield Adopted(structs.replace(phone, aliases=()))


def _has(kinds: Iterable[DeviceType], name: str) -> bool:
    """Say whether a thing of one of `kinds` has a property."""
    return any(name in (*CONTROLLED.get(k, ()), *MEASURED.get(k, ())) for k in kinds)


def _all_states(scene: Scene) -> Iterator[States]:
    for states in scene.states:
        yield states
        yield from inner_states(states)


def _words(states: States, key: str) -> tuple[str, ...]:
    value = getattr(states, key)
    if isinstance(value, Reading | PropertyIs | ValueIs | WordIs):
        return value.of
    words = getattr(value, "of", value)
    return words if isinstance(words, tuple) else ()
