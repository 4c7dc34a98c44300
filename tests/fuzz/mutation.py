"""Packets that are nearly right: a packet changed as bytes, or the JSON in it changed as JSON.

A fuzzer that knows only bytes spends its time on JSON that is none. Deterministic by its seed.
"""

import ast
import json
import random
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.target import RECORD

type _Json = object
type _Holder = dict[str, _Json] | list[_Json]
type _Place = tuple[_Holder, str | int]

_NUMBERS = (
    0, 1, -1, 2, 3, 7, 100, 101, 127, 128, 254, 255, 256, 32767, 65535, 65536, 2**31, 2**32, 2**53,
    2**63, 2**64, 10**30, 10**330, 0.5, -0.5, 1e-9, 1e30, 1.7e308,
)  # fmt: skip
_TEXTS = (
    "", " ", "0", "1", "-1", "1e400", "nan", "inf", "true", "null", "ON", "off", "a/b", "+", "#",
    "\0", "\n", "ß", "客厅", "İ", "²", "٣", "{{", "}}", "1" * 400, "x" * 5000,
)  # fmt: skip
_BYTES = (b"\0", b"\xff", b"\x7f", b"\x80", b"=", b":", b"\r\n", b"\n", b"{", b"}", b"[", b"]",
          b'"', b",", b"\\", RECORD)  # fmt: skip
_DEEPEST = 40


