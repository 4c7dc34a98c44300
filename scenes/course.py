"""How a scene runs in one place: its acts, and what surrounds them."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.claim import Claim, Priority
from hubd.model.ids import AreaId, PropertyId, SceneId
from hubd.model.run import Run
from hubd.model.value import Value
from scenes.policies import Missed, RunMode
from scenes.sequence import Act

type Opening = Callable[[str, View], list[Decision]]
"""What a run begins with: the firing of its scene, and what that asks."""


class Course(Struct, frozen=True):
    """How a scene runs in one place of the home: its acts, and what surrounds them.

    `keeps`: its claims outlive its last act. `properties` are all that it claims there.
    """

    scene: SceneId
    owner: str
    place: str
    acts: tuple[Act, ...]
    here: AreaId | None = None
    mode: RunMode = RunMode.SINGLE
    most: int = 10
    missed: Missed | None = None
    keeps: bool = False
    alone: bool = True
    properties: frozenset[PropertyId] = frozenset()
    variables: tuple[tuple[str, Value], ...] = ()

    def act_of(self, run: Run) -> Act | None:
        """Return the act that `run` stands at; None if it waits for others to end."""
        return self.acts[run.step] if 0 <= run.step < len(self.acts) else None

    def claims(
        self, wishes: Mapping[PropertyId, Value], why: str, until_us: int, over_us: int
    ) -> tuple[Claim, ...]:
        """Return the claims of a step; what they wish is to be come to in `over_us`."""
        return tuple(
            Claim(prop, value, Priority.SCENE, self.owner, why, until_us, over_us=over_us)
            for prop, value in wishes.items()
        )
