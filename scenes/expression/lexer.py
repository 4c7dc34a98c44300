"""From an expression's text to its words: numbers with units, names, signs."""

import re
from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct

from hubd.documents import did_you_mean
from scenes.expression.tree import mistake
from scenes.quantities import TIME_UNITS, TIME_WORDS
from scenes.units import SPELLED, UNITS

MAX_CHARACTERS = 2000

KEYWORDS = frozenset({"and", "or", "not", "is", "of"})


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    WORD = auto()
    NAME = auto()
    """What stands after `of`, without quotes."""
    SIGN = auto()
    """A sign, a bracket, or one of KEYWORDS."""
    END = auto()


class Token(Struct, frozen=True):
    """A word of the text, and where it begins. A number's `text` is its unit."""

    kind: Kind
    text: str
    at: int
    number: float = 0.0


_TIMES: dict[str, str] = {**{name: name for name in TIME_UNITS}, **TIME_WORDS}
_EVERY_UNIT = sorted({*SPELLED, *UNITS, *_TIMES}, key=len, reverse=True)
_UNIT = re.compile(rf"({'|'.join(map(re.escape, _EVERY_UNIT))})(?!\w)", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_NAME_WORD = re.compile(r"\w+(?:['’.-]\w+|['’])*")
_SIGN = re.compile(r"<=|>=|!=|==|[-+*/<>=(),]")
_SPACE = re.compile(r"\s*")


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of `text` from `start` on; the last is END. Raises "wrong"."""
    if len(text) - start > MAX_CHARACTERS:
        raise mistake(f"this is over {MAX_CHARACTERS:,} characters", start)
    lexer = _Lexer(text, start)
    after_of = False
    while True:
        token = lexer.next(name=after_of)
        yield token
        if token.kind is Kind.END:
            return
        after_of = token.kind is Kind.SIGN and token.text == "of"


class _Lexer:
    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start

    def next(self, *, name: bool) -> Token:
        at = self._skip()
        if at == len(self._text):
            return Token(Kind.END, "", at)
        if self._text[at] in "\"'":
            return self._quoted(at)
        if name and (found := self._name(at)):
            return Token(Kind.NAME, found, at)
        if match := self._take(_NUMBER):
            return self._number(float(match), at)
        if match := self._take(_WORD):
            is_keyword = match.casefold() in KEYWORDS
            kind = Kind.SIGN if is_keyword else Kind.WORD
            return Token(kind, match.casefold() if is_keyword else match, at)
        if match := self._take(_SIGN):
            return Token(Kind.SIGN, match.replace("==", "="), at)
        raise mistake(f'"{self._text[at]}" does not belong here', at)

    def _skip(self) -> int:
        if found := _SPACE.match(self._text, self._at):
            self._at = found.end()
        return self._at

    def _take(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _quoted(self, at: int) -> Token:
        end = self._text.find(self._text[at], at + 1)
        if end < 0:
            raise mistake("this text has no end", at, f"add {self._text[at]}")
        self._at = end + 1
        return Token(Kind.TEXT, self._text[at + 1 : end], at)

    def _name(self, at: int) -> str:
        """Return the words from `at` to the next sign, bracket or keyword."""
        end = at
        while (word := _NAME_WORD.match(self._text, self._skip())) is not None:
            if word[0].casefold() in KEYWORDS:
                break
            self._at = end = word.end()
        self._at = end
        return self._text[at:end]

    def _number(self, number: float, at: int) -> Token:
        unit, seconds = self._unit(), 0.0
        while unit in TIME_UNITS:
            # A length of time may have several parts: 1 h 30 min.
            if self._text.startswith("/", self._at) and self._divisors():
                break
            seconds += number * TIME_UNITS[unit] / 1e6
            back, more = self._at, ""
            self._skip()
            if digits := self._take(_NUMBER):
                more = self._unit()
            if more not in TIME_UNITS:
                self._at = back
                return self._finite(seconds, "s", at)
            number, unit = float(digits), more
        below = self._divisors()
        self._at += sum(length for _, length in below)
        whole = "/".join((unit, *(name for name, _ in below))) if below else unit
        return self._finite(number, whole, at)

    def _finite(self, number: float, unit: str, at: int) -> Token:
        if number > 1e15:
            raise mistake("this number is too large", at)
        return Token(Kind.NUMBER, unit, at, number)

    def _unit(self) -> str:
        """Take the unit after a number; "" if it has none."""
        back = self._at
        at = self._skip()
        found = _UNIT.match(self._text, at)
        if found is not None:
            self._at = found.end()
            return _spelled(found[1])
        self._at = back
        word = _WORD.match(self._text, at)
        if word is not None and word[0].casefold() not in KEYWORDS:
            hint = did_you_mean(word[0], (*UNITS, *_TIMES))
            raise mistake(f'"{word[0]}" is not a unit known here', at, hint)
        return ""

    def _divisors(self) -> list[tuple[str, int]]:
        """Return the units that follow at once, each after a "/", and their lengths."""
        found, at = list[tuple[str, int]](), self._at
        while self._text.startswith("/", at) and (below := _UNIT.match(self._text, at + 1)):
            found.append((_spelled(below[1]), below.end() - at))
            at = below.end()
        return found


def _spelled(word: str) -> str:
    folded = word.casefold()
    return word if word in UNITS else _TIMES.get(folded) or SPELLED[folded]
