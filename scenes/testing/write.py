"""Writes YAML as a person would: a line for each step, small mappings in braces."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from hubd.documents import plain_scalar

_PLAIN = re.compile(r"[^\W_](?:[\w .°%/+()µ³²'-]|:(?=\S))*")
_WIDE = 96


def block(data: Mapping[str, object], indent: int = 0) -> Iterator[str]:
    """Yield the lines of a mapping; what is small stands in one line."""
    pad = " " * indent
    for key, value in data.items():
        small = f"{pad}{scalar(key)}: {flow(value)}"
        if not value or not isinstance(value, Mapping | list | tuple) or _is_small(small, value):
            yield small
        elif isinstance(value, Mapping):
            yield f"{pad}{scalar(key)}:"
            yield from block(value, indent + 2)
        else:
            yield f"{pad}{scalar(key)}:"
            for item in value:
                yield from _item(item, indent + 2)


def _item(item: object, indent: int) -> Iterator[str]:
    pad = " " * indent
    if isinstance(item, Mapping) and len(item) == 1:
        first, *rest = block(item, indent + 2)
        yield f"{pad}- {first.lstrip()}"
        yield from rest
        return
    line = f"{pad}- {flow(item)}"
    if isinstance(item, Mapping) and len(line) > _WIDE:
        first, *rest = block(item, indent + 2)
        yield f"{pad}- {first.lstrip()}"
        yield from rest
        return
    yield line


def _is_small(line: str, value: object) -> bool:
    if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        return False
    return len(line) <= _WIDE and not line.lstrip().startswith(("given:", "home:"))


def flow(value: object) -> str:
    """Return `value` in one line."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
        case str():
            return scalar(value)
        case Sequence():
            return "[" + ", ".join(flow(item) for item in value) + "]"
        case _:
            return json.dumps(value)


def scalar(text: str) -> str:
    """Return `text` plain where it reads back as it is, else in quotes."""
    plain = _PLAIN.fullmatch(text) and text == text.strip() and "  " not in text
    if plain and plain_scalar(text) == text:
        return text
    return json.dumps(text, ensure_ascii=False)
