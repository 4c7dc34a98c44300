"""Who is called, when, in what order, and at what cost."""

from collections.abc import Sequence

from hypothesis import given

from hubd.core.engine import Core
from hubd.core.home import Home
from hubd.core.listening import EVERYTHING, Binding, Decision, availability_key
from hubd.core.view import View
from hubd.model.events import (
    Adopted,
    AreaRemoved,
    AreaSet,
    Availability,
    Event,
    FloorSet,
    Forgotten,
    Input,
    Perceived,
    PlaceSet,
    Reported,
    SceneRevised,
    Signalled,
    TimePassed,
    TimerSet,
)
from hubd.model.home import Area, Floor, Place
from hubd.model.ids import AreaId, DeviceId, FloorId, SceneId
from hubd.model.instant import SECOND_US
from tests.unit.core.homes import OCCUPIED, Life, Moves, lamp, moves, of, sensor
from tests.unit.core.programs import Cook, Cooking, compiled

type Calls = list[tuple[SceneId, str]]
"""Which listener was called, and its method."""


class Spy:
    """A program that notes the calls of another one, and of its listener."""

    def __init__(self, scene: SceneId, program: Cook, calls: Calls) -> None:
        self._scene = scene
        self._program = program
        self._calls = calls
        self._listener: Cooking | None = None

    @property
    def wants(self) -> frozenset[str]:
        return self._program.wants

    def bind(self, home: Home) -> Binding:
        self._calls.append((self._scene, "bind"))
        bound = self._program.bind(home)
        assert isinstance(bound.listener, Cooking)
        self._listener = bound.listener
        return Binding(bound.keys, self)

    def start(self, view: View) -> Sequence[Decision]:
        self._calls.append((self._scene, "start"))
        assert self._listener is not None
        return self._listener.start(view)

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        self._calls.append((self._scene, "restored"))
        assert self._listener is not None
        return self._listener.restored(event, view)

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        self._calls.append((self._scene, "react"))
        assert self._listener is not None
        return self._listener.react(event, view)

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        self._calls.append((self._scene, "due"))
        assert self._listener is not None
        return self._listener.due(timer, due_us, view)


class Watched(Life):
    """A life whose listeners are watched."""

    def __init__(self) -> None:
        self.calls: Calls = []
        super().__init__(Core(lambda revised: Spy(revised.scene, compiled(revised), self.calls)))

    def called(self, what: Input) -> Calls:
        """Return the calls that folding `what` makes."""
        del self.calls[:]
        self.fold(what)
        return list(self.calls)


def scene(name: str, trigger: str, target: str = "nowhere", *, wants_all: bool = False) -> Input:
    source = f'{{"trigger":"{trigger}","target":"{target}","wants_all":{str(wants_all).lower()}}}'
    return SceneRevised(SceneId(name), source)


def woken_by(core: Core, what: Input) -> list[SceneId]:
    """Return who must be called for `what`, as the promises of `listening` say."""
    state, key = core.state, ""
    match what:
        case Reported() | Perceived():
            shadow = state.shadows.get(what.property)
            old = isinstance(what, Reported) and what.restored
            if shadow is None or not shadow.known or old or what.value in (None, shadow.reported):
                return []
            key = what.property
        case Signalled():
            key = f"{what.device}/{what.endpoint}!{what.name}"
        case Availability():
            if what.available is not (what.device in state.unreachable):
                return []
            key = availability_key(what.device)
        case _:
            return []
    return [name for name, _ in core.index.listening(key)]


@given(moves)
def test_only_changes_wake_and_each_listener_once_in_the_order_of_ids(made: Moves) -> None:
    life = Watched()
    for move in made:
        what = life.meant(move)
        if what is None:
            continue
        expected = woken_by(life.core, what)
        calls = life.called(what)
        assert [name for name, method in calls if method == "react"] == expected


def test_a_first_and_an_unchanged_value_wake_nobody_and_a_restored_one_is_no_news() -> None:
    life = Watched()
    life.fold(Adopted(sensor()))
    life.fold(scene("a", "sensor"))
    occupied = of("sensor", OCCUPIED)
    # They look anew whether what they claim still holds, but nothing happened to react to.
    assert life.called(Reported(occupied, value=True)) == [("a", "restored")]
    assert life.called(Reported(occupied, value=False, restored=True)) == [("a", "restored")]
    assert life.called(Reported(occupied, value=False)) == []
    assert life.called(Reported(occupied, value=True)) == [("a", "react")]


