"""The parts of an expression, and how they are written. Parts say where they stand: `at`."""

from decimal import Decimal

from msgspec import Struct

from hubd.documents import wrong
from scenes.units import Conversion


class _Part(Struct, frozen=True, kw_only=True):
    at: int = 0
    """Where it begins in the text, counted from 0."""


class Number(_Part, frozen=True):
    """A number with its unit as written ("%/lx"); never less than nothing without its sign."""

    number: float
    unit: str = ""


class Plain(_Part, frozen=True):
    """A text, or yes or no."""

    value: str | bool


class Variable(_Part, frozen=True):
    """A variable by its name."""

    name: str


class Reading(_Part, frozen=True):
    """What is read from the home: a measure (or a property's name) `of` a place or a thing."""

    measure: str
    of: str


class Unary(_Part, frozen=True):
    """`-` or `not` of something."""

    sign: str
    inner: "Node"


class Binary(_Part, frozen=True):
    """Two parts with a sign of SIGNS between them; `at` is where the sign stands."""

    sign: str
    left: "Node"
    right: "Node"


class Call(_Part, frozen=True):
    """A function of some parts."""

    function: str
    parts: tuple["Node", ...]


class Converted(_Part, frozen=True):
    """A part in another unit; the check of types puts it there, nobody writes it."""

    inner: "Node"
    conversion: Conversion


type Node = Number | Plain | Variable | Reading | Unary | Binary | Call | Converted

COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
RANKS: dict[str, int] = {
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(COMPARISONS, 4),
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
"""Sign -> how tightly it binds."""
_NEGATIVE = 7
_ATOM = 8


def mistake(message: str, at: int, hint: str = "") -> Exception:
    """Return the error to raise for something wrong at a place in an expression's text."""
    return wrong(f"{message}, at character {at + 1}", hint)


def written(node: Node) -> str:
    """Return the text of `node`, which parses to the same parts."""
    return _written(node)[0]


def _written(node: Node) -> tuple[str, int]:  # noqa: PLR0911 - one case a kind of part
    """Return the text, and how tightly it binds."""
    match node:
        case Number(number, unit):
            return f"{plain_number(number)} {unit}".rstrip(), _ATOM if number >= 0 else _NEGATIVE
        case Plain(value):
            return (quoted(value) if isinstance(value, str) else str(value).lower()), _ATOM
        case Variable(name):
            return name, _ATOM
        case Reading(measure, of):
            return f"{measure} of {quoted(of)}", _ATOM
        case Unary("-", inner):
            return f"-({written(inner)})", _NEGATIVE
        case Unary(sign, inner):
            return f"{sign} {_held(inner, RANKS[sign])}", RANKS[sign]
        case Binary(sign, left, right):
            rank = RANKS[sign]
            # Comparisons do not chain: both sides must bind tighter.
            first = _held(left, rank + (sign in COMPARISONS))
            return f"{first} {sign} {_held(right, rank + 1)}", rank
        case Call(function, parts):
            return f"{function}({', '.join(map(written, parts))})", _ATOM
        case Converted(inner, _):
            return _written(inner)


def _held(node: Node, rank: int) -> str:
    text, own = _written(node)
    return text if own >= rank else f"({text})"


def quoted(text: str) -> str:
    """Return `text` in quotes."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def plain_number(number: float) -> str:
    """Return all digits of `number`, without an exponent."""
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")
