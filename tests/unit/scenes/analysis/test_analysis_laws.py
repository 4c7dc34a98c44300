"""Laws of the analysis: what it tells can be seen in any home's core, and it tells no tales."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from hubd.core.engine import Core
from hubd.core.home import Home
from hubd.core.view import View
from hubd.model.events import (
    Adopted,
    AreaSet,
    Availability,
    Commanded,
    Fired,
    FloorSet,
    Input,
    PersonSet,
    PlaceSet,
    Reported,
    Signalled,
    TimePassed,
)
from hubd.model.ids import PropertyId, property_id
from hubd.model.value import same
from scenes.analysis.analyse import analyse
from scenes.analysis.domain import Domain, usual
from scenes.analysis.facts import gather
from scenes.analysis.findings import Finding, Kind
from scenes.analysis.overlap import Ground, meet_all
from scenes.analysis.physics import influences
from scenes.analysis.search import Pressed, Reaches, Scenario, Set, Step, Wait, play
from scenes.analysis.weeks import Times, includes, meet
from scenes.compiler import compile_scene
from scenes.folder import read_scenes
from scenes.library import Library
from scenes.states import All, Told
from tests.unit.scenes.analysis.house import house

HOUSE = house()
TRIGGERS = (
    "{occupied: study}",
    "{occupied: any area}",
    "{occupied: downstairs, between: 8:00 - 20:00}",
    "{opened: study window}",
    "{open: study window, for: 3 min}",
    "{on: television}",
    "{closed: front door}",
    "{at: '7:30', days: weekdays}",
    "{at: '7:30'}",
    "{at: sunset}",
    "{sun: down}",
    "{pressed: bedroom button}",
    "{pressed: bedroom button, press: double}",
    "{home: anyone}",
    "{smoke: any area}",
    "{co2: {of: study, above: 900 ppm}}",
)
CONDITIONS = (
    "",
    "if: {between: 6:00 - 12:00}\n",
    "if: {days: weekend}\n",
    "if: {home: anyone}\n",
    "if: {not: {occupied: hall}}\n",
)
CLAIMS = (
    "{study lights: on}",
    "{study lights: off}",
    "{study lights: 30 %}",
    "{all lights: 70 %}",
    "{study blinds: closed, garden light: on}",
    "{study blinds: 60 %, garden light: off}",
    "{study thermostat: 21 °C}",
    "{all thermostats: 15 °C}",
)
ENDS = (
    "until: further notice\n",
    "for: 1 h\n",
    "until: {unoccupied: study, for: 5 min}\n",
    "until: {off: television}\n",
    "until: {at: '22:00'}\n",
)

scenes = st.builds(
    lambda when, if_, claims, end: f"when: {when}\n{if_}claims: {claims}\n{end}",
    *(st.sampled_from(each) for each in (TRIGGERS, CONDITIONS, CLAIMS, ENDS)),
)


class Whole:
    """All of a home in the real core, by its own events; devices obey. Nothing is left out."""

    def __init__(self, home: Home, texts: Mapping[str, str], scenario: Scenario) -> None:
        self.core = Core(compile_scene)
        self.now_us = scenario.at_us
        self.fired: list[tuple[str, str]] = []
        self._furnish(home)
        for shadow in list(self.core.state.shadows.values()):
            value = scenario.given.get(shadow.id, usual(shadow.property))
            self._tell(Reported(shadow.id, value, restored=True))
        for path, text in texts.items():
            for revised in read_scenes(text, path, Library({}), []):
                self._tell(revised)
        for step in scenario.steps:
            self._do(step)

    def _furnish(self, home: Home) -> None:
        self._tell(PlaceSet(home.place))
        for floor in home.floors.values():
            self._tell(FloorSet(floor))
        for area in home.areas.values():
            self._tell(AreaSet(area))
        for person in home.people.values():
            self._tell(PersonSet(person))
        for device in home.devices.values():
            self._tell(Adopted(device))

    def _do(self, step: Step) -> None:
        match step:
            case Set():
                self._tell(Reported(step.property, step.value))
            case Pressed(press=(device_id, endpoint, name, kind)):
                self._tell(Signalled(device_id, endpoint, name, kind))
            case Reaches():
                self._tell(Availability(step.device, step.available))
            case Wait():
                self._wait(step.duration_us)

    def _tell(self, what: Input) -> None:
        out = self.core.fold(what, self.now_us, "test")
        self.fired += [(e.what.scene, e.what.why) for e in out if isinstance(e.what, Fired)]
        commands = [e.what.command for e in out if isinstance(e.what, Commanded)]
        for command in commands:
            prop = property_id(command.device, command.endpoint, command.name)
            self._tell(Reported(prop, command.value))

    def _wait(self, duration_us: int) -> None:
        there_us = self.now_us + duration_us
        while (due_us := self.core.next_due_us) is not None and due_us <= there_us:
            self.now_us = max(self.now_us, due_us)
            self._tell(TimePassed())
        self.now_us = there_us

    def contested(self, owners: set[str]) -> dict[PropertyId, object]:
        """Return what is desired of all that both of `owners` claim, and not alike."""
        found: dict[PropertyId, object] = {}
        for shadow in self.core.state.shadows.values():
            claims = [s.claim for s in shadow.claims if s.claim.owner in owners]
            if len(claims) == 2 and not same(
                claims[0].value, claims[1].value, shadow.property.tolerance
            ):
                found[shadow.id] = claims[0].value
        return found


def _texts(said: list[str]) -> dict[str, str]:
    return {f"s{n}.yaml": f"scene: S{n}\n{text}" for n, text in enumerate(said)}


def _conflict_is_real(finding: Finding, texts: Mapping[str, str]) -> bool:
    concerned = {path: text for path, text in texts.items() if path[:-5] in finding.scenes}
    ends = [Whole(HOUSE, concerned, scenario) for scenario in finding.plays]
    owners = {f"scene:{scene}" for scene in finding.scenes}
    contested = [end.contested(owners) for end in ends]
    if len(ends) == 1:
        return bool(contested[0])
    return any(contested[1].get(prop, value) != value for prop, value in contested[0].items())


@settings(max_examples=60, deadline=None)
@given(st.lists(scenes, min_size=2, max_size=5))
def test_what_a_conflict_tells_happens_in_the_whole_home(said: list[str]) -> None:
    texts = _texts(said)
    for finding in analyse(texts, HOUSE):
        if finding.kind is Kind.CONFLICT:
            assert finding.plays
            assert _conflict_is_real(finding, texts), finding


RINGS = (
    "when: {dark: ROOM}\nclaims: {ROOM lights: LEVEL %}\n",
    "when: {light: {of: ROOM, below: LEVEL lx}}\nclaims: {ROOM lights: on}\n",
    "when: {light: {of: ROOM, above: 3LEVEL lx}}\nclaims: {ROOM blinds: closed}\n",
    "when: {temperature: {of: ROOM, below: 1LEVEL °C}}\nclaims: {ROOM thermostat: 39 °C}\n",
    "when: {on: ROOM ceiling, for: LEVEL min}\nclaims: {ROOM lights: off}\n",
    "when: {occupied: ROOM}\nclaims: {ROOM lights: LEVEL %}\nuntil: {unoccupied: ROOM}\n",
)
rings = st.builds(
    lambda text, room, level: text.replace("ROOM", room).replace("LEVEL", str(level)),
    st.sampled_from(RINGS),
    st.sampled_from(("kitchen", "study", "bedroom")),
    st.integers(10, 30),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(rings, min_size=1, max_size=4))
def test_a_loop_begins_again_for_the_same_reason_with_nothing_from_outside(said: list[str]) -> None:
    texts = _texts(said)
    ground = Ground(HOUSE)
    for finding in analyse(texts, HOUSE):
        if finding.kind is not Kind.LOOP:
            continue
        revised = [r for path in texts for r in read_scenes(texts[path], path, Library({}), [])]
        facts = [f for f in gather(revised, ground) if f.id in finding.scenes]
        (scenario,) = finding.plays
        assert sum(not isinstance(step, Wait) for step in scenario.steps) <= 1
        stage = play(scenario, facts, influences(HOUSE))
        whys = Counter(e.what.why for e in stage.log if isinstance(e.what, Fired))
        assert max(whys.values()) >= 3


SAFE = (
    (
        "when: {occupied: ROOM}\nif: {dark: ROOM}\nclaims: {ROOM lights: LEVEL %}\n"
        "until: {unoccupied: ROOM, for: LEVEL min}\n"
    ),
    "when: {at: 'HOUR:00'}\nclaims: {ROOM lights: LEVEL %}\nuntil: {at: 'HOUR:30'}\n",
    "when: {at: sunset - LEVEL min}\nclaims: {ROOM lights: on}\nfor: LEVEL min\n",
    "when: {opened: ROOM window, days: weekend}\nclaims: {ROOM lights: off}\nfor: 5 min\n",
    "when: {open: ROOM window, for: LEVEL min}\nclaims: {ROOM lights: LEVEL %}\n",
    "when: {away: everyone, for: LEVEL min}\nclaims: {ROOM lights: off}\nuntil: {home: ann}\n",
    "when: {on: television}\nif: {between: 'HOUR:00 - HOUR:30'}\nclaims: {ROOM lights: LEVEL %}\n",
    "when: {humidity: {of: ROOM, above: 7LEVEL %}}\nclaims: {ROOM lights: on}\n".replace(
        "7LEVEL", "70"
    ),
)
ROOMS = ("kitchen", "living room", "hall", "study", "bedroom", "bathroom", "nursery")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(SAFE), st.integers(5, 60), st.integers(10, 22)),
        min_size=1,
        max_size=len(ROOMS),
    )
)
def test_scenes_that_each_keep_to_their_own_room_are_not_alarmed(
    said: list[tuple[str, int, int]],
) -> None:
    texts = _texts(
        [
            text.replace("ROOM", room).replace("LEVEL", str(level)).replace("HOUR", str(hour))
            for room, (text, level, hour) in zip(ROOMS, said, strict=False)
        ]
    )
    assert analyse(texts, HOUSE) == []


numbers = st.floats(-100, 100).map(lambda n: round(n, 1))
domains = st.builds(
    Domain,
    low=numbers,
    high=numbers,
    low_open=st.booleans(),
    high_open=st.booleans(),
)


@given(domains, domains, numbers)
def test_what_two_domains_leave_is_what_each_leaves(a: Domain, b: Domain, value: float) -> None:
    assert (value in a.meet(b)) == (value in a and value in b)


@given(domains)
def test_a_value_is_picked_from_every_domain_that_has_one(domain: Domain) -> None:
    picked = domain.pick(20.0)
    assert (picked is None) == domain.empty or picked in domain
    if not domain.empty and domain.high - domain.low > 0.01:
        assert picked in domain


times = st.lists(st.integers(0, 60), max_size=8, unique=True).map(
    lambda marks: tuple(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)


@given(times, times, st.integers(0, 60))
def test_times_meet_where_both_are(a: Times, b: Times, at_us: int) -> None:
    assert includes(meet(a, b), at_us) == (includes(a, at_us) and includes(b, at_us))


class Strange(Told):
    """A state that the analysis has never heard of."""

    __slots__ = ()

    def holds(self, view: View) -> bool:
        """Hold never."""
        del view
        return False


def test_a_state_that_is_not_known_may_hold_or_not() -> None:
    ground = Ground(HOUSE)
    strange = Strange((), {}, "", "")
    for holds in (True, False):
        boxes = ground.boxes(All([strange]), holds=holds)
        assert meet_all([boxes])
        assert all(box.unsure for box in boxes)
