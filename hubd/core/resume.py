"""Going on from a log that a crash cut short: between an input and what was decided about it.

The log is written behind the reflex, so its end may hold an input without all that followed. The
core is deterministic: folding that input once more finds the rest, so that nothing is decided
twice, and nothing not at all.
"""

from collections.abc import Iterable
from typing import cast

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.fold import Fold
from hubd.core.listening import Compiler
from hubd.core.reconciler import Policy
from hubd.core.safety import RulesCompiler
from hubd.core.state import State
from hubd.model.events import CORE, Event, Input


def resume(
    compiler: Compiler,
    state: State | None,
    events: Iterable[Event],
    policy: Policy | None = None,
    rules: RulesCompiler | None = None,
) -> tuple[Core, list[Event]]:
    """Fold `events` upon `state`; return the core, and what the log lacks of the last input.

    What it lacks is folded already; it is to be written and carried out, but for actions: those
    may have been carried out before it could be written. Where the log tells of the last input
    otherwise than this version would decide, the log is right, and nothing is lacking.
    """
    fold = Fold(state)
    tail: list[Event] = []
    for event in events:
        if event.source != CORE:
            fold.apply_all(tail)
            tail = []
        tail.append(event)
    if not tail or tail[0].source == CORE:
        fold.apply_all(tail)
        return Core(compiler, fold.state, policy, rules), []
    before = snapshot.encode(fold.state)
    core = Core(compiler, fold.state, policy, rules)
    first = tail[0]
    found = core.fold(cast("Input", first.what), first.at_us, first.source, first.cause)
    if found[: len(tail)] == tail:
        return core, found[len(tail) :]
    fold = Fold(snapshot.decode(before))
    fold.apply_all(tail)
    return Core(compiler, fold.state, policy, rules), []
