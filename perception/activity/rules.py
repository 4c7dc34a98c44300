"""What plain sense says of a home: the belief of the first day, and of a home without a model.

Rules over shared words alone: what was heard last, what is still on, how long it has been silent.
"""

import numpy as np
from numpy.typing import NDArray

from perception.activity.common import COMMON
from perception.data.recording import DAY_S, Moments, Recording
from perception.encoding.sense import AreaType, Sense, Thing

SAYINGS = tuple(sorted(COMMON))

_MINUTE_S = 60.0
_HOLDS_S = {
    "toileting": 5 * _MINUTE_S,
    "bathing": 15 * _MINUTE_S,
    "grooming": 8 * _MINUTE_S,
    "meals": 15 * _MINUTE_S,
    "relaxing": 180 * _MINUTE_S,
    "sleeping": 12 * 60 * _MINUTE_S,
    "away": 3 * DAY_S,
}
_BY_THING = {
    Thing.OUTER_DOOR: "away",
    Thing.BED: "sleeping",
    Thing.SEAT: "relaxing",
    Thing.SCREEN: "relaxing",
    Thing.TOILET: "toileting",
    Thing.SHOWER: "bathing",
    Thing.BASIN: "grooming",
    Thing.MEDICINE: "grooming",
    Thing.FRIDGE: "meals",
    Thing.COOKER: "meals",
    Thing.DISHWASHER: "meals",
}
_BY_AREA = {
    AreaType.KITCHEN: "meals",
    AreaType.DINING: "meals",
    AreaType.TOILET: "toileting",
    AreaType.BATHROOM: "grooming",
    AreaType.LIVING: "relaxing",
    AreaType.BEDROOM: "sleeping",
}
_WHILE_ON = {Thing.BED: "sleeping", Thing.SEAT: "relaxing", Thing.SHOWER: "bathing"}
_SETTLED_S = 10 * _MINUTE_S
_NIGHT_H = (22, 9)


class Rules:
    """Says what goes on, from the events heard until now. Times are seconds since a midnight."""

    def __init__(self, senses: tuple[Sense, ...]) -> None:
        self._senses = senses
        self._on: set[int] = set()
        self._last: tuple[float, int] | None = None

    def hear(self, now: float, sense: int, value: float) -> None:
        """Take in a reading."""
        (self._on.add if value else self._on.discard)(sense)
        self._last = (now, sense)

    def say(self, now: float) -> str:
        """Return one of SAYINGS."""
        on = {_WHILE_ON.get(self._senses[s].thing) for s in self._on if self._furniture(s)}
        held = next((what for what in ("sleeping", "bathing", "relaxing") if what in on), None)
        if held or self._last is None:
            return held or "other"
        when, which = self._last
        silent, sense = now - when, self._senses[which]
        said = _BY_THING.get(sense.thing) or _BY_AREA.get(sense.area, "other")
        hour = now % DAY_S / 3600
        night = hour >= _NIGHT_H[0] or hour < _NIGHT_H[1]
        if said == "sleeping" and not (night and silent > _SETTLED_S):
            return "other"
        if silent <= _HOLDS_S.get(said, 0.0):
            return said
        return "sleeping" if night and said != "away" and silent > 2 * _SETTLED_S else "other"

    def _furniture(self, sense: int) -> bool:
        return self._senses[sense].property == "occupied"


def sayings(recording: Recording, moments: Moments) -> NDArray[np.float32]:
    """Return what the rules say at each moment, as 1 among zeros, shape (n, sayings)."""
    rules = Rules(recording.senses)
    heard = 0
    said = np.zeros((moments.at.size, len(SAYINGS)), np.float32)
    at, sense, value = (part.tolist() for part in (recording.at, recording.sense, recording.value))
    for place, (now, seen) in enumerate(
        zip(moments.at.tolist(), moments.seen.tolist(), strict=True)
    ):
        while heard < seen:
            rules.hear(at[heard], sense[heard], value[heard])
            heard += 1
        said[place, SAYINGS.index(rules.say(now))] = 1
    return said
