"""Things that do not show themselves, adopted by what a person tells of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import Driving, at_home
from toy import Toy

from drivers.kit.errors import AdoptionError, AlreadyAdoptedError
from hubd.model.command import Outcome
from hubd.model.events import Dismissed
from hubd.model.home import Naming
from hubd.model.ids import AreaId

MANIFEST = Path(__file__).parents[1] / "fixtures" / "drivers" / "toy" / "driver.toml"


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with Toy() as made:
        yield made


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Driving]:
    async with at_home(tmp_path, manifests=[MANIFEST]) as made:
        yield made


def where(toy: Toy) -> str:
    return f"{toy.key}@127.0.0.1:{toy.port}"


async def test_a_toy_that_nobody_saw_is_adopted_and_is_what_it_would_be_had_it_been_seen(
    home: Driving, toy: Toy
) -> None:
    lamp = await home.add("toy", place=where(toy), key="1234")
    assert lamp == f"toy_{toy.key}"
    assert home.devices[lamp].name == "Lamp"
    assert await home.command(lamp, "light", "OnOff.on", value=True) is Outcome.CONFIRMED
    home.see(toy.sighting())
    await home.until(lambda: len(home.adoption.inbox._entries) == 1, "it is seen after that")
    assert list(home.adoption.inbox) == []


async def test_it_is_called_and_put_as_was_said(home: Driving, toy: Toy) -> None:
    answers = {"place": where(toy), "key": "1234"}
    naming = Naming("Reading lamp", AreaId("Study"))
    lamp = await home.network.add("toy", answers, naming, "person:ann")
    device = home.devices[lamp]
    assert (device.name, device.area) == ("Reading lamp", "study")


async def test_one_that_is_in_the_home_and_reached_is_not_adopted_twice(
    home: Driving, toy: Toy
) -> None:
    lamp = await home.add("toy", place=where(toy), key="1234")
    with pytest.raises(AlreadyAdoptedError) as caught:
        await home.add("toy", place=where(toy), key="1234")
    assert caught.value.what == f"that is Lamp ({lamp}), which is adopted already"
    assert toy.connections == 1


async def test_one_that_has_moved_is_reached_where_it_is_said_to_be(
    home: Driving, toy: Toy
) -> None:
    lamp = await home.add("toy", place=where(toy), key="1234")
    await toy.stop()
    await home.until_reached(lamp, reached=False)
    toy.port = 0
    await toy.start()
    assert await home.add("toy", place=where(toy), key="1234") == lamp
    await home.until_reached(lamp)


async def test_what_was_dismissed_and_is_added_is_dismissed_no_more(
    home: Driving, toy: Toy
) -> None:
    await home.hub.configure([Dismissed("toy", toy.key)], "person:ann")
    await home.add("toy", place=where(toy), key="1234")
    assert toy.key not in home.hub.core.state.home.dismissed.get("toy", ())


@pytest.mark.parametrize(
    ("driver", "answers", "told"),
    [
        ("tou", {}, 'no driver .tou. takes things that were not found. Did you mean "toy"?'),
        ("toy", {"plaec": "x"}, 'Toy does not want .plaec.. Did you mean "place"?'),
        ("toy", {"key": "1234"}, r"Toy wants Where it is\. As in a0b1"),
        ("toy", {"place": "here", "key": "1234"}, r"that cannot be Where it is\. As in a0b1"),
        ("toy", {"place": "a@", "key": "1234"}, "is no address"),
        ("toy", {"place": "a@127.0.0.1", "key": "4321"}, "the key is another one"),
    ],
)
async def test_what_is_wrong_is_told_with_its_mend(
    home: Driving, driver: str, answers: dict[str, str], told: str
) -> None:
    with pytest.raises(AdoptionError, match=told):
        await home.network.add(driver, answers, None, "person:ann")
    assert home.devices == {}
