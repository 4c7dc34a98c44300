"""Colours and brightness of lights, from Home Assistant's scales to ours."""

import colorsys

from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.measures import number, quantity

_NAMED = {
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "pink": (255, 192, 203),
    "cyan": (0, 255, 255),
    "magenta": (255, 0, 255),
    "white": (255, 255, 255),
    "violet": (238, 130, 238),
    "turquoise": (64, 224, 208),
    "teal": (0, 128, 128),
    "gold": (255, 215, 0),
    "indigo": (75, 0, 130),
    "coral": (255, 127, 80),
    "salmon": (250, 128, 114),
    "crimson": (220, 20, 60),
    "darkorange": (255, 140, 0),
    "lightblue": (173, 216, 230),
    "skyblue": (135, 206, 235),
    "warmwhite": (253, 245, 230),
    "aqua": (0, 255, 255),
    "navy": (0, 0, 128),
    "darkred": (139, 0, 0),
    "darkblue": (0, 0, 139),
    "hotpink": (255, 105, 180),
    "tomato": (255, 99, 71),
    "chocolate": (210, 105, 30),
}
_NORMAL_K = 2700


def numbers(value: object, count: int) -> list[float]:
    """Return `value` as so many numbers. Raises NotCarriedError."""
    items = value if isinstance(value, list | tuple) else str(value).strip("[]()").split(",")
    try:
        found = [float(str(item)) for item in items]
    except ValueError as error:
        raise NotCarriedError(f'the colour "{value}"') from error
    if len(found) < count or not all(abs(n) < 1e6 for n in found):
        raise NotCarriedError(f'the colour "{value}"')
    return found


def look(key: str, value: object) -> dict[str, object]:
    """Return the settings that a colour of Home Assistant's is. Raises NotCarriedError."""
    match key:
        case "rgb_color" | "rgbw_color" | "rgbww_color":
            red, green, blue = numbers(value, 3)[:3]
            return _hue(red, green, blue)
        case "color_name":
            named = _NAMED.get(str(value).replace(" ", "").casefold())
            if named is None:
                raise NotCarriedError(f'the colour "{value}"')
            return _hue(*named)
        case "hs_color":
            hue, saturation = numbers(value, 2)[:2]
            return _colored(hue, saturation)
        case "xy_color":
            x, y = numbers(value, 2)[:2]
            return {"ColorControl.x": number(x), "ColorControl.y": number(y)}
        case "color_temp":
            mireds = numbers([value], 1)[0]
            return _white(1e6 / mireds if mireds > 0 else _NORMAL_K)
        case _:
            return _white(numbers([value], 1)[0])


def _white(kelvin: float) -> dict[str, object]:
    return {"color temperature": quantity(round(min(max(kelvin, 1000), 12000) / 10) * 10, "K")}


def _hue(red: float, green: float, blue: float) -> dict[str, object]:
    hue, saturation, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    return _colored(hue * 360, saturation * 100)


def _colored(hue: float, saturation: float) -> dict[str, object]:
    hue, saturation = min(max(hue, 0), 360), min(max(saturation, 0), 100)
    return {"hue": quantity(round(hue), "°"), "saturation": quantity(round(saturation), "%")}


def percent(brightness: float) -> float:
    """Return a brightness of 0 to 255 in percent."""
    return round(min(max(brightness, 0), 255) * 100 / 255)
