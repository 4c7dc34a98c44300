"""The templates of Home Assistant as trees: the part of Jinja that people write in automations."""

import re
from collections.abc import Iterator

from msgspec import Struct

from scenes.homeassistant.left import NotCarriedError

MAX_CHARACTERS = 20_000
_MAX_DEPTH = 40


class Const(Struct, frozen=True):
    """A number, a text, yes or no, or none."""

    value: float | str | bool | None


class Name(Struct, frozen=True):
    """A name."""

    name: str


class Attribute(Struct, frozen=True):
    """`of.name`, or `of['name']`."""

    of: "Expr"
    name: str


class Call(Struct, frozen=True):
    """A call of a function, or of a method (`of` is an Attribute)."""

    of: "Expr"
    args: tuple["Expr", ...]
    named: tuple[tuple[str, "Expr"], ...] = ()


class Filter(Struct, frozen=True):
    """`of | name(args)`."""

    of: "Expr"
    name: str
    args: tuple["Expr", ...]
    named: tuple[tuple[str, "Expr"], ...] = ()


class Test(Struct, frozen=True):
    """`of is name args`."""

    of: "Expr"
    name: str
    args: tuple["Expr", ...] = ()


class Binary(Struct, frozen=True):
    """Two parts with a sign between."""

    sign: str
    left: "Expr"
    right: "Expr"


class Unary(Struct, frozen=True):
    """`not` or `-` of something."""

    sign: str
    of: "Expr"


class Choice(Struct, frozen=True):
    """`then if condition else other`."""

    condition: "Expr"
    then: "Expr"
    other: "Expr"


class Listed(Struct, frozen=True):
    """A list or a tuple."""

    items: tuple["Expr", ...]


type Expr = Const | Name | Attribute | Call | Filter | Test | Binary | Unary | Choice | Listed


class Raw(Struct, frozen=True):
    """Text as it stands."""

    text: str


class Out(Struct, frozen=True):
    """`{{ … }}`."""

    of: Expr


class Set(Struct, frozen=True):
    """`{% set name = … %}`."""

    name: str
    value: Expr


class If(Struct, frozen=True):
    """`{% if %} … {% elif %} … {% else %} … {% endif %}`; the last condition may be a constant."""

    branches: tuple[tuple[Expr, tuple["Part", ...]], ...]


type Part = Raw | Out | Set | If

_TAGS = re.compile(r"\{\{[-+]?(.*?)[-+]?\}\}|\{%[-+]?(.*?)[-+]?%\}|\{#.*?#\}", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+\.\d+|\d+) |
    (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") |
    (?P<word>[^\W\d]\w*) |
    (?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%~|<>=.,:()\[\]{}])
    )""",
    re.VERBOSE | re.DOTALL,
)


def is_template(value: object) -> bool:
    """Say whether `value` is a text with a template in it."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a template. Raises NotCarriedError for what is not known here."""
    if len(text) > MAX_CHARACTERS:
        raise NotCarriedError("a template of this size")
    pieces = list(_pieces(text))
    parts, rest = _block(pieces, 0, 0)
    if rest != len(pieces):
        raise NotCarriedError(f"a template whose {pieces[rest][1].split()[0]} closes nothing")
    return parts


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for tag in _TAGS.finditer(text):
        if tag.start() > at:
            yield "raw", text[at : tag.start()]
        at = tag.end()
        if tag[1] is not None:
            yield "out", tag[1]
        elif tag[2] is not None:
            yield "tag", tag[2].strip() or "empty"
    if at < len(text):
        if "{{" in text[at:] or "{%" in text[at:]:
            raise NotCarriedError("a template that has no end")
        yield "raw", text[at:]


def _block(pieces: list[tuple[str, str]], at: int, depth: int) -> tuple[tuple[Part, ...], int]:
    """Return the parts from `at` on, to the tag that ends the block, and where that is."""
    if depth > _MAX_DEPTH:
        raise NotCarriedError("a template that is nested so deep")
    parts: list[Part] = []
    while at < len(pieces):
        kind, text = pieces[at]
        if kind == "raw":
            parts.append(Raw(text))
        elif kind == "out":
            parts.append(Out(parse_expression(text)))
        else:
            word, _, rest = text.partition(" ")
            if word in {"elif", "else", "endif"}:
                return tuple(parts), at
            if word == "set" and "=" in rest:
                name, _, value = rest.partition("=")
                parts.append(Set(name.strip(), parse_expression(value)))
            elif word == "if":
                found, at = _if(pieces, at, depth)
                parts.append(found)
            else:
                raise NotCarriedError(f'the template statement "{word}"')
        at += 1
    return tuple(parts), at


def _if(pieces: list[tuple[str, str]], at: int, depth: int) -> tuple[If, int]:
    branches: list[tuple[Expr, tuple[Part, ...]]] = []
    while True:
        word, _, rest = pieces[at][1].partition(" ")
        condition = Const(value=True) if word == "else" else parse_expression(rest)
        body, at = _block(pieces, at + 1, depth + 1)
        branches.append((condition, body))
        if at >= len(pieces):
            raise NotCarriedError("a template whose if has no end")
        if pieces[at][1].split()[0] == "endif":
            return If(tuple(branches)), at


