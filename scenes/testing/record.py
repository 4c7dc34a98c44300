"""A recorded evening becomes a test: what came in are its steps, what the hub did is expected.

Inputs that no scene listens to or asks for are left out. What is written is run at once; it comes
out shorter or more exact, whichever passes.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from hubd.core.fold import Fold
from hubd.core.listening import signal_key
from hubd.model.command import Outcome
from hubd.model.errors import HubError
from hubd.model.events import (
    CONFIGURATION,
    CORE,
    Adopted,
    Availability,
    Claimed,
    Event,
    Fired,
    Forgotten,
    Perceived,
    PlaceSet,
    Released,
    Reported,
    SceneRemoved,
    SceneRevised,
    Settled,
    Signalled,
    What,
)
from hubd.model.ids import NO_EVENT, PropertyId, split_property_id
from hubd.model.instant import MINUTE_US
from scenes.testing.bundle import Bundle, homes_in
from scenes.testing.relevance import Relevance, relevance
from scenes.testing.run import Report, run_tests
from scenes.testing.script import Script

LATE_US = 5_000_000
"""What is due and comes this late was kept from coming: the hub was off."""


class RecordError(HubError):
    """An evening that cannot become a test."""

    code: ClassVar[str] = "record"


class Recording(Struct, frozen=True):
    """A test's text, and how it came out with the scenes that ran then."""

    text: str
    report: Report


def record(log: Iterable[Event], from_us: int, to_us: int, name: str) -> Recording:
    """Return what happened in `log` (from its beginning) between two times, as a test.

    Raises RecordError if nothing is there, or the home or its scenes changed meanwhile.
    """
    evening = Evening()
    evening.read(log, from_us, to_us)
    exact = run(evening.script(name, whole_seconds=True), evening.scenes)
    if exact.report.all_right:
        return exact
    return run(evening.script(name, whole_seconds=False), evening.scenes)


def run(text: str, scenes: Iterable[SceneRevised]) -> Recording:
    """Run the test in `text` with `scenes`."""
    bundle = Bundle(tuple(scenes), {"recorded.test.yaml": text}, homes_in(Path()))
    return Recording(text, run_tests(bundle))


