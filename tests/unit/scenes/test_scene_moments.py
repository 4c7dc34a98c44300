"""What is no device's sets scenes off: time again and again, messages, calls, the hub's start."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubd.core import topics
from hubd.core.engine import Core
from hubd.core.home import Home
from hubd.core.index import Index
from hubd.core.listening import Binding, Decision
from hubd.core.snapshot import decode, encode
from hubd.core.view import View
from hubd.model.device import DeviceType
from hubd.model.events import Event, Hailed, HubStarted, Message, SceneRemoved, Sent
from hubd.model.ids import SceneId
from hubd.model.instant import DAY_US, HOUR_US, MINUTE_US, from_us
from scenes.clock import next_multiple
from scenes.compiler import compile_scene
from scenes.describe import describe
from tests.unit.scenes.lab import UTRECHT, Lab, problems_of

DO = "do: {robot: start cleaning}"


@pytest.fixture
def den(lab: Lab) -> Lab:
    """A home with a vacuum and a plug."""
    lab.device("robot", DeviceType.ROBOTIC_VACUUM)
    lab.device("plug", DeviceType.ON_OFF_PLUG)
    lab.report("plug", value=True)
    return lab


def starts(lab: Lab, when: str) -> None:
    lab.scene(f"scene: S\nwhen: {when}\n{DO}\n")


# every


def test_what_comes_again_and_again_comes_at_whole_steps_of_the_day(den: Lab) -> None:
    den.at("2026-06-15 12:03")
    starts(den, "{every: 15 min}")
    den.at("2026-06-15 12:14")
    assert den.fired == []
    den.at("2026-06-15 13:00")
    assert den.fired == ["it does so every 15 min"] * 4


def test_it_comes_only_while_the_states_of_its_item_hold(den: Lab) -> None:
    starts(den, "{every: 1 h, on: plug}")
    den.at("2026-06-15 14:30")
    den.report("plug", value=False)
    den.at("2026-06-15 18:00")
    assert len(den.fired) == 2


def test_it_goes_on_after_a_restart_and_makes_up_for_nothing(den: Lab) -> None:
    starts(den, "{every: 1 h}")
    den.at("2026-06-15 12:30")
    den.core = Core(compile_scene, decode(encode(den.core.state)))
    den.now_us += 3 * HOUR_US
    den.wait(HOUR_US / 1e6)
    assert len(den.fired) == 1, "that of 16:00; those of 13 to 15 were slept through"


@given(
    st.sampled_from([MINUTE_US, 7 * MINUTE_US, HOUR_US, 5 * HOUR_US, DAY_US, 2 * DAY_US]),
    st.integers(0, 3000 * DAY_US),
)
def test_the_next_step_is_after_now_and_no_further_than_one(every_us: int, past_us: int) -> None:
    after_us = 1_600_000_000_000_000 + past_us
    next_us = next_multiple(every_us, after_us, UTRECHT)
    assert after_us < next_us <= after_us + every_us + HOUR_US
    if every_us == HOUR_US:
        assert from_us(next_us).astimezone(ZoneInfo("Europe/Amsterdam")).minute == 0


# the start, calls


def test_the_hubs_start_sets_a_scene_off(den: Lab) -> None:
    starts(den, "{started: true}")
    assert den.fired == []
    den.tell(HubStarted())
    assert den.fired == ["the hub started"]


def test_an_outside_call_sets_a_scene_off_by_its_name(den: Lab) -> None:
    starts(den, "{called: Door bell}")
    den.tell(Hailed("window"))
    assert den.fired == []
    den.tell(Hailed("door_bell", "front"))
    assert den.fired == ['"door_bell" was called: "front"']


def test_a_call_ends_what_it_is_to_end(den: Lab) -> None:
    den.scene("scene: S\nwhen: {called: party}\nclaims: {plug: on}\nuntil: {called: over}\n")
    den.tell(Hailed("party"))
    assert den.wished("plug") is True
    den.tell(Hailed("over"))
    assert den.wished("plug") is None


# messages


def test_a_message_sets_a_scene_off_by_topic_and_payload(den: Lab) -> None:
    starts(den, "{message: {topic: bell/+/ring, payload: 1}}")
    den.tell(Message("bell/front/rang", "1"))
    den.tell(Message("bell/front/ring", "0"))
    assert den.fired == []
    den.tell(Message("bell/front/ring", "1"))
    assert den.fired == ['"1" came on bell/front/ring']


def test_a_message_of_any_payload_and_two_topics_that_match_begin_once(den: Lab) -> None:
    starts(den, "[{message: bell/#}, {message: bell/front}]")
    den.tell(Message("bell/front", "on"))
    assert len(den.fired) == 1
    assert den.asked == ["robot: RvcRunMode.start"]


def test_topics_are_those_that_scenes_name_now(den: Lab) -> None:
    starts(den, "{message: bell/#}")
    assert den.core.index.topics == {"bell/#"}
    den.tell(SceneRemoved(SceneId("scene")))
    assert den.core.index.topics == set()


LEVELS = st.lists(st.sampled_from(["a", "b", "$x", ""]), min_size=1, max_size=4)


@given(LEVELS, st.lists(st.booleans(), min_size=4, max_size=4), st.integers(0, 4))
def test_a_filter_made_of_a_topic_matches_it(levels: list[str], plus: list[bool], cut: int) -> None:
    topic = "/".join(levels)
    wild = ["+" if p else level for level, p in zip(levels, plus, strict=False)]
    hidden = topic.startswith("$") and wild[0] == "+"
    assert topics.matches("/".join(wild), topic) is not hidden
    if 0 < cut <= len(wild):
        assert topics.matches("/".join([*wild[:cut], "#"]), topic) is not hidden


class _Sender:
    """A listener that answers a call by a message."""

    wants: frozenset[str] = frozenset()

    def bind(self, home: Home) -> Binding:
        del home
        return Binding(("call!x",), self)

    def restored(self, event: Event, view: View) -> Sequence[Decision]:
        del event, view
        return ()

    def start(self, view: View) -> Sequence[Decision]:
        del view
        return ()

    def react(self, event: Event, view: View) -> Sequence[Decision]:
        del event, view
        return [Sent("lamp/set", "on", owner="scene:s", why="it was called")]

    def due(self, timer: str, due_us: int, view: View) -> Sequence[Decision]:
        del timer, due_us, view
        return ()


def test_what_a_listener_sends_is_an_event_of_the_call() -> None:
    core = Core(compile_scene)
    core.index = Index()
    core.index.put(SceneId("s"), _Sender(), core.state.home)
    called, sent = core.fold(Hailed("x"), 1, "test")
    assert sent.cause == called.id
    told = describe(sent, core.state.home)
    assert told == 'the scene "S" sent "on" to lamp/set, because it was called'


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("{every: 0.5 s}", "too often"),
        ("{every: 1 min, at: 8:00}", "at: and every: are two moments"),
        ("{message: a/#/b}", "# is the last level"),
        ("{message: a+}", "+ and # stand for whole levels"),
        ("{message: $SYS/uptime}", "the broker's own"),
        ("{started: yes}", "write started: true"),
        ("{started: true, for: 5 min}", "a moment does not last"),
    ],
)
def test_what_cannot_be_a_moment_is_told(when: str, told: str) -> None:
    assert told in "\n".join(problems_of(f"scene: S\nwhen: {when}\n{DO}\n"))


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        ("lamp/set", ""),
        ("hubd/status", "the hub's own"),
        ("$SYS/x", "the broker's own"),
        ("a/+", "listening alone"),
        ("", "1 to 1024"),
    ],
)
def test_the_hubs_and_the_brokers_own_topics_are_never_written_to(topic: str, why: str) -> None:
    assert why in topics.why_not_sent(topic)
    assert bool(why) is bool(topics.why_not_sent(topic))
