"""From an expression's text to its parts.

or:         and { "or" and }
and:        not { "and" not }
not:        "not" not | comparison
comparison: sum [ ("<" | "<=" | ">" | ">=" | "=" | "is" | "!=" | "is not") sum ]
sum:        product { ("+" | "-") product }
product:    signed { ("*" | "/") signed }
signed:     "-" signed | atom
atom:       number [unit] | text | yes or no | name | words "of" name
            | function "(" or { "," or } ")" | "(" or ")"
"""

from collections.abc import Iterator, Mapping

from scenes.expression.lexer import Kind, Token, tokens
from scenes.expression.tree import (
    COMPARISONS,
    Binary,
    Call,
    Node,
    Number,
    Plain,
    Reading,
    Unary,
    Variable,
    mistake,
)

MAX_PARTS = 150
"""How many parts an expression may have, and so how deep it may be."""
_MAX_DEPTH = 25

YES_NO: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
}
"""Words for yes and no."""


def parse_tree(text: str, start: int = 0) -> Node:
    """Return the parts of `text` from `start` on. Raises "wrong", which says where."""
    return _Parser(list(tokens(text, start))).whole()


def folded(words: str) -> str:
    """Return a name of a place or a thing as states have it: case-folded, one space between."""
    return " ".join(words.casefold().split())


class _Parser:
    def __init__(self, of: list[Token]) -> None:
        self._tokens = of
        self._next = 0
        self._parts = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._or()
        token = self._token
        if token.kind is not Kind.END:
            if token.kind is Kind.SIGN:
                raise mistake(f'"{token.text}" does not belong here', token.at)
            raise mistake("a sign is missing", token.at, "text goes in quotes")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self, *signs: str) -> Token | None:
        token = self._token
        if token.kind is Kind.SIGN and token.text in signs:
            self._next += 1
            return token
        return None

    def _made[N: Node](self, node: N) -> N:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise mistake(f"an expression has {MAX_PARTS} parts at most", node.at)
        return node

    def _or(self) -> Node:
        if self._depth >= _MAX_DEPTH:
            raise mistake(f"this is nested deeper than {_MAX_DEPTH} levels", self._token.at)
        self._depth += 1
        node = self._and()
        while token := self._take("or"):
            node = self._made(Binary("or", node, self._and(), at=token.at))
        self._depth -= 1
        return node

    def _and(self) -> Node:
        node = self._not()
        while token := self._take("and"):
            node = self._made(Binary("and", node, self._not(), at=token.at))
        return node

    def _not(self) -> Node:
        signs = list(self._repeated("not"))
        node = self._comparison()
        for token in reversed(signs):
            node = self._made(Unary("not", node, at=token.at))
        return node

    def _repeated(self, sign: str) -> Iterator[Token]:
        while token := self._take(sign):
            yield token

    def _comparison(self) -> Node:
        left = self._sum()
        token = self._take(*COMPARISONS, "is")
        if token is None:
            return left
        sign = token.text
        if sign == "is":
            sign = "!=" if self._take("not") else "="
        node = self._made(Binary(sign, left, self._sum(), at=token.at))
        if more := self._take(*COMPARISONS, "is"):
            hint = 'write each with "and" between'
            raise mistake("comparisons do not chain", more.at, hint)
        return node

    def _sum(self) -> Node:
        node = self._product()
        while token := self._take("+", "-"):
            node = self._made(Binary(token.text, node, self._product(), at=token.at))
        return node

    def _product(self) -> Node:
        node = self._signed()
        while token := self._take("*", "/"):
            node = self._made(Binary(token.text, node, self._signed(), at=token.at))
        return node

    def _signed(self) -> Node:
        signs = list(self._repeated("-"))
        number = self._token if signs else None
        node = self._atom()
        if number is not None and number.kind is Kind.NUMBER and isinstance(node, Number):
            # The sign belongs to the number: -5 °F is a temperature, not the negative of one.
            node = Number(-node.number, node.unit, at=signs.pop().at)
        for token in reversed(signs):
            node = self._made(Unary("-", node, at=token.at))
        return node

    def _atom(self) -> Node:
        token = self._token
        self._next += 1
        match token.kind:
            case Kind.NUMBER:
                return self._made(Number(token.number, token.text, at=token.at))
            case Kind.TEXT:
                return self._made(Plain(token.text, at=token.at))
            case Kind.WORD:
                return self._named(token)
            case Kind.SIGN if token.text == "(":
                node = self._or()
                self._close(token)
                return node
            case Kind.END:
                raise mistake("something is missing", token.at)
            case _:
                raise mistake(f'"{token.text}" does not belong here', token.at)

    def _named(self, token: Token) -> Node:
        if opening := self._take("("):
            return self._call(token, opening)
        words = [token.text]
        while self._token.kind is Kind.WORD:
            words.append(self._token.text)
            self._next += 1
        if self._take("of"):
            return self._reading(" ".join(words), token.at)
        if words[1:]:
            hint = "text goes in quotes, and a sign between values"
            raise mistake(f'"{" ".join(words)}" means nothing', token.at, hint)
        plain = YES_NO.get(token.text.casefold())
        if plain is not None:
            return self._made(Plain(plain, at=token.at))
        return self._made(Variable(token.text, at=token.at))

    def _reading(self, measure: str, at: int) -> Node:
        token = self._token
        if token.kind not in {Kind.NAME, Kind.TEXT} or not token.text.strip():
            hint = f"write it as in {measure} of kitchen"
            raise mistake("a place or a thing belongs here", token.at, hint)
        self._next += 1
        return self._made(Reading(measure, folded(token.text), at=at))

    def _call(self, name: Token, opening: Token) -> Node:
        parts = list[Node]()
        if not self._take(")"):
            parts.append(self._or())
            while self._take(","):
                parts.append(self._or())
            self._close(opening)
        return self._made(Call(name.text.casefold(), tuple(parts), at=name.at))

    def _close(self, opening: Token) -> None:
        if not self._take(")"):
            raise mistake("this bracket is not closed", opening.at, "add )")
