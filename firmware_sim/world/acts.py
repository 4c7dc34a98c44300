"""What people will do: come into areas, and put their hands on devices."""

from dataclasses import dataclass

from firmware_sim.devices.properties import Changes
from firmware_sim.world.people import Activity


@dataclass(frozen=True, slots=True)
class Came:
    """A person comes into an area (None: leaves the home), and maybe starts an activity there."""

    at_us: int
    person: str
    area: str | None
    activity: Activity | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """A person's hand changes a device: a door, a switch, a lock."""

    at_us: int
    device: str
    changes: Changes


type Act = Came | Hand
