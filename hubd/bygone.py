"""The home as it was: a log folded up to a time, from the nearest snapshot or from its start."""

from collections.abc import Iterator
from itertools import takewhile

import msgspec
from sqlalchemy import Engine

from hubd.core import snapshot
from hubd.core.fold import Fold
from hubd.core.state import State
from hubd.memory import FORMAT
from hubd.model.events import Event
from hubd.model.ids import EventId, SceneId
from hubd.store import log, snapshots
from scenes.compiler import compile_scene
from scenes.whynot import WhyNot
from scenes.whynot import why_not as tell_why_not

_BEYOND = EventId(2**62)


def why_not(engine: Engine, scene: SceneId, at_us: int, within_us: int) -> WhyNot | None:
    """Return how near `scene` came to beginning by `at_us`; None if it was not in the home then.

    Looks at the `within_us` before that.
    """
    before, window = home_before(engine, at_us - within_us, at_us)
    return tell_why_not(scene, before, window, at_us, compile_scene)


def home_before(engine: Engine, at_us: int, until_us: int) -> tuple[State, Iterator[Event]]:
    """Return the state just before `at_us`, and the events from then to `until_us` and with it."""
    fold = Fold(_nearest(engine, at_us))
    events = log.read(engine, after=fold.state.next_id - 1)
    first: Event | None = None
    for event in events:
        if event.at_us >= at_us:
            first = event
            break
        fold.apply(event)
    return fold.state, _from(first, events, until_us)


def _from(first: Event | None, rest: Iterator[Event], until_us: int) -> Iterator[Event]:
    if first is not None and first.at_us <= until_us:
        yield first
        yield from takewhile(lambda event: event.at_us <= until_us, rest)


def _nearest(engine: Engine, at_us: int) -> State | None:
    for kept in snapshots.load(engine, up_to=_BEYOND):
        if kept.format == FORMAT and kept.at_us < at_us:
            try:
                return snapshot.decode(kept.body)
            except msgspec.DecodeError:
                continue  # an older one, or the log from its start, gives the same
    return None