class Evening:
    """A stretch of a log on its way to a script."""

    def __init__(self) -> None:
        self.scenes: tuple[SceneRevised, ...] = ()
        self._fold = Fold()
        self._matters = Relevance(frozenset(), frozenset(), frozenset())
        self._script: Script | None = None
        self._last_us = 0

    def script(self, name: str, *, whole_seconds: bool) -> str:
        """Return the test."""
        if self._script is None:
            raise RecordError("The log has nothing at that time", mend="Choose another --from.")
        return self._script.text(name, whole_seconds=whole_seconds)

    def read(self, log: Iterable[Event], from_us: int, to_us: int) -> None:
        """Fold what came before, and take down what happens from then on. Raises RecordError."""
        for group in _groups(log):
            at_us = group[0].at_us
            if at_us > to_us:
                break
            if self._script is None and at_us >= from_us and self._is_quiet(at_us, from_us):
                self._begin(from_us)
            if self._script is not None:
                self._take(group, self._script)
            else:
                self._fold.apply_all(group)
            self._last_us = at_us
        if self._script is None and self._fold.state.now_us and from_us <= to_us:
            self._begin(from_us)
        if self._script is not None:
            due_us = self._fold.next_due_us()
            # What is due by then and did not come was kept from it: that end is not in the log.
            whole = due_us is None or due_us > to_us
            self._script.end(to_us if whole else self._last_us, self._fold.state)

    def _is_quiet(self, at_us: int, from_us: int) -> bool:
        """Say whether no command is on its way; it is not waited for that for long."""
        return not self._fold.state.ledger or at_us > from_us + MINUTE_US

    def _begin(self, from_us: int) -> None:
        state = self._fold.state
        self.scenes = tuple(state.scenes[scene] for scene in sorted(state.scenes))
        self._matters = relevance(self.scenes, state.home)
        self._script = Script(state, self.scenes, self._matters, max(from_us, state.now_us))

    # one input and what followed from it

    def _take(self, group: list[Event], script: Script) -> None:
        first = group[0]
        due_us = self._fold.next_due_us()
        if due_us is not None and first.at_us > due_us + LATE_US:
            script.restarted(max(self._last_us, script.began_us), first.at_us)
        if type(first.what) in CONFIGURATION:
            self._check_same(first.what)
        told = list(self._told(group))
        for event in group:
            self._note_deaf(event.what, script)
        before = {prop: script.wish(self._fold.state, prop) for prop in _moved(group)}
        self._fold.apply_all(group)
        if told:
            script.happened(first.at_us, told)
        script.followed(first.at_us, self._fold.state, group, before, input_told=bool(told))

    def _check_same(self, what: What) -> None:
        if self._changes(what):
            raise RecordError(
                "The home or its scenes changed in that time",
                mend="Choose a time before or after it.",
            )

    def _changes(self, what: What) -> bool:
        """Say whether `what` makes another home, or other scenes, of these."""
        state, mattering = self._fold.state, self._matters.devices()
        match what:
            case Adopted():
                known = state.home.devices.get(what.device.id)
                if known is None:
                    return what.device.id in mattering
                return known.endpoints != what.device.endpoints or known.area != what.device.area
            case Forgotten():
                return what.device in mattering
            case SceneRevised():
                return state.scenes.get(what.scene) != what
            case PlaceSet():
                return state.home.place != what.place
            case _:
                return isinstance(what, SceneRemoved)

    def _note_deaf(self, what: What, script: Script) -> None:
        if isinstance(what, Settled) and what.outcome is Outcome.TIMED_OUT:
            pending = self._fold.state.ledger.get(what.command)
            if pending is not None:
                script.deaf.add(pending.command.device)

    def _told(self, group: list[Event]) -> list[What]:
        """Return what of a group's input matters to scenes."""
        matters, what = self._matters, group[0].what
        match what:
            case Reported() | Perceived():
                known = what.property in matters.keys or what.property in matters.claimed
                return [what] if known and self._is_news(what, group) else []
            case Signalled():
                key = signal_key(what.device, what.endpoint, what.name)
                return [what] if key in matters.keys else []
            case Availability():
                return [what] if what.device in matters.devices() else []
            case Claimed() | Released() if group[0].source != CORE:
                return self._wished(what)
            case _:
                return []

    def _wished(self, what: Claimed | Released) -> list[What]:
        if isinstance(what, Claimed):
            claims = tuple(c for c in what.claims if self._matters_at_all(c.property))
            return [Claimed(claims)] if claims else []
        of = what.properties
        return [what] if not of or any(map(self._matters_at_all, of)) else []

    def _matters_at_all(self, prop: PropertyId) -> bool:
        return split_property_id(prop)[0] in self._matters.devices()

    def _is_news(self, what: Reported | Perceived, group: list[Event]) -> bool:
        """Say whether a report is more than a device's doing what it was asked."""
        shadow = self._fold.state.shadows.get(what.property)
        if shadow is None or (shadow.known and shadow.reported == what.value):
            return False
        if not shadow.property.writable:
            return True
        if not shadow.known:
            return group[0].cause == NO_EVENT
        if isinstance(what, Reported) and what.restored:
            return shadow.pending is None
        hand = f"hand:{shadow.device}"
        return any(isinstance(e.what, Claimed) and e.what.claims[0].owner == hand for e in group)


def _groups(log: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield each input with all that followed from it."""
    group: list[Event] = []
    for event in log:
        if event.source != CORE and group:
            yield group
            group = []
        group.append(event)
    if group:
        yield group


def _moved(group: list[Event]) -> list[PropertyId]:
    """Return the properties whose claims `group` changes, each once."""
    props: dict[PropertyId, None] = {}
    for event in group:
        match event.what:
            case Fired() | Claimed() as what:
                props.update(dict.fromkeys(claim.property for claim in what.claims))
            case Released() as what:
                props.update(dict.fromkeys(what.properties))
            case _:
                continue
    return list(props)
