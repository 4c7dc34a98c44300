"""How the words of the language look to an editor: JSON Schemas of what pydantic cannot know.

They hang on the types of the language (pydantic.WithJsonSchema), so that the schema of a scene
(scenes/schema.py) follows the models. A schema is never stricter than the check itself.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

type Shape = dict[str, Any]

NUMBER = r"[0-9]+(?:\.[0-9]+)?"


def any_case(word: str) -> str:
    """Return the pattern of `word` in upper and lower case."""
    return "".join(
        f"[{c.lower()}{c.upper()}]"
        if c.lower() != c.upper() and len(c.lower() + c.upper()) == 2
        else re.escape(c)
        for c in word
    )


def one_of(words: Iterable[str]) -> str:
    """Return the pattern of any of `words`, in any case, the longest first."""
    return f"(?:{'|'.join(any_case(w) for w in sorted(words, key=len, reverse=True))})"


def text(pattern: str, description: str = "", examples: Iterable[str] = ()) -> Shape:
    """Return the schema of a text all of which, but for spaces around it, has `pattern`."""
    shape: Shape = {"type": "string", "pattern": rf"^\s*(?:{pattern})\s*$"}
    if description:
        shape["description"] = description
    if found := list(examples):
        shape["examples"] = found
    return shape


def words(of: Iterable[str]) -> Shape:
    """Return the schema of one of several words, which editors offer."""
    known = list(of)
    return {"anyOf": [{"enum": known}, text(one_of(known))]}


def either(*shapes: Shape) -> Shape:
    """Return the schema of what any of `shapes` is."""
    return {"anyOf": list(shapes)}


EXPRESSION = text(r"=[\s\S]*", "an expression, worked out with its units", ["= min(40 %, 60 %)"])
ANY_TEXT: Shape = {"type": "string", "pattern": r"\S"}
ANY_NAME: Shape = {**ANY_TEXT, "description": "a name of a place, a thing or a person"}
NAMES = either(ANY_NAME, {"type": "array", "items": ANY_NAME, "minItems": 1})


class OneOrMany:
    """Marks a list of which the one item may also stand alone."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> Shape:
        """Return the schema of an item, or of a list of them."""
        listed = handler(core)
        parts = listed.get("anyOf", [listed])
        items = [part["items"] for part in parts if "items" in part]
        return {"anyOf": [*items, *parts]}


class OrShape:
    """Marks what may also be written in another shape."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> Shape:
        """Return the schema of the one or the other."""
        whole = handler(core)
        return {"anyOf": [self._shape, *whole.get("anyOf", [whole])]}


def closed(properties: Mapping[str, Shape], patterns: Mapping[str, Shape] | None = None) -> Shape:
    """Return the schema of a mapping with these keys, and keys of these patterns, alone."""
    shape: Shape = {"type": "object", "properties": properties, "additionalProperties": False}
    if patterns:
        shape["patternProperties"] = patterns
    return shape
