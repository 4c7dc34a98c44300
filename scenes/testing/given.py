"""How a home is when a test begins."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from hubd.core.home import Home
from hubd.documents import inside, wrong
from hubd.model.claim import Claim, Priority
from hubd.model.events import Reported, TimerSet
from hubd.model.home import Place
from hubd.model.ids import PropertyId, SceneId
from hubd.model.value import Value
from scenes.quantities import parse_duration
from scenes.testing import words
from scenes.testing.lab import Standing
from scenes.testing.moments import Moment, parse_moment
from scenes.testing.moves import Come, Happen, Heed, happening

_NOON = "12:00"


class Given(Struct, frozen=True):
    """What is so, and what stands and waits, when a test begins."""

    values: dict[PropertyId, Value]
    reach: tuple[Come, ...]
    heed: tuple[Heed, ...]
    standing: tuple[Standing, ...]
    waiting: tuple[TimerSet, ...]


def begins_us(given: Mapping[str, object], place: Place) -> int:
    """Return when the test begins. Raises "wrong"."""
    with inside("at"):
        moment: Moment = parse_moment(given.get("at", _NOON))
        return moment.first(place)


def given_of(given: Mapping[str, object], home: Home, now_us: int) -> Given:
    """Return what `given` says. Raises "wrong"."""
    values: dict[PropertyId, Value] = {}
    reach: list[Come] = []
    heed: list[Heed] = []
    standing: list[Standing] = []
    back: list[Standing] = []
    waiting: list[TimerSet] = []
    for key, value in given.items():
        with inside(key):
            match key.casefold():
                case "at":
                    continue
                case "standing":
                    standing = [s for item in _items(value) for s in _standing(item, home, now_us)]
                case "going back":
                    back += _going_back(value, home)
                case "waiting":
                    waiting = [_waiting(number, item, now_us) for number, item in _items(value)]
                case _:
                    for move in happening(key, value, home):
                        match move:
                            case Happen(Reported() as what):
                                values[what.property] = what.value
                            case Come():
                                reach.append(move)
                            case Heed():
                                heed.append(move)
    return Given(values, tuple(reach), tuple(heed), (*back, *standing), tuple(waiting))


def _items(value: object) -> list[tuple[int, dict[str, object]]]:
    items = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(item, dict) for item in items):
        raise wrong("a list of what stands belongs here")
    return list(enumerate(items))


def _standing(
    numbered: tuple[int, dict[str, object]], home: Home, now_us: int
) -> Iterator[Standing]:
    """Yield the claims of one owner, as in {scene: late_light, hall lamp: on, for: 3 min}."""
    number, item = numbered
    rest = dict(item)
    with inside(number):
        scene = rest.pop("scene", None)
        owner = f"scene:{scene}" if scene is not None else str(rest.pop("by", ""))
        if ":" not in owner:
            raise wrong("this does not say whose claims stand", "add scene: and its id")
        for_us = parse_duration(rest.pop("for")) if "for" in rest else 0
        because = str(rest.pop("because", "it began before"))
        usual = "scene" if owner.startswith("scene:") else "hand"
        rank = str(rest.pop("rank", usual)).upper()
        if rank not in Priority.__members__:
            raise wrong(f'"{rank}" is not a rank')
        earlier = rest.pop("before", {})
        before: dict[PropertyId, Value] = {}
        for phrase, value in earlier.items() if isinstance(earlier, dict) else ():
            with inside("before"), inside(phrase):
                before.update(words.wished(phrase, value, home))
        for phrase, value in rest.items():
            with inside(phrase):
                claimed = words.wished(phrase, value, home)
                if not claimed:
                    raise wrong(f'"{phrase}" cannot be set to "{value}"')
                for prop, wish in claimed:
                    until_us = now_us + for_us if for_us else 0
                    claim = Claim(prop, wish, Priority[rank], owner, because, until_us)
                    yield Standing(claim, before.get(prop))


def _going_back(value: object, home: Home) -> Iterator[Standing]:
    """Yield what goes back to how it was before a claim, as in {hall lamp: off}."""
    if not isinstance(value, dict):
        raise wrong("names and values belong here", "write it as in going back: {hall lamp: off}")
    for phrase, word in value.items():
        with inside(phrase):
            for prop, before in words.wished(str(phrase), word, home):
                yield Standing(Claim(prop, None, Priority.SCENE, "scene:"), before, over=True)


def _waiting(number: int, item: dict[str, object], now_us: int) -> TimerSet:
    """Return a scene's wait, as in {scene: late_light, timer: "until::0", for: 3 min}."""
    with inside(number):
        missing = [key for key in ("scene", "timer", "for") if key not in item]
        if missing:
            raise wrong(f"a wait says scene, timer and for; {missing[0]} is missing")
        due_us = now_us + parse_duration(item["for"])
        return TimerSet(SceneId(str(item["scene"])), str(item["timer"]), due_us)
