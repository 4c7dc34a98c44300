"""How each kind of device on a broker is watched, lost, and found again."""

from itertools import pairwise
from pathlib import Path

import pytest

from drivers.kit.rhythm import Bounds
from drivers.mqtt.availability import memory
from drivers.mqtt.availability.plan import Mode, plan
from drivers.mqtt.codec import either, number
from drivers.mqtt.part import Part, Publish, Reach
from drivers.mqtt.sketch import Sketch, alive, plain
from hubd.model.device import DeviceType
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from tests.unit.drivers.mqtt_house import House
from tests.unit.drivers.mqtt_watching import (
    CELSIUS,
    DAY_S,
    HOUR_S,
    MINUTE_S,
    Watched,
    thermometer,
)
from tests.unit.drivers.zigbee_bridge import BASE, LIGHT, binary, entry, enum, numeric

BOUNDS = Bounds(at_least_s=60.0, at_most_s=3600.0)
PLUG = DeviceId("zigbee2mqtt_0x00158d0001a2b3c4")
BATTERY = numeric("battery", 1, "%", low=0, high=100, category="diagnostic")
SPOILT = (b"", b"{", b"[]", b'{"a": 3}', b"\xff", b'{"a":{"mode":"x"}}')
SLEEPER: dict[str, str] = {"power_source": "Battery", "type": "EndDevice"}


def lamp(*, reach: Reach | None = None) -> list[Part]:
    sketch = Sketch("light", DeviceType.DIMMABLE_LIGHT)
    on = either(yes="ON", no="OFF")

    def write(value: Value) -> Publish:
        return Publish("lamp/set", str(value).encode())

    sketch.property("OnOff.on", [("lamp", plain(on))], write)
    return [sketch.part(reach=reach)]


def remote() -> list[Part]:
    sketch = Sketch("buttons", DeviceType.GENERIC_SWITCH)
    sketch.signal("Switch.pressed", ["remote"], lambda payload: payload.text)
    cell = Sketch("battery", DeviceType.GENERIC)
    cell.property("PowerSource.batteryLevel", [("remote", plain(number()))])
    return [sketch.part(), cell.part()]


def decided(parts: list[Part], *, battery: bool | None = None, pings: bool = False) -> Mode:
    by_name = {EndpointId(p.endpoint.id): p for p in parts}
    return plan(by_name, battery=battery, pings=(Publish("get", b""),) if pings else ()).mode


class TestPlan:
    """One place decides how a device is watched."""

    def test_what_tells_its_availability_is_believed(self) -> None:
        assert decided(lamp(reach=alive("lwt", "on", "off")), pings=True) is Mode.TOLD

    def test_a_bridge_that_is_there_says_nothing_of_what_is_behind_it(self) -> None:
        behind = Reach(alive("bridge", "on", "off").topics, "all", own=False)
        assert decided(lamp(reach=behind), pings=True) is Mode.PINGED

    def test_what_sleeps_is_never_asked(self) -> None:
        assert decided(thermometer("t"), battery=True, pings=True) is Mode.RHYTHM
        assert decided(thermometer("t", battery=True), pings=True) is Mode.RHYTHM

    def test_what_is_told_of_the_power_counts_before_what_is_guessed_of_it(self) -> None:
        assert decided(thermometer("t", battery=True), battery=False, pings=True) is Mode.PINGED

    def test_what_measures_and_cannot_be_asked_is_known_by_its_rhythm(self) -> None:
        assert decided(thermometer("t")) is Mode.RHYTHM

    def test_what_speaks_only_when_a_person_does_something_is_never_lost_by_silence(self) -> None:
        assert decided(remote(), battery=True) is Mode.NEVER
        assert decided(remote()) is Mode.NEVER
        assert decided(lamp()) is Mode.NEVER

    def test_a_dialects_own_word_on_the_rhythm_counts(self) -> None:
        made = plan({EndpointId("t"): thermometer("t", rhythm=BOUNDS)[0]})
        assert (made.mode, made.bounds) == (Mode.RHYTHM, BOUNDS)

    @pytest.mark.parametrize(
        ("exposes", "more", "mode"),
        [
            ((LIGHT,), {}, Mode.PINGED),
            ((numeric("temperature", 1, "°C"), BATTERY), SLEEPER, Mode.RHYTHM),
            ((binary("contact", 1, False, True), BATTERY), SLEEPER, Mode.RHYTHM),
            ((enum("action", ["on", "off"], 1), BATTERY), SLEEPER, Mode.NEVER),
            ((LIGHT,), {"disabled": True}, Mode.TOLD),
        ],
    )
    async def test_zigbee_devices_are_watched_by_what_they_are(
        self, exposes: tuple[dict[str, object], ...], more: dict[str, object], mode: Mode
    ) -> None:
        house = House()
        told = entry("it", *exposes, **more)  # type: ignore[arg-type]
        await house.tell(f"{BASE}/bridge/devices", [told], retained=True)
        assert house.driver._watch.mode(PLUG) is mode

    async def test_zigbee_devices_whose_bridge_watches_them_are_left_to_it(self) -> None:
        house = House()
        await house.tell(f"{BASE}/bridge/info", {"config": {"availability": True}})
        await house.tell(f"{BASE}/bridge/devices", [entry("it", LIGHT)], retained=True)
        assert house.driver._watch.mode(PLUG) is Mode.TOLD

    async def test_a_ping_asks_for_one_value(self) -> None:
        house = House()
        await house.tell(f"{BASE}/bridge/devices", [entry("it", LIGHT)], retained=True)
        followed = house.driver._watch._devices[PLUG]
        assert followed.plan.pings == (Publish(f"{BASE}/it/get", b'{"state":""}'),)


