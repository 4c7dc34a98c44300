"""How long something may be on: what has been is counted, and when it is enough it is put off."""

from collections.abc import Iterator, Sequence
from typing import final

from hubd.core.holding import SAFETY
from hubd.core.home import Home
from hubd.core.listening import Binding, Decision
from hubd.core.view import View
from hubd.model.claim import Claim, Priority
from hubd.model.events import Claimed, Event, Released, TimerCleared, TimerSet, Used
from hubd.model.ids import PropertyId, SceneId, property_id
from hubd.model.instant import MINUTE_US
from scenes.safety.language import AtMost

GOES_ON = 0
"""The end of a stretch that is not over."""
_MOST_STRETCHES = 64
"""More than these in a window are taken together, and the gaps counted with them."""
_LEAST_PART = 10
"""It is let go when it may be on again for this part of what is allowed."""

type Stretches = tuple[tuple[int, int], ...]


@final
class Limit:
    """The program of a rule "at most"."""

    def __init__(self, rule: str, why: str, said: AtMost) -> None:
        self._rule = rule
        self._why = why
        self._said = said

    @property
    def wants(self) -> frozenset[str]:
        """What it names (listening.Program.wants)."""
        return frozenset(self._said.target.wants())

    def bind(self, home: Home) -> Binding:
        """Return what listens to all that is limited in `home`."""
        keys = tuple(
            property_id(found.device.id, found.endpoint.id, prop.name)
            for found in self._said.target.find(home, None)
            for prop in found.endpoint.properties
            if prop.writable and prop.name == self._said.name
        )
        return Binding(keys, LimitListener(self._rule, self._why, self._said, keys))


@final
class LimitListener:
    """Counts, and claims when it is enough. `unlocked` counts while DoorLock.locked is False."""

    def __init__(self, rule: str, why: str, said: AtMost, props: Sequence[PropertyId]) -> None:
        self._rule = rule
        self._owner = f"{SAFETY}{rule}"
        self._scene = SceneId(self._owner)
        self._why = why
        self._counts = said.word != "unlocked"
        self._for_us = said.for_
        self._of_us = said.of
        self._props = tuple(props)

    def start(self, view: View) -> Sequence[Decision]:
        """Count from now on, and go on with what was counted."""
        decisions = [d for prop in self._props for d in self._count(prop, view)]
        strays = tuple(
            c.property for c in view.claims_of(self._owner) if c.property not in self._props
        )
        if strays:
            decisions.append(Released(self._owner, "the rule is not about it any more", strays))
        return decisions

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        """Count on: what is so counts, news or not."""
        return self.react(event, view)

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        """Count on, or stop counting."""
        prop = getattr(event.what, "property", None)
        return list(self._count(prop, view)) if prop in self._props else ()

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        """See whether it is enough, or was long enough ago."""
        del due_us
        prop = PropertyId(timer)
        return list(self._count(prop, view)) if prop in self._props else ()

    def _count(self, prop: PropertyId, view: View) -> Iterator[Decision]:
        shadow = view.shadow(prop)
        if shadow is None:
            return
        before = view.used(self._rule, prop)
        stretches = list(before)
        goes_on = bool(stretches) and stretches[-1][1] == GOES_ON
        # What is not known counts as it was.
        counts = shadow.reported is self._counts if shadow.known else goes_on
        if counts and not goes_on:
            stretches.append((shadow.changed_at_us, GOES_ON))
        elif goes_on and not counts:
            stretches[-1] = (stretches[-1][0], shadow.changed_at_us)
        used = kept(stretches, view.now_us - self._of_us)
        if used != before:
            yield Used(self._rule, prop, used)
        yield from self._decide(prop, used, view, counts=counts)

    def _decide(
        self, prop: PropertyId, used: Stretches, view: View, *, counts: bool
    ) -> Iterator[Decision]:
        now_us = view.now_us
        stands = any(claim.property == prop for claim in view.claims_of(self._owner))
        enough_us = enough(used, now_us, self._for_us, self._of_us)
        least_us = self._for_us // _LEAST_PART if stands else 1
        if enough_us - now_us < least_us and (counts or stands):
            if not stands:
                claim = Claim(prop, not self._counts, Priority.SAFETY, self._owner, self._why)
                yield Claimed((claim,))
            yield from self._wait(prop, eased_us(used, now_us, self._for_us, self._of_us), view)
            return
        if stands:
            yield Released(self._owner, "it was long enough ago", (prop,))
        yield from self._wait(prop, enough_us if counts else None, view)

    def _wait(self, prop: PropertyId, due_us: int | None, view: View) -> Iterator[Decision]:
        standing_us = view.timer_due_us(self._scene, prop)
        if due_us is None:
            if standing_us is not None:
                yield TimerCleared(self._scene, prop)
        elif due_us != standing_us:
            yield TimerSet(self._scene, prop, due_us)


def kept(stretches: Sequence[tuple[int, int]], since_us: int) -> Stretches:
    """Return the stretches that reach beyond `since_us`; the oldest together if they are many."""
    left = [s for s in stretches if s[1] == GOES_ON or s[1] > since_us]
    while len(left) > _MOST_STRETCHES:
        left[:2] = [(left[0][0], left[1][1])]
    return tuple(left)


def enough(stretches: Stretches, now_us: int, for_us: int, of_us: int) -> int:
    """Return when it would be enough, were it on from `now_us`: more would be too much.

    In the window of `of_us` before that moment it was so for `for_us`.
    """
    left_us = for_us - spent(stretches, now_us, of_us)
    if left_us < 0:
        return now_us
    ended = [(start, end) for start, end in stretches if end != GOES_ON]
    on_since = next((start for start, end in stretches if end == GOES_ON), now_us)
    at_us = now_us
    for start, end in (*ended, (on_since, now_us + of_us + for_us)):
        if end <= at_us - of_us:
            continue
        until_us = max(at_us, start + of_us)
        if until_us - at_us >= left_us and until_us > at_us:
            return at_us + left_us
        left_us -= until_us - at_us
        at_us = max(until_us, end + of_us)  # what comes in goes out at the other end
    return at_us + left_us


def spent(stretches: Stretches, now_us: int, of_us: int) -> int:
    """Return how much of the last `of_us` is in `stretches`."""
    since_us = now_us - of_us
    return sum(
        max(0, (now_us if end == GOES_ON else end) - max(start, since_us))
        for start, end in stretches
    )


def eased_us(stretches: Stretches, now_us: int, for_us: int, of_us: int) -> int:
    """Return when next to see whether it was long enough ago.

    That is when a stretch begins or ceases to leave the window, or when what was too much has left.
    """
    edges = [edge + of_us for stretch in stretches for edge in stretch if edge != GOES_ON]
    over_us = spent(stretches, now_us, of_us) - for_us
    leaving = any(start + of_us <= now_us < end + of_us for start, end in stretches)
    if over_us > 0 and leaving:
        edges.append(now_us + over_us)
    late_us = now_us + max(of_us // 10, MINUTE_US)
    return min((edge for edge in edges if edge > now_us), default=late_us)
