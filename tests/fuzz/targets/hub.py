"""The hub's own reading of names."""

from hubd import rooms
from hubd.core.home import Home
from hubd.model.home import Area
from hubd.model.ids import AreaId, slug
from tests.fuzz.target import Target

_HOME = Home(
    areas={AreaId("keuken"): Area(AreaId("keuken"), "Keuken", aliases=("kitchen", "厨房"))}
)


def _rooms(data: bytes) -> None:
    said = data.decode(errors="replace").split("\n")
    guess = rooms.guess(said, _HOME)
    assert guess is None or guess.told_by
    for words in said:
        area = rooms.named(words, _HOME)
        assert (area is None) == (not words.strip())
        assert slug(words)


TARGETS = (
    Target(
        "hub.rooms",
        ("hubd.rooms", "hubd.model.ids"),
        _rooms,
        lambda: [
            "Kitchen lamp\n客厅灯".encode(),
            b"shelly-bedroom-2.local",
            b"masterBedroom\nKids' room",
        ],
        longest=256,
    ),
)
