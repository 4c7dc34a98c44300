"""When the sun rises and sets over the home (astral: NOAA's equations, good to a minute)."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import astral.sun

from hubd.model.home import Place
from hubd.model.instant import from_us, to_us


class SunEvent(StrEnum):
    """What the sun does once a day. Dawn and dusk are civil: the sun is 6° below the horizon."""

    DAWN = "dawn"
    SUNRISE = "sunrise"
    NOON = "noon"
    SUNSET = "sunset"
    DUSK = "dusk"


SUN_EVENTS = tuple(event.value for event in SunEvent)

_CALCULATE: dict[SunEvent, Callable[..., datetime]] = {
    SunEvent.DAWN: astral.sun.dawn,
    SunEvent.SUNRISE: astral.sun.sunrise,
    SunEvent.NOON: astral.sun.noon,
    SunEvent.SUNSET: astral.sun.sunset,
    SunEvent.DUSK: astral.sun.dusk,
}


@lru_cache(maxsize=64)
def zone(place: Place) -> ZoneInfo:
    """Return the time zone of `place`; UTC if its name is not known on this machine."""
    try:
        return ZoneInfo(place.timezone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=512)
def sun_event_us(event: SunEvent, day: date, place: Place) -> int | None:
    """Return when `event` comes on the local `day`; None where it does not on that day."""
    observer = astral.Observer(place.latitude, place.longitude)
    try:
        when = _CALCULATE[event](observer, day, tzinfo=zone(place))
    except ValueError:
        return None
    return to_us(when)


def is_up(at_us: int, place: Place) -> bool:
    """Say whether the sun is above the horizon (its upper rim, as refraction lifts it)."""
    observer = astral.Observer(place.latitude, place.longitude)
    return astral.sun.elevation(observer, from_us(at_us)) > -0.833
