"""The colours that a lamp can show: a triangle in the CIE 1931 diagram. Pure.

Source: https://developers.meethue.com/develop/application-design-guidance/color-conversion-formulas-rgb-to-xy-and-back/
"""

from drivers.hue.resource import Point, Triangle

_CLOSE = 0.01


def shown(asked: Point, gamut: Triangle | None) -> Point:
    """Return the colour that a lamp shows when it is asked for one: the nearest that it can."""
    if gamut is None or _inside(asked, gamut):
        return asked
    corners = (gamut.red, gamut.green, gamut.blue)
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    return min((_nearest(asked, a, b) for a, b in sides), key=lambda p: _distance(asked, p))


def alike(one: Point, other: Point) -> bool:
    """Say whether two colours are one for the eye."""
    return abs(one.x - other.x) <= _CLOSE and abs(one.y - other.y) <= _CLOSE


def _inside(point: Point, gamut: Triangle) -> bool:
    turns = (
        _turn(gamut.red, gamut.green, point),
        _turn(gamut.green, gamut.blue, point),
        _turn(gamut.blue, gamut.red, point),
    )
    return all(t >= 0 for t in turns) or all(t <= 0 for t in turns)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)


def _nearest(point: Point, a: Point, b: Point) -> Point:
    length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2
    if length == 0:
        return a
    along = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length
    along = min(1.0, max(0.0, along))
    return Point(a.x + along * (b.x - a.x), a.y + along * (b.y - a.y))


def _distance(a: Point, b: Point) -> float:
    return (a.x - b.x) ** 2 + (a.y - b.y) ** 2
