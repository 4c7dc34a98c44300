"""What templates can do with values: operators, filters, tests and methods, all bounded.

Nothing here loops over more than its input, and no result grows beyond SIZE_LIMIT or INTEGER_LIMIT,
so that a template's work is bounded by its own length.
"""

import math
import operator
from collections.abc import Callable, Mapping

import msgspec

from drivers.mqtt.errors import UnreadableError, excerpt
from drivers.mqtt.payload import MISSING, rendered

SIZE_LIMIT = 64 * 1024
INTEGER_LIMIT = 1 << 63

type Operation = Callable[..., object]


def bounded(value: object) -> object:
    """Return `value`, or raise UnreadableError if it has grown too large."""
    if isinstance(value, str) and len(value) > SIZE_LIMIT:
        raise UnreadableError(f"a template's text grew beyond {SIZE_LIMIT} characters")
    if isinstance(value, int) and abs(value) > INTEGER_LIMIT:
        raise UnreadableError("a template's number grew beyond 64 bits")
    return value


def to_float(value: object, default: object = MISSING) -> object:
    """Return `value` as a float; `default` if it is none."""
    if isinstance(value, bool | int | float | str):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    if default is MISSING:
        raise UnreadableError(f"{excerpt(value)} is not a number")
    return default


def to_int(value: object, default: object = MISSING, base: object = 10) -> object:
    """Return `value` as a whole number, cut off at the point; `default` if it is none."""
    if isinstance(value, str) and isinstance(base, int) and base in {2, 8, 16}:
        try:
            return bounded(int(value, base))
        except ValueError:
            pass
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = to_float(value, None)
    if isinstance(number, float) and math.isfinite(number):
        return bounded(int(number))
    if default is MISSING:
        raise UnreadableError(f"{excerpt(value)} is not a number")
    return default


def to_bool(value: object, default: object = MISSING) -> object:
    """Return what `value` says of yes and no, in Home Assistant's words."""
    if isinstance(value, bool):
        return value
    word = rendered(value).strip().lower()
    if word in {"1", "1.0", "yes", "on", "true", "enable"}:
        return True
    if word in {"0", "0.0", "no", "off", "false", "disable"}:
        return False
    if default is MISSING:
        raise UnreadableError(f"{excerpt(value)} is neither true nor false")
    return default


def rounded(
    value: object, digits: object = 0, method: object = "common", default: object = MISSING
) -> object:
    """Return `value` rounded to `digits`: common, floor, ceil or half; whole without digits."""
    number = to_float(value, None)
    if not isinstance(number, float) or not isinstance(digits, int) or not math.isfinite(number):
        if default is MISSING:
            raise UnreadableError(f"{excerpt(value)} cannot be rounded")
        return default
    digits = max(-15, min(digits, 15))
    scale = 10.0**digits
    match method:
        case "floor":
            number = math.floor(number * scale) / scale
        case "ceil":
            number = math.ceil(number * scale) / scale
        case "half":
            number = round(number * 2) / 2
        case _:
            number = round(number, digits)
    return int(number) if digits == 0 and method != "half" else number


def or_default(value: object, default: object = "", boolean: object = False) -> object:
    """Return `default` where `value` is missing or, if `boolean`, means nothing."""
    return default if value is MISSING or (boolean and not value) else value


def length(value: object) -> object:
    """Return how many items `value` has."""
    if isinstance(value, str | list | dict | tuple):
        return len(value)
    raise UnreadableError(f"{excerpt(value)} has no length")


def to_json(value: object) -> object:
    """Return `value` as JSON text."""
    try:
        return bounded(msgspec.json.encode(None if value is MISSING else value).decode())
    except (TypeError, ValueError, RecursionError):
        raise UnreadableError(f"{excerpt(value)} cannot be written as JSON") from None


def from_json(value: object, default: object = MISSING) -> object:
    """Return what the JSON text `value` says."""
    try:
        return msgspec.json.decode(rendered(value))
    except (msgspec.DecodeError, RecursionError):
        if default is MISSING:
            raise UnreadableError(f"{excerpt(value)} is not JSON") from None
        return default


