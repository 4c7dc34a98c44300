"""Data of YAML files that knows where it was written, so that what is left can be named by line."""

from collections.abc import Iterator
from typing import NamedTuple


class Place(NamedTuple):
    """A file (its path in the folder), and a line of it, counted from 1."""

    file: str
    line: int


class Secret(str):
    """A value that is kept elsewhere (`!secret`); the text is its name."""

    __slots__ = ()


class Input(str):
    """A value that the user of a blueprint gives (`!input`); the text is its name."""

    __slots__ = ()


class Keys(dict[str, object]):
    """A mapping, where it begins, and where each of its keys stands."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}

    def at(self, key: str) -> Place:
        """Return where `key` stands; where the mapping begins if it has none such."""
        return self.places.get(key, self.place)

    def put(self, key: str, value: object, place: Place) -> None:
        """Set `key`, which stands at `place`."""
        self[key] = value
        self.places[key] = place

    def copy(self) -> "Keys":
        """Return another mapping with the same keys, values and places."""
        other = Keys(self.place)
        other.update(self)
        other.places.update(self.places)
        return other


class Items(list[object]):
    """A list, where it begins, and where each of its items stands."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []

    def add(self, value: object, place: Place) -> None:
        """Append `value`, which stands at `place`."""
        self.append(value)
        self.places.append(place)


def placed(value: object, place: Place) -> Iterator[tuple[object, Place]]:
    """Yield the items of a list, or the one `value` that stands for a list; None is none."""
    if isinstance(value, Items):
        yield from zip(
            value, (_inner(v, p) for v, p in zip(value, value.places, strict=True)), strict=True
        )
    elif value is not None:
        yield value, _inner(value, place)


def _inner(value: object, place: Place) -> Place:
    return value.place if isinstance(value, Keys | Items) else place


def words(value: object) -> list[str]:
    """Return the words of `value`: one, a list of them, or several with commas between."""
    if isinstance(value, Items):
        return [word for item in value for word in words(item)]
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if value is None or isinstance(value, dict):
        return []
    return [plain(value)]


def plain(value: object) -> str:
    """Return a scalar as Home Assistant writes it: True is "on"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
