"""Tasmota's relays, fans and shutters. Pure.

Sources: https://tasmota.github.io/docs/Commands/#control, #sonoff (FanSpeed), and
https://tasmota.github.io/docs/Blinds-and-Shutters/.
"""

from collections.abc import Iterable, Iterator, Mapping

from drivers.mqtt.codec import Codec, either, steps
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Missing, Payload, rendered
from drivers.mqtt.sketch import Read, Sketch, at, found
from drivers.mqtt.tasmota.config import RELAY, SHUTTER, Config
from drivers.mqtt.tasmota.topics import Source, Topics
from hubd.model.device import DeviceType, Trouble
from hubd.model.value import Value

_INVERTED = 1
_MOVING = {1: "opening", -1: "closing", 0: "stopped"}
_HALF = 2


def power(config: Config) -> Codec:
    """Return the codec of an output's state, in the device's own words."""
    return either(yes=config.state[1], no=config.state[0])


def power_reads(config: Config, topics: Topics, place: int) -> list[tuple[str, Read]]:
    """Return where an output's power is told; one alone is told without its number."""
    codec = power(config)
    names = [f"POWER{place + 1}"] + (["POWER"] if place == 0 else [])
    sources = topics.states()
    reads = [(topic, _first(path, names, codec)) for topic, path in sources]
    return reads + [(f"{topics.result}{name}", _bare_or_json(name, codec)) for name in names]


def _first(path: Iterable[str | int], names: Iterable[str], codec: Codec) -> Read:
    readers = [at((*path, name), codec) for name in names]

    def read(payload: Payload) -> Value | Missing:
        values = (reader(payload) for reader in readers)
        return next((value for value in values if value is not MISSING), MISSING)

    return read


def _bare_or_json(name: str, codec: Codec) -> Read:
    """Return what reads `ON`, and `{"POWER1":"ON"}` where results are told by command."""

    def read(payload: Payload) -> Value | Missing:
        if payload.raw.startswith(b"{"):
            said = found(payload.json, (name,))
            return MISSING if said is MISSING else codec.read(said)
        return codec.read(payload.text)

    return read


def relays(config: Config, topics: Topics) -> Iterator[Sketch]:
    """Yield the relays: lamps where the device says so (SetOption30), else plugs."""
    places = [n for n, kind in enumerate(config.rl) if kind == RELAY]
    if config.ifan:
        # The first is the fan's lamp; the others set its speed, which is told as such.
        places = [0] if config.rl and config.rl[0] else []
    for place in places:
        lamp = config.option(30) or bool(config.ifan)
        word = "light" if lamp else "switch"
        alone = len(places) == 1
        kind = DeviceType.ON_OFF_LIGHT if lamp else DeviceType.ON_OFF_PLUG
        sketch = Sketch(word if alone else f"{word}_{place + 1}", kind, config.named(place))
        command, codec = f"POWER{place + 1}", power(config)
        sketch.property(
            "OnOff.on",
            power_reads(config, topics, place),
            lambda value, command=command, codec=codec: topics.to(  # type: ignore[misc]
                command, rendered(codec.write(value))
            ),
        )
        yield sketch


def fan(config: Config, topics: Topics) -> Iterator[Sketch]:
    """Yield the fan of an iFan: three speeds."""
    if not config.ifan:
        return
    sketch = Sketch("fan", DeviceType.FAN)
    speed = steps(0, 3)
    sources = topics.states("FANSPEED")
    latest: list[Value] = [_HALF]

    def running(said: object) -> Value | Missing:
        if type(said) is not int or not 0 <= said <= 3:
            raise UnreadableError(f"FanSpeed is {excerpt(said)}, not 0 to 3")
        if said:
            latest[0] = said
        return said > 0

    def switch(value: Value) -> Publish:
        if not isinstance(value, bool):
            raise UnwritableError(f"can be on or off, not {excerpt(value)}")
        return topics.to("FANSPEED", str(latest[0] if value else 0))

    codec = Codec(running, switch)
    sketch.property("OnOff.on", _everywhere(sources, ("FanSpeed",), codec), switch)
    sketch.property(
        "FanControl.speed",
        _everywhere(sources, ("FanSpeed",), speed),
        lambda value: topics.to("FANSPEED", rendered(speed.write(value))),
        {"tolerance": 17.0},
    )
    yield sketch


def shutters(config: Config, topics: Topics) -> Iterator[Sketch | Trouble]:
    """Yield the shutters: each has two relays that follow one another."""
    places = [n for n, kind in enumerate(config.rl) if kind == SHUTTER]
    pairs = list(zip(places[::2], places[1::2], strict=False))
    if len(places) % 2 or any(second != first + 1 for first, second in pairs):
        reason = f"its relays {[n + 1 for n in places]} are no pairs; see Tasmota's Interlock"
        yield Trouble("shutter", reason)
        return
    for number in range(1, len(pairs) + 1):
        alone = len(pairs) == 1
        sketch = Sketch("cover" if alone else f"cover_{number}", DeviceType.WINDOW_COVERING)
        _shutter(sketch, config, topics, number)
        yield sketch


def _shutter(sketch: Sketch, config: Config, topics: Topics, number: int) -> None:
    options = config.sho[number - 1] if number <= len(config.sho) else 0
    inverted = bool(options & _INVERTED)
    name = f"Shutter{number}"
    sources = [*topics.states(f"ShutterPosition{number}")[:-2], *topics.sensed]
    position = steps(100, 0) if inverted else steps(0, 100)
    sketch.property(
        "WindowCovering.position",
        _everywhere(sources, (name, "Position"), position),
        lambda value: topics.to(f"ShutterPosition{number}", rendered(position.write(value))),
    )
    sketch.property(
        "WindowCovering.operation",
        _everywhere(sources, (name, "Direction"), _direction(_MOVING, inverted=inverted)),
        shape={"choices": tuple(_MOVING.values())},
    )
    tilt = config.sht[number - 1] if number <= len(config.sht) else ()
    if len(tilt) == 3 and tilt[2] and tilt[0] != tilt[1]:
        slats = steps(tilt[0], tilt[1])
        sketch.property(
            "WindowCovering.tilt",
            _everywhere(sources, (name, "Tilt"), slats),
            lambda value: topics.to(f"ShutterTilt{number}", rendered(slats.write(value))),
        )
    sketch.action("WindowCovering.stop", topics.to(f"ShutterStop{number}", ""))


def _direction(words: Mapping[int, str], *, inverted: bool) -> Codec:
    def read(said: object) -> Value | Missing:
        if type(said) is not int or said not in words:
            raise UnreadableError(f"Direction is {excerpt(said)}, not -1, 0 or 1")
        return words[-said if inverted else said]

    def write(value: Value) -> object:
        raise UnwritableError(f"cannot be {excerpt(value)}")

    return Codec(read, write)


def _everywhere(
    sources: Iterable[Source], path: tuple[str, ...], codec: Codec
) -> list[tuple[str, Read]]:
    return [(topic, at((*begin, *path), codec)) for topic, begin in sources]