def item(value: object, key: object) -> object:
    """Return `value`'s item or field `key`; MISSING where there is none."""
    if isinstance(value, dict):
        return value.get(key, MISSING) if isinstance(key, str | int | float | None) else MISSING
    if isinstance(value, list | tuple | str) and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else MISSING
    return MISSING


def sliced(value: object, start: object, end: object) -> object:
    """Return the part of a text or a list from `start` to before `end`; None is either end."""
    if (
        isinstance(value, str | list)
        and isinstance(start, int | None)
        and isinstance(end, int | None)
    ):
        return value[slice(start, end)]
    raise UnreadableError(f"cannot take {excerpt(start)} to {excerpt(end)} of {excerpt(value)}")


def contains(whole: object, part: object) -> bool:
    """Say whether `part` is in `whole`."""
    if isinstance(whole, str):
        return isinstance(part, str) and part in whole
    if isinstance(whole, dict) and not isinstance(part, str | int | float | None):
        return False
    return isinstance(whole, list | tuple | dict) and part in whole


def _items(value: object) -> list[object]:
    if isinstance(value, list | tuple | str):
        return list(value)
    return list(value) if isinstance(value, dict) else []


def _first(value: object) -> object:
    return next(iter(_items(value)), MISSING)


def _last(value: object) -> object:
    return next(reversed(_items(value)), MISSING)


def _joined(value: object, separator: object = "") -> object:
    return bounded(rendered(separator).join(rendered(v) for v in _items(value)))


def _replaced(value: object, old: object, new: object, count: object = -1) -> object:
    if not isinstance(count, int):
        raise UnreadableError(f"{excerpt(count)} is not a count")
    text, old, new = rendered(value), rendered(old), rendered(new)
    if len(new) > len(old) and text.count(old) * (len(new) - len(old)) > SIZE_LIMIT:
        raise UnreadableError(f"a template's text grew beyond {SIZE_LIMIT} characters")
    return bounded(text.replace(old, new, count))


def _split(value: object, separator: object = None, most: object = -1) -> object:
    sign = None if separator is None else rendered(separator)
    if sign == "" or not isinstance(most, int):
        raise UnreadableError(f"cannot split {excerpt(value)} at {excerpt(separator)}")
    return rendered(value).split(sign, most)


def _arithmetic(
    name: str, operation: Callable[[float, float], float]
) -> Callable[[object, object], object]:
    def calculate(a: object, b: object) -> object:
        if isinstance(a, int | float) and isinstance(b, int | float):
            try:
                return bounded(operation(a, b))
            except (ArithmeticError, ValueError) as error:
                raise UnreadableError(f"{a} {name} {b}: {error}") from None
        raise UnreadableError(f"cannot calculate {excerpt(a)} {name} {excerpt(b)}")

    return calculate


