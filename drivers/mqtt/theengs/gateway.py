"""A Bluetooth gateway: whether it is there, and how it is. Pure.

Source: https://docs.openmqttgateway.com/use/gateway.html (SYStoMQTT, LWT, the commands).
"""

from collections.abc import Iterator, Mapping

import msgspec

from drivers.kit.identity import mac
from drivers.mqtt.codec import either, number
from drivers.mqtt.dialect import DeviceFacts
from drivers.mqtt.errors import DiscoveryError, excerpt
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.sketch import Sketch, alive, at, plain
from drivers.mqtt.theengs.message import LENGTH_LIMIT
from drivers.mqtt.units import measured
from hubd.model.device import DeviceType, Trouble

_MEASURED = (
    ("rssi", "signal", "Signal.strength", "dBm", DeviceType.GENERIC),
    ("tempc", "temperature", "TemperatureMeasurement.temperature", "°C",
     DeviceType.TEMPERATURE_SENSOR),
    ("uptime", "uptime", "Duration.value", "s", DeviceType.GENERIC),
)  # fmt: skip


class Gateway:
    """A gateway by its base topic, as in `home/OMG_ESP32_BLE`."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.name = base.rpartition("/")[2]
        self.system: Mapping[str, object] = {}
        self.troubles: tuple[str, ...] = ()

    def tell(self, payload: bytes) -> bool:
        """Take in its own state; return whether it tells anything new of what the gateway is.

        Raises DiscoveryError.
        """
        if len(payload) > LENGTH_LIMIT:
            raise DiscoveryError(f"{len(payload)} bytes, {LENGTH_LIMIT} are the most")
        try:
            said = msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise DiscoveryError(f"not JSON: {excerpt(payload)} ({error})") from None
        if not isinstance(said, dict):
            raise DiscoveryError(f"not a JSON object: {excerpt(payload)}")
        before = self.facts(), {key for key, *_ in _MEASURED if key in self.system}
        self.system = {**said}
        return before != (self.facts(), {key for key, *_ in _MEASURED if key in self.system})

    def facts(self) -> DeviceFacts:
        """Return what is known of the gateway itself."""
        told = mac(self._text("mac"))
        digits = told.removeprefix("mac:") if told else ""
        same = (f"connection:mac:{digits}", f"id:{digits.upper()}") if digits else ()
        address = self._text("ip")
        return DeviceFacts(
            (f"id:{self.name}", *same),
            name=self.name,
            maker="OpenMQTTGateway" if self.system else "",
            model=self._text("env"),
            version=self._text("version"),
            url=f"http://{address}" if address else "",
            origin="Bluetooth gateway",
        )

    def parts(self) -> Iterator[tuple[str, Part | Trouble]]:
        """Yield the name and the part of each endpoint."""
        will = f"{self.base}/LWT"
        reach = alive(will, "online", "offline")
        link = Sketch("gateway", DeviceType.GENERIC, "Bluetooth gateway")
        there = either(yes="online", no="offline")
        link.property("BooleanState.connected", [(will, plain(there))])
        if self.system:
            scan = Publish(f"{self.base}/commands/MQTTtoBT/config", b'{"interval":0}')
            link.action("Button.press", scan)
        yield "gateway", link.part(reach=reach)
        state = f"{self.base}/SYStoMQTT"
        for key, endpoint, name, unit, kind in _MEASURED:
            if key in self.system:
                sketch = Sketch(endpoint, kind)
                sketch.category = "diagnostic"
                codec = measured(unit, unit) if unit else number()
                sketch.property(name, [(state, at((key,), codec))])
                yield endpoint, sketch.part(reach=reach)
        for order, reason in enumerate(self.troubles):
            yield f"trouble {order}", Trouble("advertisements", reason)

    def question(self) -> Publish:
        """Return what has it tell its state."""
        return Publish(f"{self.base}/commands/MQTTtoSYS/config", b'{"cmd":"status"}')

    def _text(self, key: str) -> str:
        said = self.system.get(key)
        return said[:200] if isinstance(said, str) else ""
