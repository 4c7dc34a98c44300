"""Why not: how near a scene came to beginning, and what would have had to be otherwise."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hubd.core.home import Home
from hubd.core.listening import Compiler
from hubd.core.state import State
from hubd.model.claim import Claim
from hubd.model.events import Event, SceneRevised
from hubd.model.ids import EventId, SceneId
from scenes.atoms import Atom
from scenes.attempts import Attempt, Attempts, Came
from scenes.compiler import check
from scenes.describe import wish
from scenes.phrases import clock_words, owner_called, scene_called

_PLAIN: dict[Came, str] = {
    Came.STOOD: "the scene stood already, so nothing began anew",
    Came.WITHHELD: "nothing in the scene spoke against it: the hub withheld it",
    Came.LATE: "the hub was off at that moment, and took it up too late",
    Came.HELD: "it was so all the time: only its coming about begins the scene",
}


class Lack(Struct, frozen=True):
    """What was otherwise than the scene needed."""

    what: str
    was: str
    needed: str


class When(Struct, frozen=True):
    """One item of the scene's `when`, in one place: how often it came about, and its nearest try.

    `item` counts from 0; `area` is set where the scene is one of `here`.
    """

    item: int
    area: str
    when: str
    came_about: int
    nearest: Came
    at_us: int
    lacks: tuple[Lack, ...]
    text: str


class WhyNot(Struct, frozen=True):
    """Why a scene did not begin between `since_us` and `at_us`; the nearest try, then all of them.

    `nearest_us` and `event` tell when that was, and the event of its beginning if it did begin.
    """

    scene: SceneId
    sentence: str
    since_us: int
    at_us: int
    nearest: Came | None
    nearest_us: int
    event: EventId
    lacks: tuple[Lack, ...]
    whens: tuple[When, ...]
    problems: tuple[str, ...] = ()


def why_not(
    scene: SceneId, before: State, window: Iterable[Event], at_us: int, compiler: Compiler
) -> WhyNot | None:
    """Return how near `scene` came in `window`, the events that follow on the state `before`.

    None if there was no such scene by `at_us`, its end. `before` is changed.
    """
    since_us = before.now_us
    attempts = Attempts(scene, before, compiler)
    first_us = 0
    for event in window:
        first_us = first_us or event.at_us
        attempts.take(event)
    attempts.state.now_us = max(attempts.state.now_us, at_us)
    since_us = since_us or first_us
    revised = attempts.state.scenes.get(scene)
    if revised is None:
        return None
    home = attempts.state.home
    if not attempts.places:
        return _unable(revised, home, since_us, at_us)
    attempts.close()
    return _told(scene, attempts.found, home, since_us, at_us)


def _unable(revised: SceneRevised, home: Home, since_us: int, at_us: int) -> WhyNot:
    path = revised.path or str(revised.scene)
    broken = [str(problem) for problem in check(revised.source, path)]
    problems = broken or [str(problem) for problem in check(revised.source, path, home)]
    why = "can't be understood" if broken else "means nothing that is in this home"
    sentence = f"{_capital(scene_called(revised.scene))} {why}, so it never begins."
    told = tuple(problems)
    return WhyNot(revised.scene, sentence, since_us, at_us, None, 0, EventId(0), (), (), told)


def _told(
    scene: SceneId, found: Sequence[Attempt], home: Home, since_us: int, at_us: int
) -> WhyNot:
    began = [a for a in found if a.reached and a.watching]
    last_began_us = max((a.at_us for a in began), default=-1)
    since = [a for a in found if a.at_us > last_began_us]
    nearest = min(began or found, key=lambda attempt: attempt.distance)
    if began:
        nearest = max(began, key=lambda attempt: attempt.at_us)
    after = min((a for a in since if a.watching), key=lambda a: a.distance, default=None)
    sentence = _sentence(scene, nearest, home)
    if began and after is not None:
        sentence += f" Since then it came nearest at {_nearest(after, home)}."
    groups: dict[tuple[int, str], list[Attempt]] = {}
    for attempt in found:
        groups.setdefault((attempt.item, str(attempt.area or "")), []).append(attempt)
    return WhyNot(
        scene=scene,
        sentence=sentence,
        since_us=since_us,
        at_us=at_us,
        nearest=nearest.came,
        nearest_us=nearest.at_us,
        event=nearest.event,
        lacks=_lacks(nearest.lacking),
        whens=tuple(_when(group, home) for _, group in sorted(groups.items())),
    )


def _when(group: Sequence[Attempt], home: Home) -> When:
    nearest = min(group, key=lambda attempt: attempt.distance)
    area = home.areas.get(nearest.area) if nearest.area is not None else None
    came_about = sum(a.came not in {Came.MISSED, Came.TOO_SHORT, Came.HELD} for a in group)
    return When(
        item=nearest.item,
        area=area.name if area is not None else "",
        when=nearest.when,
        came_about=came_about,
        nearest=nearest.came,
        at_us=nearest.at_us,
        lacks=_lacks(nearest.lacking),
        text=_nearest(nearest, home),
    )


def _sentence(scene: SceneId, nearest: Attempt, home: Home) -> str:
    called, at = _capital(scene_called(scene)), clock_words(nearest.at_us, home)
    why = f", because {nearest.why}" if nearest.why else ""
    match nearest.came:
        case Came.BEGAN:
            return f"{called} did begin at {at}{why}."
        case Came.OVERRULED:
            return f"{called} did begin at {at}{why}; but {_overruled(nearest.above, home)}."
        case Came.STOOD:
            return f"{called} stood already at {at}, when {nearest.why or nearest.when}."
        case Came.MISSED | Came.HELD | Came.TOO_SHORT if not nearest.watching:
            return f"{called} was not set off. At {_nearest(nearest, home)}."
        case _:
            return f"{called} came nearest at {_nearest(nearest, home)}."


def _nearest(attempt: Attempt, home: Home) -> str:
    """Return when an attempt was, and what it lacked."""
    at = clock_words(attempt.at_us, home)
    lacks = "; and ".join(atom.text for atom in attempt.lacking)
    match attempt.came:
        case Came.BEGAN:
            return f"{at}: it began"
        case Came.OVERRULED:
            return f"{at}: it began, but {_overruled(attempt.above, home)}"
        case Came.CONDITION:
            return f"{at}: {attempt.why}, but {lacks}"
        case Came.TOO_SHORT:
            return f"{at}: {attempt.when.rpartition(' for ')[0]}, but {lacks}"
        case Came.MISSED:
            return f"{at}: {attempt.why}, but {lacks}" if attempt.why else f"{at}: {lacks}"
        case Came.STOOD | Came.WITHHELD | Came.LATE | Came.HELD:
            return f"{at}: {attempt.why or attempt.when}; {_PLAIN[attempt.came]}"


def _overruled(above: Sequence[Claim], home: Home) -> str:
    claim = above[0]
    until = f" until {clock_words(claim.until_us, home)}" if claim.until_us else ""
    more = f" (and {len(above) - 1} more)" if len(above) > 1 else ""
    who = owner_called(claim.owner, home)
    return f"{who} wants {wish(claim, home)}{until}{more}, and goes before it"


def _lacks(atoms: Iterable[Atom]) -> tuple[Lack, ...]:
    return tuple(Lack(atom.what, atom.was, atom.needed) for atom in atoms)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
