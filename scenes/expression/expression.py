"""An expression: parsed and checked with its units when loaded, bound to a home, then evaluated."""

from collections.abc import Iterator, Mapping
from typing import final

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.listening import EVERYTHING
from hubd.core.view import View
from hubd.documents import wrong
from hubd.model.ids import AreaId, PropertyId
from hubd.model.value import Value
from scenes.expression.evaluate import Evaluator, evaluator, finite
from scenes.expression.grammar import parse_tree
from scenes.expression.reading import Where, read_by
from scenes.expression.tree import (
    Binary,
    Call,
    Converted,
    Node,
    Reading,
    Unary,
    Variable,
    written,
)
from scenes.expression.types import Sort, Type, check, fitted
from scenes.targets import HERE, wants_of

NO_VARIABLES: Mapping[str, Value] = {}


@final
class Bound:
    """An expression in a home; `keys` are the properties that its value changes with."""

    __slots__ = ("_evaluator", "_sort", "keys")

    def __init__(self, of: Evaluator, keys: tuple[PropertyId, ...], sort: Sort) -> None:
        self._evaluator = of
        self._sort = sort
        self.keys = keys

    def value(self, view: View, variables: Mapping[str, Value] = NO_VARIABLES) -> Value:
        """Return the value now, in the expression's own type and unit; None if it is unknown.

        Raises nothing; what is of another type than it should be is not known.
        """
        value = self._evaluator(view, variables)
        match self._sort:
            case Sort.YES_NO:
                return value if isinstance(value, bool) else None
            case Sort.TEXT:
                return value if isinstance(value, str) else None
            case Sort.NUMBER:
                return finite(value)


class Expression(Struct, frozen=True):
    """A checked expression: its parts as written, the same with conversions, and its type."""

    tree: Node
    checked: Node
    type: Type

    def __str__(self) -> str:
        """Return its text."""
        return written(self.tree)

    @property
    def words(self) -> tuple[str, ...]:
        """The names of places, things and people in it, each once."""
        return tuple(dict.fromkeys(part.of for part in readings(self.checked)))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in it, each once."""
        return tuple(dict.fromkeys(variables(self.checked)))

    def tokens(self) -> Iterator[str]:
        """Yield the tokens (listening.Program.wants) that its meaning may change with."""
        yield from (wants_of(word) for word in self.words if word != HERE)
        if any(part.measure in {"home", "away"} for part in readings(self.checked)):
            # Whose phone a device is shows by its name alone, which is not a token.
            yield EVERYTHING

    def of_type(self, wanted: Type) -> "Expression":
        """Return it with its value in the type and unit `wanted`. Raises "wrong"."""
        node = fitted((self.checked, self.type), wanted, self.tree.at)
        return Expression(self.tree, node, wanted)

    def bind(self, home: Home, here: AreaId | None = None, *, only_here: bool = False) -> Bound:
        """Return what it reads in `home`; `only_here`: nothing but what is in the area `here`."""
        where = Where(home, here, only_here)
        found = {(r.measure, r.of): read_by(r.measure, r.of, where) for r in readings(self.checked)}
        keys = dict.fromkeys(key for props, _ in found.values() for key in props)
        by_reading = {reading: reader for reading, (_, reader) in found.items()}
        return Bound(evaluator(self.checked, by_reading), tuple(keys), self.type.sort)


def parse(text: str, scope: Mapping[str, Type], start: int = 0) -> Expression:
    """Return the expression that `text` says from `start` on; `scope` types its variables.

    Raises "wrong", which says what is wrong and at which character.
    """
    tree = parse_tree(text, start)
    checked, kind = check(tree, scope)
    return Expression(tree, checked, kind)


def readings(node: Node) -> Iterator[Reading]:
    """Yield all that `node` reads of the home."""
    return (part for part in _parts(node) if isinstance(part, Reading))


def variables(node: Node) -> Iterator[str]:
    """Yield the names of all variables in `node`."""
    return (part.name for part in _parts(node) if isinstance(part, Variable))


def _parts(node: Node) -> Iterator[Node]:
    """Yield `node` and all that is inside of it."""
    yield node
    match node:
        case Unary(_, inner) | Converted(inner, _):
            yield from _parts(inner)
        case Binary(_, left, right):
            yield from _parts(left)
            yield from _parts(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from _parts(argument)
        case _:
            pass


MARK = "="
"""What an expression begins with, where a plain value may stand too."""


def is_expression(data: object) -> bool:
    """Say whether `data` of a document is an expression, and no plain value."""
    return isinstance(data, str) and data.lstrip().startswith(MARK)


def parse_value(data: object, scope: Mapping[str, Type]) -> Expression:
    """Return the expression that `data` says after its MARK. Raises "wrong"."""
    if not isinstance(data, str) or not is_expression(data):
        raise wrong(f'"{data}" is not an expression', f'begin it with "{MARK}"')
    return parse(data, scope, data.index(MARK) + 1)
