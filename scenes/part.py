"""A scene in one place: when it begins, what it claims there, and when that ends."""

from collections.abc import Iterator, Mapping, Sequence
from typing import final

from msgspec import Struct

from hubd.core.listening import Decision
from hubd.core.view import View
from hubd.model.claim import Claim, Priority
from hubd.model.events import Asked, Claimed, Fired, Released, What
from hubd.model.ids import (
    AreaId,
    DeviceId,
    EndpointId,
    PropertyId,
    SceneId,
    property_id,
)
from hubd.model.value import Value
from scenes.clock import DayTime, next_moment
from scenes.course import Course
from scenes.endings import Ending
from scenes.later import Later, worked_out
from scenes.runner import Runner, is_of_run
from scenes.sequence import asked, read, worked_from
from scenes.states import State
from scenes.triggers import Hears, Pressed, Trigger, Wait

_NOTHING: tuple[Decision, ...] = ()


class Plan(Struct, frozen=True):
    """What a scene wishes in one place of the home. `alone`: it is the scene's only place.

    `course` are its steps there, if it has any.
    """

    scene: SceneId
    owner: str
    wishes: Mapping[PropertyId, Value | Later]
    deeds: Sequence[tuple[DeviceId, EndpointId, str, Value]] = ()
    over_us: int = 0
    longest_us: int = 0
    ends_at: tuple[DayTime, ...] = ()
    alone: bool = True
    place: str = ""
    course: Course | None = None
    variables: Mapping[str, Value] = {}
    here: AreaId | None = None