class TestRhythm:
    """Who speaks when it pleases is lost when it is silent for longer than is its way."""

    def sensor(self, *, rhythm: Bounds | None = BOUNDS, path: Path | None = None) -> Watched:
        watched = Watched(path=path)
        watched.follow("tag", thermometer("tag/t", rhythm=rhythm, battery=True))
        return watched

    def speak(self, watched: Watched, *, times: int, every_s: float) -> None:
        for _ in range(times):
            watched.tell("tag")
            watched.clock.pass_s(every_s)

    def test_a_sensor_that_was_asleep_when_the_hub_started_is_neither_there_nor_lost(self) -> None:
        watched = self.sensor()
        watched.clock.pass_s(10 * DAY_S)
        assert (watched.hub.reach, watched.hub.reports) == ([], [])

    def test_what_the_broker_kept_of_a_sensor_does_not_say_that_it_is_there(self) -> None:
        watched = self.sensor()
        watched.tell("tag", retained=True)
        assert watched.hub.reach == []

    def test_a_silent_sensor_is_lost_its_values_unknown_and_found_when_it_speaks(self) -> None:
        watched = self.sensor()
        self.speak(watched, times=10, every_s=30.0)
        assert watched.hub.reach == [("tag", True, "")]

        watched.clock.pass_s(120.0)
        reason = "nothing heard for 75 s, longer than it is ever silent"
        assert watched.hub.reach[1:] == [("tag", False, reason)]
        # How full the battery was may be why.
        assert watched.hub.reports == [(f"tag/temperature/{CELSIUS}", None, True)]

        watched.tell("tag")
        assert watched.hub.reach[2:] == [("tag", True, "")]

    def test_what_was_learnt_of_a_sensor_outlives_a_new_description_of_it(self) -> None:
        watched = self.sensor()
        self.speak(watched, times=10, every_s=30.0)
        watched.follow("tag", thermometer("tag/t", rhythm=BOUNDS))
        watched.clock.pass_s(120.0)
        assert watched.there("tag") == [True, False]

    def test_what_was_learnt_of_a_sensor_outlives_a_restart_of_the_hub(
        self, tmp_path: Path
    ) -> None:
        before = self.sensor(path=tmp_path / memory.FILE)
        self.speak(before, times=10, every_s=30.0)
        before.stop()
        after = self.sensor(path=tmp_path / memory.FILE)
        after.clock.pass_s(119.0)  # twice as long as else: it may have spoken meanwhile
        assert after.there("tag") == [True]
        after.clock.pass_s(2.0)
        assert after.there("tag") == [True, False]

    def test_while_the_hub_was_off_nobody_was_silent(self, tmp_path: Path) -> None:
        before = self.sensor(path=tmp_path / memory.FILE)
        self.speak(before, times=10, every_s=30.0)
        before.stop()
        after = Watched(before.clock, path=tmp_path / memory.FILE)
        after.clock.pass_s(10 * DAY_S)  # nothing of it is described: the machine was off
        later = self.sensor(path=tmp_path / memory.FILE)
        assert later.there("tag") == [True]

    def test_who_was_lost_stays_so_over_a_restart_until_it_is_heard(self, tmp_path: Path) -> None:
        before = self.sensor(path=tmp_path / memory.FILE)
        self.speak(before, times=10, every_s=30.0)
        before.clock.pass_s(120.0)
        before.stop()
        after = self.sensor(path=tmp_path / memory.FILE)
        assert after.there("tag") == [False]
        assert "nothing heard for 2" in after.why("tag")
        after.tell("tag")
        assert after.there("tag") == [False, True]

    def test_a_sensor_that_is_not_known_to_be_there_is_not_lost_with_the_broker(self) -> None:
        watched = self.sensor()
        watched.watch.lost("gone")
        watched.watch.connected()
        assert watched.hub.reach == []

    def test_a_sensor_that_is_there_is_lost_with_the_broker_and_back_with_it(self) -> None:
        watched = self.sensor()
        watched.tell("tag")
        watched.watch.lost("gone")
        watched.watch.connected()
        assert watched.there("tag") == [True, False, True]

    def test_while_the_broker_was_away_nobody_was_silent(self) -> None:
        watched = self.sensor()
        self.speak(watched, times=10, every_s=30.0)
        watched.watch.lost("gone")
        watched.clock.pass_s(DAY_S)
        watched.watch.connected()
        watched.clock.pass_s(119.0)
        assert watched.there("tag") == [True, False, True]
        watched.clock.pass_s(2.0)
        assert watched.there("tag") == [True, False, True, False]

    def test_a_busy_evening_does_not_make_forgotten_how_long_the_nights_are(self) -> None:
        watched = self.sensor(rhythm=None)
        for _ in range(5):
            self.speak(watched, times=1, every_s=16 * HOUR_S)
            self.speak(watched, times=96, every_s=5 * MINUTE_S)
        watched.clock.pass_s(50 * HOUR_S)
        assert watched.there("tag") == [True]

    def test_nothing_is_left_set_when_the_hub_stops(self) -> None:
        watched = self.sensor()
        watched.tell("tag")
        watched.stop()
        assert all(alarm.off for alarm in watched.clock.alarms)


