"""What sensors notice of people, air, light and power."""

import random
from collections.abc import Mapping

from firmware_sim.devices.catalog import DeviceType
from firmware_sim.devices.device import rounded
from firmware_sim.devices.properties import Changes, Property, State, Value, flag, number
from firmware_sim.devices.zigbee_controls import heats
from firmware_sim.world.acts import Came
from firmware_sim.world.layout import Layout, Use
from firmware_sim.world.people import Activity
from firmware_sim.world.physics import Air, Room, illuminance_lx

HOLD_US = 60_000_000
"""A motion detector reports nobody a minute after the last movement."""
_LAMP_W = 9.0
_STANDBY_W = 0.4
_RATINGS_W = ((Use.RELAX, 110.0), (Use.COOK, 1450.0), (Use.WORK, 65.0), (Use.WASH, 900.0))
_BASE_LOAD_W = 85.0
_COOKING_W = 1900.0

_SENSED: Mapping[DeviceType, tuple[Property, float, float, int]] = {
    DeviceType.TEMPERATURE_SENSOR: (Property.TEMPERATURE, 0.3, 0.0, 1),
    DeviceType.THERMOSTAT: (Property.TEMPERATURE, 0.2, 0.0, 1),
    DeviceType.HUMIDITY_SENSOR: (Property.HUMIDITY, 2.0, 0.0, 1),
    DeviceType.AIR_QUALITY_SENSOR: (Property.CO2, 25.0, 0.0, 0),
    DeviceType.LIGHT_SENSOR: (Property.ILLUMINANCE, 5.0, 0.15, 0),
}
"""What each sensor measures; it reports a change of so much, or of that part; and its digits."""


def light_lx(
    layout: Layout, states: Mapping[str, State], area: str, room: Room, outside_lx: float
) -> float:
    """Return the light in an area, through its covers and of its lamps."""
    covers = layout.find(area, DeviceType.WINDOW_COVERING)
    uncovered = min(
        (number(states[c.id], Property.POSITION, 100) / 100 for c in covers), default=1.0
    )
    return illuminance_lx(room, outside_lx, uncovered, _lamps(layout, states, area))


def window_open(layout: Layout, states: Mapping[str, State], area: str) -> bool:
    """Return whether a window of the area is open."""
    windows = layout.find(area, DeviceType.CONTACT_SENSOR, "window")
    return any(flag(states[w.id], Property.OPEN) for w in windows)


def heat_w(layout: Layout, states: Mapping[str, State], area: str, room: Room) -> float:
    """Return the heat that devices give to an area: its radiator, lamps and plugs.

    A room without a thermostat is heated with the room that has one.
    """
    here = layout.find(area, DeviceType.THERMOSTAT)
    valves = here or layout.everywhere(DeviceType.THERMOSTAT)
    heating = any(flag(states[v.id], Property.HEATING) for v in valves)
    plugs = layout.find(area, DeviceType.ON_OFF_PLUG)
    plug_w = sum(number(states[p.id], Property.POWER) for p in plugs)
    # A room without any thermostat in the home keeps warm by a heating that nobody controls.
    radiator_w = room.heater_w if heating else 0.0 if valves else room.heater_w * 0.25
    return radiator_w + _LAMP_W * _lamps(layout, states, area) + plug_w


def noticed(
    layout: Layout,
    states: Mapping[str, State],
    where: Mapping[str, str | None],
    doing: Mapping[str, Activity],
    act: Came,
) -> dict[str, Changes]:
    """Return what notices the move `act` at once: motion detectors, beds, the person's phone."""
    changes: dict[str, Changes] = {}
    if act.area is not None:
        for sensor in layout.find(act.area, DeviceType.OCCUPANCY_SENSOR):
            if not flag(states[sensor.id], Property.OCCUPIED):
                changes[sensor.id] = {Property.OCCUPIED: True}
    for area in layout.areas:
        asleep = sorted(p for p, a in where.items() if a == area.id and doing[p] is Activity.SLEEP)
        for nth, bed in enumerate(layout.find(area.id, DeviceType.BED_SENSOR)):
            pressed = len(asleep) > nth
            if flag(states[bed.id], Property.IN_BED) != pressed:
                changes[bed.id] = {Property.IN_BED: pressed}
    phone = f"phone_{act.person}"
    if phone in states and flag(states[phone], Property.HOME) != (act.area is not None):
        changes[phone] = {Property.HOME: act.area is not None}
    return changes


def motion(
    layout: Layout, states: Mapping[str, State], area: str, *, since_us: int
) -> dict[str, Changes]:
    """Return which motion detectors of an area change, `since_us` after the last movement."""
    occupied = since_us < HOLD_US
    return {
        sensor.id: {Property.OCCUPIED: occupied}
        for sensor in layout.find(area, DeviceType.OCCUPANCY_SENSOR)
        if flag(states[sensor.id], Property.OCCUPIED) != occupied
    }


def climate(
    layout: Layout, states: Mapping[str, State], area: str, air: Air, lit_lx: float
) -> dict[str, Changes]:
    """Return what measuring devices report: what moved by more than their threshold."""
    real = {
        Property.TEMPERATURE: air.temperature_c,
        Property.HUMIDITY: air.humidity_pct,
        Property.CO2: air.co2_ppm,
        Property.ILLUMINANCE: lit_lx,
    }
    changes: dict[str, Changes] = {}
    for device in layout.devices[area]:
        if device.type not in _SENSED:
            continue
        prop, threshold, part, digits = _SENSED[device.type]
        state = states[device.id]
        before = number(state, prop)
        felt: dict[Property, Value] = {}
        if abs(real[prop] - before) >= max(threshold, part * before):
            felt[prop] = rounded(real[prop], digits)
        if device.type is DeviceType.THERMOSTAT:
            felt[Property.HEATING] = heats({**state, **felt})
        if felt:
            changes[device.id] = felt
    return changes


def power(
    layout: Layout, states: Mapping[str, State], area: str, draw: random.Random
) -> dict[str, Changes]:
    """Return what plugs measure: what is plugged in draws its rating, give or take 5 %."""
    rating_w = dict(_RATINGS_W).get(layout.uses[area], 60.0)
    changes: dict[str, Changes] = {}
    for plug in layout.find(area, DeviceType.ON_OFF_PLUG):
        on = flag(states[plug.id], Property.ON)
        now_w = rating_w * draw.uniform(0.95, 1.05) if on else _STANDBY_W
        before_w = number(states[plug.id], Property.POWER)
        if abs(now_w - before_w) >= max(0.3, 0.08 * before_w):
            changes[plug.id] = {Property.POWER: rounded(now_w, 1)}
    return changes


def house_w(layout: Layout, states: Mapping[str, State], doing: Mapping[str, Activity]) -> float:
    """Return the power that the whole house draws."""
    lamps = sum(_lamps(layout, states, area.id) for area in layout.areas)
    plugs = layout.everywhere(DeviceType.ON_OFF_PLUG)
    cooks = sum(activity is Activity.COOK for activity in doing.values())
    plugs_w = sum(number(states[plug.id], Property.POWER) for plug in plugs)
    return _BASE_LOAD_W + _LAMP_W * lamps + plugs_w + _COOKING_W * cooks


def used_kwh(
    layout: Layout,
    states: Mapping[str, State],
    used: Mapping[str, float],
    drawn_w: float,
    seconds: float,
) -> dict[str, float]:
    """Return what each meter of the house and each plug has counted after `seconds` more."""
    power_w = {meter.id: drawn_w for meter in layout.everywhere(DeviceType.ELECTRICAL_SENSOR)} | {
        plug.id: number(states[plug.id], Property.POWER)
        for plug in layout.everywhere(DeviceType.ON_OFF_PLUG)
    }
    return {
        ident: used.get(ident, number(states[ident], Property.ENERGY)) + watts * seconds / 3.6e6
        for ident, watts in power_w.items()
    }


def meters(
    layout: Layout, states: Mapping[str, State], used: Mapping[str, float], drawn_w: float
) -> dict[str, Changes]:
    """Return what meters report: power when it moves by a tenth, energy by 0.05 kWh."""
    changes: dict[str, dict[Property, Value]] = {}
    for meter in layout.everywhere(DeviceType.ELECTRICAL_SENSOR):
        before_w = number(states[meter.id], Property.POWER)
        if abs(drawn_w - before_w) >= max(20.0, 0.1 * before_w):
            changes[meter.id] = {Property.POWER: rounded(drawn_w, 1)}
    for ident, kwh in used.items():
        if kwh - number(states[ident], Property.ENERGY) >= 0.05:
            changes.setdefault(ident, {})[Property.ENERGY] = rounded(kwh, 3)
    return dict(changes)


def _lamps(layout: Layout, states: Mapping[str, State], area: str) -> float:
    """Return the lamps of an area that are on, each as its part of full."""
    return sum(
        number(states[lamp.id], Property.LEVEL, 100) / 100
        for lamp in layout.lights(area)
        if flag(states[lamp.id], Property.ON)
    )
