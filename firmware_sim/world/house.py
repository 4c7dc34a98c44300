"""The house in time: a frozen state, and the one function that takes it from moment to moment."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.devices.properties import Changes, State
from firmware_sim.home import Home, Role
from firmware_sim.recording import Reading, local
from firmware_sim.world import habits, sensing
from firmware_sim.world.acts import Act, Came, Hand
from firmware_sim.world.layout import Layout, Use
from firmware_sim.world.people import Activity, day_of, moves
from firmware_sim.world.physics import Air, Influence, Room, breathe
from firmware_sim.world.sky import daylight_lx, outside_c, sun_elevation_deg

TICK_US = 10_000_000
"""The physics goes in steps of ten seconds, on a fixed grid: the same however it is driven."""
_SLOW_US = 60_000_000


@dataclass(frozen=True)
class Blueprint:
    """What does not change: the home, what its areas are for and built of, and the seed."""

    home: Home
    seed: int
    layout: Layout = field(init=False)
    rooms: Mapping[str, Room] = field(init=False)
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        """Derive the layout and the rooms."""
        layout = Layout.of(self.home)
        object.__setattr__(self, "layout", layout)
        object.__setattr__(self, "rooms", {a.id: _room(layout.uses[a.id]) for a in layout.areas})
        object.__setattr__(self, "zone", self.home.zone)

    def light_outside(self, at: datetime) -> float:
        """Return the daylight outside in lux."""
        place = self.home.place
        return daylight_lx(sun_elevation_deg(at, place.latitude, place.longitude))


@dataclass(frozen=True, slots=True)
class House:
    """Everything about the house that changes and that no device knows.

    `seen_us` is when somebody last moved in an area; `agenda` is what people will do, in the order
    of time, planned to the end of `planned`.
    """

    at_us: int
    planned: date
    air: Mapping[str, Air]
    where: Mapping[str, str | None]
    doing: Mapping[str, Activity]
    seen_us: Mapping[str, int] = field(default_factory=dict)
    used_kwh: Mapping[str, float] = field(default_factory=dict)
    agenda: tuple[Act, ...] = ()

    @property
    def next_us(self) -> int:
        """When something happens next."""
        tick_us = (self.at_us // TICK_US + 1) * TICK_US
        return min(tick_us, self.agenda[0].at_us) if self.agenda else tick_us

    def people_in(self, area: str) -> tuple[str, ...]:
        """Return who is in an area, in the order of their ids."""
        return tuple(sorted(p for p, here in self.where.items() if here == area))


def opened(blueprint: Blueprint, start: datetime) -> House:
    """Return the house at `start`, where people are at that time of their day."""
    at_us = round(start.timestamp() * 1_000_000)
    today = start.astimezone(blueprint.zone).date()
    people = [p for p in blueprint.home.people if p.role is not Role.GUEST]
    house = House(
        at_us=at_us,
        planned=today - timedelta(days=1),
        air={area.id: Air() for area in blueprint.layout.areas},
        where={p.id: blueprint.layout.bedroom(p) for p in people},
        doing={p.id: Activity.SLEEP for p in people},
    )
    house = _planned(blueprint, house)
    past = [a for a in house.agenda if a.at_us <= at_us]
    for act in past:
        if isinstance(act, Came):
            house = _arrived(house, act)
    return replace(house, agenda=house.agenda[len(past) :], seen_us={})


def advance(
    blueprint: Blueprint, house: House, states: Mapping[str, State]
) -> tuple[House, tuple[Reading, ...]]:
    """Return the house at `house.next_us`, and what its devices come to notice or feel then.

    `states` are the devices as they are: what a hub commanded acts on rooms and people.
    """
    at_us = house.next_us
    if house.agenda and house.agenda[0].at_us == at_us:
        act, house = house.agenda[0], replace(house, at_us=at_us, agenda=house.agenda[1:])
        if isinstance(act, Hand):
            return house, _readings(at_us, {act.device: act.changes})
        return _came(blueprint, house, states, act)
    return _ticked(blueprint, replace(house, at_us=at_us), states)


def _came(
    blueprint: Blueprint, house: House, states: Mapping[str, State], act: Came
) -> tuple[House, tuple[Reading, ...]]:
    left = house.where[act.person]
    house = _arrived(house, act)
    at = local(act.at_us, blueprint.zone)
    scene = habits.Moment(
        layout=blueprint.layout,
        states=states,
        at=at,
        outside_lx=blueprint.light_outside(at.astimezone(UTC)),
        rooms=blueprint.rooms,
        where=house.where,
        doing=house.doing,
        draw=_draw(blueprint, act.person, act.at_us),
    )
    hands = habits.after(scene, act, left)
    changes = sensing.noticed(blueprint.layout, states, house.where, house.doing, act)
    later = tuple(h for h in hands if h.at_us > act.at_us)
    for hand in hands:
        if hand.at_us <= act.at_us:
            changes[hand.device] = {**changes.get(hand.device, {}), **hand.changes}
    agenda = tuple(sorted((*house.agenda, *later), key=lambda a: a.at_us))
    return replace(house, agenda=agenda), _readings(act.at_us, changes)


def _ticked(
    blueprint: Blueprint, house: House, states: Mapping[str, State]
) -> tuple[House, tuple[Reading, ...]]:
    layout, at_us = blueprint.layout, house.at_us
    at = local(at_us, blueprint.zone)
    if at.date() >= house.planned and at.hour == 23:
        house = _planned(blueprint, house)
    cold_c = outside_c(at, blueprint.home.place.latitude, blueprint.seed)
    outside_lx = blueprint.light_outside(at.astimezone(UTC))
    air: dict[str, Air] = {}
    seen_us = dict(house.seen_us)
    changes: dict[str, Changes] = {}
    for area in layout.areas:
        here = house.people_in(area.id)
        room = blueprint.rooms[area.id]
        influence = Influence(
            outside_c=cold_c,
            heat_w=sensing.heat_w(layout, states, area.id, room),
            people=len(here),
            open_to_outside=sensing.window_open(layout, states, area.id),
            steam=any(house.doing[p] in {Activity.SHOWER, Activity.COOK} for p in here),
        )
        air[area.id] = breathe(room, house.air[area.id], influence, TICK_US / 1e6)
        if _stirs(blueprint, house, area.id, here):
            seen_us[area.id] = at_us
        seen = at_us - seen_us.get(area.id, 0)
        changes |= sensing.motion(layout, states, area.id, since_us=seen)
        if at_us % _SLOW_US == 0:
            lit_lx = sensing.light_lx(layout, states, area.id, room, outside_lx)
            changes |= sensing.climate(layout, states, area.id, air[area.id], lit_lx)
        if layout.find(area.id, DeviceType.ON_OFF_PLUG):
            whim = _draw(blueprint, area.id, at_us)
            changes |= sensing.power(layout, states, area.id, whim)
    drawn_w = sensing.house_w(layout, states, house.doing)
    used = sensing.used_kwh(layout, states, house.used_kwh, drawn_w, TICK_US / 1e6)
    for meter, counted in sensing.meters(layout, states, used, drawn_w).items():
        changes[meter] = {**changes.get(meter, {}), **counted}
    house = replace(house, air=air, seen_us=seen_us, used_kwh=used)
    return house, _readings(at_us, changes)


def _arrived(house: House, act: Came) -> House:
    doing = act.activity or (Activity.RELAX if act.area else Activity.AWAY)
    seen = {**house.seen_us, act.area: act.at_us} if act.area else house.seen_us
    return replace(
        house,
        where={**house.where, act.person: act.area},
        doing={**house.doing, act.person: doing},
        seen_us=seen,
    )


def _planned(blueprint: Blueprint, house: House) -> House:
    """Return the house with one more day on people's agenda."""
    day = house.planned + timedelta(days=1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=blueprint.zone)
    midnight_us = round(midnight.timestamp() * 1_000_000)
    acts: list[Act] = list(house.agenda)
    for person in blueprint.home.people:
        if person.id not in house.where:
            continue
        stays = day_of(person, blueprint.layout, day, blueprint.seed)
        for move in moves(stays, blueprint.layout):
            jitter_us = _draw(blueprint, person.id, round(move.at_s)).randrange(1_000_000)
            at_us = midnight_us + round(move.at_s) * 1_000_000 + jitter_us
            acts.append(Came(at_us, move.person, move.area, move.activity))
    whim = _draw(blueprint, "day", day.toordinal())
    acts.extend(habits.of_the_day(blueprint.layout, midnight_us, whim))
    acts.sort(key=lambda act: act.at_us)
    return replace(house, planned=day, agenda=tuple(acts))


