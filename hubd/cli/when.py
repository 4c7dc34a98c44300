"""Times as people write them on the command line."""

from datetime import UTC, datetime, timedelta

import click

_AGO = {"m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[datetime]):
    """A time: `2026-06-15T19:04`, with a zone or else this machine's; or `3h`, so long ago."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return `value` as an aware time."""
        del ctx
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        unit = _AGO.get(text[-1:])
        if unit is not None and text[:-1].isdecimal():
            return datetime.now(UTC) - timedelta(**{unit: int(text[:-1])})
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no time; write 2026-06-15T19:04, or 3h for so long ago", param)
        return when.astimezone(UTC)
