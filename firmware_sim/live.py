"""The simulated house driven: in virtual time into a recording, or live on a broker."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime

from firmware_sim.devices.properties import MOMENTARY, State
from firmware_sim.fleet import Fleet
from firmware_sim.home import Home
from firmware_sim.pace import Pace
from firmware_sim.recording import Reading
from firmware_sim.replay import Progress
from firmware_sim.world.house import Blueprint, House, advance, opened


def simulate(home: Home, seed: int, start: datetime, seconds: float) -> Iterator[Reading]:
    """Return what happens in the house from `start` on for `seconds`; the seed decides it."""
    blueprint = Blueprint(home, seed)
    house = opened(blueprint, start)
    states: dict[str, State] = {device.id: device.initial() for device in home.firmwares()}
    end_us = house.at_us + round(seconds * 1_000_000)
    while house.next_us < end_us:
        house, readings = advance(blueprint, house, states)
        for reading in readings:
            state = states[reading.device]
            if reading.property in MOMENTARY:
                yield reading
            elif state.get(reading.property) != reading.value:
                states[reading.device] = {**state, reading.property: reading.value}
                yield reading


async def live(
    blueprint: Blueprint, house: House, fleet: Fleet, pace: Pace, progress: Progress
) -> None:
    """Let the house live on the broker at its pace until cancelled; it feels the commands."""
    while True:
        late_s = 0.0 if pace.unbounded else time.time() - pace.wall_s(house.next_us)
        await asyncio.sleep(max(0.0, -late_s))
        house, readings = advance(blueprint, house, fleet.states)
        progress.at_us = house.at_us
        for reading in readings:
            fleet.apply(reading.device, {reading.property: reading.value})
            progress.played += 1
            await fleet.room(reading.device)
