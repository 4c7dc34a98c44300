"""For how long something has been so, as a condition: a scene of its own that remembers it.

`state: off for: 10 minutes` becomes a variable of the home that a scene claims while it is so.
"""

from scenes.homeassistant.durations import lasting
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.library import Library
from scenes.homeassistant.measures import quantity
from scenes.homeassistant.states import States, Truth


def lasted(truth: Truth, length_s: float, library: Library) -> Truth:
    """Return what holds once `truth` has held for so long. Raises NotCarriedError."""
    if isinstance(truth, bool) or length_s <= 0:
        return truth
    word = f"{_called(truth)} for {lasting(length_s)}"
    library.spans[word] = {**truth, "for": lasting(length_s)}
    return {"on": word}


def _called(truth: States) -> str:
    """Return what people may call a state. Raises NotCarriedError for one of several parts."""
    if len(truth) != 1:
        raise NotCarriedError("for how long several things have been so")
    (word, value), *_ = truth.items()
    if isinstance(value, str):
        return f"{value} {word}".replace("_", " ")
    if isinstance(value, dict) and word == "not":
        return f"not {_called(value)}"
    if isinstance(value, dict) and isinstance(value.get("of"), str):
        limits = [f"{key} {_plain(value[key])}" for key in ("is", "above", "below") if key in value]
        return " ".join([str(value["of"]), *limits])
    raise NotCarriedError("for how long several things have been so")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "so" if value else "not so"
    return str(quantity(value, "")) if isinstance(value, int | float) else str(value)


def span_scenes(library: Library) -> list[dict[str, object]]:
    """Return the scenes that remember for how long things have been so."""
    return [
        {"scene": word[:1].upper() + word[1:], "when": states, "claims": {word: "on"}}
        for word, states in library.spans.items()
    ]
