"""What the hub remembers across a stop: the core's state out of the store, and into it again."""

import logging

import msgspec

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.fold import Fold
from hubd.core.listening import Compiler
from hubd.core.reconciler import Policy
from hubd.core.safety import RulesCompiler
from hubd.core.state import State
from hubd.model.ids import EventId
from hubd.store.snapshots import Snapshot
from hubd.store.store import Store

_log = logging.getLogger(__name__)

FORMAT = f"state/{snapshot.SNAPSHOT_VERSION}"


def recall(
    store: Store, compiler: Compiler, policy: Policy, rules: RulesCompiler | None = None
) -> Core:
    """Return the core as it was after the newest durable event: a snapshot and what came after."""
    fold = Fold(_latest_state(store))
    first = fold.state.next_id
    fold.apply_all(store.read(after=first - 1))
    _log.info("folded %d events after the snapshot", fold.state.next_id - first)
    return Core(compiler, fold.state, policy, rules)


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
