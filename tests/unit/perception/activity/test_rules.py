"""Plain sense: what a bed, a stove and a front door say of a home without a model."""

import pytest

from perception.activity.rules import Rules
from perception.encoding.sense import AreaType, Sense, Thing

SENSES = (
    Sense("bed", "occupied", Thing.BED, AreaType.BEDROOM),
    Sense("stove", "on", Thing.COOKER, AreaType.KITCHEN),
    Sense("door", "open", Thing.OUTER_DOOR, AreaType.ENTRANCE),
    Sense("hall", "occupied", Thing.ROOM, AreaType.HALL),
)
HOUR_S = 3600.0
BED, STOVE, DOOR, HALL = range(4)


@pytest.mark.parametrize(
    ("heard", "then", "said"),
    [
        ([], 12.0, "other"),
        ([(8.0, BED, 1.0)], 12.0, "sleeping"),
        ([(8.0, BED, 1.0), (9.0, BED, 0.0)], 9.1, "other"),
        ([(12.0, STOVE, 1.0)], 12.1, "meals"),
        ([(12.0, STOVE, 1.0)], 14.0, "other"),
        ([(9.0, DOOR, 1.0), (9.0, DOOR, 0.0)], 17.0, "away"),
        ([(23.0, HALL, 1.0)], 23.1, "other"),
        ([(23.0, HALL, 1.0)], 26.0, "sleeping"),
    ],
)
def test_plain_sense_says(heard: list[tuple[float, int, float]], then: float, said: str) -> None:
    rules = Rules(SENSES)
    for hours, sense, value in heard:
        rules.hear(hours * HOUR_S, sense, value)
    assert rules.say(then * HOUR_S) == said