class TestPinged:
    """Who is awake is asked when it is silent, and lost when it does not answer."""

    def plug(self, watched: Watched) -> Watched:
        watched.follow("lamp", lamp(), pings=True)
        watched.tell("lamp", said="ON")
        return watched

    def test_a_silent_lamp_is_asked_twice_and_then_lost(self) -> None:
        watched = self.plug(Watched())
        watched.clock.pass_s(10 * MINUTE_S)
        assert watched.asked == []
        watched.clock.pass_s(2 * MINUTE_S)
        assert [topic for _, topic in watched.asked] == ["lamp/get"] * 2
        assert watched.there("lamp") == [True, False]
        assert watched.why("lamp") == "nothing heard for 11 minutes, and it does not answer"
        assert watched.hub.reports == []  # how it was is how it is found, as a rule

    def test_a_lamp_that_answers_stays(self) -> None:
        watched = self.plug(Watched())
        for count in range(1, 11):
            while len(watched.asked) < count:
                watched.clock.pass_s(1.0)
            watched.tell("lamp", said="ON")
        assert watched.there("lamp") == [True]
        assert 100 * MINUTE_S <= watched.clock.now_s <= 110 * MINUTE_S

    def test_the_second_question_may_be_the_one_that_is_heard(self) -> None:
        watched = self.plug(Watched())
        while len(watched.asked) < 2:
            watched.clock.pass_s(1.0)
        watched.tell("lamp", said="ON")
        watched.clock.pass_s(9 * MINUTE_S)
        assert watched.there("lamp") == [True]
        assert len(watched.asked) == 2

    def test_one_that_speaks_by_itself_every_quarter_of_an_hour_is_left_in_peace(self) -> None:
        watched = self.plug(Watched())
        for _ in range(40):
            watched.clock.pass_s(15 * MINUTE_S)
            watched.tell("lamp", said="ON")
        assert len(watched.asked) <= 4  # before that was known of it
        assert watched.there("lamp")[-1] is True

    def test_a_lost_lamp_is_asked_ever_less_often_and_never_given_up(self) -> None:
        watched = self.plug(Watched())
        watched.clock.pass_s(DAY_S)
        times = [at_s for at_s, _ in watched.asked]
        gaps = [after - before for before, after in pairwise(times)]
        assert max(gaps) <= 2 * HOUR_S
        assert 12 <= len(watched.asked) <= 40
        before = len(watched.asked)
        watched.clock.pass_s(DAY_S)
        assert len(watched.asked) > before

        watched.tell("lamp", said="ON")
        assert watched.there("lamp") == [True, False, True]
        watched.clock.pass_s(9 * MINUTE_S)
        watched.tell("lamp", said="ON")

    def test_nobody_is_asked_right_after_the_start(self) -> None:
        watched = Watched(chances=(0.0, 0.25, 0.5, 0.75, 1.0))
        for n in range(200):
            watched.follow(f"lamp{n}", lamp(), pings=True)
        watched.clock.pass_s(59.0)
        assert watched.asked == []
        watched.clock.pass_s(DAY_S)
        first = {topic: at_s for at_s, topic in reversed(watched.asked)}
        assert len(first) == 200

    def test_however_many_are_silent_four_are_asked_in_a_second(self) -> None:
        watched = Watched(chances=(0.0,))
        for n in range(1000):
            watched.follow(f"lamp{n}", lamp(), pings=True)
        watched.clock.pass_s(HOUR_S)
        times = [at_s for at_s, _ in watched.asked]
        assert min(b - a for a, b in pairwise(times)) >= 0.25 - 1e-6

    def test_a_broker_that_comes_back_sets_off_no_burst(self) -> None:
        watched = Watched(chances=(0.0, 0.25, 0.5, 0.75, 1.0))
        for n in range(100):
            watched.follow(f"lamp{n}", lamp(), pings=True)
            watched.tell(f"lamp{n}", said="ON")
        watched.clock.pass_s(9 * MINUTE_S)
        watched.watch.lost("gone")
        watched.clock.pass_s(HOUR_S)
        watched.watch.connected()
        back_s = watched.clock.now_s
        watched.clock.pass_s(20 * MINUTE_S)
        assert min(at_s for at_s, _ in watched.asked) >= back_s + 60.0

    def test_a_question_that_the_broker_took_with_it_is_not_held_against_the_lamp(self) -> None:
        watched = self.plug(Watched())
        while len(watched.asked) < 2:
            watched.clock.pass_s(1.0)
        watched.watch.lost("gone")
        watched.clock.pass_s(HOUR_S)
        watched.watch.connected()
        watched.clock.pass_s(4 * MINUTE_S)
        assert watched.there("lamp") == [True, False, True]
        watched.clock.pass_s(10 * MINUTE_S)
        assert len(watched.asked) == 4
        assert watched.there("lamp") == [True, False, True, False]

    async def test_a_zigbee_lamp_that_does_not_answer_is_lost_though_its_bridge_is_there(
        self,
    ) -> None:
        house = House()
        await house.tell(f"{BASE}/bridge/devices", [entry("it", LIGHT)], retained=True)
        await house.tell(f"{BASE}/bridge/state", "online", retained=True)
        house.driver._watch.reach(PLUG).silent("it does not answer")
        await house.tell(f"{BASE}/bridge/state", "offline")
        await house.tell(f"{BASE}/bridge/state", "online")
        assert [there for _, there, _ in house.hub.reach] == [True, False]
        await house.tell(f"{BASE}/it", {"state": "ON"})
        assert [there for _, there, _ in house.hub.reach] == [True, False, True]


