"""Tasmota's lights. Pure.

Source: https://tasmota.github.io/docs/Lights/ and Commands/#light. One device may be several lamps:
SetOption68 makes each PWM channel one of its own, and without the link (`lk`) colour and white are
two.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from drivers.mqtt.codec import Codec, mireds, number, steps, text
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.part import Joint, Publish
from drivers.mqtt.payload import MISSING, Missing, Payload, rendered
from drivers.mqtt.sketch import Read, Sketch, at
from drivers.mqtt.tasmota.config import LIGHT, Config
from drivers.mqtt.tasmota.switching import power, power_reads
from drivers.mqtt.tasmota.topics import Topics
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ON, _LEVEL, _KELVIN = "OnOff.on", "LevelControl.level", "ColorControl.colorTemperature"
_HUE, _SATURATION, _EFFECT = "ColorControl.hue", "ColorControl.saturation", "Light.effect"
SCHEMES = ("Solid", "Wake up", "Cycle up", "Cycle down", "Random")
_DIMMER, _WHITES, _COLOR, _COLOR_WHITE, _COLOR_WHITES = 1, 2, 3, 4, 5
"""The kinds of light (`lt_st`)."""
_TYPES = {
    0: DeviceType.ON_OFF_LIGHT,
    _DIMMER: DeviceType.DIMMABLE_LIGHT,
    _WHITES: DeviceType.COLOR_TEMPERATURE_LIGHT,
}
_MIREDS, _REDUCED_MIREDS = (153, 500), (200, 380)
_FASTEST, _SLOWEST = 1, 40
"""Tasmota's Speed, in half seconds."""


class _Lamp(Struct, frozen=True):
    """What one lamp of a device can do, and by which commands."""

    place: int
    kind: int
    told_dimmer: str = "Dimmer"
    dimmer: str = "Dimmer"

    @property
    def colored(self) -> bool:
        return self.kind >= _COLOR

    @property
    def white(self) -> bool:
        return self.kind in {_WHITES, _COLOR_WHITES}


def lights(config: Config, topics: Topics) -> Iterator[Sketch]:
    """Yield the lights of a device."""
    places = [n for n, kind in enumerate(config.rl) if kind == LIGHT and not config.ifan]
    for order, place in enumerate(places):
        lamp = _lamp(config, place, order)
        name = "light" if len(places) == 1 else f"light_{place + 1}"
        kind = _TYPES.get(lamp.kind, DeviceType.EXTENDED_COLOR_LIGHT)
        sketch = Sketch(name, kind, config.named(place))
        _Light(config, topics, lamp).draw(sketch)
        yield sketch


def _lamp(config: Config, place: int, order: int) -> _Lamp:
    """Return what the lamp at `place` is, the `order`th of the device's."""
    kind = config.lt_st if 0 <= config.lt_st <= _COLOR_WHITES else _DIMMER
    if config.option(68):
        channel = f"Channel{place + 1}"
        return _Lamp(place, _DIMMER, channel, channel)
    if config.lk or kind < _COLOR_WHITE:
        return _Lamp(place, kind, "Dimmer", "Dimmer3" if config.ty else "Dimmer")
    if order == 0:
        return _Lamp(place, _COLOR, "Dimmer1", "Dimmer1")
    return _Lamp(place, _DIMMER if kind == _COLOR_WHITE else _WHITES, "Dimmer2", "Dimmer2")


