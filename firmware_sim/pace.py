"""How the home's time runs beside the wall clock's."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """The home's time `sim_start_us` is the wall's `wall_start_s`, and runs `speed` times as fast.

    Both are since the epoch. A speed of infinity waits for nothing.
    """

    sim_start_us: int
    wall_start_s: float
    speed: float = 1.0

    @property
    def unbounded(self) -> bool:
        """Whether nothing is waited for."""
        return math.isinf(self.speed)

    def wall_s(self, sim_us: int) -> float:
        """Return when the home's `sim_us` is due on the wall clock."""
        return self.wall_start_s + (sim_us - self.sim_start_us) / 1e6 / self.speed

    def sim_us(self, wall_s: float) -> int:
        """Return the home's time at the wall's `wall_s`; with no bound it stays at the start."""
        if self.unbounded:
            return self.sim_start_us
        return self.sim_start_us + round((wall_s - self.wall_start_s) * self.speed * 1e6)

    def wall_delay_s(self, sim_delay_s: float) -> float:
        """Return how long the home's `sim_delay_s` lasts on the wall clock."""
        return sim_delay_s / self.speed
