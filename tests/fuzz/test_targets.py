"""The targets run, keep their laws on what they begin with, and leave no codec out."""

import logging
import random
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.fuzz.campaign import FOUND, _what, _written, campaign, known_inputs
from tests.fuzz.laws import HoardError, weigh
from tests.fuzz.mutation import Mutator, words_of
from tests.fuzz.readers import readers, run_by
from tests.fuzz.table import every_target, target_named
from tests.fuzz.target import RECORD, Target, UntypedError, judge_reason, records

TARGETS = list(every_target())
MUTATIONS = 120
WEIGHED = 10
"""One in so many is weighed, too."""

_HANDED_ON = "a thin shell: it hands what came to a codec that has a target"
UNFUZZED: Mapping[str, str] = {
    "drivers/cast/session.py": "in the library's thread; status.py reads what it hears",
    "drivers/discovery/announcer.py": "compares with what the hub itself announces",
    "drivers/discovery/ssdp.py datagram_received": _HANDED_ON,
    "drivers/discovery/watcher.py": _HANDED_ON,
    "drivers/esphome/link.py": _HANDED_ON,
    "drivers/hue/link.py": _HANDED_ON,
    "drivers/kasa/link.py": "reads what was wished, not what came",
    "drivers/kit/child.py": _HANDED_ON,
    "drivers/kit/fence.py": "judges the process's own calls, not what comes in",
    "drivers/kit/seccomp.py": "writes the steps of a filter of the hub's own",
    "drivers/kit/process.py": "passes sightings on, which are made by discovery",
    "drivers/kit/running.py": "passes sightings on, which are made by discovery",
    "drivers/kit/spawning.py": _HANDED_ON,
    "drivers/matter/asking.py takes_text": "makes what an action takes, when it is imported",
    "drivers/matter/asking.py takes_parts": "makes what an action takes, when it is imported",
    "drivers/matter/codecs.py listed": "makes codecs when the module is imported",
    "drivers/miio/connection.py": _HANDED_ON,
    "drivers/mqtt/template/operations.py _ordered": "makes operators when the module is imported",
    "drivers/shelly/link.py": _HANDED_ON,
    "drivers/shelly/poll.py": _HANDED_ON,
    "drivers/shelly/rpc.py": _HANDED_ON,
    "drivers/upnp/driver.py recognised": _HANDED_ON,
    "drivers/zwave/link.py": "the library's nodes come and go; what they tell has a target",
}
"""Files, or functions in them, that read what others say and that no target runs; and why."""


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    """Keep what codecs log of bad packets out of the way: it is their right."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_codec_keeps_its_laws_on_all_that_is_known_and_nearly_so(target: Target) -> None:
    known = list(known_inputs(target))
    for data in known:
        weigh(target, data)
    mutator, chance = Mutator(words_of(target.of)), random.Random(target.name)
    for seed in range(MUTATIONS):
        data = mutator.mutated(chance.choice(known), target.longest, seed)
        if seed % WEIGHED:
            target.run(data)
        else:
            weigh(target, data)


def test_names_of_targets_are_their_own_and_begin_with_their_room() -> None:
    names = [target.name for target in TARGETS]
    assert len(set(names)) == len(names)
    assert all(target_named(name).name == name for name in names)
    with pytest.raises(LookupError):
        target_named("kit.nothing")


def test_what_was_found_belongs_to_a_target() -> None:
    names = {target.name for target in TARGETS}
    assert {path.name for path in FOUND.iterdir() if path.is_dir()} <= names


def test_every_reader_of_the_drivers_is_run_by_a_target() -> None:
    def run_all() -> None:
        for target in TARGETS:
            for data in known_inputs(target):
                target.run(data)

    run, left_out = run_by(run_all), dict(UNFUZZED)
    unrun = [r for r in readers() if (r.path, r.line) not in run]
    missing = []
    for reader in unrun:
        reason = UNFUZZED.get(reader.path) or UNFUZZED.get(f"{reader.path} {reader.name}")
        left_out.pop(reader.path, None)
        left_out.pop(f"{reader.path} {reader.name}", None)
        if not reason:
            missing.append(f"{reader.path}:{reader.line} {reader.name}")
    assert not missing, "give it a target or a seed, or say in UNFUZZED why not"
    assert not left_out, "these are run by a target now: strike them off UNFUZZED"


# the tool itself


def _toy(run: object, *, allowance_bytes: int = 64 * 1024) -> Target:
    assert callable(run)
    return Target("kit.toy", (), run, lambda: [b""], allowance_bytes=allowance_bytes)


def test_a_codec_that_hoards_is_caught() -> None:
    assert weigh(_toy(lambda data: data * 3), b"x" * 100_000) <= 400_000
    with pytest.raises(HoardError):
        weigh(_toy(lambda data: data * 6), b"x" * 100_000)


def test_what_is_made_once_and_kept_is_no_hoard() -> None:
    kept: list[bytes] = []

    def run(data: bytes) -> None:
        if not kept:
            kept.append(data * 1_000)

    weigh(_toy(run), b"x" * 1_000)


def test_an_error_that_floods_the_log_is_caught() -> None:
    for reason in ("", "x" * 2_000, "two\nlines"):
        with pytest.raises(UntypedError):
            judge_reason(reason)
    judge_reason("a reason")


def test_mutations_are_the_same_for_the_same_seed_and_differ_for_others() -> None:
    mutator = Mutator(words_of(("drivers.miio",)))
    packet = b'topic\n{"a":[1,2,{"b":"c"}]}' + RECORD + b"other\nbytes"
    made = [mutator.mutated(packet, 2_000, seed) for seed in range(300)]
    assert made == [mutator.mutated(packet, 2_000, seed) for seed in range(300)]
    assert len(set(made)) > 200
    assert max(map(len, made)) <= 2_000
    assert sum(b'{"a":' in data or b"[" in data for data in made) > 150
    assert max(len(records(data)) for data in made) > 2


def test_the_words_of_a_codec_are_those_in_its_code() -> None:
    words = words_of(("drivers.miio.rpc", "drivers.miio.services"))
    assert {"method", "Humidifier.humidity"} <= set(words)
    assert all(0 < len(word) <= 40 for word in words)


def test_a_campaign_runs_its_target_in_a_process_of_its_own(tmp_path: Path) -> None:
    course = campaign(target_named("kit.identity"), tmp_path, 1.0, Console(file=StringIO()))
    assert course.runs > len(list(known_inputs(target_named("kit.identity"))))
    assert course.kept == len(list((tmp_path / "corpus" / "kit.identity").iterdir()))
    assert not course.finds


def test_what_ended_a_campaign_is_told_in_a_line() -> None:
    said = (
        "  File x.py, line 3, in run\n"
        "OverflowError: int too large to convert to float\n"
        "==7== ERROR: libFuzzer: fuzz target exited\n"
        "artifact_prefix='/tmp/a/found/'; Test unit written to /tmp/a/found/kit.toy-crash-01\n"
    )
    assert _what(said) == "OverflowError: int too large to convert to float"
    assert list(_written(said)) == [Path("/tmp/a/found/kit.toy-crash-01")]
    slow = "ALARM: working on the last Unit for 21 seconds\nSUMMARY: libFuzzer: timeout\n"
    assert _what(slow) == "SUMMARY: libFuzzer: timeout"
