"""Air, light and power of a room: exact solutions of first-order balances, stable for any step."""

import math
from dataclasses import dataclass

OUTSIDE_CO2_PPM = 420.0
PERSON_W = 80.0
"""Heat of a person at rest (ISO 8996, resting: some 100 W, a fifth of it as vapour)."""
PERSON_CO2_LITRES_PER_H = 18.0
"""What an adult at light activity breathes out (EN 16798-1 reckons with 20 l/h)."""


@dataclass(frozen=True, slots=True)
class Air:
    """The air of a room."""

    temperature_c: float = 19.0
    co2_ppm: float = 500.0
    humidity_pct: float = 45.0


@dataclass(frozen=True, slots=True)
class Room:
    """What a room is built of.

    `loss_w_per_k` is lost to the outside a kelvin of difference, `capacity_j_per_k` is what the
    room stores, `airing_per_h` is how often its air is changed with the windows shut.
    `daylight_factor` is the part of the light outside that comes in (CIE's daylight factor).
    """

    volume_m3: float = 40.0
    loss_w_per_k: float = 22.0
    capacity_j_per_k: float = 2.0e6
    airing_per_h: float = 0.5
    daylight_factor: float = 0.012
    heater_w: float = 1200.0


@dataclass(frozen=True, slots=True)
class Influence:
    """What acts on a room for a while: heat in watts, people, open windows, steam."""

    outside_c: float
    heat_w: float = 0.0
    people: int = 0
    open_to_outside: bool = False
    steam: bool = False


def breathe(room: Room, air: Air, by: Influence, seconds: float) -> Air:
    """Return the air after `seconds` under a constant influence.

    Each quantity x follows dx/dt = (x_end - x) / tau, whose solution is exact: a long step gives
    what many short ones do, and nothing overshoots.
    """
    changes_per_h = 6.0 if by.open_to_outside else room.airing_per_h
    loss_w_per_k = room.loss_w_per_k * (3.0 if by.open_to_outside else 1.0)
    gain_w = by.heat_w + by.people * PERSON_W
    fresh_m3_per_h = changes_per_h * room.volume_m3
    co2_end = OUTSIDE_CO2_PPM + by.people * PERSON_CO2_LITRES_PER_H / 1000 / fresh_m3_per_h * 1e6
    wet_end = min(98.0, 42.0 + 4.0 * by.people + (50.0 if by.steam else 0.0))
    return Air(
        temperature_c=_towards(
            air.temperature_c,
            by.outside_c + gain_w / loss_w_per_k,
            room.capacity_j_per_k / loss_w_per_k,
            seconds,
        ),
        co2_ppm=_towards(air.co2_ppm, co2_end, 3600 / changes_per_h, seconds),
        humidity_pct=_towards(
            air.humidity_pct, wet_end, 600.0 if by.steam else 3600 / changes_per_h, seconds
        ),
    )


def illuminance_lx(room: Room, daylight_lx: float, uncovered: float, lamps: float) -> float:
    """Return the light in a room: through windows `uncovered` from 0 to 1, and of `lamps`.

    A lamp at full is 1, and gives 180 lx where people are.
    """
    return daylight_lx * room.daylight_factor * (0.03 + 0.97 * uncovered) + 180.0 * lamps


def _towards(now: float, end: float, tau_s: float, seconds: float) -> float:
    return end + (now - end) * math.exp(-seconds / tau_s)
