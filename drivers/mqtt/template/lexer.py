"""A template cut into text, statements and expressions, and these into tokens."""

import re
from enum import Enum

from msgspec import Struct

from drivers.mqtt.errors import TemplateError

LENGTH_LIMIT = 8 * 1024
"""Characters of a template beyond which it is refused."""


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    SIGN = "sign"
    OPEN_EXPRESSION = "{{"
    CLOSE_EXPRESSION = "}}"
    OPEN_STATEMENT = "{%"
    CLOSE_STATEMENT = "%}"
    END = "end"


class Token(Struct, frozen=True, gc=False):
    """A piece of a template, its value for numbers and strings, and where it stands."""

    kind: Kind
    text: str
    at: int
    value: int | float | str | None = None


_OPENING = re.compile(r"\{\{-?|\{%-?|\{#")
_CLOSING = re.compile(r"-?\}\}|-?%\}")
_SPACE = re.compile(r"\s+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_SIGN = re.compile(r"==|!=|<=|>=|//|\*\*|[-+*/%~|.,:()\[\]{}<>=]")


def tokens(source: str) -> list[Token]:
    """Return the tokens of `source`, ended by one of kind END.

    Raises TemplateError at what is no token, and for a template longer than LENGTH_LIMIT.
    """
    if len(source) > LENGTH_LIMIT:
        raise TemplateError(f"a template of {len(source)} characters, {LENGTH_LIMIT} are the most")
    out: list[Token] = []
    at = 0
    strip = False
    while at < len(source):
        opening = _OPENING.search(source, at)
        text = source[at : opening.start() if opening else len(source)]
        if strip:
            text = text.lstrip()
        if opening is None:
            _add_text(out, text, at)
            break
        mark = opening.group()
        _add_text(out, text.rstrip() if mark.endswith("-") else text, at)
        if mark == "{#":
            end = source.find("#}", opening.end())
            if end < 0:
                raise TemplateError(f"a comment without end at character {opening.start()}")
            strip = source[end - 1] == "-"
            at = end + 2
        else:
            strip, at = _tokens_between_marks(source, opening, out)
    out.append(Token(Kind.END, "", len(source)))
    return out


def _add_text(out: list[Token], text: str, at: int) -> None:
    if text:
        out.append(Token(Kind.TEXT, text, at))


def _tokens_between_marks(
    source: str, opening: re.Match[str], out: list[Token]
) -> tuple[bool, int]:
    """Add the tokens from `opening` to its closing mark; return if that strips, and its end."""
    statement = opening.group().startswith("{%")
    out.append(
        Token(
            Kind.OPEN_STATEMENT if statement else Kind.OPEN_EXPRESSION,
            opening.group(),
            opening.start(),
        )
    )
    at = opening.end()
    braces = 0
    while at < len(source):
        if space := _SPACE.match(source, at):
            at = space.end()
            continue
        if not braces and (closing := _CLOSING.match(source, at)):
            if closing.group().endswith("%}") != statement:
                raise TemplateError(f"{closing.group()!r} where another end belongs, at {at}")
            kind = Kind.CLOSE_STATEMENT if statement else Kind.CLOSE_EXPRESSION
            out.append(Token(kind, closing.group(), at))
            return closing.group().startswith("-"), closing.end()
        token = _token(source, at)
        braces += {"{": 1, "}": -1}.get(token.text, 0) if token.kind is Kind.SIGN else 0
        out.append(token)
        at += len(token.text)
    raise TemplateError(f"{opening.group()!r} at character {opening.start()} without its end")


def _token(source: str, at: int) -> Token:
    if name := _NAME.match(source, at):
        return Token(Kind.NAME, name.group(), at)
    if number := _NUMBER.match(source, at):
        text = number.group()
        if len(text) > 30:
            raise TemplateError(f"a number of {len(text)} digits at character {at}")
        return Token(Kind.NUMBER, text, at, int(text) if text.isdecimal() else float(text))
    if string := _STRING.match(source, at):
        return Token(Kind.STRING, string.group(), at, _unquoted(string.group(), at))
    if sign := _SIGN.match(source, at):
        return Token(Kind.SIGN, sign.group(), at)
    raise TemplateError(f"{source[at]!r} at character {at} is not understood")


def _unquoted(literal: str, at: int) -> str:
    """Return what a quoted string says; its escapes are Python's, as in Jinja."""
    if "\\" not in literal:
        return literal[1:-1]
    value = _ESCAPE.sub(_unescaped, literal[1:-1])
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise TemplateError(f"a string that is not understood at character {at}")
    return value


_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
            "\\": "\\", "'": "'", '"': '"', "\n": ""}  # fmt: skip


def _unescaped(found: re.Match[str]) -> str:
    """Return what an escape stands for; one that is none stays as it is, as in Python."""
    *codes, letter = found.groups()
    code = next((c for c in codes if c), None)
    return chr(int(code, 16)) if code else _ESCAPED.get(letter, found.group())