def test_a_value_that_was_lost_and_found_wakes_nobody() -> None:
    life = Watched()
    life.fold(Adopted(sensor()))
    life.fold(scene("a", "sensor"))
    occupied = of("sensor", OCCUPIED)
    life.fold(Reported(occupied, value=False))
    assert life.called(Reported(occupied, value=None)) == [("a", "restored")]
    assert life.called(Reported(occupied, value=True)) == [("a", "restored")]


def test_availability_wakes_when_it_changes_and_not_when_it_is_said_again() -> None:
    life = Watched()
    life.fold(Adopted(sensor()))
    life.fold(scene("a", "sensor"))
    device = DeviceId("sensor")
    assert life.called(Availability(device, available=True)) == []
    assert life.called(Availability(device, available=False)) == [("a", "react")]
    assert life.called(Availability(device, available=False)) == []
    assert life.called(Availability(device, available=True)) == [("a", "react")]


def test_the_cost_of_an_event_is_that_of_its_own_listeners() -> None:
    life = Watched()
    for n in range(200):
        life.fold(Adopted(sensor(f"sensor{n}")))
        life.fold(scene(f"s{n:03}", f"sensor{n}"))
        life.fold(Reported(of(f"sensor{n}", OCCUPIED), value=False))
    assert life.called(Reported(of("sensor7", OCCUPIED), value=True)) == [("s007", "react")]


def test_the_cost_of_a_change_of_the_home_is_that_of_those_who_want_it() -> None:
    life = Watched()
    for n in range(200):
        life.fold(scene(f"s{n:03}", f"sensor{n}"))
    assert life.called(Adopted(sensor("sensor7"))) == [("s007", "bind"), ("s007", "start")]
    assert life.called(Forgotten(DeviceId("sensor7"))) == [("s007", "bind"), ("s007", "start")]


def test_a_scene_of_an_area_is_bound_anew_when_a_device_joins_leaves_or_moves() -> None:
    kitchen, hall = AreaId("kitchen"), AreaId("hall")
    life = Watched()
    life.fold(AreaSet(Area(kitchen, "Kitchen")))
    life.fold(AreaSet(Area(hall, "Hall")))
    life.fold(scene("a", "Kitchen"))
    anew = [("a", "bind"), ("a", "start")]
    assert life.called(Adopted(sensor("s", kitchen))) == anew
    assert life.called(Adopted(sensor("s", hall))) == anew
    assert life.called(Adopted(sensor("s", hall))) == []
    assert life.called(AreaRemoved(kitchen)) == anew


def test_a_scene_of_a_floor_is_bound_anew_when_a_device_upstairs_changes() -> None:
    attic = AreaId("attic")
    life = Watched()
    life.fold(FloorSet(Floor(FloorId("up"), "Upstairs", 1)))
    life.fold(AreaSet(Area(attic, "Attic", floor=FloorId("up"))))
    life.fold(scene("a", "Upstairs"))
    assert life.called(Adopted(lamp("l", attic))) == [("a", "bind"), ("a", "start")]


def test_a_scene_that_wants_everything_is_bound_anew_at_any_change() -> None:
    life = Watched()
    life.fold(scene("a", "nowhere", wants_all=True))
    assert EVERYTHING in compiled(life.core.state.scenes[SceneId("a")]).wants
    assert life.called(Adopted(lamp())) == [("a", "bind"), ("a", "start")]
    assert life.called(PlaceSet(Place(47.0, 8.0))) == [("a", "bind"), ("a", "start")]


class Restless:
    """A broken scene that waits for what has passed, again and again."""

    wants = frozenset[str]()

    def bind(self, home: Home) -> Binding:
        assert home.devices == {}
        return Binding((), self)

    def start(self, view: View) -> Sequence[Decision]:
        return (TimerSet(SceneId("a"), "again", view.now_us),)

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        raise AssertionError(event, view)

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        raise AssertionError(event, view)

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        assert (timer, due_us) == ("again", view.now_us)
        return self.start(view)


def test_a_scene_that_waits_for_the_past_does_not_stop_the_hub() -> None:
    core = Core(lambda _: Restless())
    core.fold(SceneRevised(SceneId("a"), ""), SECOND_US, "hub")
    for _ in range(3):
        events = core.fold(TimePassed(), SECOND_US, "hub")
        assert len(events) == 3, "the time, the timer that ran out, and the next one"