class TestComingBack:
    """Who comes back tells what changed meanwhile."""

    def test_one_that_tells_a_single_thing_is_asked_for_all_of_it(self) -> None:
        watched = Watched()
        watched.follow("lamp", lamp(), pings=True, rereads=True)
        watched.tell("lamp", said="ON")
        watched.clock.pass_s(HOUR_S)
        watched.asked.clear()
        watched.tell("lamp", said="OFF")
        watched.clock.pass_s(4.0)
        assert [topic for _, topic in watched.asked] == ["lamp/get"]

    def test_what_the_broker_keeps_of_one_that_cannot_be_asked_comes_again(self) -> None:
        watched = Watched()
        watched.follow("lamp", lamp(reach=alive("lwt", "on", "off")))
        watched.tell("lamp", "lwt", "on")
        watched.clock.pass_s(60.0)
        assert watched.fetched == []  # it has just come
        watched.clock.pass_s(60.0)
        watched.tell("lamp", "lwt", "off")
        watched.tell("lamp", "lwt", "on")
        watched.clock.pass_s(4.0)
        assert watched.fetched == ["lamp"]


class TestDozing:
    """Who takes leave each time that it goes to sleep sleeps, and is not lost."""

    def wake(self, watched: Watched, device: str, *, awake_s: float = 20.0) -> None:
        watched.tell(device, "lwt", "on")
        watched.clock.pass_s(awake_s)
        watched.tell(device, "lwt", "off")

    def dozing(self, path: Path | None = None) -> Watched:
        watched = Watched(path=path)
        watched.follow("tag", self.parts())
        for _ in range(8):
            self.wake(watched, "tag")
            watched.clock.pass_s(HOUR_S)
        return watched

    def parts(self) -> list[Part]:
        sketch = Sketch("temperature", DeviceType.TEMPERATURE_SENSOR)
        sketch.property(CELSIUS, [("t", plain(number()))])
        return [sketch.part(reach=alive("lwt", "on", "off"))]

    def test_after_a_few_naps_its_leaving_is_believed_no_more(self) -> None:
        assert self.dozing().there("tag") == [True, False, True, False, True]

    def test_it_is_lost_when_it_wakes_no_more_and_back_when_it_does(self) -> None:
        watched = self.dozing()
        watched.clock.pass_s(2 * HOUR_S)
        assert watched.there("tag")[5:] == [False]
        assert "nothing heard for" in watched.why("tag")
        watched.tell("tag", "lwt", "on")
        assert watched.there("tag")[6:] == [True]

    def test_its_habit_outlives_a_restart(self, tmp_path: Path) -> None:
        self.dozing(tmp_path / memory.FILE).stop()
        watched = Watched(path=tmp_path / memory.FILE)
        watched.follow("tag", self.parts())
        watched.tell("tag", "lwt", "off", retained=True)
        assert False not in watched.there("tag")

    def test_what_stays_awake_is_believed_when_it_leaves(self) -> None:
        watched = self.dozing()
        self.wake(watched, "tag", awake_s=10 * MINUTE_S)
        assert watched.there("tag")[5:] == [False]

    def test_what_can_be_commanded_is_believed_when_it_leaves(self) -> None:
        watched = Watched()
        watched.follow("lamp", lamp(reach=alive("lwt", "on", "off")))
        for _ in range(8):
            self.wake(watched, "lamp")
            watched.clock.pass_s(HOUR_S)
        assert watched.there("lamp") == [True, False] * 8


class TestMemory:
    """What was learnt is kept in a file that may be lost or spoilt."""

    @pytest.fixture
    def kept(self, tmp_path: Path) -> Path:
        return tmp_path / memory.FILE

    @pytest.mark.parametrize(
        "said", [b"", b"{", b"[]", b'{"a": 3}', b"\xff", b'{"a":{"mode":"x"}}']
    )
    def test_a_spoilt_file_is_begun_anew(self, kept: Path, said: bytes) -> None:
        kept.write_bytes(said)
        watched = Watched(path=kept)
        watched.follow("lamp", lamp(), pings=True)
        watched.stop()
        assert memory.read(kept)[DeviceId("lamp")].mode is Mode.PINGED

    def test_a_disk_that_refuses_disturbs_nothing(self, tmp_path: Path) -> None:
        watched = Watched(path=tmp_path / "no" / "such" / memory.FILE)
        watched.follow("lamp", lamp(), pings=True)
        watched.stop()

    def test_one_that_was_known_and_announces_itself_no_more_is_away(self, kept: Path) -> None:
        before = Watched(path=kept)
        before.follow("lamp", lamp(), pings=True)
        before.follow("remote", remote())
        before.stop()
        after = Watched(path=kept)
        after.clock.pass_s(9 * MINUTE_S)
        assert after.hub.reach == []
        after.clock.pass_s(2 * MINUTE_S)
        reason = "it has not announced itself since the hub started"
        assert after.hub.reach == [("lamp", False, reason)]
        after.stop()
        assert set(memory.read(kept)) == {"lamp", "remote"}

    def test_a_sleeper_that_announces_itself_no_more_is_away_after_its_own_time(
        self, kept: Path
    ) -> None:
        before = Watched(path=kept)
        before.follow("tag", thermometer("t", battery=True))
        for _ in range(10):
            before.tell("tag")
            before.clock.pass_s(12 * HOUR_S)
        before.stop()
        after = Watched(path=kept)
        after.clock.pass_s(71 * HOUR_S)
        assert after.hub.reach == []
        after.clock.pass_s(2 * HOUR_S)
        assert after.there("tag") == [False]

    def test_one_that_left_is_forgotten(self, kept: Path) -> None:
        watched = Watched(path=kept)
        watched.follow("lamp", lamp(), pings=True)
        watched.watch.leave(DeviceId("lamp"))
        watched.stop()
        assert memory.read(kept) == {}
