"""Errands: what people ask of drivers and their things, run in the driver's own process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from driving import Driving, at_home
from toy import Toy

from drivers.kit.errors import ErrandError
from hubd.errands import Errands
from hubd.model.events import ErrandRun
from hubd.model.ids import DeviceId

MANIFEST = Path(__file__).parents[1] / "fixtures" / "drivers" / "toy" / "driver.toml"


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    async with Toy() as made:
        yield made


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Driving]:
    async with at_home(tmp_path, manifests=[MANIFEST]) as made:
        yield made


async def asked(
    home: Driving, name: str, device: str | None = None, **answers: str
) -> tuple[dict[str, str], list[str]]:
    """Run an errand of the toys; return what it shows, and what was said meanwhile."""
    said: list[str] = []
    whom = DeviceId(device) if device is not None else None
    errands = Errands(home.hub, home.network)
    told = await errands.run("toy", name, whom, answers, "person:ann", said.append)
    return dict(told), said


async def added(home: Driving, toy: Toy) -> DeviceId:
    return await home.add("toy", place=f"{toy.key}@127.0.0.1:{toy.port}", key="1234")


def logged(home: Driving) -> list[tuple[str, ErrandRun]]:
    return [(e.source, e.what) for e in home.events if isinstance(e.what, ErrandRun)]


async def test_the_only_thing_is_asked_and_says_how_it_goes_and_what_came_of_it(
    home: Driving, toy: Toy
) -> None:
    lamp = await added(home, toy)
    told, said = await asked(home, "greet", whom="Ann")
    assert told == {"said": "Hello Ann", "with": "1234"}
    assert said == [f"{toy.key} greets Ann …"]
    title = "Have a toy greet someone"
    assert logged(home) == [("person:ann", ErrandRun("toy", "greet", title, lamp))]


async def test_which_thing_is_said_where_there_are_more(home: Driving, toy: Toy) -> None:
    lamp = await added(home, toy)
    async with Toy("0f1e2d3c4b5a") as other:
        second = await added(home, other)
        (offer, *_) = Errands(home.hub, home.network).offers()
        assert set(offer.devices) == {lamp, second}
        with pytest.raises(ErrandError, match=f"2 to choose from. Ask one of {second}, {lamp}"):
            await asked(home, "greet", whom="Ann")
        assert (await asked(home, "greet", second, whom="Ann"))[1] == ["0f1e2d3c4b5a greets Ann …"]


async def test_the_driver_itself_is_asked_without_any_thing(home: Driving) -> None:
    assert await asked(home, "recall") == ({"word": ""}, ["starting the toy driver…"])
    ((_, what),) = logged(home)
    assert what.device is None


async def test_a_secret_that_it_keeps_for_itself_comes_back_at_its_next_start(
    tmp_path: Path,
) -> None:
    async with at_home(tmp_path, manifests=[MANIFEST]) as home:
        await asked(home, "remember", word="open barley")
        await asked(home, "remember", word="open sesame")
        assert "sesame" in (tmp_path / "vault.json").read_text("utf-8"), "it is durable by then"
        assert "sesame" not in repr(home.events)
        process = home.network.process("toy")
        assert process is not None
        process.repair()
        await home.until(lambda: not process.running, "it ends")
        assert (await asked(home, "recall"))[0] == {"word": "open sesame"}
    async with at_home(tmp_path, manifests=[MANIFEST]) as home:
        assert (await asked(home, "recall"))[0] == {"word": "open sesame"}
        assert home.devices == {}, "it is no thing"


async def test_what_fails_says_why_without_the_secrets_and_is_in_the_log(
    home: Driving, toy: Toy
) -> None:
    lamp = await added(home, toy)
    with pytest.raises(ErrandError, match=r"nobody \(secret\) is there. Name another"):
        await asked(home, "greet", lamp, whom="nobody", how="hocuspocus")
    ((source, what),) = logged(home)
    assert (source, what.problem) == ("person:ann", "nobody (secret) is there")
    assert "hocuspocus" not in repr(home.events)


async def test_a_driver_that_ends_meanwhile_is_told_at_once(home: Driving, toy: Toy) -> None:
    await added(home, toy)
    with pytest.raises(ErrandError, match="the driver ended: the toy driver ended by itself"):
        await asked(home, "greet", whom="crash")


@pytest.mark.parametrize(
    ("name", "device", "answers", "told"),
    [
        ("gret", None, {}, 'knows no errand .gret.. Did you mean "greet"'),
        ("greet", None, {"whm": "Ann"}, 'does not want .whm.. Did you mean "whom"'),
        ("greet", None, {}, "Have a toy greet someone wants Whom"),
        ("greet", None, {"whom": "123"}, "that cannot be Whom"),
        ("greet", "other", {"whom": "Ann"}, r"other is not of the toy driver. Ask one of toy_"),
        ("recall", "other", {}, "Say the word is of no device. Ask it without one"),
    ],
)
async def test_what_cannot_be_asked_is_told_with_its_mend(
    home: Driving, toy: Toy, name: str, device: str | None, answers: dict[str, str], told: str
) -> None:
    await added(home, toy)
    with pytest.raises(ErrandError, match=told):
        await asked(home, name, device, **answers)


async def test_nothing_is_asked_of_a_driver_that_has_no_thing_or_is_not_there(
    home: Driving,
) -> None:
    with pytest.raises(ErrandError, match=r"nothing is adopted by the toy driver\. Adopt it first"):
        await asked(home, "greet", whom="Ann")
    errands = Errands(home.hub, home.network)
    with pytest.raises(ErrandError, match=r'no driver .tou. runs errands. Did you mean "toy"'):
        await errands.run("tou", "greet", None, {}, "person:ann", lambda _: None)


async def test_what_is_behind_a_thing_says_whom_to_ask(home: Driving, toy: Toy) -> None:
    lamp = await added(home, toy)
    toy.say("parts 1")
    part = home.part(lamp, "part0")
    await home.until(lambda: part in home.devices, "the part is in the home")
    with pytest.raises(ErrandError, match=f"{part} is behind {lamp}. Ask {lamp}"):
        await asked(home, "greet", part, whom="Ann")
