"""What holds for every scene, whatever its text and whatever happens."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.core.engine import Core
from hubd.model.device import DeviceType
from hubd.model.events import SceneRemoved, SceneRevised
from hubd.model.ids import DeviceId, SceneId
from scenes.compiler import check, compile_scene
from scenes.language import States, Trigger
from scenes.scene import Scene
from scenes.wishes import SETTINGS, WORDS
from tests.unit.scenes.lab import Lab

KEYS = [f.alias or n for m in (Scene, Trigger, States) for n, f in m.model_fields.items()]
SCALARS = st.sampled_from(
    [*WORDS, *SETTINGS, "den", "any area", "here", "den lights", "lights here", "5 min", "40 %",
     "21 °C", "7:30", "sunset - 1 h", "22:00 - 6:00", "weekdays", "up", "further notice", "anyone"]
) | st.integers(-5, 500) | st.booleans() | st.text(max_size=8)  # fmt: skip
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*KEYS, "of", "above", "below", "name", "is"]), inner,
                      max_size=4),
    max_leaves=12,
)  # fmt: skip


def written(data: object) -> str:
    """Return `data` as YAML's flow style."""
    match data:
        case dict():
            return "{" + ", ".join(f"{k}: {written(v)}" for k, v in data.items()) + "}"
        case list():
            return "[" + ", ".join(written(item) for item in data) + "]"
        case bool() | int():
            return str(data).lower()
        case _:
            return '"' + str(data).replace("\\", "\\\\").replace('"', '\\"') + '"'


def house() -> Lab:
    lab = Lab()
    lab.area("den", "hall")
    for area in ("den", "hall"):
        for kind in DeviceType:
            lab.device(f"{area}_{kind.value}", kind, area)
    return lab


HOUSE = house().core.state.home


def keys_of(text: str) -> tuple[str, ...]:
    """Return what a text's program listens to in the house."""
    return compile_scene(SceneRevised(SceneId("s"), text)).bind(HOUSE).keys


@given(st.text() | st.text(alphabet="when:claims{}[]on \n-&*!#%@\"'", max_size=80))
def test_any_text_compiles_to_a_program(text: str) -> None:
    assert keys_of(text) == () or not check(text, "s.yaml")


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(KEYS), NESTED, max_size=6))
def test_anything_like_a_scene_compiles_and_binds(data: dict[str, object]) -> None:
    text = written({"scene": "S", **data})
    problems = check(text, "s.yaml")
    assert keys_of(text) == () or not problems
    assert all(problem.line >= 1 for problem in problems)


STATES = [
    "occupied: den", "unoccupied: [den, hall]", "open: any area", "on: den lights",
    "temperature: {of: den, above: 20 °C}", "dark: den", "sun: up", "between: 22:00 - 6:00",
    "days: weekdays", "home: anyone", "available: den_fan", "not: {occupied: hall}",
    "any: [{occupied: hall}, {open: den}]",
]  # fmt: skip
MOMENTS = ["pressed: any area", "at: 7:00", "at: [sunset, 22:30]"]


@st.composite
def right_scenes(draw: st.DrawFn) -> str:
    """Draw the text of a scene that is right."""
    when = draw(st.lists(st.sampled_from([*STATES, *MOMENTS]), min_size=1, max_size=2))
    claims = draw(st.sampled_from(["den lights: on", "lights here: 40 %", "all blinds: closed"]))
    ends = draw(
        st.sampled_from(["until: further notice", "for: 10 min", "until: {unoccupied: den}",
                         "until: {occupied: hall, for: 1 min}\nfor: 2 h", "until: {at: 9:00}"])
    )  # fmt: skip
    condition = draw(st.sampled_from(["", *(f"if: {{{state}}}\n" for state in STATES)]))
    items = "".join(f"\n  - {{{item}}}" for item in when)
    return f"scene: S\nwhen:{items}\n{condition}claims: {{{claims}}}\n{ends}\n"


def live(lab: Lab, seed: int, steps: int) -> None:
    """Let a random but repeatable life go through the home."""
    chance = random.Random(seed)
    devices = list(lab.core.state.home.devices.values())
    for _ in range(steps):
        lab.wait(chance.choice([1, 30, 120, 3600, 8 * 3600]))
        device = chance.choice(devices)
        if not device.endpoints[0].properties:
            lab.press(device.id)
            continue
        prop = chance.choice(device.endpoints[0].properties)
        value = chance.random() < 0.5 if prop.type == "boolean" else chance.choice([5, 30, 80])
        lab.report(device.id, value, prop.name)


@settings(max_examples=60, deadline=None)
@given(right_scenes(), st.integers(0, 1000))
def test_a_life_with_a_scene_comes_out_the_same_twice(text: str, seed: int) -> None:
    logs = []
    for _ in range(2):
        lab = house()
        lab.scene(text)
        live(lab, seed, 25)
        logs.append(lab.log)
    assert logs[0] == logs[1]


@settings(max_examples=60, deadline=None)
@given(right_scenes(), st.integers(0, 1000))
def test_a_scene_that_goes_leaves_no_claim_and_no_wait_behind(text: str, seed: int) -> None:
    lab = house()
    lab.scene(text)
    live(lab, seed, 25)
    lab.tell(SceneRemoved(SceneId("scene")))
    assert not lab.core.view.is_claiming("scene:scene")
    assert not lab.core.state.timers


@settings(max_examples=60, deadline=None)
@given(right_scenes(), st.integers(0, 1000))
def test_a_scene_bound_early_or_late_listens_to_the_same(text: str, seed: int) -> None:
    chance = random.Random(seed)
    early = Core(compile_scene)
    lab = Lab()
    lab.core = early
    lab.tell(SceneRevised(SceneId("scene"), text))
    areas = {"den", "hall"}
    devices = [
        (f"{area}_{kind.value}", kind, area) for area in sorted(areas) for kind in DeviceType
    ]
    chance.shuffle(devices)
    for device, kind, area in devices:
        if area in areas and chance.random() < 0.3:
            areas.remove(area)
            lab.area(area)
        lab.device(device, kind, area)
    lab.area(*sorted(areas))
    late = compile_scene(SceneRevised(SceneId("scene"), text)).bind(early.state.home)
    listening = {key for key in late.keys if early.index.listening(key)}
    assert listening == set(late.keys)
    gone = DeviceId("den_occupancy_sensor")
    lab.device(gone, DeviceType.OCCUPANCY_SENSOR, "hall")
    again = compile_scene(SceneRevised(SceneId("scene"), text)).bind(early.state.home)
    assert {key for key in again.keys if early.index.listening(key)} == set(again.keys)
