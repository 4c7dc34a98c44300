"""Lights with a topic for each thing. Source: .../integrations/light.mqtt/ (default schema)."""

from collections.abc import Callable, Mapping, Sequence

from drivers.kit import color
from drivers.mqtt.codec import either, number, steps, text
from drivers.mqtt.components.light_json import json_light
from drivers.mqtt.components.light_traits import kelvins, light_type, warmth
from drivers.mqtt.draft import Draft
from drivers.mqtt.errors import UnreadableError, UnwritableError, excerpt
from drivers.mqtt.part import Joint, Publish
from drivers.mqtt.payload import MISSING, Payload, rendered
from hubd.model.device import DeviceType
from hubd.model.value import Value

_ON, _LEVEL = "OnOff.on", "LevelControl.level"
_HUE, _SATURATION = "ColorControl.hue", "ColorControl.saturation"


def light(draft: Draft) -> DeviceType:
    """Add what the light can do, by its schema."""
    match draft.options.text("schema", "basic"):
        case "basic" | "default":
            return _basic_light(draft)
        case "json":
            return json_light(draft)
        case schema:
            draft.trouble(f"not carried yet: lights of the schema {schema!r}")
            return DeviceType.ON_OFF_LIGHT


def _basic_light(draft: Draft) -> DeviceType:
    options = draft.options
    level = steps(0, options.number("brightness_scale", 255))
    own = "state_value_template"
    draft.property(
        _ON,
        either(yes=options.text("payload_on", "ON"), no=options.text("payload_off", "OFF")),
        state="state_topic",
        state_template=own if own in options else "value_template",
        command="command_topic",
    )
    draft.property(
        _LEVEL,
        level,
        state="brightness_state_topic",
        state_template="brightness_value_template",
        command="brightness_command_topic",
        command_template="brightness_command_template",
    )
    draft.property(
        "ColorControl.colorTemperature",
        warmth(options),
        state="color_temp_state_topic",
        state_template="color_temp_value_template",
        command="color_temp_command_topic",
        command_template="color_temp_command_template",
        shape=kelvins(options),
    )
    if options.text("on_command_type") == "brightness":
        _switch_by_brightness(draft)
    effects = options.texts("effect_list")
    draft.property(
        "Light.effect",
        text(effects),
        state="effect_state_topic",
        state_template="effect_value_template",
        command="effect_command_topic",
        command_template="effect_command_template",
        shape={"choices": effects} if effects else None,
    )
    draft.property(
        "ColorControl.mode",
        text(),
        state="color_mode_state_topic",
        state_template="color_mode_value_template",
    )
    form = next((f for f in _FORMS if f"{f}_command_topic" in options), "")
    if form:
        _tint(draft, form)
    if "white_command_topic" in options:
        draft.trouble("not carried yet: white_command_topic")
    return light_type(draft)


def _switch_by_brightness(draft: Draft) -> None:
    """Have the light, which is switched on by its brightness, come on as bright as it was."""
    switch, dim = draft.writer(_ON), draft.writer(_LEVEL)
    if switch is None or dim is None:
        return
    latest: list[Value] = [100.0]

    def write(value: Value) -> Publish:
        return dim(latest[0]) if value is True else switch(value)

    def remember(value: Value) -> None:
        if value:
            latest[0] = value

    draft.writes(_ON, write)
    draft.watch(_LEVEL, remember)


def _hs_of_xy(said: Sequence[float]) -> tuple[float, float]:
    return color.hue_saturation_of_xy(said[0], said[1])


def _hs_of_rgb(said: Sequence[float]) -> tuple[float, float]:
    return color.hue_saturation(said[0], said[1], said[2])


type _Read = Callable[[Sequence[float]], tuple[float, float]]
type _Write = Callable[[float, float], Mapping[str, float]]


def _rgb(hue: float, saturation: float) -> Mapping[str, float]:
    return dict(zip(("red", "green", "blue"), color.rgb(hue, saturation), strict=True))


_FORMS: Mapping[str, tuple[int, _Read, _Write]] = {
    "hs": (2, lambda said: (said[0], said[1]), lambda h, s: {"hue": h, "sat": s}),
    "rgb": (3, _hs_of_rgb, _rgb),
    "rgbw": (4, _hs_of_rgb, lambda h, s: {**_rgb(h, s), "white": 0}),
    "rgbww": (5, _hs_of_rgb, lambda h, s: {**_rgb(h, s), "cold_white": 0, "warm_white": 0}),
    "xy": (2, _hs_of_xy, lambda h, s: dict(zip("xy", color.xy(h, s), strict=True))),
}
"""A colour's form -> how many numbers it is, and these from and to hue and saturation."""


def _tint(draft: Draft, form: str) -> None:
    """Add hue and saturation, told and taken as numbers with commas between."""
    options = draft.options
    state, command = options.topic(f"{form}_state_topic"), options.target(f"{form}_command_topic")
    count, to_hs, from_hs = _FORMS[form]
    variables = frozenset(from_hs(0.0, 0.0))
    fill = options.template(f"{form}_command_template", variables)
    source = draft.source(f"{form}_value_template")
    latest = {_HUE: 0.0, _SATURATION: 100.0}
    assumed = draft.optimistic or not state
    for name in latest:
        draft.add(name, writable=True, assumed=assumed)

    def read(payload: Payload) -> Sequence[tuple[str, Value]]:
        said = source(payload) if source else payload.text
        if said is MISSING or said in {"", "None", None}:
            return ()
        hue, saturation = to_hs(_numbers(said, count))
        latest[_HUE], latest[_SATURATION] = hue, saturation
        return ((_HUE, hue), (_SATURATION, saturation))

    def write(values: Mapping[str, Value]) -> Publish:
        hue, saturation = (_plain(values.get(name, latest[name])) for name in latest)
        said = from_hs(hue, saturation)
        if fill is None:
            return draft.message(command, ",".join(f"{v:g}" for v in said.values()))
        return draft.message(command, rendered(fill(Payload(b"", said))))

    if state:
        draft.splits(state, read)
    draft.writes_jointly(Joint(frozenset(latest), write))


def _numbers(said: object, count: int) -> list[float]:
    parts = said if isinstance(said, list) else rendered(said).strip("[]() ").split(",")
    read = number().read
    values = [v for v in map(read, parts) if isinstance(v, float)]
    if len(values) != count or len(parts) != count:
        raise UnreadableError(f"says {excerpt(said)}, not {count} numbers with commas between")
    return values


def _plain(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnwritableError(f"takes a number, not {excerpt(value)}")
    return float(value)
