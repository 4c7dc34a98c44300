"""What the analysis tells: one finding for each thing that will surprise somebody."""

from enum import StrEnum

from msgspec import Struct

from hubd.model.ids import SceneId
from hubd.model.instant import SECOND_US
from scenes.analysis.search import Scenario
from scenes.quantities import format_duration


class Kind(StrEnum):
    """What is wrong."""

    CONFLICT = "conflict"
    """Two scenes want different things of one thing, and chance decides."""
    LOOP = "loop"
    """Scenes set themselves or each other off, again and again."""
    DEAD = "dead"
    """A scene, or a part of it, can never come about."""
    ENDLESS = "endless"
    """Nothing that the scene names can end it, or it ends as it begins."""
    AIMLESS = "aimless"
    """What the scene names is not in this home."""


class Moment(Struct, frozen=True):
    """One line of a timeline: `offset_us` after its beginning."""

    offset_us: int
    text: str

    def __str__(self) -> str:
        """Return it as people read it."""
        after = format_duration(self.offset_us // SECOND_US * SECOND_US)
        return f"+{after}: {self.text}"


class Spot(Struct, frozen=True):
    """Where in a file; `line` counts from 1."""

    path: str
    line: int


class Finding(Struct, frozen=True):
    """One finding: a warm sentence, a play that shows it (run by the real core), how to mend it."""

    kind: Kind
    scenes: tuple[SceneId, ...]
    path: str
    line: int
    message: str
    timeline: tuple[Moment, ...]
    hint: str
    also: tuple[Spot, ...] = ()
    plays: tuple[Scenario, ...] = ()
    """What to play to see it again: of conflicts and loops, and of ends that are none."""

    def __str__(self) -> str:
        """Return one line, as compilers and editors write it."""
        return f"{self.path}:{self.line}: {self.message}"
