"""Conditions as data of States: put together, negated, and said as an expression."""

import re

from scenes.homeassistant.left import NotCarriedError

type States = dict[str, object]
"""The data of one scenes.language.States (or Trigger)."""
type Truth = bool | States
"""What holds: always, never, or as states say."""

OPPOSITES = {
    "occupied": "unoccupied",
    "open": "closed",
    "locked": "unlocked",
    "on": "off",
    "in_bed": "out_of_bed",
    "rain": "dry",
    "home": "away",
    "available": "unavailable",
}
OPPOSITES |= {word: other for other, word in OPPOSITES.items()}
_READINGS = frozenset(
    {"temperature", "humidity", "light", "co2", "pm25", "sound", "power", "battery"}
    | {"level", "position"}
)


def every(parts: list[Truth]) -> Truth:
    """Return what holds when all `parts` do."""
    if any(part is False for part in parts):
        return False
    states: list[States] = []
    for part in parts:
        if not isinstance(part, bool):
            inner = part["all"] if set(part) == {"all"} else [part]
            for one in inner if isinstance(inner, list) else []:
                states += [one] if one not in states else []
    states = _met(states)
    if not states:
        return True
    if len(states) == 1:
        return states[0]
    merged: States = {}
    for part in states:
        if set(part) & set(merged) or "any" in part or len(part) > 1:
            return {"all": states}
        merged |= part
    return merged


def either(parts: list[Truth]) -> Truth:
    """Return what holds when any of `parts` does."""
    if any(part is True for part in parts):
        return True
    states = [part for part in parts if not isinstance(part, bool)]
    if not states:
        return False
    unlike = _joined([state for i, state in enumerate(states) if state not in states[:i]])
    if len(unlike) == 1:
        return unlike[0]
    flat: list[object] = []
    for state in unlike:
        inner = state["any"] if set(state) == {"any"} else [state]
        flat += inner if isinstance(inner, list) else [inner]
    return {"any": flat}


def _met(states: list[States]) -> list[States]:
    """Return `states` with "from so late on" and "until then" of one day as one span."""
    spans = [str(state["between"]) for state in states if set(state) == {"between"}]
    late = next((span for span in spans if _ends(span)[1] == "00:00"), "")
    early = next((span for span in spans if _ends(span)[0] == "00:00"), "")
    if not late or not early or late == early:
        return states
    start, end = _ends(late)[0], _ends(early)[1]
    if not (start[:1].isdigit() and end[:1].isdigit() and start < end):
        return states
    others = [state for state in states if state.get("between") not in {late, early}]
    return [{"between": f"{start} - {end}"}, *others]


def _joined(states: list[States]) -> list[States]:
    """Return `states` with an evening and the morning after it as one span over midnight."""
    spans = [str(state["between"]) for state in states if set(state) == {"between"}]
    evening = next((span for span in spans if _ends(span)[1] == "00:00"), "")
    morning = next((span for span in spans if _ends(span)[0] == "00:00"), "")
    if not evening or not morning or evening == morning:
        return states
    start, end = _ends(evening)[0], _ends(morning)[1]
    night: States = {"between": f"{start} and {end}"}
    if (start, end) == ("sunset", "sunrise"):
        night = {"sun": "down"}
    others = [state for state in states if state.get("between") not in {evening, morning}]
    return [night, *others]


def _ends(span: str) -> tuple[str, str]:
    start, _, end = span.partition(" and ")
    if not end:
        start, _, end = span.rpartition(" - ")
    return start, end


def negated(truth: Truth) -> Truth:
    """Return what holds when `truth` does not."""
    if isinstance(truth, bool):
        return not truth
    if len(truth) == 1:
        (word, value), *_ = truth.items()
        if word in OPPOSITES and isinstance(value, str) and value not in {"anyone", "everyone"}:
            return {OPPOSITES[word]: value}
        if word in {"home", "away"}:
            other = {"anyone": "everyone", "everyone": "anyone"}
            return {OPPOSITES[word]: other[str(value)]}
        if word == "sun":
            return {"sun": "down" if value == "up" else "up"}
        if word == "not" and isinstance(value, dict):
            return dict(value)
    return {"not": truth}


def said(truth: Truth) -> str:
    """Return `truth` as an expression. Raises NotCarriedError where there is no such."""
    if isinstance(truth, bool):
        return "yes" if truth else "no"
    return " and ".join(_said(word, value) for word, value in truth.items()) or "yes"


def _said(word: str, value: object) -> str:
    if word in {"all", "any"} and isinstance(value, list):
        inner = [f"({said(part)})" for part in value]
        return "(" + (" and " if word == "all" else " or ").join(inner) + ")"
    if word == "not" and isinstance(value, dict):
        return f"not ({said(value)})"
    if word == "that":
        return f"({value})"
    if word == "property" and isinstance(value, dict):
        return _compared(f"{value['name']} of {of_name(value['of'])}", value)
    if word in _READINGS and isinstance(value, dict):
        return _compared(f"{word} of {of_name(value['of'])}", value)
    if isinstance(value, str) and word in {*OPPOSITES, "leak", "smoke", "vibration", "battery_low"}:
        return f"{word} of {of_name(value)}"
    raise NotCarriedError(f'"{word}" inside of a value that is worked out')


def _compared(what: str, value: dict[str, object]) -> str:
    parts = []
    if "is" in value:
        wanted = value["is"]
        parts.append(f"{what} = {_plain(wanted)}")
    if "above" in value:
        parts.append(f"{what} > {value['above']}")
    if "below" in value:
        parts.append(f"{what} < {value['below']}")
    return " and ".join(parts)


_NAMED = re.compile(r"\w+(?:['’.-]\w+)*(?: \w+(?:['’.-]\w+)*)*")
_KEYWORDS = frozenset({"and", "or", "not", "is", "of"})


def of_name(word: object) -> str:
    """Return a name as it stands after `of` in an expression: in quotes where it must."""
    text = str(word)
    if _NAMED.fullmatch(text) and not _KEYWORDS & set(text.split()):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Return `text` as a text of an expression."""
    sign = "'" if '"' in text else '"'
    return f"{sign}{text.replace(sign, ' ')}{sign}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return quoted(value) if isinstance(value, str) else str(value)