class Mutator:
    """Changes packets of one codec. `words` are what its code knows: they are put in."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words or ("word",)

    def mutated(self, data: bytes, longest: int, seed: int) -> bytes:
        """Return a packet of at most `longest` bytes, the same for the same seed."""
        chance = random.Random(seed)
        parts = data.split(RECORD)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            at = chance.randrange(len(parts))
            changed = self._document(parts[at], chance) if chance.random() < 0.75 else None
            parts[at] = self._changed(parts[at], chance) if changed is None else changed
        if chance.random() < 0.15:
            self._shuffle(parts, chance)
        return RECORD.join(parts)[:longest]

    def _document(self, part: bytes, chance: random.Random) -> bytes | None:
        """Return a part with its JSON changed; None if there is none in it."""
        start = next((at for at, byte in enumerate(part) if byte in b"{["), -1)
        if start < 0:
            return None
        try:
            said: _Json = json.loads(part[start:])
        except (ValueError, RecursionError):
            return None
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            said = self._grown(said, chance)
        try:
            text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError):
            return None
        return part[:start] + text.encode(errors="replace")

    def _grown(self, said: _Json, chance: random.Random) -> _Json:
        """Change one place of a document."""
        places = list(_places(said))
        if not places:
            return self._anything(chance)
        holder, key = chance.choice(places)
        act: Callable[[_Holder, str | int, random.Random], None]
        act = chance.choice(
            (self._replace, self._replace, self._near, self._add, self._remove, self._double,
             self._rename, self._nest)
        )  # fmt: skip
        if chance.random() < 0.15:
            other, place = chance.choice(places)
            _put(holder, key, deepcopy(_get(other, place)))
        else:
            act(holder, key, chance)
        return said

    def _replace(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        _put(holder, key, self._anything(chance))

    def _near(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        """Change a value into one of the same kind."""
        match _get(holder, key):
            case bool() as said:
                _put(holder, key, not said)
            case int() as said:
                _put(holder, key, said + chance.choice((-1, 1, 10, 100, -1000, said)))
            case float() as said:
                _put(holder, key, said + chance.choice((-1.0, 0.5, 1e-6, 1e9, said)))
            case str() as said:
                _put(holder, key, self._text(said, chance))
            case _:
                _put(holder, key, self._anything(chance))

    def _add(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        if isinstance(holder, dict):
            holder[chance.choice(self._words)] = self._anything(chance)
        elif isinstance(key, int):
            holder.insert(key, self._anything(chance))

    def _remove(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        del chance
        match holder, key:
            case dict(), str():
                del holder[key]
            case list(), int():
                del holder[key]

    def _double(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        said = _get(holder, key)
        for count in range(chance.choice((1, 1, 2, 30))):
            if isinstance(holder, list):
                holder.append(deepcopy(said))
            else:
                holder[f"{key}{count}"] = deepcopy(said)

    def _rename(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        if isinstance(holder, dict) and isinstance(key, str):
            new = chance.choice(self._words) if chance.random() < 0.7 else self._text(key, chance)
            holder[new] = holder.pop(key)

    def _nest(self, holder: _Holder, key: str | int, chance: random.Random) -> None:
        said = _get(holder, key)
        for _ in range(chance.choice((1, 1, 2, _DEEPEST))):
            said = [said] if chance.random() < 0.5 else {chance.choice(self._words): said}
        _put(holder, key, said)

    def _anything(self, chance: random.Random) -> _Json:
        number = chance.choice(_NUMBERS) * chance.choice((1, 1, 1, -1))
        word, text = chance.choice(self._words), chance.choice(_TEXTS)
        empty: Sequence[_Json] = ([], {})
        return chance.choice((None, chance.random() < 0.5, number, number, word, text, *empty))

    def _text(self, said: str, chance: random.Random) -> str:
        at = chance.randint(0, len(said))
        put = chance.choice((chance.choice(self._words), chance.choice(_TEXTS)))
        return chance.choice((said[:at], said[at:], said[:at] + put + said[at:], said.swapcase()))

    def _changed(self, part: bytes, chance: random.Random) -> bytes:
        """Return a part with some of its bytes changed."""
        raw = bytearray(part)
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randint(0, len(raw))
            width = chance.choice((1, 1, 2, 4, 16, 64))
            match chance.randrange(7):
                case 0:
                    del raw[at : at + width]
                case 1:
                    raw[at:at] = raw[at : at + width] * chance.choice((1, 2, 20))
                case 2:
                    raw[at:at] = chance.choice(_BYTES)
                case 3:
                    raw[at:at] = chance.choice(self._words).encode(errors="replace")
                case 4:
                    raw[at : at + 1] = bytes((chance.randrange(256),))
                case 5:
                    raw[at:at] = chance.choice(_TEXTS).encode()
                case _ if at < len(raw):
                    raw[at] ^= 1 << chance.randrange(8)
        return bytes(raw)

    def _shuffle(self, parts: list[bytes], chance: random.Random) -> None:
        match chance.randrange(3):
            case 0:
                parts.append(chance.choice(parts))
            case 1 if len(parts) > 1:
                del parts[chance.randrange(len(parts))]
            case _:
                chance.shuffle(parts)


@cache
def words_of(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that the code of some packages knows: its short texts, each once."""
    found: dict[str, None] = {}
    for package in packages:
        for path in _files(package):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                said = node.value if isinstance(node, ast.Constant) else None
                if isinstance(said, str) and 0 < len(said) <= 40 and said.count(" ") < 2:
                    found[said] = None
    return tuple(found)


def _files(package: str) -> list[Path]:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return []
    origin = Path(spec.origin)
    return sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]


def _places(said: _Json, depth: int = 0) -> Iterator[_Place]:
    """Yield every place in a document at which something is."""
    if depth > _DEEPEST:
        return
    if isinstance(said, dict):
        for key, inner in said.items():
            yield said, key
            yield from _places(inner, depth + 1)
    elif isinstance(said, list):
        for at, inner in enumerate(said):
            yield said, at
            yield from _places(inner, depth + 1)


def _get(holder: _Holder, key: str | int) -> _Json:
    if isinstance(holder, dict):
        return holder.get(key) if isinstance(key, str) else None
    return holder[key] if isinstance(key, int) and key < len(holder) else None


def _put(holder: _Holder, key: str | int, said: _Json) -> None:
    match holder, key:
        case dict(), str():
            holder[key] = said
        case list(), int() if key < len(holder):
            holder[key] = said
