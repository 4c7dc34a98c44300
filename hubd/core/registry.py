"""Folding of the registry's own events: place, floors, areas, people, scenes."""

from hubd.core.shadow import Shadow
from hubd.core.state import State
from hubd.model.device import Device, Endpoint
from hubd.model.events import (
    AreaRemoved,
    AreaSet,
    CalendarRemoved,
    CalendarRevised,
    Dismissed,
    FloorRemoved,
    FloorSet,
    Joined,
    LeasesSet,
    Parted,
    PersonRemoved,
    PersonSet,
    PlaceSet,
    Renamed,
    RunEnded,
    SceneRemoved,
    SceneRevised,
    What,
)
from hubd.model.ids import SceneId, property_id
from hubd.model.vocabulary import term

GATE = "OnOff.on"
"""What must be on for a level or a colour to mean anything."""


def apply(state: State, what: What) -> None:  # noqa: C901, PLR0912 - one case a kind of event
    """Change the registry by `what`; does nothing for what is not the registry's."""
    home = state.home
    match what:
        case PlaceSet():
            home.place = what.place
        case FloorSet():
            home.floors[what.floor.id] = what.floor
        case FloorRemoved():
            home.floors.pop(what.floor, None)
        case AreaSet():
            home.areas[what.area.id] = what.area
        case AreaRemoved():
            home.areas.pop(what.area, None)
        case PersonSet():
            home.people[what.person.id] = what.person
        case PersonRemoved():
            home.people.pop(what.person, None)
        case SceneRevised():
            state.scenes[what.scene] = what
        case SceneRemoved():
            _forget_scene(state, what.scene)
        case RunEnded():
            _end_run(state, what)
        case LeasesSet():
            state.leases = what.leases
        case CalendarRevised():
            home.calendars[what.calendar.id] = what.calendar
        case CalendarRemoved():
            home.calendars.pop(what.calendar, None)
        case Renamed():
            home.naming[what.device] = what.naming
        case Dismissed():
            keys = home.dismissed.setdefault(what.driver, {})
            if what.dismissed:
                keys[what.key] = None
            else:
                keys.pop(what.key, None)
        case Joined():
            home.joins[what.join.record.id] = what.join
        case Parted():
            home.joins.pop(what.device, None)
        case _:
            pass


def _end_run(state: State, what: RunEnded) -> None:
    runs = state.runs.get(what.scene, {})
    runs.pop(what.run, None)
    if not runs:
        state.runs.pop(what.scene, None)


def _forget_scene(state: State, scene: SceneId) -> None:
    state.scenes.pop(scene, None)
    state.runs.pop(scene, None)
    for timed in (state.timers, state.questions):
        for key in [key for key in timed if key[0] == scene]:
            del timed[key]


def shadows_of(device: Device) -> list[Shadow]:
    """Return fresh shadows of all properties of `device`."""
    return [shadow for endpoint in device.endpoints for shadow in _of_endpoint(device, endpoint)]


def _of_endpoint(device: Device, endpoint: Endpoint) -> list[Shadow]:
    ids = {
        prop.name: property_id(device.id, endpoint.id, prop.name) for prop in endpoint.properties
    }
    switch = endpoint.property(GATE)
    has_gate = switch is not None and switch.writable
    gated = tuple(ids[name] for name in ids if has_gate and term(name).while_on)
    return [
        Shadow(
            id=ids[prop.name],
            property=prop,
            device=device.id,
            endpoint=endpoint.id,
            gate=ids[GATE] if ids[prop.name] in gated else None,
            gated=gated if prop.name == GATE else (),
        )
        for prop in endpoint.properties
    ]
