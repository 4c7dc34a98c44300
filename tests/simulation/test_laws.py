"""The laws hold in random homes, over ten thousand days of faults; and each of them can fail.

Each law is asked where it is put to the test most: of homes whose days are of its own temper. What
else breaks there is a failure as well.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from hubd.core import arbiter, holding, reconciler
from hubd.core.engine import Core
from hubd.core.reconciler import Reconciler
from hubd.core.shadow import Shadow, Standing
from hubd.model.command import Outcome
from hubd.model.events import Commanded, Event, Input, Settled
from hubd.model.ids import NO_EVENT, EventId
from hubd.model.instant import HOUR_US
from scenes.program import SceneListener
from scenes.triggers import Becomes
from tests.simulation.edges import OncePerEdge
from tests.simulation.faults import PERILOUS, QUARRELSOME, REMOTE, STORMY, Temper
from tests.simulation.judging import LAWS, Record
from tests.simulation.laws import (
    HandFirst,
    InOrder,
    Law,
    NothingForgotten,
    NothingStale,
    Once,
    RestoredIsNoNews,
    SafetyFirst,
)

DAYS = 42.0
HOMES = 30
"""Of each law; with eight laws that is 10,080 days."""


def live(first_seed: int, temper: Temper, law: type[Law]) -> None:
    """Live through homes, and see that nothing breaks `law`, and no other either."""
    record = Record()
    for seed in range(first_seed, first_seed + HOMES):
        broken = record.live(seed, DAYS, temper)
        broken.sort(key=lambda how: not how.startswith(law.name))
        assert not broken, f"seed {seed} of {temper}: {len(broken)} violations\n" + broken[0]
    assert record.days == DAYS * HOMES
    assert record.faults["crashes"] > HOMES
    assert record.counts["commands"] > 100 * HOMES
    assert record.counts["withheld"] > HOMES


def test_no_accepted_command_is_forgotten() -> None:
    live(1000, Temper(), NothingForgotten)


def test_no_action_is_done_twice() -> None:
    live(2000, STORMY, Once)


def test_effects_come_in_accepted_order_per_thing() -> None:
    live(3000, Temper(wishes=0.25), InOrder)


def test_a_stale_intent_never_fires() -> None:
    live(4000, REMOTE, NothingStale)


def test_a_scene_fires_exactly_once_per_qualifying_edge_across_crashes() -> None:
    live(5000, STORMY, OncePerEdge)


def test_restored_and_first_values_are_no_changes() -> None:
    live(6000, Temper(crashes=0.015, outages=0.12), RestoredIsNoNews)


def test_a_hand_beats_automation_within_its_lease_even_when_messages_cross() -> None:
    live(7000, QUARRELSOME, HandFirst)


def test_safety_beats_all() -> None:
    live(8000, PERILOUS, SafetyFirst)


# each law can fail: what breaks it is put into the core, and its checker must object


type Patch = pytest.MonkeyPatch


def _forgets_deadlines(patch: Patch) -> None:
    patch.setattr(Reconciler, "deadline", lambda *_: None)


def _asks_actions_again(patch: Patch) -> None:
    settle = Reconciler.deadline

    def deadline(self: Reconciler, event: EventId, cause: EventId) -> None:
        pending = self._state.ledger.get(event)
        settle(self, event, cause)
        if pending is not None and pending.command.action:
            later_us = self._state.now_us + HOUR_US
            self._derive(Commanded(replace(pending.command, deadline_us=later_us)), cause)

    patch.setattr(Reconciler, "deadline", deadline)


def _sends_backwards(patch: Patch) -> None:
    fold = Core.fold

    def backwards(
        self: Core, what: Input, at_us: int, source: str, cause: EventId = NO_EVENT
    ) -> list[Event]:
        events = fold(self, what, at_us, source, cause)
        commands = [e for e in events if isinstance(e.what, Commanded)]
        return [e for e in events if not isinstance(e.what, Commanded)] + commands[::-1]

    patch.setattr(Core, "fold", backwards)


def _repeats_what_is_wished_no_more(patch: Patch) -> None:
    def deadline(self: Reconciler, event: EventId, cause: EventId) -> None:
        pending = self._state.ledger.get(event)
        if pending is None:
            return
        settled = self._derive(Settled(event, Outcome.TIMED_OUT), cause)
        shadow = self._state.shadows.get(pending.command.property)
        if shadow is not None and pending.command.attempt < 3:
            before, shadow.desired = shadow.desired, shadow.sent_before
            self._command(shadow, settled.id, pending.command.attempt + 1)
            shadow.desired = before

    patch.setattr(Reconciler, "deadline", deadline)


def _never_forgets_a_wish(patch: Patch) -> None:
    patch.setattr(reconciler, "is_stale", lambda *_: False)


def _sees_old_states_as_new(patch: Patch) -> None:
    start = Becomes.start

    def blind(self: Becomes, view: Any, out: Any) -> None:
        start(self, view, out)
        self._held = None

    patch.setattr(Becomes, "start", blind)


def _does_not_finish_what_a_crash_cut_short(patch: Patch) -> None:
    def resume(
        compiler: Any, state: Any, events: Sequence[Event], policy: Any = None, rules: Any = None
    ) -> tuple[Core, list[Event]]:
        core = Core(compiler, state, policy, rules)
        core.restore(events)
        return core, []

    patch.setattr("hubd.core.resume.resume", resume)


def _reacts_to_what_is_no_news(patch: Patch) -> None:
    patch.setattr(SceneListener, "restored", SceneListener.react)


def _fights_hands(patch: Patch) -> None:
    def fight(self: Reconciler, shadow: Shadow, event: Event) -> None:
        self.reconcile(shadow, event.id)

    patch.setattr(Reconciler, "_hand", fight)


def _lets_the_newest_win(patch: Patch) -> None:
    def lay(claims: Iterable[Standing], new: Standing) -> tuple[Standing, ...]:
        return (new, *(s for s in claims if s.claim.owner != new.claim.owner))

    patch.setattr(arbiter, "lay", lay)


def _does_what_is_withheld(patch: Patch) -> None:
    patch.setattr(holding, "hold", lambda *_: None)


@pytest.mark.parametrize(
    ("law", "fault", "temper"),
    [
        (NothingForgotten, _forgets_deadlines, Temper()),
        (Once, _asks_actions_again, STORMY),
        (InOrder, _sends_backwards, Temper()),
        (InOrder, _repeats_what_is_wished_no_more, Temper()),
        (InOrder, _does_what_is_withheld, Temper(wishes=0.25)),
        (NothingStale, _never_forgets_a_wish, REMOTE),
        (OncePerEdge, _sees_old_states_as_new, STORMY),
        (OncePerEdge, _does_not_finish_what_a_crash_cut_short, STORMY),
        (RestoredIsNoNews, _reacts_to_what_is_no_news, STORMY),
        (HandFirst, _fights_hands, QUARRELSOME),
        (SafetyFirst, _lets_the_newest_win, PERILOUS),
    ],
)
def test_the_laws_can_fail(
    law: type[Law], fault: Callable[[Patch], None], temper: Temper, monkeypatch: Patch
) -> None:
    fault(monkeypatch)
    record = Record()
    assert any(
        how.startswith(law.name) for seed in range(40) for how in record.live(seed, 10.0, temper)
    )


def test_every_law_has_a_test_that_it_can_fail() -> None:
    marks = test_the_laws_can_fail.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == set(LAWS)