def plus(a: object, b: object) -> object:
    """Return the sum of two numbers, or two texts or lists in a row."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return bounded(a + b)
    if isinstance(a, str) and isinstance(b, str):
        return bounded(a + b)
    raise UnreadableError(f"cannot add {excerpt(a)} and {excerpt(b)}")


def _ordered(operation: Callable[..., object]) -> Callable[[object, object], object]:
    def compare(a: object, b: object) -> object:
        try:
            return operation(a, b)
        except TypeError:
            raise UnreadableError(f"cannot compare {excerpt(a)} and {excerpt(b)}") from None

    return compare


OPERATORS: Mapping[str, Callable[[object, object], object]] = {
    "+": plus,
    "-": _arithmetic("-", operator.sub),
    "*": _arithmetic("*", operator.mul),
    "/": _arithmetic("/", operator.truediv),
    "//": _arithmetic("//", operator.floordiv),
    "%": _arithmetic("%", operator.mod),
    "~": lambda a, b: bounded(rendered(a) + rendered(b)),
    "==": operator.eq,
    "!=": operator.ne,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "in": lambda part, whole: contains(whole, part),
    "not in": lambda part, whole: not contains(whole, part),
}

FILTERS: Mapping[str, Operation] = {
    "abs": lambda v: OPERATORS["*"](v, -1 if isinstance(v, int | float) and v < 0 else 1),
    "add": lambda v, n: plus(to_float(v), n),
    "bitwise_and": lambda a, b: _whole(a) & _whole(b),
    "bitwise_or": lambda a, b: _whole(a) | _whole(b),
    "bool": to_bool,
    "capitalize": lambda v: rendered(v).capitalize(),
    "count": length,
    "d": or_default,
    "default": or_default,
    "first": _first,
    "float": to_float,
    "from_json": from_json,
    "iif": lambda v, yes=True, no=False, none=MISSING: (
        none if v is None and none is not MISSING else yes if v and v is not MISSING else no
    ),
    "int": to_int,
    "is_defined": lambda v: v,
    "is_number": lambda v: isinstance(to_float(v, None), float),
    "join": _joined,
    "last": _last,
    "length": length,
    "list": _items,
    "lower": lambda v: rendered(v).lower(),
    "max": lambda v: max(_numbers(v), default=MISSING),
    "min": lambda v: min(_numbers(v), default=MISSING),
    "multiply": lambda v, n, default=MISSING: (
        OPERATORS["*"](to_float(v, None), n) if to_float(v, None) is not None else default
    ),
    "replace": _replaced,
    "round": rounded,
    "string": rendered,
    "sum": lambda v: sum(_numbers(v)),
    "title": lambda v: rendered(v).title(),
    "to_json": to_json,
    "tojson": to_json,
    "trim": lambda v: rendered(v).strip(),
    "upper": lambda v: rendered(v).upper(),
}


def _whole(value: object) -> int:
    number = to_int(value)
    if not isinstance(number, int):
        raise UnreadableError(f"{excerpt(value)} is not a whole number")
    return number


def _numbers(value: object) -> list[float]:
    items = _items(value)
    numbers = [v for v in items if isinstance(v, int | float)]
    if len(numbers) != len(items):
        raise UnreadableError(f"not all of {excerpt(value)} are numbers")
    return numbers


FUNCTIONS: Mapping[str, Operation] = {
    "bool": to_bool,
    "float": to_float,
    "iif": FILTERS["iif"],
    "int": to_int,
    "is_number": FILTERS["is_number"],
    "max": lambda *v: FILTERS["max"](v[0] if len(v) == 1 else v),
    "min": lambda *v: FILTERS["min"](v[0] if len(v) == 1 else v),
}

TESTS: Mapping[str, Operation] = {
    "defined": lambda v: v is not MISSING,
    "undefined": lambda v: v is MISSING,
    "none": lambda v: v is None,
    "number": lambda v: isinstance(v, int | float),
    "string": lambda v: isinstance(v, str),
    "mapping": lambda v: isinstance(v, dict),
    "iterable": lambda v: isinstance(v, str | list | tuple | dict),
    "sequence": lambda v: isinstance(v, str | list | tuple | dict),
    "boolean": lambda v: isinstance(v, bool),
    "true": lambda v: v is True,
    "false": lambda v: v is False,
    "even": lambda v: _whole(v) % 2 == 0,
    "odd": lambda v: _whole(v) % 2 == 1,
    "in": lambda v, whole: contains(whole, v),
    "eq": operator.eq,
    "equalto": operator.eq,
    "ne": operator.ne,
}

METHODS: Mapping[str, Operation] = {
    "get": lambda v, key, default=None: default if (found := item(v, key)) is MISSING else found,
    "endswith": lambda v, end: rendered(v).endswith(rendered(end)),
    "lower": FILTERS["lower"],
    "replace": _replaced,
    "split": _split,
    "startswith": lambda v, start: rendered(v).startswith(rendered(start)),
    "strip": FILTERS["trim"],
    "title": FILTERS["title"],
    "upper": FILTERS["upper"],
}
