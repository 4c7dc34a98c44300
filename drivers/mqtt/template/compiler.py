"""Templates compiled, by recursive descent over the tokens, to closures over a Payload.

The grammar is Jinja's for expressions (inline if, or, and, not, comparisons, arithmetic, filters,
tests, item access, a few methods) and `if`, `elif`, `else`, `set` for statements.
"""

from collections.abc import Collection, Mapping

from drivers.mqtt.errors import TemplateError
from drivers.mqtt.payload import MISSING
from drivers.mqtt.template import nodes
from drivers.mqtt.template.lexer import Kind, Token, tokens
from drivers.mqtt.template.nodes import Evaluate
from drivers.mqtt.template.operations import (
    FILTERS,
    FUNCTIONS,
    METHODS,
    OPERATORS,
    TESTS,
    Operation,
    item,
)

DEPTH_LIMIT = 32
_LITERALS: Mapping[str, object] = {
    **dict.fromkeys(("true", "True"), True),
    **dict.fromkeys(("false", "False"), False),
    **dict.fromkeys(("none", "None", "null"), None),
}
_LEVELS = (
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"}),
    frozenset({"~"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "//", "%"}),
)
_STOPS = frozenset({"elif", "else", "endif"})


def compile_template(source: str, variables: Collection[str] = ()) -> Evaluate:
    """Return a function from a payload to what the template `source` makes of it.

    A state's template knows `value` and `value_json`; a command's knows its `variables` instead.
    Raises TemplateError for what is not understood. The function raises UnreadableError for a
    payload that the template cannot be applied to, and nothing else.
    """
    return _Parser(tokens(source), frozenset(variables)).template()


