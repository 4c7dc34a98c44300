"""Which room a device is in, guessed from what it is called: in English, in Chinese, by any name.

People name devices after their rooms ("Kitchen lamp", "客厅灯", `shelly-bedroom-2.local`). The
rooms of the home come first, by their own names and aliases; then those that most homes have.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from hubd.core.home import Home
from hubd.model.home import Area
from hubd.model.ids import AreaId, slug


class Guess(Struct, frozen=True):
    """A room, whether the home has it yet, and the words that told."""

    area: Area
    known: bool
    told_by: str


_ROOMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("living_room", "Living room", ("living room", "livingroom", "lounge", "sitting room", "客厅")),
    ("master_bedroom", "Master bedroom", ("master bedroom", "main bedroom", "主卧", "主卧室")),
    ("guest_room", "Guest room", ("guest room", "guest bedroom", "spare room", "客房", "客卧")),
    ("second_bedroom", "Second bedroom", ("second bedroom", "次卧", "次卧室")),
    (
        "kids_room",
        "Children's room",
        (
            "kids room",
            "kid room",
            "childrens room",
            "nursery",
            "儿童房",
            "儿童卧室",
            "小孩房",
            "婴儿房",
        ),
    ),
    ("bedroom", "Bedroom", ("bedroom", "bed room", "卧室", "睡房", "卧房")),
    ("kitchen", "Kitchen", ("kitchen", "厨房", "灶间")),
    ("dining_room", "Dining room", ("dining room", "diningroom", "餐厅", "饭厅")),
    (
        "bathroom",
        "Bathroom",
        ("bathroom", "bath room", "shower room", "浴室", "卫生间", "洗手间", "淋浴间"),
    ),
    ("toilet", "Toilet", ("toilet", "wc", "restroom", "powder room", "厕所")),
    ("study", "Study", ("study", "office", "home office", "书房", "办公室", "工作室")),
    ("hallway", "Hallway", ("hallway", "hall", "corridor", "landing", "走廊", "过道", "过廊")),
    (
        "entrance",
        "Entrance",
        ("entrance", "entry", "front door", "foyer", "玄关", "门厅", "门口", "入户"),
    ),
    ("stairs", "Stairs", ("stairs", "staircase", "stairway", "楼梯", "楼梯间")),
    ("balcony", "Balcony", ("balcony", "阳台", "露台")),
    ("garden", "Garden", ("garden", "backyard", "back yard", "yard", "花园", "院子", "庭院")),
    ("terrace", "Terrace", ("terrace", "patio", "deck", "平台")),
    ("garage", "Garage", ("garage", "carport", "车库")),
    ("basement", "Basement", ("basement", "cellar", "地下室", "地窖")),
    ("attic", "Attic", ("attic", "loft", "阁楼")),
    (
        "laundry",
        "Laundry",
        ("laundry", "laundry room", "utility room", "utility", "洗衣房", "洗衣间", "家政间"),
    ),
    (
        "storage",
        "Storage",
        ("storage", "store room", "pantry", "closet", "储藏室", "储物间", "衣帽间", "杂物间"),
    ),
    ("gym", "Gym", ("gym", "fitness room", "健身房")),
    (
        "cinema",
        "Cinema",
        ("cinema", "home theater", "home theatre", "media room", "影音室", "家庭影院"),
    ),
)
"""Id, name, and what people write for it. The longest that fits wins ("master bedroom")."""

_NOT_WORD = re.compile(r"[^a-z0-9\u3400-\u9fff]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def guess(words: Iterable[str], home: Home) -> Guess | None:
    """Return the room that the first of `words` to name one names; None if none does.

    `words` are names of a device, the surest first: what its maker's app says, its name, its host.
    """
    known = [(name, area, True) for area in home.areas.values() for name in _names(area)]
    usual = [(w, _usual(a, name, home), False) for a, name, ws in _ROOMS for w in (a, *ws)]
    for said in words:
        text = _plain(said)
        for rooms in (known, usual):
            fitting = [(name, area, own) for name, area, own in rooms if _holds(text, _plain(name))]
            if fitting:
                name, area, _ = max(fitting, key=lambda found: len(_plain(found[0])))
                return Guess(area, area.id in home.areas, f'"{said}" has "{name}" in it')
    return None


def named(words: str, home: Home) -> Area | None:
    """Return the room that `words`, a room's name, mean; a new one where the home has none such."""
    if not words.strip():
        return None
    own = home.find_areas(words.strip())
    if own:
        return own[0]
    text = _plain(words)
    for area, name, usual in _ROOMS:
        if text in {_plain(w) for w in (area, *usual)}:
            known = _known_as(area, name, usual, home)
            if known is not None:
                return known
    return Area(AreaId(slug(words)), words.strip())


def _known_as(area: str, name: str, usual: Iterable[str], home: Home) -> Area | None:
    """Return the home's own room of that kind, whatever language it is named in."""
    for word in (area, name, *usual):
        own = home.find_areas(word)
        if own:
            return own[0]
    return None


def _usual(area: str, name: str, home: Home) -> Area:
    words = next(ws for a, _, ws in _ROOMS if a == area)
    return _known_as(area, name, words, home) or Area(AreaId(area), name)


def _names(area: Area) -> Iterator[str]:
    yield area.name
    yield from area.aliases
    yield area.id.replace("_", " ")


def _plain(words: str) -> str:
    """Return `words` in lower case, with single spaces between the words, and none in Chinese."""
    return " ".join(_NOT_WORD.sub(" ", _CAMEL.sub(" ", words).replace("'", "").casefold()).split())


def _holds(text: str, name: str) -> bool:
    """Say whether `text` has `name` in it, as words of its own; in Chinese, anywhere."""
    if not name:
        return False
    if name.isascii():
        return f" {name} " in f" {re.sub(r'[^a-z0-9 ]', ' ', text)} ".replace("  ", " ") or (
            f" {name} " in f" {re.sub(r'(?<=[a-z])(?=[0-9])', ' ', text)} "
        )
    return name in text
