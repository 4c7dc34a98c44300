"""Sun, daylight and weather outside, by closed formulas."""

import math
import random
from datetime import UTC, datetime

_EPOCH_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def sun_elevation_deg(at: datetime, latitude_deg: float, longitude_deg: float) -> float:
    """Return how high the sun stands, in degrees, to about half a degree.

    Low-precision formulas of the Astronomical Almanac (section C, "Low precision formulas for the
    Sun"): ecliptic longitude, declination, and the hour angle from sidereal time.
    """
    days = (at - _EPOCH_2000).total_seconds() / 86_400
    anomaly = math.radians((357.528 + 0.9856003 * days) % 360)
    ecliptic = math.radians(
        (280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
        % 360
    )
    tilt = math.radians(23.439)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians((280.46062 + 360.98564737 * days + longitude_deg) % 360)
    latitude = math.radians(latitude_deg)
    return math.degrees(
        math.asin(
            math.sin(latitude) * math.sin(declination)
            + math.cos(latitude) * math.cos(declination) * math.cos(sidereal - ascension)
        )
    )


def daylight_lx(elevation_deg: float) -> float:
    """Return the light outside under a half-clouded sky, twilight included; 0 in the night."""
    if elevation_deg >= 0:
        return 400.0 + 55_000.0 * math.pow(math.sin(math.radians(elevation_deg)), 1.2)
    return 400 * math.exp(elevation_deg * 0.9) if elevation_deg > -12 else 0.0


def outside_c(at: datetime, latitude_deg: float, seed: int) -> float:
    """Return the temperature outside: of the season, of the hour, and of the day's own weather."""
    north = 1 if latitude_deg >= 0 else -1
    day = at.timetuple().tm_yday
    season = -north * math.cos(2 * math.pi * (day - 20) / 365) * abs(latitude_deg) / 6
    hour = at.hour + at.minute / 60
    daily = 3.5 * math.sin(2 * math.pi * (hour - 9) / 24)
    weather = random.Random(f"{seed} weather {at.date()}").gauss(0, 2)  # noqa: S311
    return 26 - abs(latitude_deg) * 0.3 + season + daily + weather