@final
class Part:
    """Reacts for a scene in one place."""

    __slots__ = (
        "_by_key",
        "_condition",
        "_constant",
        "_endings",
        "_fired",
        "_ids",
        "_plan",
        "_presses",
        "_runner",
        "_triggers",
        "_values",
        "_works_out",
        "keys",
        "properties",
        "timers",
    )

    def __init__(
        self,
        plan: Plan,
        triggers: Sequence[Trigger],
        condition: State | None,
        endings: Sequence[Ending],
        presses: Sequence[Pressed | Hears] = (),
        ids: Mapping[Trigger, str] | None = None,
    ) -> None:
        """Make the part; `presses` end it, `ids` tells its steps which trigger it was."""
        self._plan = plan
        self._ids = ids or {}
        course = plan.course
        self._runner = Runner(course, self._open, self._until_us) if course is not None else None
        self.properties = frozenset(plan.wishes) | (course.properties if course else frozenset())
        self._triggers = tuple(triggers)
        self._condition = condition
        self._endings = tuple(endings)
        self._presses = tuple(presses)
        self._values = {p: v for p, v in plan.wishes.items() if not isinstance(v, Later)}
        self._works_out = len(self._values) < len(plan.wishes)
        self._constant = not self._works_out and not plan.longest_us and not plan.ends_at
        self._fired: dict[str, Fired] = {}
        begin_keys = [key for trigger in triggers for key in trigger.keys]
        end_keys = [key for ending in endings for key in ending.keys]
        end_keys += [key for press in presses for key in press.keys]
        run_keys = self._runner.keys if self._runner is not None else ()
        self.keys = tuple(dict.fromkeys((*begin_keys, *end_keys, *run_keys)))
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
            **{timer: ending for ending in endings for timer in ending.timers},
        }

    @property
    def reads(self) -> tuple[str, ...]:
        """What it looks at beside what wakes it: the keys of its conditions and its values."""
        asked_after = self._condition.keys if self._condition is not None else ()
        steps = read(self._plan.course.acts) if self._plan.course is not None else ()
        return (*asked_after, *worked_from(self._plan.wishes.values()), *steps)

    @property
    def place(self) -> str:
        """The area that this is for; "" if it is the scene's only place."""
        return self._plan.place

    @property
    def reach(self) -> frozenset[PropertyId]:
        """What it may claim, and the actions that it may ask for, named alike."""
        deeds = [*self._plan.deeds, *(asked(self._plan.course.acts) if self._plan.course else ())]
        return self.properties | {property_id(d, e, name) for d, e, name, _ in deeds}

    @property
    def triggers(self) -> Sequence[Trigger]:
        """What begins it, in the order of the scene's `when`."""
        return self._triggers

    @property
    def condition(self) -> State | None:
        """What must hold as it begins."""
        return self._condition

    @property
    def area(self) -> AreaId | None:
        """The area that is `here` in it."""
        return self._plan.here

    def stands(self, view: View) -> bool:
        """Say whether claims of this part stand, or it runs."""
        if self._runner is not None and self._runner.is_running(view):
            return True
        if self._plan.alone:
            return view.is_claiming(self._plan.owner)
        return any(self._claim_on(prop, view) is not None for prop in self.properties)

    def start(self, view: View) -> Sequence[Decision]:
        """Set the timers that should stand; claim what joined or changed since the scene began."""
        started = self._started(view)
        return [*started, *self._runner.start(view)] if self._runner is not None else started

    def _started(self, view: View) -> Sequence[Decision]:
        waits: list[Wait] = []
        for trigger in self._triggers:
            trigger.start(view, waits)
        if self._runner is not None and self._runner.is_over(view) and self.stands(view):
            return [*waits, *self._end("its steps are over", view)]
        standing = {p: c for p in self._plan.wishes if (c := self._claim_on(p, view)) is not None}
        if not standing:
            return waits
        for ending in self._endings:
            if ending.own and (why := ending.react("", view, waits)):
                return [*waits, *self._end(why, view)]
            ending.began(view, waits, anew=True)
        of_steps = self._runner.properties if self._runner is not None else ()
        late = {
            prop
            for prop, value in self._plan.wishes.items()
            if prop not in of_steps
            and (
                prop not in standing
                or (not isinstance(value, Later) and standing[prop].value != value)
            )
        }
        if not late:
            return waits
        until_us = next(iter(standing.values())).until_us
        why = "the scene stands, and this is new in it"
        claims = tuple(c for c in self._claims(why, until_us, view) if c.property in late)
        return [Claimed(claims), *waits] if claims else waits

    def react(self, key: str, what: What, view: View) -> Sequence[Decision]:
        """Return what to do now that `key` changed."""
        triggers, endings, presses = self._by_key[key]
        waits: list[Wait] = []
        for trigger in triggers:
            why = trigger.react(key, what, view, waits)
            if why:
                passed = self._awaited(key, what, view)
                if passed is not None:
                    return [*waits, *passed]
                return self._begin(why, view, waits, self._ids.get(trigger, ""))
        if (endings or presses) and self.stands(view):
            why = _over(key, what, view, waits, endings, presses)
            if why:
                return [*waits, *self._end(why, view)]
        if self._runner is not None:
            return [*waits, *self._runner.react(key, what, view)]
        return waits

    def _awaited(self, key: str, what: What, view: View) -> Sequence[Decision] | None:
        """Go on with what waits for the very thing that would set the scene off; None if nothing.

        "Press to begin, press again to go on" is meant so; where runs go beside each other or
        begin anew, a press begins another all the same.
        """
        if self._runner is None or not self._runner.yields:
            return None
        return self._runner.react(key, what, view) or None

    def called(self, why: str, view: View, *, end: bool) -> Sequence[Decision]:
        """Begin or end because a person or another scene says so."""
        if end:
            return self._end(why, view) if self.stands(view) else _NOTHING
        return self._begin(why, view, [])

    def replied(self, timer: str, view: View, *, yes: bool) -> Sequence[Decision]:
        """Make up for what was missed, if a person says so."""
        if self._runner is not None and is_of_run(timer):
            return self._runner.replied(timer, view, yes=yes)
        trigger = self.timers.get(timer)
        if not yes or trigger is None or isinstance(trigger, Ending):
            return _NOTHING
        why = "you said so, as its time passed while the hub was off"
        return self._begin(why, view, [], self._ids.get(trigger, ""))

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        """Return what to do now that `timer` ran out."""
        if self._runner is not None and is_of_run(timer):
            return self._runner.due(timer, due_us, view)
        waits: list[Wait] = []
        waiting = self.timers[timer]
        if isinstance(waiting, Ending):
            why = waiting.due(timer, view, waits) if self.stands(view) else ""
            return self._end(why, view) if why else waits
        why = waiting.due(timer, due_us, view, waits)
        if why:
            return self._begin(why, view, waits, self._ids.get(waiting, ""))
        return waits

    def _begin(self, why: str, view: View, waits: list[Wait], by: str = "") -> Sequence[Decision]:
        """Claim; a scene that stands is only prolonged, whatever its condition says now.

        One with steps is not: whether it runs once more, its run mode and its condition say.
        """
        stood = self.stands(view)
        if (
            self._condition is not None
            and (not stood or self._runner is not None)
            and not self._condition.holds(view)
        ):
            return waits
        for ending in self._endings:
            ending.began(view, waits, anew=stood)
        if self._runner is not None:
            return [*self._runner.begin(why, by, view), *waits]
        fired = self._firing(why, view)
        if self._plan.deeds:
            return [fired, *self._asks(why), *waits]
        if stood and self._is_so(fired.claims, view):
            return waits
        return [fired, *waits] if waits else (fired,)

    def _open(self, why: str, view: View) -> list[Decision]:
        """Return what a run begins with."""
        return [self._firing(why, view), *self._asks(why)]

    def _firing(self, why: str, view: View) -> Fired:
        if self._constant:
            fired = self._fired.get(why)
            if fired is None:
                claims = tuple(self._claims(why, 0, view))
                fired = self._fired[why] = Fired(self._plan.scene, why, claims)
            return fired
        claims = tuple(self._claims(why, self._until_us(view), view))
        return Fired(self._plan.scene, why, claims)

    def _claims(self, why: str, until_us: int, view: View) -> Iterator[Claim]:
        plan, owner, values = self._plan, self._plan.owner, self._values
        if self._works_out:
            values = worked_out(plan.wishes, view, plan.variables)
        over_us = plan.over_us
        return (
            Claim(p, v, Priority.SCENE, owner, why, until_us, over_us=over_us)
            for p, v in values.items()
        )

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
        stopped = self._runner.stop(why, view) if self._runner is not None else ()
        if self._plan.alone:
            return [*stopped, Released(self._plan.owner, why), *waits]
        props = tuple(sorted(self.properties))
        # A release that names nothing would be one of all that the scene claims, elsewhere too.
        released = [Released(self._plan.owner, why, props)] if props else []
        return [*stopped, *released, *waits]


def _over(
    key: str,
    what: What,
    view: View,
    waits: list[Wait],
    endings: Sequence[Ending],
    presses: Sequence[Pressed | Hears],
) -> str:
    """Say why the claims end now that `key` changed, or "" if they do not."""
    for ending in endings:
        why = ending.react(key, view, waits)
        if why:
            return why
    for press in presses:
        why = press.react(key, what, view, waits)
        if why:
            return why
    return ""
