"""Devices that take leave of the broker each time that they go to sleep. Pure.

Their birth and last will say each few minutes that they come and go (ESPHome's `deep_sleep` with
`birth_message` and `will_message` as they are shipped). A device of which nothing can be commanded,
and which took leave after a short while a few times in a row, is asleep rather than lost.
Source: https://esphome.io/components/deep_sleep and https://esphome.io/components/mqtt.
"""

AWAKE_S = 180.0
"""Whoever stays longer is not awake for a moment only."""
NAPS = 3
"""So many short visits in a row make a habit."""


class Naps:
    """When one device came and went."""

    def __init__(self, count: int = 0) -> None:
        """Begin with so many short visits in a row."""
        self.count = min(count, NAPS)
        self._came_s: float | None = None

    @property
    def dozes(self) -> bool:
        """Whether its leaving means no more than that it sleeps."""
        return self.count >= NAPS

    def came(self, now_s: float) -> None:
        """Note that it says that it is there."""
        if self._came_s is None:
            self._came_s = now_s

    def went(self, now_s: float) -> None:
        """Note that it, or the broker in its place, says that it is gone."""
        if self._came_s is not None:
            short = now_s - self._came_s <= AWAKE_S
            self.count = min(self.count + 1, NAPS) if short else 0
            self._came_s = None

    def looked_at(self, now_s: float) -> bool:
        """Forget its habit if it has stayed for long; return whether it still has it."""
        if self._came_s is not None and now_s - self._came_s > AWAKE_S:
            self.count = 0
        return self.dozes
