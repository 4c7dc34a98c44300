"""What lights of all schemas have in common: their kind, and how they tell white's warmth."""

from collections.abc import Mapping

from drivers.mqtt.codec import Codec, mireds, number
from drivers.mqtt.discovery.options import Options
from drivers.mqtt.draft import Draft
from hubd.model.device import DeviceType


def light_type(draft: Draft) -> DeviceType:
    """Return the kind of light that has the draft's properties."""
    if draft.has("ColorControl.hue"):
        return DeviceType.EXTENDED_COLOR_LIGHT
    if draft.has("ColorControl.colorTemperature"):
        return DeviceType.COLOR_TEMPERATURE_LIGHT
    if draft.has("LevelControl.level"):
        return DeviceType.DIMMABLE_LIGHT
    return DeviceType.ON_OFF_LIGHT


def warmth(options: Options) -> Codec:
    """Return how the light tells its colour temperature: in kelvins, or in mireds."""
    return number(whole=True) if options.flag("color_temp_kelvin") else mireds()


def kelvins(options: Options) -> Mapping[str, object]:
    """Return the range of colour temperatures, for the property's shape."""
    low = options.number("min_kelvin", 1e6 / max(1.0, options.number("max_mireds", 500)))
    high = options.number("max_kelvin", 1e6 / max(1.0, options.number("min_mireds", 153)))
    return {"minimum": float(round(low)), "maximum": float(round(high))}