class _Parser:
    """One pass over a template's tokens."""

    def __init__(self, stream: list[Token], variables: frozenset[str]) -> None:
        self._stream = stream
        self._next = 0
        self._depth = 0
        self._variables = variables
        self._set: set[str] = set()

    # what stands next

    def _peek(self) -> Token:
        return self._stream[self._next]

    def _take(self) -> Token:
        token = self._stream[self._next]
        self._next += 1
        return token

    def _took(self, text: str) -> bool:
        token = self._peek()
        if token.text == text and token.kind in {Kind.SIGN, Kind.NAME}:
            self._next += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._took(text):
            raise self._lost(f"expected {text!r}")

    def _expect_kind(self, kind: Kind) -> Token:
        if self._peek().kind is not kind:
            raise self._lost(f"expected {kind.value!r}")
        return self._take()

    def _lost(self, why: str) -> TemplateError:
        token = self._peek()
        return TemplateError(f"{why} at character {token.at}, not {token.text[:20] or 'the end'!r}")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise TemplateError(f"nested deeper than {DEPTH_LIMIT} at character {self._peek().at}")

    # text, expressions and statements

    def template(self) -> Evaluate:
        bare = self._peek().kind is Kind.OPEN_EXPRESSION
        parts = self._parts()
        if self._peek().kind is not Kind.END:
            raise self._lost("an if's end without its beginning")
        whole = nodes.whole(parts)
        return whole if bare and len(parts) == 1 else nodes.stripped(whole)

    def _parts(self) -> list[Evaluate]:
        """Parse up to the end or a statement that ends a branch."""
        self._deeper()
        parts: list[Evaluate] = []
        while (token := self._peek()).kind is not Kind.END:
            if token.kind is Kind.TEXT:
                self._take()
                parts.append(nodes.constant(token.text))
            elif token.kind is Kind.OPEN_EXPRESSION:
                self._take()
                parts.append(self._expression())
                self._expect_kind(Kind.CLOSE_EXPRESSION)
            elif self._stream[self._next + 1].text in _STOPS:
                break
            else:
                self._take()
                parts.append(self._statement())
        self._depth -= 1
        return parts

    def _statement(self) -> Evaluate:
        if self._took("if"):
            return self._branches()
        if self._took("set"):
            return self._assignment()
        raise self._lost("only if and set are understood")

    def _branches(self) -> Evaluate:
        branches: list[tuple[Evaluate, Evaluate]] = []
        otherwise: Evaluate = nodes.constant(MISSING)
        condition = self._expression()
        while True:
            self._expect_kind(Kind.CLOSE_STATEMENT)
            branches.append((condition, nodes.whole(self._parts())))
            self._expect_kind(Kind.OPEN_STATEMENT)
            if self._took("elif"):
                condition = self._expression()
                continue
            if self._took("else"):
                self._expect_kind(Kind.CLOSE_STATEMENT)
                otherwise = nodes.whole(self._parts())
                self._expect_kind(Kind.OPEN_STATEMENT)
            self._expect("endif")
            self._expect_kind(Kind.CLOSE_STATEMENT)
            break
        return nodes.choice(branches, otherwise)

    def _assignment(self) -> Evaluate:
        name = self._expect_kind(Kind.NAME).text
        self._expect("=")
        value = self._expression()
        self._expect_kind(Kind.CLOSE_STATEMENT)
        self._set.add(name)
        return nodes.assignment(name, value)

    # expressions, loosest binding first

    def _expression(self) -> Evaluate:
        self._deeper()
        value = self._either()
        if self._took("if"):
            condition = self._either()
            otherwise = self._expression() if self._took("else") else nodes.constant(MISSING)
            value = nodes.conditional(value, condition, otherwise)
        self._depth -= 1
        return value

    def _either(self) -> Evaluate:
        left = self._both()
        while self._took("or"):
            left = nodes.either(left, self._both())
        return left

    def _both(self) -> Evaluate:
        left = self._negation()
        while self._took("and"):
            left = nodes.both(left, self._negation())
        return left

    def _negation(self) -> Evaluate:
        if not self._took("not"):
            return self._binary(0)
        self._deeper()
        inner = self._negation()
        self._depth -= 1
        return nodes.negation(inner)

    def _binary(self, level: int) -> Evaluate:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while (sign := self._operator(_LEVELS[level])) is not None:
            left = nodes.binary(OPERATORS[sign], left, self._binary(level + 1))
        return left

    def _operator(self, signs: frozenset[str]) -> str | None:
        token = self._peek()
        if token.kind is Kind.NAME and token.text == "not" and "not in" in signs:
            if self._stream[self._next + 1].text != "in":
                return None
            self._next += 2
            return "not in"
        if token.kind in {Kind.SIGN, Kind.NAME} and token.text in signs:
            self._next += 1
            return token.text
        return None

    def _unary(self) -> Evaluate:
        negative = False
        while self._peek().text in {"-", "+"} and self._peek().kind is Kind.SIGN:
            negative ^= self._take().text == "-"
        value = self._postfix(self._primary())
        return nodes.binary(OPERATORS["*"], nodes.constant(-1), value) if negative else value

    def _primary(self) -> Evaluate:
        token = self._take()
        match token.kind:
            case Kind.NUMBER | Kind.STRING:
                return nodes.constant(token.value)
            case Kind.NAME:
                return self._name(token)
            case Kind.SIGN if token.text == "(":
                return self._group()
            case Kind.SIGN if token.text == "[":
                return nodes.sequence(self._items("]"))
            case Kind.SIGN if token.text == "{":
                return self._mapping()
            case _:
                self._next -= 1
                raise self._lost("expected a value")

    def _name(self, token: Token) -> Evaluate:
        name = token.text
        if name in _LITERALS:
            return nodes.constant(_LITERALS[name])
        if name in self._variables or name in self._set:
            return nodes.variable(name)
        if not self._variables and name in nodes.ROOTS:
            return nodes.ROOTS[name]
        if self._took("("):
            return self._call(FUNCTIONS, name, token.at, [])
        raise TemplateError(f"{name!r} at character {token.at} is not known here")

    def _group(self) -> Evaluate:
        items = self._items(")")
        after_comma = self._stream[self._next - 2].text == ","
        return items[0] if len(items) == 1 and not after_comma else nodes.sequence(items)

    def _items(self, end: str) -> list[Evaluate]:
        items: list[Evaluate] = []
        while not self._took(end):
            items.append(self._expression())
            if not self._took(","):
                self._expect(end)
                break
        return items

    def _mapping(self) -> Evaluate:
        pairs: list[tuple[Evaluate, Evaluate]] = []
        while not self._took("}"):
            key = self._expression()
            self._expect(":")
            pairs.append((key, self._expression()))
            if not self._took(","):
                self._expect("}")
                break
        return nodes.dictionary(pairs)

    def _postfix(self, value: Evaluate) -> Evaluate:
        while True:
            if self._took("."):
                value = self._attribute(value)
            elif self._took("["):
                value = self._item(value)
            elif self._took("|"):
                name = self._expect_kind(Kind.NAME)
                first = [value]
                if self._took("("):
                    value = self._call(FILTERS, name.text, name.at, first)
                else:
                    value = nodes.applied(FILTERS, name.text, name.at, first)
            elif self._took("is"):
                value = self._test(value)
            else:
                return value

    def _item(self, value: Evaluate) -> Evaluate:
        """Parse the key or the slice in an opened bracket."""
        start = nodes.constant(None) if self._peek().text == ":" else self._expression()
        if not self._took(":"):
            self._expect("]")
            return nodes.binary(item, value, start)
        end = nodes.constant(None) if self._peek().text == "]" else self._expression()
        self._expect("]")
        return nodes.slicing(value, start, end)

    def _attribute(self, value: Evaluate) -> Evaluate:
        token = self._take()
        if token.kind is Kind.NUMBER and isinstance(token.value, int):
            return nodes.binary(item, value, nodes.constant(token.value))
        if token.kind is not Kind.NAME:
            self._next -= 1
            raise self._lost("expected a field's name")
        if self._took("("):
            return self._call(METHODS, token.text, token.at, [value])
        return nodes.field(value, token.text)

    def _test(self, value: Evaluate) -> Evaluate:
        negative = self._took("not")
        name = self._expect_kind(Kind.NAME)
        arguments = [value]
        if self._took("("):
            test = self._call(TESTS, name.text, name.at, arguments)
        else:
            if name.text in {"in", "eq", "equalto", "ne"}:
                arguments.append(self._unary())
            test = nodes.applied(TESTS, name.text, name.at, arguments)
        return nodes.negation(test) if negative else test

    def _call(
        self, table: Mapping[str, Operation], name: str, at: int, arguments: list[Evaluate]
    ) -> Evaluate:
        """Parse the arguments that follow an opened parenthesis; they may be named."""
        named: dict[str, Evaluate] = {}
        while not self._took(")"):
            token = self._peek()
            if token.kind is Kind.NAME and self._stream[self._next + 1].text == "=":
                self._next += 2
                named[token.text] = self._expression()
            else:
                arguments.append(self._expression())
            if not self._took(","):
                self._expect(")")
                break
        return nodes.applied(table, name, at, arguments, named)
