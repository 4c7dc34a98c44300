"""One Bluetooth sensor: what is known of it so far, and what its messages say."""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from drivers.kit.rhythm import Bounds
from drivers.mqtt.dialect import DeviceFacts
from drivers.mqtt.part import Part
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.sketch import Sketch
from drivers.mqtt.theengs.decoders import (
    Decoded,
    Decoder,
    Format,
    Libraries,
    decoded,
    format_of,
)
from drivers.mqtt.theengs.keys import Reading
from drivers.mqtt.theengs.libraries import UnavailableError
from drivers.mqtt.theengs.message import Message, read_message
from hubd.model.device import DeviceType, Trouble
from hubd.model.ids import slug
from hubd.model.value import Value
from hubd.model.vocabulary import term

STEADY = Bounds(at_least_s=180.0, at_most_s=6 * 3600.0)
"""Of sensors that speak by themselves; a gateway passes on what it hears once a minute or so."""
SLEEPY = Bounds(at_least_s=86_400.0, at_most_s=14 * 86_400.0)
"""Of those that speak when something happens: a door may stay closed for days."""
VALUE_LIMIT = 60
"""Values of one sensor; more are no sensor's."""
_USUAL = ("press", "double_press", "triple_press", "long_press")
"""What a button that is pressed in one of these ways may be expected to tell."""
_SIGNAL = Reading("rssi", "Signal.strength", DeviceType.GENERIC, None)


class Sensor:
    """A sensor, and the decoder of its advertisements."""

    def __init__(
        self,
        address: str,
        libraries: Libraries,
        key: str,
        *,
        clock: Callable[[], float],
        steady: Bounds,
    ) -> None:
        self.address = address
        self._steady = steady
        self.topics: tuple[str, ...] = ()
        self.gateway = ""
        self._libraries = libraries
        self._key = key
        self._clock = clock
        self._decoders: dict[Format, Decoder] = {}
        self._known: dict[str, Reading] = {}
        self._presses: dict[str, tuple[str, ...]] = {}
        self._said = Decoded()
        self._name = ""
        self._raw = b""
        self._now: tuple[Message, Decoded] | None = None
        self._signalled: set[str] = set()

    @property
    def is_one(self) -> bool:
        """Whether it tells anything at all that one would want to know."""
        return bool(self._known or self._presses or self._said.locked)

    @property
    def lacking(self) -> str:
        """What is missing to read the message that was heard last; "" if nothing."""
        return self._now[1].lacking if self._now is not None else ""

    def hear(self, raw: bytes) -> bool:
        """Take in a message; return whether more is known of the sensor than before.

        Raises MqttError.
        """
        message, said = self._read(raw)
        before = self.facts(), tuple(self._known), dict(self._presses), self._said.locked
        self._name = message.text("name") or self._name
        former = self._said
        self._said = replace(
            said,
            maker=said.maker or former.maker,
            model=said.model or former.model,
            version=said.version or former.version,
            locked=said.locked if said.locked or said.readings else former.locked,
            sleepy=said.sleepy or former.sleepy,
        )
        for key, reading in said.readings.items():
            if len(self._known) < VALUE_LIMIT:
                self._known.setdefault(key, reading)
        for key, press in said.presses.items():
            kinds = self._presses.get(key, _USUAL if press in _USUAL else ())
            new = key not in self._presses or press not in kinds
            if new and len(kinds) + len(self._presses) < VALUE_LIMIT:
                self._presses[key] = tuple(dict.fromkeys((*kinds, press)))
        return before != (self.facts(), tuple(self._known), self._presses, self._said.locked)

    def facts(self) -> DeviceFacts:
        """Return what is known of the sensor itself."""
        digits, model = self.address.replace(":", ""), self._said.model
        name = self._name if self._name != self.address else ""
        return DeviceFacts(
            (f"id:{digits}", f"connection:mac:{digits.lower()}"),
            name=f"{name or model or 'Bluetooth sensor'} {digits[-4:]}",
            maker=self._said.maker,
            model=model,
            version=self._said.version,
            via=self.gateway,
            origin="Bluetooth gateway",
        )

    def parts(self) -> Iterator[tuple[str, Part | Trouble]]:
        """Yield the name and the part of each endpoint."""
        if self._said.locked:
            yield "locked", Trouble("bluetooth", self._said.locked)
        if not self._known and not self._presses:
            return
        rhythm = SLEEPY if self._said.sleepy else self._steady
        for reading in self._known.values():
            yield reading.key, self._sketch(reading).part(rhythm=rhythm)
        for key, kinds in self._presses.items():
            sketch = Sketch(slug(key), DeviceType.GENERIC_SWITCH)
            sketch.signal("Switch.pressed", self.topics, self._pressed(key), kinds)
            yield key, sketch.part(rhythm=rhythm)
        signal = self._sketch(_SIGNAL)
        signal.category = "diagnostic"
        yield "rssi", signal.part(rhythm=rhythm)

    def _sketch(self, reading: Reading) -> Sketch:
        title = term(reading.name).title
        word = title if reading.name not in _PLAIN else reading.key
        sketch = Sketch(_endpoint(reading), reading.kind, word.replace("_", " "))
        read = self._rssi if reading is _SIGNAL else self._value(reading.key)
        shape = {"unit": reading.unit} if reading.unit else {}
        sketch.property(reading.name, [(topic, read) for topic in self.topics], shape=shape)
        return sketch

    def _read(self, raw: bytes) -> tuple[Message, Decoded]:
        """Return what a message says; one that is read by many is decoded once."""
        if self._now is None or raw is not self._raw:
            message = read_message(raw, self.address)
            self._now = message, self._decoded(message)
            self._raw = raw
            self._signalled.clear()
        return self._now

    def _decoded(self, message: Message) -> Decoded:
        mine = decoded(message)
        raw = message.service_data or message.manufacturer_data
        if not raw or (message.decoded and not mine.locked):
            return mine
        format_ = format_of(message)
        decoder = self._decoders.get(format_)
        if decoder is None:
            try:
                decoder = self._libraries.decoder(format_, self._key)
            except UnavailableError as error:
                return replace(mine, lacking=f"{error.what}. {error.mend}")
            if decoder is None:
                return mine
            self._decoders[format_] = decoder
        return decoder.decode(message, self._clock()) or mine

    def _value(self, key: str) -> Callable[[Payload], Value | Missing]:
        def read(payload: Payload) -> Value | Missing:
            reading = self._read(payload.raw)[1].readings.get(key)
            return MISSING if reading is None else reading.value

        return read

    def _pressed(self, key: str) -> Callable[[Payload], str | None]:
        def read(payload: Payload) -> str | None:
            press = self._read(payload.raw)[1].presses.get(key)
            if press is None or key in self._signalled:
                return None  # a message that is read anew presses nothing anew
            self._signalled.add(key)
            return press

        return read

    def _rssi(self, payload: Payload) -> Value | Missing:
        rssi = self._read(payload.raw)[0].rssi
        return MISSING if rssi <= -127 else float(rssi)


_PLAIN = frozenset({"Number.value", "Text.value", "BooleanState.state"})
_ENDPOINTS = {
    "tempc": "temperature", "hum": "humidity", "batt": "battery", "volt": "voltage",
    "pres": "pressure", "moi": "moisture", "lux": "illuminance", "for": "formaldehyde",
    "fer": "conductivity", "rssi": "signal", "open": "contact", "opening": "contact",
}  # fmt: skip


def _endpoint(reading: Reading) -> str:
    return _ENDPOINTS.get(reading.key, slug(reading.key))
