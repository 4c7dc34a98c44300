"""A home's events as a vector that grows with each of them and never looks ahead."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from perception.encoding.channels import Channels

type Vector = NDArray[np.float32]

DAY_S = 86_400.0
_COUNT_S = np.array((10.0, 60.0, 300.0, 1800.0, 7200.0))[:, None]
_STAYS = 2
_LATEST = 4
_EVENTS = 32
_LONG_AGO = -10 * DAY_S
_MORNING_S = 4 * 3600.0
_QUIET_S = 900.0
CLOCK = 2
"""The first entries of a vector tell the time of day: hours since midnight, and since four in the
morning, so that neither the evening nor the small hours are torn apart."""


class View(StrEnum):
    """How much of a vector a model reads. A home with few events learns more from less."""

    PLAIN = "plain"
    WHOLE = "whole"


def columns(view: View, channels: int) -> NDArray[np.int64]:
    """Return the places in a vector that a view of it keeps."""
    ends = np.cumsum([count for _, count, _ in _layout(channels)]).tolist()
    return np.concatenate(
        [
            np.arange(end - count, end)
            for (_, count, plain), end in zip(_layout(channels), ends, strict=True)
            if plain or view is View.WHOLE
        ]
    )


def _layout(channels: int) -> tuple[tuple[str, int, bool], ...]:
    """Return a vector's parts in order: what, how many numbers, whether a plain view has them."""
    return (
        ("clock", CLOCK, True),
        ("lately", 15, True),
        ("stays", 4 * _LATEST, False),
        ("heard ago", channels, True),
        ("visits", 6 * channels, False),
        ("in 10 s", channels, False),
        ("in a minute", channels, True),
        ("in longer", 3 * channels, False),
        ("on", channels, True),
        ("stay before", (_STAYS - 1) * channels, False),
        ("stay now", channels, True),
    )


class Stream:
    """What is known of a home by now. An event or a question costs some array operations.

    Times are seconds since a local midnight and never go back.
    """

    def __init__(self, channels: Channels) -> None:
        count = len(channels.names)
        self._of = channels.of
        self._value = [0.0] * len(channels.of)
        self._on = np.zeros(count)
        self._since = np.full(count, _LONG_AGO)
        self._last = np.full(count, _LONG_AGO)
        self._counts = np.zeros((len(_COUNT_S), count))
        self._today = np.zeros(count)
        self._stayed_today = np.zeros(count)
        self._stay_end = np.full(count, _LONG_AGO)
        self._stay_s = np.zeros(count)
        self._stay_events = np.zeros(count)
        self._long_stay_end = np.full(count, _LONG_AGO)
        # Of the last stays: channel, start, end, events, longest silence.
        self._stays = [(-1, _LONG_AGO, _LONG_AGO, 0, 0.0)] * _LATEST
        self._events = [_LONG_AGO] * _EVENTS
        self._held = [0.0] * 4
        self._quiet_end, self._quiet_s = _LONG_AGO, 0.0
        self._now = 0.0

    def hear(self, now: float, sense: int, value: float) -> None:
        """Take in a reading: `value` 0 is off, closed, empty; else on."""
        of = self._of[sense]
        if not of:
            return
        self._advance(now)
        before = self._events[-1]
        if now - before > _QUIET_S and before > _LONG_AGO:
            self._quiet_end, self._quiet_s = now, now - before
        self._events = [*self._events[1:], now]
        self._switch(now, sense, of, value)
        places = list(of)
        self._counts[:, places] += 1
        self._last[places] = now
        self._today[places] += 1
        self._stay(now, of[0])

    def vector(self, now: float) -> Vector:
        """Return what is known at `now`, from what was heard until then."""
        self._advance(now)
        hours = now % DAY_S / 3600
        _, start, end, events, silence = self._stays[-1]
        events_ago = [now - self._events[-back] for back in (1, 4, 8, 16, 32)]
        recent = [
            *events_ago,
            self._events[-1] - self._events[-2],
            now - self._quiet_end,
            self._quiet_s,
            now - start,
            (now - start) / max(1, events),
            max(silence, now - end),
            *self._held,
        ]
        stays = [
            told
            for _, start, end, events, silence in self._stays
            for told in (now - start, end - start, events, silence)
        ]
        where = np.zeros((_STAYS, self._on.size))
        for place, (channel, *_) in enumerate(self._stays[-_STAYS:]):
            if channel >= 0:
                where[place, channel] = 1
        believed = (self._on > 0) & (now - self._since < DAY_S)
        spans = np.concatenate(
            (
                recent,
                stays,
                now - self._last,
                now - self._stay_end,
                now - self._long_stay_end,
                self._stay_s,
                self._stay_events,
                self._stayed_today,
                self._today,
                self._counts.ravel(),
            )
        )
        parts = ((hours, (hours - 4) % 24), np.log1p(np.clip(spans, 0, DAY_S)), believed)
        return np.concatenate((*parts, where.ravel())).astype(np.float32)

    def _advance(self, now: float) -> None:
        passed = now - self._now
        if passed <= 0:
            return
        self._counts *= np.exp(-passed / _COUNT_S)
        if (now - _MORNING_S) // DAY_S != (self._now - _MORNING_S) // DAY_S:
            self._today[:] = 0
            self._stayed_today[:] = 0
        self._now = now

    def _switch(self, now: float, sense: int, of: tuple[int, ...], value: float) -> None:
        was, self._value[sense] = self._value[sense], value
        for channel in of:
            before = self._on[channel]
            self._on[channel] += (value > 0) - (was > 0)
            if before == 0 and value:
                self._since[channel] = now
        if was and not value:
            self._held = [*self._held[1:], now - self._since[of[0]]]

    def _stay(self, now: float, channel: int) -> None:
        """Count the events that come one after another from one place as a stay there."""
        where, start, end, events, silence = self._stays[-1]
        if where == channel:
            self._stays[-1] = (channel, start, now, events + 1, max(silence, now - end))
            return
        if where >= 0:
            self._stay_end[where] = end
            self._stay_s[where] = end - start
            self._stay_events[where] = events
            self._stayed_today[where] += end - start
            if end - start > 60:
                self._long_stay_end[where] = end
        self._stays = [*self._stays[1:], (channel, now, now, 1, 0.0)]