def _stirs(blueprint: Blueprint, house: House, area: str, here: tuple[str, ...]) -> bool:
    """Return whether somebody in the area moves so that a motion detector sees it."""
    for person in here:
        every_s = 2400.0 if house.doing[person] is Activity.SLEEP else 45.0
        if _draw(blueprint, f"{area} {person}", house.at_us).random() < TICK_US / 1e6 / every_s:
            return True
    return False


def _readings(at_us: int, changes: Mapping[str, Changes]) -> tuple[Reading, ...]:
    return tuple(
        Reading(at_us, device, prop, value)
        for device, some in changes.items()
        for prop, value in some.items()
    )


def _draw(blueprint: Blueprint, who: str, when: int) -> random.Random:
    return random.Random(f"{blueprint.seed} {who} {when}")  # noqa: S311


def _room(use: Use) -> Room:
    match use:
        case Use.WASH:
            return Room(volume_m3=15, loss_w_per_k=10, capacity_j_per_k=9e5, daylight_factor=0.006)
        case Use.PASS:
            return Room(volume_m3=20, loss_w_per_k=14, capacity_j_per_k=1e6, daylight_factor=0.004)
        case Use.RELAX:
            return Room(volume_m3=75, loss_w_per_k=35, capacity_j_per_k=3.5e6, heater_w=2000)
    return Room()
