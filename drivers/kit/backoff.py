"""How long to wait before the next attempt to connect. Pure: chance and time come from outside."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Waits that double from `first_s` to at most `longest_s`, spread by chance.

    The spread ("full jitter") keeps many clients of a broker that restarts from coming back at
    once: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
    """

    first_s: float = 0.25
    longest_s: float = 30.0
    steady_s: float = 10.0
    """A connection that held so long counts as good: the next wait is the first one again."""
    failures: int = 0

    def wait_s(self, chance: float) -> float:
        """Return the next wait, in its upper half by `chance` (0 to 1), and count the failure."""
        bound = min(self.longest_s, self.first_s * 2.0 ** min(self.failures, 32))
        self.failures += 1
        return bound * (0.5 + chance / 2)

    def held(self, for_s: float) -> None:
        """Tell that a connection held for `for_s` seconds before it was lost."""
        if for_s >= self.steady_s:
            self.failures = 0
