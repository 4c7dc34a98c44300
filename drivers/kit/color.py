"""Colours: hue and saturation to and from RGB and CIE xy.

xy is by the wide gamut D65 matrices of https://developers.meethue.com (colour conversions), which
is what lamps that speak xy are made for.
"""

import colorsys


def rgb(hue: float, saturation: float) -> tuple[int, int, int]:
    """Return red, green and blue (0-255) of a hue (0-360 °) and a saturation (0-100 %)."""
    red, green, blue = colorsys.hsv_to_rgb(hue / 360 % 1, saturation / 100, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def hue_saturation(red: float, green: float, blue: float) -> tuple[float, float]:
    """Return hue (0-360 °) and saturation (0-100 %) of red, green and blue, in any one scale."""
    top = max(red, green, blue)
    if top <= 0:
        return 0.0, 0.0
    hue, saturation, _ = colorsys.rgb_to_hsv(red / top, green / top, blue / top)
    return round(hue * 360, 2), round(saturation * 100, 2)


def xy(hue: float, saturation: float) -> tuple[float, float]:
    """Return CIE x and y of a hue (0-360 °) and a saturation (0-100 %)."""
    red, green, blue = (
        _linear(c) for c in colorsys.hsv_to_rgb(hue / 360 % 1, saturation / 100, 1.0)
    )
    big_x = red * 0.664511 + green * 0.154324 + blue * 0.162028
    big_y = red * 0.283881 + green * 0.668433 + blue * 0.047685
    big_z = red * 0.000088 + green * 0.072310 + blue * 0.986039
    total = big_x + big_y + big_z
    return round(big_x / total, 4), round(big_y / total, 4)


def hue_saturation_of_xy(x: float, y: float) -> tuple[float, float]:
    """Return hue (0-360 °) and saturation (0-100 %) of CIE x and y."""
    if y <= 0:
        return 0.0, 0.0
    big_x, big_z = x / y, (1 - x - y) / y
    red = big_x * 1.656492 - 0.354851 - big_z * 0.255038
    green = -big_x * 0.707196 + 1.655397 + big_z * 0.036152
    blue = big_x * 0.051713 - 0.121364 + big_z * 1.011530
    top = max(red, green, blue)
    if top <= 0:
        return 0.0, 0.0
    return hue_saturation(*(_curved(max(0.0, c / top)) for c in (red, green, blue)))


def _linear(c: float) -> float:
    return ((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92


def _curved(c: float) -> float:
    return 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055
