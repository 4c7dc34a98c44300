"""The laws of the log: what folding it means, in any home and whatever happens there."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.core.state import State
from hubd.model.events import CORE, Commanded, Event, TimePassed
from hubd.model.instant import DAY_US
from tests.unit.core import programs
from tests.unit.core.homes import Life, Moves, commands, moves
from tests.unit.core.invariants import Ledger, folded, hold, rebuilt, who_listens
from tests.unit.core.programs import Entry, compiled, fold

cuts = st.floats(0, 1, exclude_max=True)


def encoded(log: list[Event]) -> bytes:
    return msgspec.json.encode(log)


@given(moves)
def test_whatever_happens_every_command_is_settled_once_and_the_state_is_sound(made: Moves) -> None:
    life, ledger = Life(), Ledger()
    for move in made:
        ledger.read(life.move(move))
        hold(life.core, ledger)
    ledger.read(life.wait(2 * DAY_US))
    hold(life.core, ledger)
    assert life.core.state.ledger == {}, "nothing is forgotten once its time is over"


@given(moves)
def test_the_same_inputs_give_the_same_log_bit_for_bit(made: Moves) -> None:
    life = Life().live(made)
    assert encoded(fold(Core(compiled), life.entries)) == encoded(life.log)


@settings(max_examples=4, phases=(Phase.generate,))
@given(st.lists(moves, min_size=8, max_size=8))
def test_another_process_with_another_hash_seed_gives_the_same_log(homes: list[Moves]) -> None:
    entries = Life().live(move for made in homes for move in made).entries
    logs = {
        subprocess.run(
            [sys.executable, programs.__file__],
            input=msgspec.json.encode(entries),
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
        ).stdout
        for seed in ("1", "2")
    }
    assert logs == {encoded(fold(Core(compiled), entries))}


@given(moves)
def test_a_replay_of_the_inputs_alone_finds_the_whole_log_anew(made: Moves) -> None:
    log = Life().live(made).log
    inputs = [e for e in log if e.source != CORE]
    core = Core(compiled)
    replayed = [
        derived
        for event in inputs
        for derived in core.fold(event.what, event.at_us, event.source, event.cause)  # type: ignore[arg-type]
    ]
    assert encoded(replayed) == encoded(log)


@given(moves)
def test_folding_the_log_gives_the_state_that_deciding_it_gave(made: Moves) -> None:
    life = Life().live(made)
    restored = Core(compiled)
    restored.restore(life.log)
    assert restored.state == life.core.state
    assert snapshot.encode(restored.state) == snapshot.encode(life.core.state)


@given(moves, cuts)
def test_folding_a_log_in_two_halves_equals_folding_it_whole(made: Moves, cut: float) -> None:
    log = Life().live(made).log
    middle = int(cut * len(log))
    half = snapshot.decode(snapshot.encode(folded(log[:middle])))
    assert folded(log[middle:], half) == folded(log)


@given(moves, cuts)
def test_a_hub_started_from_a_snapshot_decides_as_if_it_had_never_stopped(
    made: Moves, cut: float
) -> None:
    life = Life().live(made)
    middle = int(cut * len(life.entries))
    before = Core(compiled)
    first = fold(before, life.entries[:middle])
    after = Core(compiled, snapshot.decode(snapshot.encode(before.state)))
    assert encoded(first + fold(after, life.entries[middle:])) == encoded(life.log)
    assert after.state == life.core.state


@given(moves, cuts)
def test_a_hub_started_from_its_log_decides_as_if_it_had_never_stopped(
    made: Moves, cut: float
) -> None:
    life = Life().live(made)
    middle = int(cut * len(life.entries))
    first = fold(Core(compiled), life.entries[:middle])
    after = Core(compiled)
    after.restore(first)
    assert encoded(first + fold(after, life.entries[middle:])) == encoded(life.log)


@given(moves)
def test_the_index_after_any_change_of_the_home_is_as_if_built_afresh(made: Moves) -> None:
    life = Life()
    for move in made:
        life.move(move)
        assert who_listens(life.core.index) == who_listens(rebuilt(life.core.state))


@given(moves)
def test_listeners_are_called_in_the_order_of_their_scenes(made: Moves) -> None:
    core = Life().live(made).core
    for scenes in who_listens(core.index).values():
        assert scenes == sorted(set(scenes))


@given(moves, st.integers(1, DAY_US))
def test_time_that_runs_back_counts_as_no_time(made: Moves, back_us: int) -> None:
    life = Life().live(made)
    now_us = life.core.state.now_us
    events = life.core.fold(TimePassed(), now_us - back_us, "hub")
    assert {e.at_us for e in events} == {now_us}


@given(moves)
def test_every_command_can_be_traced_to_what_came_in(made: Moves) -> None:
    log = Life().live(made).log
    by_id = {e.id: e for e in log}
    for pending in commands(log):
        event = by_id[pending.event]
        while event.source == CORE:
            event = by_id[event.cause]
        assert not isinstance(event.what, Commanded)


def test_the_random_homes_are_lively_enough_to_prove_anything() -> None:
    """Counts what the laws above have seen: they would hold in an empty home as well."""
    seen = dict[str, int]()

    @settings(max_examples=150, derandomize=True, deadline=None, database=None)
    @given(moves)
    def live(made: Moves) -> None:
        for event in Life().live(made).log:
            kind = type(event.what).__name__
            seen[kind] = seen.get(kind, 0) + (event.source == CORE or kind == "Reported")

    live()
    rare = {
        kind
        for kind in ("Commanded", "Settled", "Fired", "TimerSet", "TimerCleared", "Released")
        if seen.get(kind, 0) < 10
    }
    assert not rare, seen


@pytest.mark.parametrize("log", [[], None])
def test_an_empty_log_is_an_empty_home(log: list[Event] | None) -> None:
    assert folded(log or []) == State()
    assert snapshot.decode(snapshot.encode(State())) == State()


def test_entries_survive_the_wire_to_another_process() -> None:
    entry = Entry(TimePassed(), 5, "hub")
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry
