"""Devices without an availability topic, lost by their own rhythm."""

from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.kit.rhythm import Bounds
from drivers.mqtt.codec import number
from drivers.mqtt.part import Part
from drivers.mqtt.payload import Payload
from drivers.mqtt.reach import DeviceReach
from drivers.mqtt.sketch import Sketch, plain
from drivers.mqtt.timing import Timing
from hubd.model.device import DeviceType
from hubd.model.ids import DeviceId, EndpointId
from tests.unit.drivers.mqtt_house import NotedHub

BOUNDS = Bounds(at_least_s=60.0, at_most_s=3600.0)
DEVICE, ENDPOINT = DeviceId("tag"), EndpointId("temperature")


@dataclass(eq=False)
class Alarm:
    """Something set for later."""

    at_s: float
    ring: Callable[[], object]
    off: bool = False

    def cancel(self) -> None:
        self.off = True


@dataclass
class StoppedClock:
    """A clock that goes only when it is told to."""

    now_s: float = 0.0
    alarms: list[Alarm] = field(default_factory=list)

    def time(self) -> float:
        return self.now_s

    def call_later(self, delay: float, callback: Callable[[], object]) -> Alarm:
        alarm = Alarm(self.now_s + delay, callback)
        self.alarms.append(alarm)
        return alarm

    def pass_s(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while due := [a for a in self.alarms if not a.off and a.at_s <= until_s]:
            first = min(due, key=lambda a: a.at_s)
            self.alarms.remove(first)
            self.now_s = max(self.now_s, first.at_s)
            first.ring()
        self.now_s = until_s


def part() -> Part:
    sketch = Sketch(ENDPOINT, DeviceType.TEMPERATURE_SENSOR)
    sketch.property("TemperatureMeasurement.temperature", [("tag/t", plain(number()))])
    return sketch.part(rhythm=BOUNDS)


class Bound:
    """A sensor as the driver binds it."""

    def __init__(self, clock: StoppedClock, former: "Bound | None" = None) -> None:
        parts = {ENDPOINT: part()}
        self.clock = clock
        self.hub: NotedHub
        self.reach: DeviceReach
        self.timing: Timing
        self.hub = former.hub if former else NotedHub()
        self.reach = DeviceReach(self.hub, DEVICE, parts, former.reach if former else None)
        if former is not None:
            former.timing.close()
        self.timing = Timing(
            self.hub, clock, DEVICE, parts, self.reach, former.timing if former else None
        )
        self.handlers = list(self.timing.handlers())
        self.reach.broker_back()

    def speaks(self, *, retained: bool = False) -> None:
        for _, handle in self.handlers:
            handle(Payload(b"21"), retained)


def test_a_sensor_that_was_asleep_when_the_hub_started_is_neither_there_nor_lost() -> None:
    sensor = Bound(StoppedClock())
    sensor.clock.pass_s(10 * 86_400.0)

    assert sensor.hub.reach == []
    assert sensor.hub.reports == []


def test_what_the_broker_kept_of_a_sensor_does_not_say_that_it_is_there() -> None:
    sensor = Bound(StoppedClock())
    sensor.speaks(retained=True)

    assert sensor.hub.reach == []


def test_a_sensor_that_falls_silent_is_lost_its_value_unknown_and_found_when_it_speaks() -> None:
    sensor = Bound(StoppedClock())
    for _ in range(10):
        sensor.speaks()
        sensor.clock.pass_s(30.0)
    assert sensor.hub.reach == [("tag", True, "")]

    sensor.clock.pass_s(120.0)
    assert sensor.hub.reach[1:] == [
        ("tag", False, "nothing heard for 75 s, longer than it is ever silent")
    ]
    assert sensor.hub.reports == [
        ("tag/temperature/TemperatureMeasurement.temperature", None, True)
    ]

    sensor.speaks()
    assert sensor.hub.reach[2:] == [("tag", True, "")]


def test_what_was_learnt_of_a_sensor_outlives_a_new_description_of_it() -> None:
    clock = StoppedClock()
    sensor = Bound(clock)
    for _ in range(10):
        sensor.speaks()
        clock.pass_s(30.0)
    again = Bound(clock, sensor)

    clock.pass_s(120.0)

    assert [available for _, available, _ in again.hub.reach] == [True, False]


def test_a_sensor_that_is_not_known_to_be_there_is_not_lost_with_the_broker() -> None:
    sensor = Bound(StoppedClock())
    sensor.reach.broker_lost("gone")
    sensor.reach.broker_back()

    assert sensor.hub.reach == []


def test_a_sensor_that_is_there_is_lost_with_the_broker_and_back_with_it() -> None:
    sensor = Bound(StoppedClock())
    sensor.speaks()
    sensor.reach.broker_lost("gone")
    sensor.reach.broker_back()

    assert [available for _, available, _ in sensor.hub.reach] == [True, False, True]


def test_nothing_is_left_set_when_a_sensor_is_let_go() -> None:
    sensor = Bound(StoppedClock())
    sensor.speaks()
    sensor.timing.close()

    assert all(alarm.off for alarm in sensor.clock.alarms)
