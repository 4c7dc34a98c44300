"""Each time that a scene began, or came near it: what a log shows when it is folded again."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from hubd.core.fold import Fold
from hubd.core.listening import Compiler, scene_owner
from hubd.core.state import State
from hubd.core.view import View
from hubd.model.claim import Claim
from hubd.model.events import CONFIGURATION, Event, Fired, Reported, Signalled, TimerCleared
from hubd.model.ids import AreaId, EventId, SceneId
from scenes.atoms import Atom, failing
from scenes.part import Part
from scenes.phrases import titled
from scenes.policies import GRACE_US
from scenes.program import SceneListener, key_of
from scenes.quantities import format_duration
from scenes.states import State as Condition
from scenes.states import atoms_of
from scenes.triggers import Becomes, Comes, Hears, Pressed, Recurs, Trigger


class Came(StrEnum):
    """How near a scene came to beginning."""

    BEGAN = "began"
    OVERRULED = "overruled"
    """It began, and a higher claim stood above its own."""
    STOOD = "stood"
    """It came about while the scene stood already."""
    CONDITION = "condition"
    """It came about, and what `if` asks for did not hold."""
    WITHHELD = "withheld"
    """It came about, nothing in the scene spoke against it, and yet the scene did not begin."""
    LATE = "late"
    """A moment passed while the hub was off."""
    TOO_SHORT = "too_short"
    """It was so, but not for as long as the scene asks for."""
    HELD = "held"
    """It was so all the time: only its coming about begins the scene."""
    MISSED = "missed"
    """It did not come about."""


_REACHED = frozenset({Came.BEGAN, Came.OVERRULED, Came.STOOD})


class Attempt(Struct, kw_only=True):
    """One time at which `when` item `item` (from 0) came about in `area`, or could have.

    `why` says how it came about, `trigger` and `condition` what each hung on, as it was then.
    `above` are the claims that overruled the scene's own.
    """

    at_us: int
    item: int
    area: AreaId | None
    came: Came
    when: str
    why: str = ""
    trigger: Sequence[Atom] = ()
    condition: Sequence[Atom] = ()
    above: tuple[Claim, ...] = ()
    event: EventId = EventId(0)
    watching: bool = True
    """Something happened then; False if it is just how things were at the end."""

    @property
    def lacking(self) -> tuple[Atom, ...]:
        """What was otherwise than the scene needs."""
        return tuple(atom for atom in (*self.trigger, *self.condition) if not atom.holds)

    @property
    def distance(self) -> tuple[int, bool, bool, int]:
        """Sorts attempts: the nearest first, the latest of those that are as near."""
        short = failing(self.trigger) + failing(self.condition)
        came_about = self.came not in {Came.MISSED, Came.TOO_SHORT, Came.HELD}
        return short, not came_about, not self.watching, -self.at_us

    @property
    def reached(self) -> bool:
        """Say whether the scene stood after it."""
        return self.came in _REACHED


class _Watched:
    """One `when` item in one place of the home."""

    def __init__(self, part: Part, trigger: Trigger, item: int, view: View) -> None:
        self.part = part
        self.trigger = trigger
        self.item = item
        self.held = isinstance(trigger, Becomes) and trigger.state.holds(view)
        self.since_us = view.now_us

    @property
    def state(self) -> Condition | None:
        """The state that must hold, or come about."""
        trigger = self.trigger
        return trigger.state if isinstance(trigger, Becomes | Pressed | Comes) else None

    @property
    def when(self) -> str:
        """The item in words."""
        match self.trigger:
            case Becomes() as becomes:
                lasting = f" for {format_duration(becomes.for_us)}" if becomes.for_us else ""
                return f"{becomes.state.lasts}{lasting}"
            case Pressed() as pressed:
                return next(iter(pressed.clauses.values()), "a button was pressed")
            case Comes() as comes:
                return "it is " + " or ".join(map(str, comes.times))
            case Recurs() as recurs:
                return f"it is time again (every {format_duration(recurs.every_us)})"
            case Hears() as hears:
                return hears.clause or "a message came"
            case other:
                return titled(type(other).__name__).casefold()


class Attempts:
    """Folds a log as it is, and notes how near one scene came to beginning.

    `state` becomes its own: it is changed with each event.
    """

    def __init__(self, scene: SceneId, state: State, compiler: Compiler) -> None:
        """Watch `scene`, from `state` on."""
        self.scene = scene
        self.found: list[Attempt] = []
        self._compiler = compiler
        self._fold = Fold(state)
        self.state = self._fold.state
        self.view = View(self.state)
        self._watched: list[_Watched] = []
        self._fired: tuple[Fired, EventId] | None = None
        self._bind()

    def take(self, event: Event) -> None:
        """Fold `event`, and note what it means for the scene."""
        what, state = event.what, self.state
        due_us = None
        is_news = True
        if isinstance(what, TimerCleared):
            due_us = state.timers.get((what.scene, what.timer))
        elif isinstance(what, Reported):
            shadow = state.shadows.get(what.property)
            known = shadow is not None and shadow.known and shadow.reported != what.value
            is_news = known and not what.restored
        self._fold.apply(event)
        if type(what) in CONFIGURATION:
            self._bind()
        elif isinstance(what, Fired):
            if what.scene == self.scene:
                self._began(what, event)
        elif isinstance(what, TimerCleared):
            if what.scene == self.scene and due_us is not None and due_us <= event.at_us:
                self._ran_out(what.timer, due_us, event)
        else:
            self._changed(key_of(what), event, is_news=is_news)

    def close(self) -> None:
        """Note how things are now, at the end."""
        for it in self._watched:
            if isinstance(it.trigger, Becomes) and it.held:
                if not it.trigger.for_us:
                    self._note(it, Came.HELD, watching=False)
                else:
                    self._note_short(it, watching=False)
            else:
                self._note(it, Came.MISSED, watching=False)

    @property
    def places(self) -> int:
        """In how many places of the home the scene can begin."""
        return len({id(it.part) for it in self._watched})

    def _bind(self) -> None:
        self._watched = []
        revised = self.state.scenes.get(self.scene)
        if revised is None:
            return
        listener = self._compiler(revised).bind(self.state.home).listener
        if isinstance(listener, SceneListener):
            for part in listener.parts:
                for item, trigger in enumerate(part.triggers):
                    self._watched.append(_Watched(part, trigger, item, self.view))

    def _changed(self, key: str, event: Event, *, is_news: bool) -> None:
        for it in self._watched:
            if not key or key not in it.trigger.keys:
                continue
            if isinstance(it.trigger, Becomes):
                self._look(it, it.trigger, key, is_news=is_news)
            elif (
                isinstance(it.trigger, Pressed)
                and isinstance(event.what, Signalled)
                and it.trigger.is_meant(event.what)
            ):
                self._moment(it, it.trigger.clauses.get(key, ""))

    def _ran_out(self, timer: str, due_us: int, event: Event) -> None:
        for it in self._watched:
            if timer not in it.trigger.timers:
                continue
            match it.trigger:
                case Becomes() as becomes if timer.startswith("lasting:"):
                    if becomes.state.holds(self.view):
                        self._came(it, it.when)
                case Becomes() as becomes:
                    self._look(it, becomes, "", is_news=True)
                case Comes() as comes if event.at_us - due_us > GRACE_US:
                    del comes
                    self._note(it, Came.LATE, why=it.when)
                case Comes() as comes:
                    self._moment(it, f"it is {comes.time_of(timer)}")
                case _:
                    pass

    def _look(self, it: _Watched, becomes: Becomes, key: str, *, is_news: bool) -> None:
        held, it.held = it.held, becomes.state.holds(self.view)
        if it.held and not held:
            it.since_us = self.view.now_us
            if is_news and not becomes.for_us:
                self._came(it, becomes.state.clauses.get(key) or becomes.state.lasts)
        elif held and not it.held and becomes.for_us:
            self._note_short(it)
        elif not it.held:
            self._note(it, Came.MISSED)

    def _moment(self, it: _Watched, why: str) -> None:
        if it.state is not None and not it.state.holds(self.view):
            self._note(it, Came.MISSED, why=why)
        else:
            self._came(it, why)

    def _came(self, it: _Watched, why: str) -> None:
        condition = it.part.condition
        if it.part.stands(self.view):
            self._note(it, Came.STOOD, why=why)
        elif condition is not None and not condition.holds(self.view):
            self._note(it, Came.CONDITION, why=why)
        else:
            self._note(it, Came.WITHHELD, why=why)

    def _note_short(self, it: _Watched, *, watching: bool = True) -> None:
        for_us = it.trigger.for_us if isinstance(it.trigger, Becomes) else 0
        lasted_us = self.view.now_us - it.since_us
        if lasted_us >= for_us:
            if not watching:
                self._note(it, Came.HELD, watching=False)
            return
        lasted = format_duration(lasted_us - lasted_us % 1_000_000)
        atom = Atom("it", f"so for {lasted} only", f"so for {format_duration(for_us)}", holds=False)
        self._note(it, Came.TOO_SHORT, short=atom, watching=watching)

    def _note(
        self,
        it: _Watched,
        came: Came,
        *,
        why: str = "",
        short: Atom | None = None,
        watching: bool = True,
    ) -> None:
        condition = it.part.condition
        self.found.append(
            Attempt(
                at_us=self.view.now_us,
                item=it.item,
                area=it.part.area,
                came=came,
                when=it.when,
                why=why,
                trigger=(short,) if short is not None else self._atoms(it, came, why),
                condition=tuple(atoms_of(condition, self.view)) if condition is not None else (),
                watching=watching,
            )
        )

    def _atoms(self, it: _Watched, came: Came, why: str) -> tuple[Atom, ...]:
        atoms = tuple(atoms_of(it.state, self.view)) if it.state is not None else ()
        if came is Came.MISSED and not why and not isinstance(it.trigger, Becomes):
            return (*self._no_moment(it), *atoms)
        return atoms

    def _no_moment(self, it: _Watched) -> Iterator[Atom]:
        if isinstance(it.trigger, Pressed):
            thing = next(iter(it.trigger.clauses.values()), "the button").rsplit(" was ", 1)[0]
            yield Atom(thing, "not pressed", "pressed", holds=False)
        else:
            yield Atom("the moment", "not there", it.when.removeprefix("it is "), holds=False)

    def _began(self, fired: Fired, event: Event) -> None:
        """Note that the latest attempt which may be meant came through."""
        for attempt in reversed(self.found):
            if attempt.at_us != event.at_us:
                break
            if attempt.came in {Came.WITHHELD, Came.STOOD} and attempt.why == fired.why:
                self._mark(attempt, fired, event)
                return
        began = Attempt(
            at_us=event.at_us, item=0, area=None, came=Came.BEGAN, when=fired.why, why=fired.why
        )
        self._mark(began, fired, event)
        self.found.append(began)

    def _mark(self, attempt: Attempt, fired: Fired, event: Event) -> None:
        owner = scene_owner(self.scene)
        above = []
        for claim in fired.claims:
            shadow = self.state.shadows.get(claim.property)
            first = shadow.claims[0].claim if shadow is not None and shadow.claims else None
            if first is not None and first.owner != owner and first.value != claim.value:
                above.append(first)
        attempt.came = Came.OVERRULED if above else Came.BEGAN
        attempt.above = tuple(above)
        attempt.event = event.id
