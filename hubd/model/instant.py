"""Time as the log keeps it: whole microseconds since 1970-01-01 UTC."""

from datetime import UTC, datetime, timedelta

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(when: datetime) -> int:
    """Return an aware `when` in microseconds. Raises ValueError if it has no time zone."""
    if when.tzinfo is None:
        msg = f"{when.isoformat()} has no time zone"
        raise ValueError(msg)
    return (when - _EPOCH) // _MICROSECOND


def from_us(at_us: int) -> datetime:
    """Return `at_us` as an aware time in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)