def parse_expression(text: str) -> Expr:
    """Return an expression of a template as a tree. Raises NotCarriedError."""
    parser = _Parser(text)
    found = parser.expression()
    parser.end()
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._next = 0
        self._depth = 0
        at = 0
        text = text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise NotCarriedError(f'"{text[at : at + 20].strip()}" in a template')
            kind = match.lastgroup or ""
            self._tokens.append((kind, match[kind]))
            at = match.end()
        self._tokens.append(("end", ""))

    def expression(self) -> Expr:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotCarriedError("a template that is nested so deep")
        found = self._or()
        while self._take("if"):
            condition = self._or()
            other: Expr = self.expression() if self._take("else") else Const("")
            found = Choice(condition, found, other)
        self._depth -= 1
        return found

    def end(self) -> None:
        kind, text = self._tokens[self._next]
        if kind != "end":
            raise NotCarriedError(f'"{text}" in a template')

    def _take(self, *words: str) -> str:
        kind, text = self._tokens[self._next]
        if kind in {"word", "sign"} and text in words:
            self._next += 1
            return text
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            kind, text = self._tokens[self._next]
            raise NotCarriedError(f'a template where "{sign}" is missing before "{text or kind}"')

    def _or(self) -> Expr:
        found = self._and()
        while self._take("or"):
            found = Binary("or", found, self._and())
        return found

    def _and(self) -> Expr:
        found = self._not()
        while self._take("and"):
            found = Binary("and", found, self._not())
        return found

    def _not(self) -> Expr:
        count = 0
        while self._take("not"):
            count += 1
        found = self._compare()
        for _ in range(count % 2):
            found = Unary("not", found)
        return found

    def _compare(self) -> Expr:
        found = self._sum()
        chain: list[Expr] = []
        while sign := self._comparison():
            right = self._sum()
            chain.append(Binary(sign, found, right))
            found = right
        if not chain:
            return found
        whole = chain[0]
        for more in chain[1:]:
            whole = Binary("and", whole, more)
        return whole

    def _comparison(self) -> str:
        if sign := self._take("==", "!=", "<=", ">=", "<", ">", "in"):
            return sign
        back = self._next
        if self._take("not"):
            if self._take("in"):
                return "not in"
            self._next = back
        return ""

    def _sum(self) -> Expr:
        found = self._product()
        while sign := self._take("+", "-", "~"):
            found = Binary(sign, found, self._product())
        return found

    def _product(self) -> Expr:
        found = self._unary()
        while sign := self._take("*", "/", "//", "%", "**"):
            found = Binary(sign, found, self._unary())
        return found

    def _unary(self) -> Expr:
        minus = 0
        while sign := self._take("-", "+"):
            minus += sign == "-"
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotCarriedError("a template that is nested so deep")
        found = self._postfixed(self._atom())
        self._depth -= 1
        if minus % 2 == 0:
            return found
        if isinstance(found, Const) and isinstance(found.value, int | float):
            return Const(-found.value)
        return Unary("-", found)

    def _postfixed(self, found: Expr) -> Expr:
        while True:
            if self._take("."):
                found = Attribute(found, self._word())
            elif self._take("["):
                found = self._index(found)
            elif self._take("("):
                args, named = self._arguments()
                found = Call(found, args, named)
            elif self._take("|"):
                name = self._word()
                args, named = self._arguments() if self._take("(") else ((), ())
                found = Filter(found, name, args, named)
            elif self._take("is"):
                found = self._test(found)
            else:
                return found

    def _index(self, found: Expr) -> Expr:
        key = self.expression()
        if not isinstance(key, Const) or not isinstance(key.value, str | int | float):
            raise NotCarriedError("a template that looks something up by a changing key")
        self._need("]")
        value = key.value
        return Attribute(found, value if isinstance(value, str) else f"{value:g}")

    def _test(self, found: Expr) -> Expr:
        is_not = bool(self._take("not"))
        name = self._word()
        args: tuple[Expr, ...] = ()
        if self._take("("):
            args, _ = self._arguments()
        elif name in {"eq", "equalto", "ne", "gt", "lt", "ge", "le", "in", "match", "search"}:
            args = (self._unary(),)
        test = Test(found, name, args)
        return Unary("not", test) if is_not else test

    def _arguments(self) -> tuple[tuple[Expr, ...], tuple[tuple[str, Expr], ...]]:
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        while not self._take(")"):
            kind, text = self._tokens[self._next]
            if kind == "word" and self._tokens[self._next + 1] == ("sign", "="):
                self._next += 2
                named.append((text, self.expression()))
            else:
                args.append(self.expression())
            if not self._take(","):
                self._need(")")
                break
        return tuple(args), tuple(named)

    def _word(self) -> str:
        kind, text = self._tokens[self._next]
        if kind not in {"word", "number"}:
            raise NotCarriedError(f'a template where a name is missing before "{text}"')
        self._next += 1
        return text

    def _atom(self) -> Expr:
        kind, text = self._tokens[self._next]
        self._next += 1
        match kind:
            case "number":
                return Const(float(text))
            case "text":
                return Const(re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
            case "word" if text in _CONSTANTS:
                return Const(_CONSTANTS[text])
            case "word" if text not in {"if", "else", "and", "or", "in", "is"}:
                return Name(text)
        if text == "(":
            return self._bracketed(")")
        if text == "[":
            return self._bracketed("]")
        raise NotCarriedError(f'a template where something is missing before "{text or "its end"}"')

    def _bracketed(self, close: str) -> Expr:
        items: list[Expr] = []
        several = close == "]"
        while not self._take(close):
            items.append(self.expression())
            if self._take(","):
                several = True
            else:
                self._need(close)
                break
        return Listed(tuple(items)) if several else items[0] if items else Listed(())


_CONSTANTS: dict[str, bool | None] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "none": None,
    "None": None,
}
