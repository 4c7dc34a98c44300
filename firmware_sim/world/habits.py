"""What people's hands do as they come and go: lamps, doors, locks, covers, plugs, buttons."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.devices.properties import Property, State, Value, flag, number
from firmware_sim.home import Role
from firmware_sim.world import sensing
from firmware_sim.world.acts import Came, Hand
from firmware_sim.world.layout import Layout, Use
from firmware_sim.world.people import Activity
from firmware_sim.world.physics import Room

_S = 1_000_000
_MIN = 60 * _S
_DARK_LX = 60.0


@dataclass(frozen=True)
class Moment:
    """What a person sees when they decide; `draw` is their whim."""

    layout: Layout
    states: Mapping[str, State]
    at: datetime
    outside_lx: float
    rooms: Mapping[str, Room]
    where: Mapping[str, str | None]
    doing: Mapping[str, Activity]
    draw: random.Random

    def chance(self, part: float) -> bool:
        """Return True in `part` of all cases."""
        return self.draw.random() < part

    def lit_lx(self, area: str) -> float:
        """Return the light in an area."""
        return sensing.light_lx(self.layout, self.states, area, self.rooms[area], self.outside_lx)

    def is_child(self, person: str) -> bool:
        """Return whether a person is a child."""
        return any(p.id == person and p.role is Role.CHILD for p in self.layout.home.people)


def after(moment: Moment, act: Came, left: str | None) -> tuple[Hand, ...]:
    """Return what the person's hands do after the move `act` out of `left`, now and a bit later."""
    hands = [*_front_door(moment, act, left), *_behind(moment, act, left)]
    if act.area is not None:
        hands += _lamps(moment, act, act.area)
        hands += _things(moment, act, act.area)
    return tuple(hands)


def of_the_day(layout: Layout, midnight_us: int, draw: random.Random) -> Iterator[Hand]:
    """Return what is done once a day by the clock: the bedrooms are aired in the morning."""
    for area in layout.areas:
        for window in layout.find(area.id, DeviceType.CONTACT_SENSOR, "window"):
            at_us = midnight_us + round(draw.uniform(6.9, 7.4) * 3600) * _S
            yield Hand(at_us, window.id, {Property.OPEN: True})
            shut_us = at_us + round(draw.uniform(8, 20)) * _MIN
            yield Hand(shut_us, window.id, {Property.OPEN: False})


def _front_door(moment: Moment, act: Came, left: str | None) -> Iterator[Hand]:
    """Who leaves or comes home opens the door; who leaves last or comes first works the lock."""
    if (left is None) == (act.area is None):
        return
    layout, entrance = moment.layout, moment.layout.entrance
    others = any(a is not None for p, a in moment.where.items() if p != act.person)
    for lock in layout.find(entrance, DeviceType.DOOR_LOCK):
        if flag(moment.states[lock.id], Property.LOCKED):
            yield Hand(act.at_us - 2 * _S, lock.id, {Property.LOCKED: False})
        if act.area is None and not others:
            yield Hand(act.at_us + 9 * _S, lock.id, {Property.LOCKED: True})
    for door in layout.find(entrance, DeviceType.CONTACT_SENSOR, "door"):
        yield Hand(act.at_us, door.id, {Property.OPEN: True})
        yield Hand(act.at_us + moment.draw.randint(3, 7) * _S, door.id, {Property.OPEN: False})


def _behind(moment: Moment, act: Came, left: str | None) -> Iterator[Hand]:
    """Who leaves a room empty mostly puts its lamps out, a child less often."""
    if left is None or left == act.area or left in moment.where.values():
        return
    if moment.chance(0.35 if moment.is_child(act.person) else 0.75):
        for lamp in moment.layout.lights(left):
            if flag(moment.states[lamp.id], Property.ON):
                yield Hand(act.at_us, lamp.id, {Property.ON: False})
    if moment.layout.uses[left] is Use.RELAX:
        for plug in moment.layout.find(left, DeviceType.ON_OFF_PLUG):
            if flag(moment.states[plug.id], Property.ON):
                yield Hand(act.at_us + 2 * _S, plug.id, {Property.ON: False})


