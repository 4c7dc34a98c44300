"""Lamps and switches: `light`, `ambient-light`, `night-light`, `switch`, `outlet`."""

from collections.abc import Mapping, Sequence

from drivers.kit import color
from drivers.miio.codec import Raw, number, plain, wanted
from drivers.miio.draft import Draft
from drivers.miio.profile import Put
from drivers.miio.services.part import Part, meanings, quantity, unit_of
from drivers.miio.spec import SpecProperty
from hubd.model.device import DeviceType
from hubd.model.ids import EndpointId
from hubd.model.value import Value

HUE, SATURATION = "ColorControl.hue", "ColorControl.saturation"
_COLOUR_MODES = frozenset({"color", "ct", "day", "white", "color_temperature", "flow", "colour"})


def light(draft: Draft, part: Part) -> None:
    """Add a lamp: on, level, warmth, colour, effect."""
    lamp = draft.endpoint(part.kind, DeviceType.ON_OFF_LIGHT, _title(part))
    part.switch(draft, lamp)
    kind = DeviceType.ON_OFF_LIGHT
    if _level(draft, lamp, part):
        kind = DeviceType.DIMMABLE_LIGHT
    if _warmth(draft, lamp, part):
        kind = DeviceType.COLOR_TEMPERATURE_LIGHT
    if (prop := part.take("color")) is not None:
        tint(draft, lamp, part.key(prop))
        kind = DeviceType.EXTENDED_COLOR_LIGHT
    if (prop := part.look("mode")) is not None and prop.value_list:
        mode = set(meanings(prop).values()) <= _COLOUR_MODES
        if part.choose(draft, lamp, "ColorControl.mode" if mode else "Light.effect", prop):
            part.drop(prop)
    draft.kind(lamp, kind)


def switch(draft: Draft, part: Part) -> None:
    """Add a plug or one gang of a switch."""
    plug = draft.endpoint("switch", DeviceType.ON_OFF_PLUG, _title(part))
    part.switch(draft, plug)


def tint(draft: Draft, endpoint: EndpointId, key: str) -> None:
    """Add hue and saturation, which the device has as one number of red, green and blue."""
    for place, name in enumerate((HUE, SATURATION)):
        draft.add(endpoint, name, writable=True)
        draft.reads(endpoint, name, (key,), lambda said, place=place: _parts(said)[place])  # type: ignore[misc]

    def write(wish: Mapping[str, Value], last: Mapping[str, Value]) -> Sequence[Put]:
        hue = wish.get(HUE, last.get(HUE))
        saturation = wish.get(SATURATION, last.get(SATURATION))
        red, green, blue = color.rgb(
            wanted(0.0 if hue is None else hue), wanted(100.0 if saturation is None else saturation)
        )
        return ((key, red << 16 | green << 8 | blue),)

    draft.writes(endpoint, (HUE, SATURATION), write)


def _parts(said: Sequence[Raw]) -> tuple[float, float]:
    rgb = int(plain(said[0])) & 0xFFFFFF
    return color.hue_saturation(rgb >> 16, rgb >> 8 & 255, rgb & 255)


def _level(draft: Draft, lamp: EndpointId, part: Part) -> bool:
    prop = part.look("brightness")
    if prop is None or not prop.numeric or prop.bounds is None:
        return False
    part.drop(prop)
    low, high = prop.bounds
    scale = 100.0 / high
    codec = number(scale, low=low * scale, high=100.0, whole=prop.whole)
    shape = {"minimum": round(low * scale, 2), "tolerance": max(1.0, scale / 2)}
    part.carry(draft, lamp, "LevelControl.level", prop, codec, shape=shape)
    return True


def _warmth(draft: Draft, lamp: EndpointId, part: Part) -> bool:
    prop = part.look("color-temperature")
    if prop is None or not _in_kelvins(prop):
        return False
    found = quantity(prop, "K")
    if found is None:
        return False
    part.drop(prop)
    shape = {**found.shape, "tolerance": 60.0}
    part.carry(draft, lamp, "ColorControl.colorTemperature", prop, found.codec, shape=shape)
    return True


def _in_kelvins(prop: SpecProperty) -> bool:
    return prop.bounds is not None and prop.bounds[0] >= 1000 and unit_of(prop) in {"K", ""}


def _title(part: Part) -> str:
    return "" if part.title.casefold() in {part.kind, ""} else part.title
