"""The sun's height as times: people here say `sunset + 20 min`, not degrees."""

from scenes.homeassistant.states import States

_MIN_PER_DEGREE = 6
"""About what the sun takes for a degree near the horizon, in the middle latitudes."""


def offset_min(height_deg: float) -> int:
    """Return how long after sunset (before, if negative) the sun is at `height_deg`, about."""
    minutes = round(-(height_deg + 0.8) * _MIN_PER_DEGREE / 5) * 5
    return max(-240, min(240, minutes))


def sun_time(event: str, minutes: int) -> str:
    """Return "sunset + 20 min"."""
    if not minutes:
        return event
    sign = "+" if minutes > 0 else "-"
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest)
    return f"{event} {sign} {' '.join(parts)}"


def evening(height_deg: float) -> str:
    """Return the time at which the sun sinks below `height_deg`, about."""
    return sun_time("sunset", offset_min(height_deg))


def morning(height_deg: float) -> str:
    """Return the time at which the sun rises above `height_deg`, about."""
    return sun_time("sunrise", -offset_min(height_deg))


def below(height_deg: float) -> States:
    """Return the states that hold while the sun is below `height_deg`, about."""
    return {"between": f"{evening(height_deg)} and {morning(height_deg)}"}


def above(height_deg: float) -> States:
    """Return the states that hold while the sun is above `height_deg`, about."""
    return {"between": f"{morning(height_deg)} and {evening(height_deg)}"}