def _lamps(moment: Moment, act: Came, area: str) -> Iterator[Hand]:
    lamps = moment.layout.lights(area)
    if act.activity is Activity.SLEEP:
        asleep = [p for p, a in moment.where.items() if a == area]
        if all(moment.doing[p] is Activity.SLEEP for p in asleep):
            for lamp in lamps:
                yield Hand(act.at_us + 40 * _S, lamp.id, {Property.ON: False})
        return
    if any(flag(moment.states[lamp.id], Property.ON) for lamp in lamps):
        return
    if moment.lit_lx(area) >= _DARK_LX:
        return
    # Who sleeps in the room is not woken; who gets up at night mostly finds the way in the dark.
    sleepers = any(
        a == area and p != act.person and moment.doing[p] is Activity.SLEEP
        for p, a in moment.where.items()
    )
    through = act.activity is None
    wish = 0.1 if sleepers else 0.35 if through else 0.3 if moment.at.hour < 5 else 0.9
    if moment.chance(wish):
        for lamp in lamps:
            changes: dict[Property, Value] = {Property.ON: True}
            level = 40.0 if act.activity is Activity.RELAX else 100.0
            if number(moment.states[lamp.id], Property.LEVEL, level) != level:
                changes[Property.LEVEL] = level
            yield Hand(act.at_us + 1 * _S, lamp.id, changes)


def _things(moment: Moment, act: Came, area: str) -> Iterator[Hand]:
    """Return what is touched for an activity: fridge, coffee, television, cover, thermostat."""
    layout, at_us, draw = moment.layout, act.at_us, moment.draw
    adult = not moment.is_child(act.person)
    if act.activity in {Activity.EAT, Activity.COOK}:
        for door in layout.find(area, DeviceType.CONTACT_SENSOR, "fridge|refrig|cupboard|cabinet"):
            for nth in range(draw.randint(1, 3)):
                open_us = at_us + (30 + nth * 240 + draw.randint(0, 200)) * _S
                yield Hand(open_us, door.id, {Property.OPEN: True})
                yield Hand(open_us + draw.randint(4, 20) * _S, door.id, {Property.OPEN: False})
        for plug in layout.find(area, DeviceType.ON_OFF_PLUG):
            if adult and (act.activity is Activity.COOK or moment.at.hour < 12):
                yield Hand(at_us + 50 * _S, plug.id, {Property.ON: True})
                yield Hand(at_us + draw.randint(5, 12) * _MIN, plug.id, {Property.ON: False})
    if act.activity is Activity.RELAX:
        for plug in layout.find(area, DeviceType.ON_OFF_PLUG):
            if not flag(moment.states[plug.id], Property.ON) and moment.chance(0.85):
                yield Hand(at_us + 25 * _S, plug.id, {Property.ON: True})
    if adult:
        yield from _routines(moment, act, area)


def _routines(moment: Moment, act: Came, area: str) -> Iterator[Hand]:
    """Return what an adult does by habit, in the morning, at table and at bedtime."""
    if act.activity in {Activity.RELAX, Activity.EAT}:
        yield from _covers(moment, act)
    elif act.activity in {Activity.SHOWER, Activity.WASH} and 5 <= moment.at.hour < 10:
        for valve in moment.layout.everywhere(DeviceType.THERMOSTAT):
            yield Hand(act.at_us + 5 * _S, valve.id, {Property.SETPOINT: 20.5})
    elif act.activity is Activity.SLEEP and moment.at.hour >= 20:
        yield from _good_night(moment, act, area)


def _covers(moment: Moment, act: Came) -> Iterator[Hand]:
    """Covers go up once it is light in the morning, and down once it is dark in the evening."""
    light, morning = moment.outside_lx > 200, moment.at.hour < 12
    if light != morning:
        return
    position = 100.0 if light else 0.0
    for cover in moment.layout.everywhere(DeviceType.WINDOW_COVERING):
        if number(moment.states[cover.id], Property.POSITION, 100) != position:
            yield Hand(act.at_us + 45 * _S, cover.id, {Property.POSITION: position})


def _good_night(moment: Moment, act: Came, area: str) -> Iterator[Hand]:
    for lock in moment.layout.everywhere(DeviceType.DOOR_LOCK):
        yield Hand(act.at_us, lock.id, {Property.LOCKED: True})
    for valve in moment.layout.everywhere(DeviceType.THERMOSTAT):
        yield Hand(act.at_us, valve.id, {Property.SETPOINT: 17.0})
    for button in moment.layout.find(area, DeviceType.GENERIC_SWITCH):
        yield Hand(act.at_us + 30 * _S, button.id, {Property.PRESS: "single"})
