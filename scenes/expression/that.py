"""An expression as a state of the home, and how it is told."""

from collections.abc import Mapping
from typing import final

from hubd.core.home import Home
from hubd.core.view import View
from hubd.model.ids import AreaId
from hubd.model.value import Value
from scenes.expression.expression import Bound, Expression
from scenes.expression.reading import title_of
from scenes.expression.tree import (
    Binary,
    Call,
    Converted,
    Node,
    Number,
    Plain,
    Reading,
    Unary,
    Variable,
    written,
)
from scenes.states import Told
from scenes.targets import HERE, areas_of


@final
class That(Told):
    """Holds if an expression is so; what is unknown is not."""

    __slots__ = ("_bound", "_variables")

    def __init__(self, bound: Bound, told: Told, variables: Mapping[str, Value]) -> None:
        super().__init__(told.keys, told.clauses, told.lasts, told.over)
        self._bound = bound
        self._variables = variables

    def holds(self, view: View) -> bool:
        """Say whether it holds now."""
        return self._bound.value(view, self._variables) is True


def that(
    expression: Expression,
    home: Home,
    here: AreaId | None,
    variables: Mapping[str, Value],
    *,
    only_here: bool = False,
) -> That:
    """Return the state that a yes or no `expression` is in `home`, with `variables` as they are."""
    bound = expression.bind(home, here, only_here=only_here)
    teller = _Teller(home, here)
    tree = expression.tree
    clauses: dict[str, str] = dict.fromkeys(bound.keys, teller.became(tree))
    told = Told(bound.keys, clauses, teller.was(tree), teller.ceased(tree))
    return That(bound, told, variables)


_IS = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "=": "",
    "!=": "not",
}
_SIGNS = {"*": "times", "/": "by", "+": "+", "-": "-"}


class _Teller:
    """Tells expressions in words, with the names of the home."""

    def __init__(self, home: Home, here: AreaId | None) -> None:
        self._home = home
        self._here = here

    def became(self, node: Node) -> str:
        """Say that it came about."""
        match node:
            case Binary("=", left, right):
                return f"{self._words(left)} became {self._words(right)}"
            case Binary("<" | ">" as sign, left, right):
                return f"{self._words(left)} went {_IS[sign]} {self._words(right)}"
            case _:
                return self._clause(node, "is")

    def was(self, node: Node) -> str:
        """Say that it was so."""
        return self._clause(node, "was")

    def ceased(self, node: Node) -> str:
        """Say that it is so no more."""
        match node:
            case Binary("<" | "<=" | ">" | ">=" as sign, left, right):
                limit = f"{_IS[sign]} {self._words(right)}"
                return f"{self._words(left)} is not {limit} any more"
            case _:
                return f"it is no more so that {self._clause(node, 'is')}"

    def _clause(self, node: Node, verb: str) -> str:
        match node:
            case Binary("and" | "or" as sign, left, right):
                return f"{self._clause(left, verb)} {sign} {self._clause(right, verb)}"
            case Binary(sign, left, right) if sign in _IS:
                is_so = f"{verb} {_IS[sign]}".rstrip()
                return f"{self._words(left)} {is_so} {self._words(right)}"
            case Unary("not", inner):
                return f"it {verb} not so that {self._clause(inner, verb)}"
            case Reading(measure, of):
                return f"{self._title(of)} {verb} {title_of(measure)}"
            case _:
                return f"{self._words(node)} {verb} so"

    def _words(self, node: Node) -> str:
        match node:
            case Reading(measure, of):
                return f"the {title_of(measure)} of {self._title(of)}"
            case Binary(sign, left, right) if sign in _SIGNS:
                return f"{self._words(left)} {_SIGNS[sign]} {self._words(right)}"
            case Call(function, parts):
                of = " and ".join(self._words(part) for part in parts)
                return f"the {function} of {of}"
            case Plain(str() as text):
                return text
            case Converted(inner, _):
                return self._words(inner)
            case Number() | Variable() | Plain() | Unary() | Binary():
                return written(node)

    def _title(self, word: str) -> str:
        home = self._home
        if word == HERE:
            area = home.areas.get(self._here) if self._here is not None else None
            return area.name if area is not None else "there"
        areas = areas_of(word, home)
        if len(areas) == 1:
            return home.areas[areas[0]].name
        names = [
            *(floor.name for floor in home.find_floors(word)),
            *(device.name for device in home.find_devices(word)),
            *(person.name for person in home.find_people(word)),
        ]
        return names[0] if names else word
