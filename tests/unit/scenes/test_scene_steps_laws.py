"""Laws of runs: what they do depends on what happened, not on when the hub was off or rebound."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.core import snapshot
from hubd.core.engine import Core
from hubd.model.device import DeviceType
from hubd.model.events import CORE, Fired
from scenes.compiler import compile_scene
from tests.unit.scenes.lab import Lab, problems_of

_SECONDS = st.integers(1, 90).map(lambda s: f"{s} s")
_STATES = st.sampled_from(
    [
        {"occupied": "hall"},
        {"unoccupied": "hall"},
        {"on": "glow"},
        {"light": {"of": "hall", "above": "50 lx"}},
        {"between": "12:00 - 12:01"},
    ]
)
_AWAITED = st.one_of(
    _STATES,
    st.builds(lambda state, lasting: {**state, "for": lasting}, _STATES, _SECONDS),
    st.just({"pressed": "button"}),
    st.just({"at": "12:02"}),
)
_SIMPLE: list[st.SearchStrategy[dict[str, Any]]] = [
    st.builds(lambda text: {"tell": text}, st.sampled_from("abc")),
    st.builds(lambda level: {"claims": {"glow": f"{level} %"}}, st.integers(1, 100)),
    st.just({"do": {"siren": "sound"}}),
    st.just({"let go": "all"}),
    st.just({"stop": True}),
    st.builds(lambda s: {"wait": s}, _SECONDS),
    st.builds(lambda s: {"wait": s}, st.lists(_AWAITED, min_size=1, max_size=2)),
    st.builds(
        lambda s, most, otherwise: {"wait": s, "at most": most, "otherwise": otherwise},
        st.lists(_AWAITED, min_size=1, max_size=2),
        _SECONDS,
        st.sampled_from(["stop", "go on"]),
    ),
]


def _deeper(steps: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(steps, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda n, s: {"repeat": n, "steps": s}, st.integers(1, 3), several),
        st.builds(lambda w, s: {"repeat": {"until": w}, "steps": s}, _STATES, several),
        st.builds(lambda i, t, e: {"if": i, "then": t, "else": e}, _STATES, several, several),
        st.builds(lambda a, b: {"together": [a, b]}, several, several),
    )


_STEPS = st.lists(st.recursive(st.one_of(_SIMPLE), _deeper, max_leaves=6), min_size=1, max_size=4)
_SCENES = st.builds(
    lambda steps, runs, until: json.dumps(
        {"scene": "X", "when": {"pressed": "button"}, "then": steps, "runs": runs} | until
    ),
    _STEPS,
    st.sampled_from(["single", "restart", "queued", "parallel"]),
    st.sampled_from(
        [
            {"until": "further notice"},
            {"until": {"unoccupied": "hall", "for": "20 s"}},
            {"for": "2 min"},
        ]
    ),
)
_HAPPENINGS = st.lists(
    st.one_of(
        st.just("press"),
        st.sampled_from(["occupied", "unoccupied"]),
        st.integers(0, 120),
        st.sampled_from([10.0, 90.0]),
    ),
    max_size=12,
)

type Meddling = Callable[[Lab, int], None]


def _live(scene: str, happenings: list[Any], meddle: Meddling) -> list[tuple[int, object]]:
    lab = Lab()
    lab.area("hall", "attic")
    lab.device("glow", DeviceType.DIMMABLE_LIGHT, "hall")
    lab.device("motion", DeviceType.OCCUPANCY_SENSOR, "hall")
    lab.device("gauge", DeviceType.LIGHT_SENSOR, "hall")
    lab.device("button", DeviceType.GENERIC_SWITCH, "hall")
    lab.device("siren", DeviceType.SIREN, "hall")
    lab.report("motion", value=False)
    lab.scene(scene)
    for number, happening in enumerate(happenings):
        meddle(lab, number)
        match happening:
            case "press":
                lab.press("button")
            case "occupied" | "unoccupied":
                lab.report("motion", happening == "occupied")
            case float():
                lab.report("gauge", happening)
            case seconds:
                lab.wait(seconds)
    meddle(lab, len(happenings))
    lab.wait(600)
    return [
        (e.at_us, e.what)
        for e in lab.log.values()
        if e.source == CORE and not type(e.what).__name__.startswith(("Settled", "Commanded"))
    ]


def _nothing(lab: Lab, number: int) -> None:
    del lab, number


@settings(max_examples=150, deadline=None)
@given(scene=_SCENES, happenings=_HAPPENINGS, when=st.integers(0, 12))
def test_a_restart_at_any_moment_changes_nothing_of_what_runs_do(
    scene: str, happenings: list[Any], when: int
) -> None:
    def restart(lab: Lab, number: int) -> None:
        if number == when:
            lab.core = Core(compile_scene, snapshot.decode(snapshot.encode(lab.core.state)))

    assert problems_of(scene) == []
    assert _live(scene, happenings, restart) == _live(scene, happenings, _nothing)


@settings(max_examples=100, deadline=None)
@given(scene=_SCENES, happenings=_HAPPENINGS, when=st.integers(0, 12))
def test_a_home_that_grows_elsewhere_changes_nothing_of_what_runs_do(
    scene: str, happenings: list[Any], when: int
) -> None:
    def grow(lab: Lab, number: int) -> None:
        if number == when:
            lab.device("glow_above", DeviceType.DIMMABLE_LIGHT, "attic")

    assert _live(scene, happenings, grow) == _live(scene, happenings, _nothing)


@settings(max_examples=100, deadline=None)
@given(scene=_SCENES, happenings=_HAPPENINGS)
def test_a_scene_that_runs_singly_begins_only_when_it_does_not_run(
    scene: str, happenings: list[Any]
) -> None:
    events = _live(scene.replace('"restart"', '"single"'), happenings, _nothing)
    fired = [what for _, what in events if isinstance(what, Fired)]
    presses = happenings.count("press")
    assert len(fired) <= presses
    assert presses == 0 or fired
