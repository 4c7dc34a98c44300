"""Which words of a scene mean nothing in a home, and what was probably meant."""

from collections.abc import Iterable, Iterator

from hubd.core.home import Home
from hubd.documents import Data, Loc, Parsed, Problem, did_you_mean
from hubd.model.ids import slug
from scenes.binding import calendars_of
from scenes.expression.expression import MARK, is_expression, readings
from scenes.expression.grammar import parse_tree
from scenes.presence import ANYONE, EVERYONE
from scenes.scene import Scene
from scenes.senses import SENSES
from scenes.targets import ANY_AREA, HERE, Target, areas_of, parse_target, things_at

_NAMING = frozenset(
    {
        *(*SENSES, "opened", "in bed", "entered", "left", "available", "unavailable", "trouble"),
        *("pressed", "dark", "bright", "of"),
    }
)
"""The keys whose values name places, things or people."""

_ALWAYS = frozenset({HERE, *ANY_AREA, *ANYONE, *EVERYONE})


def unmeant(scene: Scene, document: Parsed, home: Home) -> Iterator[Problem]:
    """Yield a problem for each word of `scene`, read from `document`, that means nothing."""
    data = document.data if isinstance(document.data, dict) else {}
    yield from _lacking(scene, document, home)
    for key in ("when", "if", "until"):
        for loc, word in _named(data.get(key), (key,)):
            if not _means(word.casefold(), home):
                hint = did_you_mean(word, [*_places(home), *_devices(home), *_people(home)])
                yield document.problem(loc, f'nothing is called "{word}" in this home', hint)
    for loc, word in _reckoned({k: v for k, v in data.items() if k not in _SAID}, ()):
        if not _means(word, home):
            hint = did_you_mean(word, [*_places(home), *_devices(home), *_people(home)])
            yield document.problem(loc, f'nothing is called "{word}" in this home', hint)
    for wish in scene.claims:
        loc = ("claims", _as_written(wish.target, data.get("claims")))
        if not wish.target.here and not any(wish.settle(home, None)):
            yield _aimless(wish.target, loc, document, home)
    for deed in scene.do:
        loc = ("do", _as_written(deed.target, data.get("do")))
        if not deed.target.here and not any(deed.settle(home, None)):
            yield _aimless(deed.target, loc, document, home)

    yield from _unmeant_in_steps(data.get("then"), ("then",), document, home)


def unknown_scenes(document: Parsed, known: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each scene that a step begins or ends and that is none of the `known`."""
    data, ids = document.data if isinstance(document.data, dict) else {}, list(known)
    for loc, step in _steps(data.get("then"), ("then",)):
        for key in ("begin", "end"):
            named = step.get(key)
            for name in named if isinstance(named, list) else [named]:
                if isinstance(name, str) and slug(name) not in ids:
                    hint = did_you_mean(slug(name), ids)
                    yield document.problem((*loc, key), f'no scene has the id "{slug(name)}"', hint)


def _unmeant_in_steps(data: Data, loc: Loc, document: Parsed, home: Home) -> Iterator[Problem]:
    for at, step in _steps(data, loc):
        for key in ("wait", "if", "repeat"):
            for place, word in _named(step.get(key), (*at, key)):
                if not _means(word.casefold(), home):
                    hint = did_you_mean(word, [*_places(home), *_devices(home), *_people(home)])
                    message = f'nothing is called "{word}" in this home'
                    yield document.problem(place, message, hint)
        for key in ("claims", "do"):
            said = step.get(key)
            for phrase in said if isinstance(said, dict) else ():
                target = parse_target(phrase)
                if not target.here and not target.find(home, None):
                    yield _aimless(target, (*at, key, phrase), document, home)


def _steps(data: Data, loc: Loc) -> Iterator[tuple[Loc, dict[str, Data]]]:
    """Yield each step of a list (or the one alone) and those inside of it, with its place."""
    match data:
        case list():
            for number, item in enumerate(data):
                yield from _steps(item, (*loc, number))
        case dict():
            yield loc, data
            for key in ("then", "else", "steps", "together"):
                yield from _steps(data.get(key), (*loc, key))
        case _:
            pass


_SAID = frozenset({"scene", "name", "id", "description", "variables"})
"""The keys whose values are for people, or no expressions."""


def _lacking(scene: Scene, document: Parsed, home: Home) -> Iterator[Problem]:
    for key, items in (("when", scene.when), ("if", scene.if_), ("until", scene.until or ())):
        for calendar in (name for states in items for name in calendars_of(states)):
            if calendar not in home.calendars:
                hint = did_you_mean(calendar, home.calendars)
                yield document.problem((key,), f'no calendar is called "{calendar}"', hint)


def _named(data: Data, loc: Loc, *, naming: bool = False) -> Iterator[tuple[Loc, str]]:
    match data:
        case str() if naming:
            yield loc, data
        case list():
            for number, item in enumerate(data):
                yield from _named(item, (*loc, number), naming=naming)
        case dict():
            for key, value in data.items():
                if key == "calendar":
                    continue
                yield from _named(value, (*loc, key), naming=key in _NAMING)
        case _:
            pass


def _reckoned(data: Data, loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Yield the names in all expressions of a scene that is right, and where those stand."""
    match data:
        case str() if is_expression(data) or loc[-1:] == ("that",):
            tree = parse_tree(data, data.index(MARK) + 1 if is_expression(data) else 0)
            yield from ((loc, word) for word in dict.fromkeys(r.of for r in readings(tree)))
        case list():
            for number, item in enumerate(data):
                yield from _reckoned(item, (*loc, number))
        case dict():
            for key, value in data.items():
                yield from _reckoned(value, (*loc, key))
        case _:
            pass


def _means(word: str, home: Home) -> bool:
    return bool(
        word in _ALWAYS
        or areas_of(word, home)
        or things_at(word, home, None)
        or home.find_people(word)
    )


def _aimless(target: Target, loc: Loc, document: Parsed, home: Home) -> Problem:
    phrase = target.phrase
    if target.find(home, None):
        message = f'nothing that "{phrase}" means here can be so'
        return document.problem(loc, message, key=True)
    if target.place and areas_of(target.place, home):
        return document.problem(loc, f'there are no "{phrase}" in this home', key=True)
    kind = phrase.removeprefix(target.place)
    valid = [*_devices(home), *(f"{place}{kind}" for place in _places(home) if target.place)]
    hint = did_you_mean(phrase, valid)
    return document.problem(loc, f'nothing is called "{phrase}" in this home', hint, key=True)


def _as_written(target: Target, claims: Data) -> str:
    """Return the key that `target` was read from."""
    keys = claims if isinstance(claims, dict) else {}
    return next((k for k in keys if " ".join(k.casefold().split()) == target.phrase), "")


def _places(home: Home) -> Iterator[str]:
    yield from (area.name for area in home.areas.values())
    yield from (floor.name for floor in home.floors.values())


def _devices(home: Home) -> Iterator[str]:
    for device in home.devices.values():
        yield from (device.name, *device.aliases, *device.roles)


def _people(home: Home) -> Iterator[str]:
    yield from (person.name for person in home.people.values())
