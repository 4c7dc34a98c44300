"""Bluetooth gateways, as a dialect.

A gateway hears all who pass by. A sensor is described when it is known what it is: its model was
recognised and it measures something, or it is one whose key is missing. Everything else is left.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from drivers.kit.identity import mac
from drivers.kit.rhythm import Bounds
from drivers.mqtt.dialect import Described, Heard, News, Piece
from drivers.mqtt.errors import DiscoveryError
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.theengs.decoders import Libraries
from drivers.mqtt.theengs.gateway import Gateway
from drivers.mqtt.theengs.message import read_message
from drivers.mqtt.theengs.sensor import STEADY, Sensor
from hubd.model.device import Trouble

SENSOR_LIMIT = 500
GATEWAY_LIMIT = 50
HEARERS_LIMIT = 8
"""Gateways by which one sensor is heard."""
_BLUETOOTH, _SYSTEM = "BTtoMQTT", "SYStoMQTT"


class Theengs:
    """Sensors that Bluetooth gateways hear, and these gateways."""

    name = "theengs"
    rank = 1

    def __init__(
        self,
        bind_keys: Mapping[str, str],
        *,
        libraries: Libraries | None = None,
        clock: Callable[[], float] = time.monotonic,
        steady: Bounds = STEADY,
    ) -> None:
        """Make it; `bind_keys` are by MAC address, in hexadecimal digits. Clock in seconds.

        `steady`: what silence is borne of sensors that speak by themselves.
        """
        self._steady = steady
        self._keys = {mac(address): key.strip() for address, key in bind_keys.items()}
        self._libraries = libraries or Libraries()
        self._clock = clock
        self._gateways: dict[str, Gateway] = {}
        self._sensors: dict[str, Sensor] = {}

    def topics(self) -> Sequence[str]:
        """Return the filters of what gateways say of sensors and of themselves."""
        return (f"+/+/{_BLUETOOTH}/+", f"+/+/{_SYSTEM}")

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` is a gateway's."""
        return f"/{_BLUETOOTH}/" in topic or topic.endswith(f"/{_SYSTEM}")

    def greeting(self) -> Sequence[Publish]:
        """Return nothing: gateways speak by themselves, and those that are known are asked."""
        return ()

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what a gateway's message means. Raises MqttError."""
        match topic.split("/"):
            case [home, gateway, kind, named] if kind == _BLUETOOTH:
                return self._heard(f"{home}/{gateway}", named, topic, payload)
            case [home, gateway, kind] if kind == _SYSTEM and payload:
                known = self._gateway(f"{home}/{gateway}")
                fresh = not known.system
                if known.tell(payload) or fresh:
                    return (_gateway(known), Heard(topic, payload))
        return ()

    def _heard(self, base: str, named: str, topic: str, payload: bytes) -> Iterable[News]:
        if not payload:
            return ()
        address = read_message(payload, named).address
        sensor = self._sensors.get(address)
        if sensor is None:
            key = self._keys.get(mac(address), "")
            sensor = Sensor(address, self._libraries, key, clock=self._clock, steady=self._steady)
        more = sensor.hear(payload)
        if not sensor.is_one:
            return self._unreadable(base, sensor.lacking) if sensor.lacking else ()
        elsewhere = topic not in sensor.topics and len(sensor.topics) < HEARERS_LIMIT
        if not more and not elsewhere:
            return ()
        if address not in self._sensors and len(self._sensors) >= SENSOR_LIMIT:
            raise DiscoveryError(f"{SENSOR_LIMIT} Bluetooth sensors are the most")
        self._sensors[address] = sensor
        if elsewhere:
            sensor.topics = (*sensor.topics, topic)
        return self._described(sensor, base, topic, payload)

    def _described(self, sensor: Sensor, base: str, topic: str, payload: bytes) -> Iterator[News]:
        if base not in self._gateways:
            yield _gateway(self._gateway(base))
        sensor.gateway = sensor.gateway or self._gateways[base].name
        yield Described(
            f"bluetooth/{sensor.address}",
            sensor.facts(),
            _pieces(f"bluetooth/{sensor.address}", sensor.parts()),
            follows=sensor.topics,
            covered=sensor.topics,
        )
        yield Heard(topic, payload)

    def _unreadable(self, base: str, lacking: str) -> Iterable[News]:
        """Return a gateway's description with what is lacking to read what it hears, once."""
        reason = f"some of what it hears is not read: {lacking}"
        gateway = self._gateway(base)
        if reason in gateway.troubles:
            return ()
        gateway.troubles = (*gateway.troubles, reason)
        return (_gateway(gateway),)

    def _gateway(self, base: str) -> Gateway:
        known = self._gateways.get(base)
        if known is None:
            if len(self._gateways) >= GATEWAY_LIMIT:
                raise DiscoveryError(f"{GATEWAY_LIMIT} Bluetooth gateways are the most")
            known = self._gateways[base] = Gateway(base)
        return known


def _gateway(gateway: Gateway) -> Described:
    state = f"{gateway.base}/{_SYSTEM}"
    return Described(
        gateway.base,
        gateway.facts(),
        _pieces(gateway.base, gateway.parts()),
        follows=(state,) if gateway.system else (),
        covered=(state,),
        asks=(gateway.question(),) if gateway.system else (),
    )


def _pieces(origin: str, parts: Iterable[tuple[str, Part | Trouble]]) -> tuple[Piece, ...]:
    return tuple(
        Piece(f"{origin}/{name}", f"{order:03}", name, built)
        for order, (name, built) in enumerate(parts)
    )
