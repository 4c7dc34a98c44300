"""What holds at every moment of any home's life."""

from collections.abc import Iterable

from hubd.core.engine import Core
from hubd.core.fold import Fold
from hubd.core.index import Index
from hubd.core.state import State
from hubd.model.command import Outcome
from hubd.model.events import Asked, Commanded, Event, Settled, TimePassed
from hubd.model.ids import EventId, PropertyId, SceneId
from tests.unit.core.programs import compiled


class Ledger:
    """Reads a log as it grows, and sees that commands are settled once and never doubled."""

    def __init__(self) -> None:
        self.waiting: dict[EventId, PropertyId | None] = {}
        self._asked: set[EventId] = set()
        self._last = Event(EventId(0), 0, "", EventId(0), TimePassed())

    def read(self, events: Iterable[Event]) -> None:
        """Check the next `events` of the log."""
        for event in events:
            assert event.id == self._last.id + 1, "ids rise by one"
            assert event.at_us >= self._last.at_us, "time never goes back"
            assert event.cause < event.id, "a cause comes before what it led to"
            self._last = event
            match event.what:
                case Asked():
                    self._asked.add(event.id)
                case Commanded(command):
                    prop = None if command.action else command.property
                    assert prop is None or prop not in self.waiting.values(), "one at a time"
                    assert command.attempt >= 1
                    self.waiting[event.id] = prop
                    if command.action:
                        assert event.cause in self._asked, "an action is commanded at most once"
                        self._asked.discard(event.cause)
                case Settled(of, outcome):
                    if of in self.waiting:
                        del self.waiting[of]
                    else:
                        assert of in self._asked, f"{of} is settled twice, or was never asked"
                        assert outcome is Outcome.REFUSED
                        self._asked.discard(of)
                case _:
                    pass


def hold(core: Core, ledger: Ledger) -> None:
    """Assert what must be so after any input."""
    state = core.state
    assert set(state.ledger) == set(ledger.waiting)
    assert not ledger._asked, "an asking is commanded or refused at once"
    _shadows_hold(state)
    _agenda_holds(core)


def _shadows_hold(state: State) -> None:
    described = [p for d in state.home.devices.values() for p in d.property_ids()]
    assert sorted(described) == sorted(state.shadows)
    owned = dict[str, set[PropertyId]]()
    for shadow in state.shadows.values():
        ranks = [(s.claim.priority, s.event) for s in shadow.claims]
        assert ranks == sorted(ranks, reverse=True), "the winner comes first"
        owners = [s.claim.owner for s in shadow.claims]
        assert len(owners) == len(set(owners)), "an owner has one claim on a property"
        for owner in owners:
            owned.setdefault(owner, set()).add(shadow.id)
        if shadow.claims:
            assert shadow.desired == shadow.claims[0].claim.value
        if shadow.pending is not None:
            assert state.ledger[shadow.pending.event] == shadow.pending
            assert shadow.property.writable, "only what can be told is told"
            assert shadow.desired == shadow.pending.command.value
    assert owned == {owner: set(props) for owner, props in state.claimed_by.items()}
    pending = {s.pending.event for s in state.shadows.values() if s.pending is not None}
    assert pending == {e for e, p in state.ledger.items() if not p.command.action}


def _agenda_holds(core: Core) -> None:
    state = core.state
    ends = [s.claim.until_us for shadow in state.shadows.values() for s in shadow.claims]
    deadlines = [p.command.deadline_us for p in state.ledger.values()]
    due = [us for us in (*ends, *deadlines, *state.timers.values()) if us]
    if due:
        assert core.next_due_us is not None
        assert core.next_due_us <= min(due), "nothing is forgotten"


def folded(log: Iterable[Event], state: State | None = None) -> State:
    """Return what folding `log` makes of `state`."""
    fold = Fold(state)
    fold.apply_all(log)
    return fold.state


def who_listens(index: Index) -> dict[str, list[SceneId]]:
    """Return the scenes that listen to each key, in the order of being called."""
    return {key: [scene for scene, _ in index._by_key[key]] for key in sorted(index._by_key)}


def rebuilt(state: State) -> Index:
    """Return an index built afresh of the home as it is."""
    index = Index()
    for scene, revised in state.scenes.items():
        index.put(scene, compiled(revised), state.home)
    return index
