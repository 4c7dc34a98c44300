"""The law of scenes: each fires exactly once for each edge that qualifies, and never without one.

Edges are found from what came in alone, by what the scenes mean (homes.py), not by their compiler.
"""

from collections import Counter

from hubd.model.events import Asked, Event, Fired, Reported, SceneRevised, Signalled, TimePassed
from hubd.model.ids import PropertyId
from hubd.model.instant import DAY_US, MINUTE_US
from hubd.model.value import Value
from tests.simulation.claims import Claims
from tests.simulation.homes import Furnished
from tests.simulation.laws import Law
from tests.simulation.story import Take, Wanted


class OncePerEdge(Law):
    """A scene fires exactly once per qualifying edge, across any crash."""

    name = "a scene fires exactly once per edge"
    GRACE_US = MINUTE_US
    """A moment that the hub was off at is not made up for."""

    def __init__(self, home: Furnished) -> None:
        super().__init__(home)
        self._claims = Claims()
        self._values: dict[PropertyId, Value] = {}
        self._lasting: dict[str, int] = {}
        self._moments: dict[str, int] = {}

    def read(self, take: Take) -> None:
        set_off = self._set_off(take.input)
        stood = {w.scene for w in self.home.scenes if self._claims.wishes(f"scene:{w.scene}")}
        for event in take.events:
            self._claims.read(event)
        fired = Counter(e.what.scene for e in take.events if isinstance(e.what, Fired))
        asked = Counter(e.what.owner for e in take.events if isinstance(e.what, Asked))
        for wanted in self.home.scenes:
            scene, owner = wanted.scene, f"scene:{wanted.scene}"
            least, most = 0, 0
            if scene in set_off:
                allowed = wanted.guard is None or self._values.get(wanted.guard) is False
                least = most = int(allowed)
                if scene in stood:  # it is prolonged, whatever its condition says
                    least, most = (1 if wanted.deeds and allowed else 0), 1
            if not least <= fired[scene] <= most:  # type: ignore[index]
                self.breaks(take.input, f"{scene} fired {fired[scene]} times, not {most}")  # type: ignore[index]
            if wanted.deeds and asked[owner] != fired[scene]:  # type: ignore[index]
                self.breaks(take.input, f"{scene} asked {asked[owner]} times")

    def _set_off(self, event: Event) -> set[str]:
        """Return the scenes that `event` sets off, if their conditions hold."""
        match event.what:
            case Reported(prop, value, restored):
                return self._reported(prop, value, event.at_us, restored=restored)
            case Signalled(device):
                return {w.scene for w in self.home.scenes if w.pressed == device}
            case SceneRevised(scene):
                for wanted in self.home.scenes:
                    if wanted.scene == scene and wanted.at_us is not None:
                        self._moments[scene] = _next(wanted.at_us, event.at_us)
            case TimePassed():
                return {w.scene for w in self.home.scenes if self._due(w, event.at_us)}
            case _:
                pass
        return set()

    def _reported(self, prop: PropertyId, value: Value, at_us: int, *, restored: bool) -> set[str]:
        old = self._values.get(prop)
        meaning = [w for w in self.home.scenes if prop in w.any_of]
        before = {w.scene for w in meaning if self._holds(w)}
        self._values[prop] = value
        set_off = set()
        for wanted in meaning:
            scene, holds = wanted.scene, self._holds(wanted)
            if not holds:
                self._lasting.pop(scene, None)
            elif scene not in before and not restored and old is not None:
                if wanted.for_us:
                    self._lasting[scene] = at_us + wanted.for_us
                else:
                    set_off.add(scene)
        return set_off

    def _holds(self, wanted: Wanted) -> bool:
        return any(self._values.get(prop) is True for prop in wanted.any_of)

    def _due(self, wanted: Wanted, at_us: int) -> bool:
        scene = wanted.scene
        if self._lasting.get(scene, at_us + 1) <= at_us:
            del self._lasting[scene]
            return self._holds(wanted)
        moment_us = self._moments.get(scene, at_us + 1)
        if wanted.at_us is None or moment_us > at_us:
            return False
        self._moments[scene] = _next(wanted.at_us, max(moment_us, at_us))
        return at_us - moment_us <= self.GRACE_US

    def end(self, now_us: int) -> None:
        for scene in [scene for scene, due_us in self._lasting.items() if due_us < now_us]:
            self.broken.append(f"{self.name}: {scene} waits for ever")


def _next(moment_us: int, after_us: int) -> int:
    """Return the next time of day `moment_us` (UTC) after `after_us`."""
    today_us = after_us - after_us % DAY_US + moment_us
    return today_us if today_us > after_us else today_us + DAY_US
