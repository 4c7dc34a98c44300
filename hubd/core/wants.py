"""Which words of programs a change of the home touches (listening.Program.wants)."""

from collections.abc import Iterator

from hubd.core.home import Home, calendar_token, names, role_token
from hubd.core.listening import EVERYTHING
from hubd.model.events import (
    Adopted,
    AreaRemoved,
    AreaSet,
    CalendarRemoved,
    CalendarRevised,
    FloorRemoved,
    FloorSet,
    Forgotten,
    PersonRemoved,
    PersonSet,
    PlaceSet,
    What,
)
from hubd.model.home import Area, Floor, Person


def touched(home: Home, what: What) -> set[str]:
    """Return the tokens of what `what` sets or removes, as `home` knows it at the moment.

    To be asked before and after the fold: old names and new ones are touched alike. A new place
    touches those alone that want everything, as all must that know sun or local time.
    """
    match what:
        case Adopted():
            old = home.devices.get(what.device.id)
            return {*home.tokens(what.device), *(home.tokens(old) if old is not None else ())}
        case Forgotten():
            gone = home.devices.get(what.device)
            return set(home.tokens(gone)) if gone is not None else set()
        case PlaceSet():
            return {EVERYTHING}
        case CalendarRevised():
            return {calendar_token(what.calendar.id)}
        case CalendarRemoved():
            return {calendar_token(what.calendar)}
        case _:
            return {token for thing in _things(home, what) for token in _tokens(thing, home)}


def _tokens(thing: Area | Floor | Person, home: Home) -> Iterator[str]:
    """Yield the names of `thing`; and, of a place, the roles that things have there."""
    yield from names(thing)
    areas = home.areas_on(thing.id) if isinstance(thing, Floor) else (thing,)
    for area in areas:
        if isinstance(area, Area):
            for device in home.devices_in(area.id):
                yield from map(role_token, device.roles)


def _things(home: Home, what: What) -> Iterator[Area | Floor | Person]:
    match what:
        case AreaSet() | AreaRemoved():
            area = home.areas.get(what.area.id if isinstance(what, AreaSet) else what.area)
            if area is not None:
                yield area
                if area.floor is not None and area.floor in home.floors:
                    yield home.floors[area.floor]
        case FloorSet() | FloorRemoved():
            floor = home.floors.get(what.floor.id if isinstance(what, FloorSet) else what.floor)
            if floor is not None:
                yield floor
        case PersonSet() | PersonRemoved():
            person = home.people.get(what.person.id if isinstance(what, PersonSet) else what.person)
            if person is not None:
                yield person
        case _:
            pass
