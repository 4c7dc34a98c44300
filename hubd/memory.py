"""What the hub remembers across a stop: the core's state out of the store, and into it again."""

import logging

import msgspec

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.listening import Compiler
from hubd.core.reconciler import Policy
from hubd.core.resume import resume
from hubd.core.safety import RulesCompiler
from hubd.core.state import State
from hubd.model.events import Event
from hubd.model.ids import EventId
from hubd.store.snapshots import Snapshot
from hubd.store.store import Store

_log = logging.getLogger(__name__)

FORMAT = f"state/{snapshot.SNAPSHOT_VERSION}"


def recall(
    store: Store, compiler: Compiler, policy: Policy, rules: RulesCompiler | None = None
) -> tuple[Core, list[Event]]:
    """Return the core as it was after the newest durable input: a snapshot and what came after.

    Beside it, the events that a crash kept from the log (core.resume).
    """
    state = _latest_state(store)
    first = state.next_id if state is not None else EventId(1)
    core, lacking = resume(compiler, state, store.read(after=EventId(first - 1)), policy, rules)
    _log.info("folded %d events after the snapshot", core.state.next_id - first)
    return core, lacking


def _latest_state(store: Store) -> State | None:
    for kept in store.latest_snapshots():
        if kept.format != FORMAT:
            continue
        try:
            return snapshot.decode(kept.body)
        except msgspec.DecodeError as error:
            _log.warning("the snapshot of event %d can't be read: %s", kept.last_id, error)
    return None


async def remember(core: Core, store: Store) -> None:
    """Save the state as it is now; returns when it is durable."""
    state = core.state
    if state.next_id > 1:
        await store.save_snapshot(
            Snapshot(EventId(state.next_id - 1), state.now_us, FORMAT, snapshot.encode(state))
        )
