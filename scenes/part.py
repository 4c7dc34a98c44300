"""A scene in one place: when it begins, what it claims there, and when that ends."""

from collections.abc import Mapping, Sequence
from typing import final

from msgspec import Struct

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.claim import Claim, Priority
from hubd.model.events import Asked, Claimed, Fired, Released, What
from hubd.model.ids import DeviceId, EndpointId, PropertyId, SceneId
from hubd.model.value import Value
from scenes.clock import DayTime, next_moment
from scenes.endings import Ending
from scenes.states import State
from scenes.triggers import Pressed, Trigger, Wait

_NOTHING: tuple[Decision, ...] = ()


class Plan(Struct, frozen=True):
    """What a scene wishes in one place of the home. `alone`: it is the scene's only place."""

    scene: SceneId
    owner: str
    wishes: Mapping[PropertyId, Value]
    deeds: Sequence[tuple[DeviceId, EndpointId, str, Value]] = ()
    longest_us: int = 0
    ends_at: tuple[DayTime, ...] = ()
    alone: bool = True


@final
class Part:
    """Reacts for a scene in one place."""

    __slots__ = (
        "_by_key",
        "_condition",
        "_endings",
        "_endless",
        "_fired",
        "_plan",
        "_presses",
        "_triggers",
        "keys",
        "timers",
    )

    def __init__(
        self,
        plan: Plan,
        triggers: Sequence[Trigger],
        condition: State | None,
        endings: Sequence[Ending],
        presses: Sequence[Pressed] = (),
    ) -> None:
        """Make the part; `presses` are those that end it."""
        self._plan = plan
        self._triggers = tuple(triggers)
        self._condition = condition
        self._endings = tuple(endings)
        self._presses = tuple(presses)
        self._endless = not plan.longest_us and not plan.ends_at
        self._fired: dict[str, Fired] = {}
        begin_keys = [key for trigger in triggers for key in trigger.keys]
        end_keys = [key for ending in endings for key in ending.keys]
        end_keys += [key for press in presses for key in press.keys]
        self.keys = tuple(dict.fromkeys((*begin_keys, *end_keys)))
        self._by_key = {
            key: (
                tuple(t for t in triggers if key in t.keys),
                tuple(e for e in endings if key in e.keys),
                tuple(p for p in presses if key in p.keys),
            )
            for key in self.keys
        }
        self.timers: dict[str, Trigger | Ending] = {
            **{timer: trigger for trigger in triggers for timer in trigger.timers},
            **{ending.timer: ending for ending in endings},
        }

    @property
    def reads(self) -> tuple[str, ...]:
        """What it looks at beside what wakes it: the keys of its condition."""
        return self._condition.keys if self._condition is not None else ()

    @property
    def properties(self) -> frozenset[PropertyId]:
        """What this claims when it stands."""
        return frozenset(self._plan.wishes)

    def stands(self, view: View) -> bool:
        """Say whether claims of this part stand."""
        if self._plan.alone:
            return view.is_claiming(self._plan.owner)
        return any(self._claim_on(prop, view) is not None for prop in self._plan.wishes)

    def start(self, view: View) -> Sequence[Decision]:
        """Set the timers that should stand; claim what joined or changed since the scene began."""
        waits: list[Wait] = []
        for trigger in self._triggers:
            trigger.start(view, waits)
        standing = {p: c for p in self._plan.wishes if (c := self._claim_on(p, view)) is not None}
        if not standing:
            return waits
        for ending in self._endings:
            if ending.own and (why := ending.react("", view, waits)):
                return [*waits, *self._end(why, view)]
            ending.began(view, waits, anew=True)
        late = [
            prop
            for prop, value in self._plan.wishes.items()
            if prop not in standing or standing[prop].value != value
        ]
        if not late:
            return waits
        until_us = next(iter(standing.values())).until_us
        why = "the scene stands, and this is new in it"
        return [Claimed(tuple(self._claims(why, until_us, late))), *waits]

    def react(self, key: str, what: What, view: View) -> Sequence[Decision]:
        """Return what to do now that `key` changed."""
        triggers, endings, presses = self._by_key[key]
        waits: list[Wait] = []
        for trigger in triggers:
            why = trigger.react(key, what, view, waits)
            if why:
                return self._begin(why, view, waits)
        if endings or presses:
            if not self.stands(view):
                return waits
            for ending in endings:
                why = ending.react(key, view, waits)
                if why:
                    return [*waits, *self._end(why, view)]
            for press in presses:
                why = press.react(key, what, view, waits)
                if why:
                    return [*waits, *self._end(why, view)]
        return waits

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        """Return what to do now that `timer` ran out."""
        waits: list[Wait] = []
        waiting = self.timers[timer]
        if isinstance(waiting, Ending):
            why = waiting.due(view) if self.stands(view) else ""
            return self._end(why, view) if why else _NOTHING
        why = waiting.due(timer, due_us, view, waits)
        if why:
            return self._begin(why, view, waits)
        return waits

    def _begin(self, why: str, view: View, waits: list[Wait]) -> Sequence[Decision]:
        """Claim; a scene that stands is only prolonged, whatever its condition says now."""
        stood = self.stands(view)
        if not stood and self._condition is not None and not self._condition.holds(view):
            return waits
        for ending in self._endings:
            ending.began(view, waits, anew=stood)
        fired = self._firing(why, view)
        if self._plan.deeds:
            return [fired, *self._asks(why), *waits]
        if stood and self._is_so(fired.claims, view):
            return waits
        return [fired, *waits] if waits else (fired,)

    def _firing(self, why: str, view: View) -> Fired:
        if self._endless:
            fired = self._fired.get(why)
            if fired is None:
                claims = tuple(self._claims(why, 0, self._plan.wishes))
                fired = self._fired[why] = Fired(self._plan.scene, why, claims)
            return fired
        claims = tuple(self._claims(why, self._until_us(view), self._plan.wishes))
        return Fired(self._plan.scene, why, claims)

    def _claims(
        self, why: str, until_us: int, props: Sequence[PropertyId] | Mapping[PropertyId, Value]
    ) -> list[Claim]:
        owner, wishes = self._plan.owner, self._plan.wishes
        return [Claim(p, wishes[p], Priority.SCENE, owner, why, until_us) for p in props]

    def _until_us(self, view: View) -> int:
        ends = [next_moment(time, view.now_us, view.home.place) for time in self._plan.ends_at]
        if self._plan.longest_us:
            ends.append(view.now_us + self._plan.longest_us)
        return min((end for end in ends if end is not None), default=0)

    def _asks(self, why: str) -> list[Asked]:
        owner = self._plan.owner
        return [Asked(d, e, name, owner, why, arg) for d, e, name, arg in self._plan.deeds]

    def _is_so(self, claims: Sequence[Claim], view: View) -> bool:
        """Say whether `claims` stand already, each the newest of its rank."""
        owner = self._plan.owner
        for claim in claims:
            shadow = view.shadow(claim.property)
            for standing in shadow.claims if shadow is not None else ():
                there = standing.claim
                if there.owner == owner:
                    if there.value != claim.value or there.until_us != claim.until_us:
                        return False
                    break
                if there.priority == Priority.SCENE:
                    return False
            else:
                if shadow is not None:
                    return False
        return True

    def _claim_on(self, prop: PropertyId, view: View) -> Claim | None:
        shadow = view.shadow(prop)
        for standing in shadow.claims if shadow is not None else ():
            if standing.claim.owner == self._plan.owner:
                return standing.claim
        return None

    def _end(self, why: str, view: View) -> list[Decision]:
        waits: list[Wait] = []
        for ending in self._endings:
            ending.stop(view, waits)
        props = () if self._plan.alone else tuple(self._plan.wishes)
        return [Released(self._plan.owner, why, props), *waits]
