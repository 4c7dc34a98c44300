"""A text with expressions in it: `The kitchen is {temperature of kitchen} warm`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import final

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.view import View
from hubd.model.ids import AreaId, PropertyId
from hubd.model.value import Value
from scenes.expression.expression import NO_VARIABLES, Bound, Expression, parse
from scenes.expression.tree import mistake
from scenes.expression.types import Sort, Type
from scenes.quantities import format_duration
from scenes.units import unit

_UNKNOWN = "unknown"


class Text(Struct, frozen=True):
    """What is said: texts as they are, and expressions. Braces are doubled to mean themselves."""

    parts: tuple[str | Expression, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The names of places, things and people in it, each once."""
        words = (word for expression in self.expressions for word in expression.words)
        return tuple(dict.fromkeys(words))

    def tokens(self) -> Iterator[str]:
        """Yield the tokens (listening.Program.wants) that its meaning may change with."""
        for expression in self.expressions:
            yield from expression.tokens()

    @property
    def expressions(self) -> Iterator[Expression]:
        """The expressions in it."""
        return (part for part in self.parts if isinstance(part, Expression))

    def bind(self, home: Home, here: AreaId | None = None) -> "Saying":
        """Return what it says in `home`."""
        return Saying(
            [
                part if isinstance(part, str) else (part.bind(home, here), part.type)
                for part in self.parts
            ]
        )


@final
class Saying:
    """A text in a home; `keys` are the properties that it changes with."""

    __slots__ = ("_parts", "keys")

    def __init__(self, parts: Sequence[str | tuple[Bound, Type]]) -> None:
        self._parts = tuple(parts)
        keys = (key for part in parts if not isinstance(part, str) for key in part[0].keys)
        self.keys: tuple[PropertyId, ...] = tuple(dict.fromkeys(keys))

    def say(self, view: View, variables: Mapping[str, Value] = NO_VARIABLES) -> str:
        """Return the text as it is now; what is not known is "unknown"."""
        return "".join(
            part if isinstance(part, str) else said(part[0].value(view, variables), part[1])
            for part in self._parts
        )


def parse_text(text: str, scope: Mapping[str, Type]) -> Text:
    """Return what `text` says. Raises "wrong", which says at which character."""
    parts, plain, at = list[str | Expression](), "", 0
    while at < len(text):
        sign = text[at]
        if sign in "{}" and text[at : at + 2] == sign * 2:
            plain, at = plain + sign, at + 2
        elif sign == "{":
            end = text.find("}", at)
            if end < 0:
                raise mistake("this { is not closed", at, "add }, or write {{ for the sign itself")
            parts += [plain] if plain else []
            parts.append(parse(text[:end], scope, at + 1))
            plain, at = "", end + 1
        elif sign == "}":
            raise mistake("this } closes nothing", at, "write }} for the sign itself")
        else:
            plain, at = plain + sign, at + 1
    return Text((*parts, plain) if plain else tuple(parts))


def said(value: Value, of: Type) -> str:
    """Return a value of the type `of` as people say it: "21.5 °C", "yes", "1 h 30 min"."""
    match value:
        case None:
            return _UNKNOWN
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case _ if of.sort is Sort.NUMBER and of.unit == unit("s"):
            return _time(value)
        case _:
            named = "°C" if of.unit.is_difference else str(of.unit) if of.unit.parts else ""
            return f"{_rounded(value)} {named}".rstrip()


def _time(seconds: float) -> str:
    """Return a length of time in whole seconds; in whole minutes from an hour on."""
    step = 60 if abs(seconds) >= 3600 else 1
    whole = round(abs(seconds) / step) * step
    sign = "-" if seconds < 0 and whole else ""
    return sign + format_duration(whole * 1_000_000)


def _rounded(number: float) -> str:
    """Return three digits or so, and no more than people listen to: 21.5, 1240, 0.034."""
    size = abs(number)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    text = f"{number:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
