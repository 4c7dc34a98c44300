"""A watch over devices, with a clock that a test moves, a broker that may go, and what it tells."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

from drivers.kit.rhythm import Bounds
from drivers.mqtt.availability.watch import Watch
from drivers.mqtt.codec import number
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import Handler
from drivers.mqtt.sketch import Sketch, plain
from hubd.model.device import DeviceType
from hubd.model.ids import DeviceId, EndpointId
from tests.unit.drivers.mqtt_house import NotedHub

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
CELSIUS = "TemperatureMeasurement.temperature"


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
        self.alarms = [a for a in self.alarms if not a.off]
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


def thermometer(topic: str, *, rhythm: Bounds | None = None, battery: bool = False) -> list[Part]:
    """Return the parts of a device that measures."""
    measures = Sketch("temperature", DeviceType.TEMPERATURE_SENSOR)
    measures.property(CELSIUS, [(topic, plain(number()))])
    parts = [measures.part(rhythm=rhythm)]
    if battery:
        cell = Sketch("battery", DeviceType.GENERIC)
        cell.property("PowerSource.batteryLevel", [(topic, plain(number()))])
        parts.append(cell.part(rhythm=rhythm))
    return parts


class Watched:
    """A hub's watch, from its start to its stop, and again where `path` keeps what it learnt."""

    def __init__(
        self,
        clock: StoppedClock | None = None,
        *,
        path: Path | None = None,
        chances: Sequence[float] = (0.5,),
    ) -> None:
        self.clock = clock or StoppedClock()
        self.hub = NotedHub()
        self.asked: list[tuple[float, str]] = []
        self.fetched: list[str] = []
        drawn = cycle(chances)
        self.watch = Watch(
            self.hub,
            lambda: self.clock,
            self._ask,
            self.fetched.append,
            path=path,
            chance=lambda: next(drawn),
        )
        self._handlers: dict[str, list[tuple[str, Handler]]] = {}
        self.watch.connected()

    def _ask(self, messages: Iterable[Publish]) -> None:
        self.asked += [(self.clock.now_s, message.topic) for message in messages]

    def follow(
        self,
        device: str,
        parts: Iterable[Part],
        *,
        battery: bool | None = None,
        pings: bool = False,
        rereads: bool = False,
    ) -> None:
        """Have a device described; it is pinged by the topic of its name."""
        follow = partial(
            self.watch.follow,
            DeviceId(device),
            {EndpointId(p.endpoint.id): p for p in parts},
            battery=battery,
        )
        messages = (Publish(f"{device}/get", b""),)
        made = follow(pings=messages if pings else (), rereads=messages if rereads else ())
        self._handlers[device] = list(made)

    def tell(
        self, device: str, topic: str = "", said: str = "21", *, retained: bool = False
    ) -> None:
        """Have a device say something, on all its topics or on one."""
        payload = Payload(said.encode())
        for known, handle in self._handlers[device]:
            if topic in {"", known}:
                handle(payload, retained)

    def there(self, device: str) -> list[bool]:
        """What was told of whether a device is there, in order."""
        return [available for known, available, _ in self.hub.reach if known == device]

    def why(self, device: str) -> str:
        """Why a device is not there, as it was told last."""
        return [reason for known, _, reason in self.hub.reach if known == device][-1]

    def stop(self) -> None:
        """Stop the hub."""
        self.watch.close()
