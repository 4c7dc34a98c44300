"""What is still to be told: of each thing the latest, and of what came and went unseen nothing."""

from drivers.kit.sighting import Sighting


class Outbox:
    """Sightings on their way out. It holds one for each thing, however often that thing changes."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._waiting: dict[str, Sighting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, sighting: Sighting) -> None:
        """Have `sighting` told, in place of what waits of the same thing."""
        if sighting.gone and sighting.key not in self._told:
            self._waiting.pop(sighting.key, None)
        else:
            self._waiting[sighting.key] = sighting

    def take(self, most: int) -> list[Sighting]:
        """Return the next sightings, at most so many, and count them as told."""
        keys = [key for key, _ in zip(self._waiting, range(most), strict=False)]
        taken = [self._waiting.pop(key) for key in keys]
        for sighting in taken:
            if sighting.gone:
                self._told.discard(sighting.key)
            else:
                self._told.add(sighting.key)
        return taken
