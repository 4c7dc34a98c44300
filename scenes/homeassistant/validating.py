"""Whether the documents of scenes are right: the one place that says by which language.

`check` drops what the language does not know yet (`NEW_KEYS` and what stands below them). When it
knows all of it, `known` is to return the document as it is.
"""

from collections.abc import Iterator

from hubd.documents import DocumentError, Problem, parse
from scenes.homeassistant.states import OPPOSITES
from scenes.homeassistant.writing import data_text
from scenes.language import Scene, States, Trigger

NEW_KEYS = frozenset({"then", "runs", "variables", "missed"})
_TRIGGERS = frozenset(field.alias or name for name, field in Trigger.model_fields.items())
_STATES = frozenset(field.alias or name for name, field in States.model_fields.items())


def check(document: dict[str, object]) -> list[Problem]:
    """Return what is wrong in the part of `document` that the language knows."""
    part = known(document)
    if part is None:
        return []
    try:
        for parsed in parse(data_text(part), "scene"):
            parsed.check(Scene)
    except DocumentError as error:
        return list(error.problems)
    return []


def known(document: dict[str, object]) -> dict[str, object] | None:
    """Return what of `document` the language knows; None if that is nothing (a blueprint)."""
    if "blueprint" in document:
        return None
    part = {key: value for key, value in document.items() if key not in NEW_KEYS}
    part["when"] = [
        item for item in _items(part.get("when")) if set(item) <= _TRIGGERS and _is_known(item)
    ]
    if not part["when"]:
        part["when"] = [{"on": "the home"}]
    part["if"] = [item for item in _items(part.get("if")) if _is_known(item)]
    claims = part.get("claims")
    if not claims:
        part.pop("until", None)
    if not claims and not part.get("do"):
        part |= {"claims": {"the home": "on"}, "until": "further notice"}
    return part


def _items(value: object) -> Iterator[dict[str, object]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _is_known(item: object) -> bool:
    """Say whether the language knows all words of a state."""
    if isinstance(item, list):
        return all(_is_known(inner) for inner in item)
    if not isinstance(item, dict):
        return True
    return all(
        key in _TRIGGERS | _STATES | set(OPPOSITES)
        and (key not in {"all", "any", "not"} or _is_known(value))
        for key, value in item.items()
    )
