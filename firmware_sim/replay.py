"""A recording played as devices: what was recorded happens again, and commands are obeyed live."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from firmware_sim.devices.properties import MOMENTARY, Property, State, Value
from firmware_sim.fleet import Fleet
from firmware_sim.pace import Pace
from firmware_sim.recording import Reading, Recording, local

_DAY_US = 86_400_000_000
_BURST = 200
"""Readings played in a row before others may run: commands are heard however fast it plays."""


@dataclass(slots=True)
class Progress:
    """How far a replay has come: readings played, and the home's time of the last."""

    played: int
    at_us: int

    def at(self, recording: Recording) -> datetime:
        """Return the home's time as local time."""
        return local(self.at_us, recording.home.zone)


def states_at(readings: Sequence[Reading], at_us: int) -> Mapping[str, State]:
    """Return what the devices had reported before `at_us`: a replay starts from there."""
    states: dict[str, dict[Property, Value]] = {}
    for reading in readings:
        if reading.at_us >= at_us:
            break
        if reading.property not in MOMENTARY:
            states.setdefault(reading.device, {})[reading.property] = reading.value
    return states


def readings_from(
    readings: Sequence[Reading], start_us: int, *, loop: bool = False
) -> Iterator[Reading]:
    """Return the readings from `start_us` on; looped, again from the first, whole days later."""
    yield from (r for r in readings if r.at_us >= start_us)
    if not loop or not readings:
        return
    span_us = readings[-1].at_us - readings[0].at_us
    days_us = (span_us // _DAY_US + 1) * _DAY_US
    shift_us = 0
    while True:
        shift_us += days_us
        for r in readings:
            yield Reading(r.at_us + shift_us, r.device, r.property, r.value)


async def replay(readings: Iterator[Reading], fleet: Fleet, pace: Pace, progress: Progress) -> None:
    """Play the readings in order, each when it is due, and count them in `progress`."""
    in_a_row = 0
    for reading in readings:
        late_s = 0.0 if pace.unbounded else time.time() - pace.wall_s(reading.at_us)
        if late_s < 0:
            await asyncio.sleep(-late_s)
            in_a_row = 0
        elif in_a_row >= _BURST:
            await asyncio.sleep(0)
            in_a_row = 0
        fleet.apply(reading.device, {reading.property: reading.value})
        in_a_row += 1
        progress.played += 1
        progress.at_us = reading.at_us
        await fleet.room(reading.device)
    await fleet.drained()
