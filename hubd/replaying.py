"""Replay: a log folded anew, through the same scenes or others, without any device."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hubd.core.engine import Core
from hubd.core.listening import Compiler
from hubd.core.safety import RulesCompiler
from hubd.model.events import (
    CORE,
    Commanded,
    Event,
    Fired,
    SceneRemoved,
    SceneRevised,
    TimePassed,
)

_encoder = msgspec.json.Encoder()


class Replay:
    """A replay in progress. Iterate over it to run it; it yields each event that has commands."""

    def __init__(
        self,
        log: Iterable[Event],
        compiler: Compiler,
        scenes: Sequence[SceneRevised] | None,
        rules: RulesCompiler | None = None,
    ) -> None:
        """Fold what came in from outside in `log`; through `scenes` where some are given.

        With the log's own scenes, time passes as it did then, and the commands are those of then.
        With others it passes just when something of theirs is due.
        """
        self._log = log
        self._core = Core(compiler, rules=rules)
        self._scenes = scenes
        self._digest = hashlib.sha256()
        self._first_us = 0
        self.inputs = 0
        self.events = 0
        self.commands = 0
        self.fired = 0

    @property
    def digest(self) -> str:
        """SHA-256 over all commands: the same for the same log and scenes on any machine."""
        return self._digest.hexdigest()

    @property
    def span_us(self) -> int:
        """How much of the home's time was replayed."""
        return self._core.state.now_us - self._first_us if self._first_us else 0

    def __iter__(self) -> Iterator[Event]:
        """Run it; yield the `Commanded` events."""
        for event in self._log:
            if event.source == CORE:
                continue
            if self._scenes is None:
                yield from self._fold(event)
                continue
            if not self._first_us:
                yield from self._take_scenes(event.at_us)
            if not isinstance(event.what, SceneRevised | SceneRemoved | TimePassed):
                yield from self._pass_time(event.at_us)
                yield from self._fold(event)

    def _take_scenes(self, at_us: int) -> Iterator[Event]:
        for scene in self._scenes or ():
            yield from self._count(self._core.fold(scene, at_us, "replay"))

    def _pass_time(self, until_us: int) -> Iterator[Event]:
        while (due_us := self._core.next_due_us) is not None and due_us <= until_us:
            yield from self._count(self._core.fold(TimePassed(), due_us, "replay"))

    def _fold(self, event: Event) -> Iterator[Event]:
        self.inputs += 1
        self._first_us = self._first_us or event.at_us
        # Only what came from outside is folded; `Input` is what the rest of the union is not.
        folded = self._core.fold(event.what, event.at_us, event.source)  # type: ignore[arg-type]
        yield from self._count(folded)

    def _count(self, folded: Sequence[Event]) -> Iterator[Event]:
        self.events += len(folded)
        for event in folded:
            if type(event.what) is Commanded:
                self.commands += 1
                self._digest.update(_encoder.encode((event.at_us, event.what)))
                yield event
            elif type(event.what) is Fired:
                self.fired += 1
