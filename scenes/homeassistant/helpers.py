"""Helpers (input_boolean, counter, …) as variables of the home; timers as scenes that wait."""

from hubd.model.ids import slug
from scenes.homeassistant.durations import lasting, seconds
from scenes.homeassistant.left import NotCarriedError
from scenes.homeassistant.library import Helper, Library, Timer, paused_word
from scenes.homeassistant.marked import Keys, plain, words
from scenes.homeassistant.measures import number
from scenes.homeassistant.steps import Step

_TYPES = {
    "input_boolean": "switch",
    "input_number": "number",
    "counter": "number",
    "input_select": "choice",
    "input_text": "text",
}


def read_helper(entity: str, about: Keys, library: Library) -> None:
    """Add the helper or timer that `about` declares."""
    domain, _, name = entity.partition(".")
    word = library.names.word(entity)
    if domain == "timer":
        library.timers[entity] = Timer(word, _own_s(about))
        return
    kind = _TYPES.get(domain)
    if kind is None:
        return
    options = tuple(words_of_choices(about)) if kind == "choice" else ()
    library.helpers[entity] = Helper(
        id=name,
        name=word,
        type=kind,
        unit=plain(about.get("unit_of_measurement")) if kind == "number" else "",
        low=_number(about.get("min", about.get("minimum"))) if kind == "number" else None,
        high=_number(about.get("max", about.get("maximum"))) if kind == "number" else None,
        step=_number(about.get("step")) or 1.0,
        first=_number(about.get("initial")) if kind == "number" else None,
        choices=options,
    )


def words_of_choices(about: Keys) -> list[str]:
    """Return the options of a choice, as they stand (a comma is part of one)."""
    options = about.get("options")
    return [plain(option) for option in options] if isinstance(options, list) else words(options)


def _own_s(about: Keys) -> float:
    try:
        return seconds(about.get("duration") or 0)
    except NotCarriedError:
        return 0.0


def _number(value: object) -> float | None:
    try:
        found = float(plain(value))
    except ValueError:
        return None
    return number(found) if abs(found) < 1e15 else None


def variables(library: Library) -> list[dict[str, object]]:
    """Return what variables the home needs: the helpers, the timers, and what may be paused."""
    found = [helper.document() for helper in library.helpers.values()]
    found += [
        {
            "id": entity.partition(".")[2],
            "name": timer.word,
            "type": "choice",
            "choices": ["idle", "active", "finished"],
        }
        for entity, timer in library.timers.items()
    ]
    found += [{"id": slug(word), "name": word, "type": "switch"} for word in sorted(library.spans)]
    for entity in sorted(library.paused):
        name = library.automations.get(entity)
        if name is not None:
            own = f"{entity.partition('.')[2]}_paused"
            found.append({"id": own, "name": paused_word(name), "type": "switch"})
    return found


def timer_scenes(library: Library) -> list[dict[str, object]]:
    """Return the scenes that timers become: one for each length of time."""
    return [
        _timer_scene(timer, length_s)
        for timer in library.timers.values()
        for length_s in timer.lengths_s()
    ]


def _timer_scene(timer: Timer, length_s: float) -> dict[str, object]:
    steps: list[Step] = [
        {"end": timer.scene(other_s)} for other_s in timer.lengths_s() if other_s != length_s
    ]
    steps += [
        {"claims": {timer.word: {"option": "active"}}},
        {"wait": lasting(length_s)},
        {"claims": {timer.word: {"option": "finished"}}},
    ]
    return {
        "scene": timer.scene(length_s),
        "runs": "restart",
        "then": steps,
        "until": "further notice",
    }
