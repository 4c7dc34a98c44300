"""An event loop's time, as far as it is needed: so that a test can have its own."""

from collections.abc import Callable
from typing import Protocol


class Handle(Protocol):
    """Something set for later, that can be called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


class Clock(Protocol):
    """An event loop's time, in seconds."""

    def time(self) -> float:
        """Return the time."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object]) -> Handle:
        """Have `callback` called after `delay` seconds."""
        ...
