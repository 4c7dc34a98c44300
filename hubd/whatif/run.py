"""One run through the past of a home: what came from outside as it came, all else anew."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import final

from hubd.core.engine import Core
from hubd.core.fold import Fold
from hubd.core.home import Home
from hubd.core.listening import Compiler
from hubd.core.safety import RulesCompiler
from hubd.core.state import State
from hubd.model.events import (
    CONFIGURATION,
    CORE,
    Commanded,
    Event,
    Input,
    Reported,
    SceneRemoved,
    SceneRevised,
    TimePassed,
)
from hubd.model.ids import SceneId
from hubd.whatif.obedient import NEVER_US, Obedient
from hubd.whatif.recorded import HUBS_OWN, SCENES, Recorded, confirms
from hubd.whatif.tally import Counting, Meter, Tally

type Scenes = Mapping[SceneId, SceneRevised]

SOURCE = "what-if"


@final
class Run:
    """Lives the past once. `scenes` are those to live it with; None are the log's own.

    The log's safety rules are kept where `rules` compiles them.

    Answers of devices to the hub's own commands are left out of the recording; commands that are
    given now are answered by devices that obey (obedient.py). Time passes as things fall due.

    With `quick`, reports of what can't be commanded are taken as they were recorded, without an
    event of their own. The commands are the same.
    """

    def __init__(
        self,
        compiler: Compiler,
        scenes: Scenes | None,
        *,
        rules: RulesCompiler | None = None,
        quick: bool = True,
        keep_commands: bool = False,
    ) -> None:
        self._compiler = compiler
        self._rules = rules
        self._scenes = scenes
        self._quick = quick
        self._keep_commands = keep_commands
        self._due_us = NEVER_US
        self._meter = Meter()

    def over(self, log: Iterable[Event], from_us: int = 0, to_us: int = NEVER_US) -> Tally:
        """Live what `log` has from `from_us` until before `to_us`; what is earlier is folded."""
        events = iter(log)
        before = Fold()
        first = None
        for event in events:
            if event.at_us >= from_us:
                first = event
                break
            before.apply(event)
        first_us = first.at_us if first is not None else from_us
        self._begin(before.state, from_us if before.state.now_us else first_us)
        if first is not None and first.at_us < to_us:
            self._live_all(chain((first,), events), to_us)
        last_us = self._last_us
        self._pass_time(last_us)
        self._counting.tally.watts = self._meter.watts()
        return self._counting.result(last_us)

    @property
    def home(self) -> Home:
        """The home, as it was at the end of the run."""
        return self._state.home

    def _begin(self, state: State, at_us: int) -> None:
        self._recorded = Recorded(state)
        self._held: Event | None = None
        self._core = Core(self._compiler, state, rules=self._rules)
        self._state = self._core.state
        self._devices = Obedient(self._state)
        self._counting = Counting(self._state, keep_commands=self._keep_commands)
        self._counting.begin(at_us)
        self._switches = self._meter.switch_of(self._state)
        self._last_us = at_us
        # In a home that begins with the recording, scenes begin where the log's own did.
        self._scenes_wait = self._scenes is not None
        if self._state.scenes or self._state.shadows:
            self._take_scenes(at_us)
        self._see_due()

    def _take_scenes(self, at_us: int) -> None:
        """Begin with the scenes; each looks at the home as one does that was just written."""
        self._scenes_wait = False
        old = self._state.scenes
        new = dict(old)
        if self._scenes is not None:
            # Those that came from no file are not the folder's to take away.
            kept = {scene: revised for scene, revised in old.items() if not revised.path}
            new = {**kept, **self._scenes}
        for gone in sorted(set(old) - set(new)):
            self._fold(SceneRemoved(gone), at_us, SOURCE)
        for scene in sorted(new):
            self._fold(new[scene], at_us, SOURCE)

    def _live_all(self, events: Iterable[Event], to_us: int) -> None:
        recorded, shadows, switches = self._recorded, self._state.shadows, self._switches
        relive, live, quick = self._core.relive, self._live, self._quick
        lived = 0
        for event in events:
            at_us = event.at_us
            if at_us >= to_us:
                self._last_us = to_us
                break
            lived += 1
            if self._held is not None or self._scenes_wait:
                live(event)
                continue
            what = event.what
            if event.source == CORE:
                recorded.derived(event)
                continue
            if type(what) is not Reported or not quick:
                live(event)
                continue
            prop, value = what.property, what.value
            shadow = shadows.get(prop)
            if shadow is None or shadow.property.writable:
                live(event)
                continue
            self._last_us = at_us
            if at_us >= self._due_us:
                self._pass_time(at_us)
            if prop in switches and recorded.values.get(switches[prop]) is True:
                self._meter.read(switches[prop], value)
            out = relive(event, what)
            if out:
                self._follow(out)
        self._counting.tally.events = lived

    def _live(self, event: Event) -> None:
        """Live one event of the log."""
        held, self._held = self._held, None
        if held is not None and confirms(event, held):
            self._input(held)
        self._last_us = event.at_us
        if event.source == CORE:
            self._recorded.derived(event)
            return
        what = event.what
        kind = type(what)
        if kind in HUBS_OWN or (self._scenes is not None and kind in SCENES):
            if self._scenes_wait and kind in SCENES:
                self._take_scenes(event.at_us)
            return
        if self._scenes_wait and kind not in CONFIGURATION:
            self._take_scenes(event.at_us)
        if type(what) is not Reported or self._is_from_outside(event, what):
            self._input(event)

    def _is_from_outside(self, event: Event, what: Reported) -> bool:
        shadow = self._state.shadows.get(what.property)
        if shadow is not None and shadow.property.writable:
            hand = self._recorded.is_hand(event, what)
            if hand is None:
                self._held = event
            return hand is True
        switch = self._switches.get(what.property)
        if switch is not None and self._recorded.values.get(switch) is True:
            self._meter.read(switch, what.value)
        return True

    def _input(self, event: Event) -> None:
        if event.at_us >= self._due_us:
            self._pass_time(event.at_us)
        # What came from outside is all that gets here; `Input` is that part of the union.
        self._fold(event.what, event.at_us, event.source)  # type: ignore[arg-type]

    def _pass_time(self, until_us: int) -> None:
        while self._due_us <= until_us:
            due_us = self._due_us
            if self._devices.next_us <= due_us:
                answer = self._devices.next_answer()
                if answer is not None:
                    self._fold(answer, due_us, SOURCE)
                self._see_due()
            else:
                self._fold(TimePassed(), due_us, SOURCE)

    def _fold(self, what: Input, at_us: int, source: str) -> None:
        out = self._core.fold(what, at_us, source)
        if type(what) in CONFIGURATION:
            self._switches = self._meter.switch_of(self._state)
        self._follow(out)

    def _follow(self, out: Sequence[Event]) -> None:
        """Count what followed from an input, and let devices take their commands."""
        self._counting.followed(out)
        for event in out:
            follows = event.what
            if type(follows) is Commanded:
                self._devices.asked(event.id, follows.command, event.at_us)
        self._see_due()

    def _see_due(self) -> None:
        due_us = self._core.next_due_us
        self._due_us = min(NEVER_US if due_us is None else due_us, self._devices.next_us)
