"""Tasmota's switches and buttons, where they are told over MQTT (SetOption114, SetOption73). Pure.

Source: https://tasmota.github.io/docs/Buttons-and-Switches/ (SwitchMode, and the actions).
"""

from collections.abc import Iterator, Mapping

from drivers.mqtt.codec import Codec, either
from drivers.mqtt.part import Part, Reach
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.sketch import Sketch, at, found
from drivers.mqtt.tasmota.config import Config
from drivers.mqtt.tasmota.topics import Topics
from hubd.model.device import DeviceType
from hubd.model.value import Value

_UNUSED = -1
_FOLLOWING = frozenset({1, 2, 3, 4, 5, 6, 9, 10, 13, 14, 15, 16})
"""The modes in which a switch has a state: it follows a contact."""
_PULSED = frozenset({13, 14})
"""The modes that tell on and never off."""
_PULSE_S = 1.0
_PRESSED = frozenset({0, 3, 4, 5, 6, 7, 8, 11, 12})
"""The modes that tell a press, as the word for toggle."""
_HELD: Mapping[int, str] = {5: "hold", 6: "hold", 8: "double", 9: "double", 10: "double"}
"""What the word for hold means, by mode."""
_ACTIONS = ("single", "double", "triple", "quad", "penta", "hold")


def inputs(config: Config, topics: Topics, reach: Reach | None) -> Iterator[tuple[str, Part]]:
    """Yield the name and the part of each switch and button that is told."""
    for place, mode in enumerate(config.swc):
        if mode > _UNUSED:
            sketch = _switch(config, topics, place, mode)
            delay_s = _PULSE_S if mode in _PULSED else None
            yield sketch.endpoint, sketch.part(reach=reach, off_delay_s=delay_s)
    for place, used in enumerate(config.btn):
        if used and config.option(73):
            sketch = _button(config, topics, place)
            yield sketch.endpoint, sketch.part(reach=reach)


def _switch(config: Config, topics: Topics, place: int, mode: int) -> Sketch:
    named = config.swn[place] if place < len(config.swn) else None
    key = named or f"Switch{place + 1}"
    sketch = Sketch(f"input_{place + 1}", DeviceType.GENERIC_SWITCH, named or "")
    if mode in _FOLLOWING:
        sketch.kind = DeviceType.GENERIC
        words = {*config.state[2:]}
        state = either(yes=config.state[1], no=config.state[0]).skipping(words)
        acted = [(topic, at((*begin, key, "Action"), state)) for topic, begin in topics.happened]
        told = [(topic, at((*begin, key), _word(state))) for topic, begin in topics.sensed]
        sketch.property("BooleanState.state", acted if mode in _PULSED else [*acted, *told])
    meant: dict[str, str] = {}
    if mode in _PRESSED:
        meant[config.state[2]] = "single"
    if mode in _HELD:
        meant[config.state[3]] = _HELD[mode]
    if meant:
        _pressed(sketch, topics, key, meant)
    return sketch


def _word(codec: Codec) -> Codec:
    """Return `codec`, to which an object says nothing: that is what happened, not what is."""
    read = codec.read

    def decode(said: object) -> Value | Missing:
        return MISSING if isinstance(said, dict) else read(said)

    return Codec(decode, codec.write)


def _button(config: Config, topics: Topics, place: int) -> Sketch:
    sketch = Sketch(f"button_{place + 1}", DeviceType.GENERIC_SWITCH)
    actions = ("single",) if config.option(13) else _ACTIONS
    meant = {action.upper(): action for action in actions}
    if config.option(11) and not config.option(13):
        meant |= {"SINGLE": "double", "DOUBLE": "single"}
    _pressed(sketch, topics, f"Button{place + 1}", meant)
    return sketch


def _pressed(sketch: Sketch, topics: Topics, key: str, meant: Mapping[str, str]) -> None:
    def read(payload: Payload) -> str | None:
        action = found(payload.json, (key, "Action"))
        return meant.get(action) if isinstance(action, str) else None

    where = [topic for topic, _ in topics.happened]
    sketch.signal("Switch.pressed", where, read, tuple(meant.values()))