class _Light:
    """Reads and writes one lamp. Keeps the level told last: how fast a fade is depends on it."""

    def __init__(self, config: Config, topics: Topics, lamp: _Lamp) -> None:
        self._config = config
        self._topics = topics
        self._lamp = lamp
        self._power = power(config)
        self._level = steps(0, 100)
        self._told_level = 100.0
        self._told_on = True
        low, high = _REDUCED_MIREDS if config.option(82) else _MIREDS
        self._mireds = (low, high)
        self._kelvin = mireds()
        self._effect = text(SCHEMES)
        self._commands: Mapping[str, Callable[[Value], tuple[str, str]]] = {
            _ON: lambda v: (f"POWER{lamp.place + 1}", rendered(self._power.write(v))),
            _LEVEL: lambda v: (lamp.dimmer, rendered(self._level.write(v))),
            _HUE: lambda v: ("HsbColor1", rendered(number(whole=True, low=0, high=360).write(v))),
            _SATURATION: lambda v: (
                "HsbColor2",
                rendered(number(whole=True, low=0, high=100).write(v)),
            ),
            _KELVIN: lambda v: ("CT", str(min(high, max(low, _whole(self._kelvin.write(v)))))),
            _EFFECT: lambda v: ("Scheme", str(SCHEMES.index(str(self._effect.write(v))))),
        }

    def draw(self, sketch: Sketch) -> None:
        """Add what the lamp can do."""
        lamp, fades = self._lamp, not self._config.ty
        shape = {"transition": True} if fades and lamp.kind else {}
        reads = power_reads(self._config, self._topics, lamp.place)
        self._add(sketch, _ON, [(topic, self._noting_on(read)) for topic, read in reads], shape)
        if lamp.kind:
            dimmed = self._told((lamp.told_dimmer,), self._level)
            noted = [(topic, self._noting_level(read)) for topic, read in dimmed]
            self._add(sketch, _LEVEL, noted, shape)
        if lamp.white:
            low, high = self._mireds
            bounds = {"minimum": float(round(1e6 / high)), "maximum": float(round(1e6 / low))}
            self._add(sketch, _KELVIN, self._told(("CT",), self._kelvin), {**shape, **bounds})
        if lamp.colored:
            for name, part in ((_HUE, 0), (_SATURATION, 1)):
                self._add(sketch, name, self._told(("HSBColor",), _of_hsb(part)), shape)
        if lamp.kind and not self._config.option(68):
            effect = Codec(_scheme, self._effect.write)
            self._add(sketch, _EFFECT, self._told(("Scheme",), effect), {"choices": SCHEMES})
        names = frozenset(name for name in self._commands if sketch.has(name))
        if len(names) > 1:
            sketch.writes_jointly(Joint(names, self.write, self.fade if fades else None))

    def write(self, values: Mapping[str, Value]) -> Publish:
        """Return the message that asks for `values`. Raises UnwritableError."""
        return self._together(self._asked(values))

    def fade(self, values: Mapping[str, Value], over_s: float) -> Publish:
        """Return the message that asks for `values` within `over_s`, once. Raises UnwritableError.

        Speed is the half seconds of a change from dark to bright, but those of any change with
        SetOption117.
        """
        share = 1.0 if self._config.option(117) else max(0.01, self._change(values))
        speed = min(_SLOWEST, max(_FASTEST, round(over_s * 2 / share)))
        return self._together([("Fade2", "1"), ("Speed2", str(speed)), *self._asked(values)])

    def _asked(self, values: Mapping[str, Value]) -> list[tuple[str, str]]:
        if values.get(_ON) is False and len(values) > 1:
            raise UnwritableError("is being turned off, and takes nothing else with it")
        # To set a level, a colour or a warmth switches it on by itself, but for SetOption20.
        alone = len(values) > 1 and not self._config.option(20)
        return [
            self._commands[name](value)
            for name, value in values.items()
            if not (name == _ON and alone)
        ]

    def _together(self, commands: list[tuple[str, str]]) -> Publish:
        if len(commands) == 1:
            return self._topics.to(*commands[0])
        return self._topics.to("Backlog0", ";".join(f"{c} {said}" for c, said in commands))

    def _change(self, values: Mapping[str, Value]) -> float:
        """Return how much of its whole range the level changes by `values`."""
        before = self._told_level if self._told_on else 0.0
        after = values.get(_LEVEL, 0.0 if values.get(_ON) is False else self._told_level)
        if isinstance(after, bool | str | None):
            return 1.0
        return abs(after - before) / 100 or 1.0

    def _told(self, path: tuple[str, ...], codec: Codec) -> list[tuple[str, Read]]:
        commands = {self._lamp.dimmer, "Color", "HsbColor", "CT", "Scheme"}
        sources = self._topics.states(*sorted(commands))
        return [(topic, at((*begin, *path), codec)) for topic, begin in sources]

    def _add(
        self,
        sketch: Sketch,
        name: str,
        reads: list[tuple[str, Read]],
        shape: Mapping[str, object],
    ) -> None:
        command = self._commands[name]
        sketch.property(name, reads, lambda value: self._topics.to(*command(value)), shape)

    def _noting_on(self, read: Read) -> Read:
        def noted(payload: Payload) -> Value | Missing:
            value = read(payload)
            if isinstance(value, bool):
                self._told_on = value
            return value

        return noted

    def _noting_level(self, read: Read) -> Read:
        def noted(payload: Payload) -> Value | Missing:
            value = read(payload)
            if isinstance(value, float):
                self._told_level = value
            return value

        return noted


def _whole(said: object) -> int:
    if not isinstance(said, int):
        raise UnwritableError(f"takes kelvins, not {excerpt(said)}")
    return said


def _scheme(said: object) -> Value | Missing:
    """Return the name of a scheme; those of attached strips have numbers beyond the named ones."""
    if said is MISSING or not isinstance(said, int) or isinstance(said, bool):
        raise UnreadableError(f"Scheme is {excerpt(said)}, not a number")
    return SCHEMES[said] if 0 <= said < len(SCHEMES) else f"Scheme {said}"


def _of_hsb(part: int) -> Codec:
    """Return the codec of one number of `HSBColor`, as in "120,100,50"."""

    def read(said: object) -> Value | Missing:
        numbers = said.split(",") if isinstance(said, str) else []
        if len(numbers) != 3 or not all(n.strip().isdecimal() for n in numbers):
            raise UnreadableError(f"HSBColor is {excerpt(said)}, not three numbers")
        if len(numbers[part]) > 4:
            raise UnreadableError(f"HSBColor is {excerpt(said)}")
        return float(numbers[part])

    def write(value: Value) -> object:
        return value

    return Codec(read, write)
