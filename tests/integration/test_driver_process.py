"""A driver in a process of its own: what it does well, and what it may spoil."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop
from driving import Driving, at_home
from toy import Toy

from drivers.kit.errors import AdoptionError
from drivers.kit.process import DriverProcess
from hubd.model.command import Outcome
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


async def adopted(home: Driving, toy: Toy) -> DeviceId:
    home.see(toy.sighting())
    return await home.adopt(await home.found(toy.key), key="1234")


def process_of(home: Driving) -> DriverProcess:
    process = home.network.process("toy")
    assert process is not None
    return process


async def test_a_toy_is_found_adopted_pushed_commanded_lost_and_back(
    home: Driving, toy: Toy
) -> None:
    lamp = await adopted(home, toy)
    await home.until_value(lamp, "light", "OnOff.on", value=False)
    toy.set(on=True)
    await home.until_value(lamp, "light", "OnOff.on", value=True)
    toy.say("press twice")
    await home.until_signalled(lamp, "Switch.press", "twice")
    assert await home.command(lamp, "light", "OnOff.on", value=False) is Outcome.CONFIRMED
    assert not toy.on
    await toy.stop()
    await home.until_reached(lamp, reached=False)
    await toy.start()
    await home.until_reached(lamp)
    assert toy.keys[-1] == "1234"


def test_it_is_so_on_the_loop_that_the_hub_runs_on(tmp_path: Path) -> None:
    async def lived() -> Outcome:
        async with at_home(tmp_path, manifests=[MANIFEST]) as home, Toy() as toy:
            lamp = await adopted(home, toy)
            return await home.command(lamp, "light", "OnOff.on", value=True)

    assert uvloop.run(lived()) is Outcome.CONFIRMED


async def test_what_was_wished_while_it_was_away_is_done_when_it_is_back(
    home: Driving, toy: Toy
) -> None:
    lamp = await adopted(home, toy)
    await toy.stop()
    await home.until_reached(lamp, reached=False)
    wish = asyncio.create_task(home.command(lamp, "light", "OnOff.on", value=True))
    await toy.start()
    assert await wish is Outcome.CONFIRMED
    assert toy.on


async def test_a_wrong_key_says_so_and_how_to_mend_it(home: Driving, toy: Toy) -> None:
    home.see(toy.sighting())
    entry = await home.found(toy.key)
    with pytest.raises(AdoptionError) as caught:
        await home.network.adopt(entry.id, {"key": "0000"}, None, "person:ann")
    assert str(caught.value) == "the key is another one. Look at its back again"
    with pytest.raises(AdoptionError, match="Toy wants the key on its back"):
        await home.network.adopt(entry.id, {}, None, "person:ann")


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        ("crash", "driver.crash", "ended by itself"),
        ("hang", "driver.hang", "did not answer for 5 s"),
        ("leak", "driver.", "toy driver"),
    ],
)
async def test_a_driver_that_fails_is_told_as_a_problem_and_starts_again(
    home: Driving, toy: Toy, what: str, code: str, words: str
) -> None:
    lamp = await adopted(home, toy)
    told: list[str] = []

    def failed() -> bool:
        told.extend(f"{p.code}: {p.what}" for p in process_of(home).problems)
        return toy.connections > 1

    toy.say(f"do {what}")
    await home.until(failed, f"a toy driver that comes back from a {what}")
    await home.until_reached(lamp)
    assert await home.command(lamp, "light", "OnOff.on", value=True) is Outcome.CONFIRMED
    if what != "leak":  # which may end in the driver's own MemoryError, kept to its link
        assert any(line.startswith(code) and words in line for line in told), told


async def test_what_a_driver_raises_stays_with_the_link_that_raised_it(
    home: Driving, toy: Toy
) -> None:
    async with Toy("0f1e2d3c4b5a") as other:
        lamp, calm = await adopted(home, toy), await adopted(home, other)
        toy.say("do raise")
        await home.until_reached(lamp, reached=False)
        assert await home.command(calm, "light", "OnOff.on", value=True) is Outcome.CONFIRMED
        await home.until_reached(lamp)
        assert process_of(home).trouble == ""


async def test_a_driver_reaches_what_its_manifest_names_and_nothing_else(
    home: Driving, toy: Toy, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await adopted(home, toy)
    secret = tmp_path / "vault.json"
    counts = home.hub.counts.refused_inputs
    for what in (
        "connect:192.0.2.1:80",
        "listen:40001",
        f"read:{secret}",
        "write:/tmp/from_a_driver",
        "run:python",
    ):
        known = counts["toy"]
        toy.say(f"do {what}")
        await home.until(lambda known=known: counts["toy"] > known, what)  # type: ignore[misc]
        assert "Error: " in caplog.messages[-1], caplog.messages[-1]
    assert not await asyncio.to_thread(Path("/tmp/from_a_driver").exists)


async def test_a_driver_that_keeps_failing_stays_down_until_someone_says_otherwise(
    home: Driving, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.kit.process.FAILURES", 2)
    lamp = await adopted(home, toy)
    process = process_of(home)
    toy.say("do crash")
    await home.until(lambda: toy.connections > 1, "a second connection")
    await home.until_reached(lamp)
    toy.say("do crash")
    await home.until(lambda: any(p.code == "driver.down" for p in process.problems), "it is down")
    assert process.problems[0].repair == "restart"
    await home.until_reached(lamp, reached=False)
    process.repair()
    await home.until_reached(lamp)
    assert not process.problems


async def test_a_key_that_changed_at_the_thing_is_a_problem_with_its_mend(
    home: Driving, toy: Toy
) -> None:
    lamp = await adopted(home, toy)
    toy.say("barred x")
    await home.until_reached(lamp, reached=False)
    (problem,) = process_of(home).problems
    assert (problem.code, problem.key, problem.repair) == ("driver.access", toy.key, "adopt")
    assert problem.mend == "Adopt it anew"


async def test_an_adopted_thing_is_there_again_after_the_hub_started_anew(
    tmp_path: Path, toy: Toy
) -> None:
    async with at_home(tmp_path, manifests=[MANIFEST]) as first:
        lamp = await adopted(first, toy)
        core = first.hub.core
    async with at_home(tmp_path, manifests=[MANIFEST], core=core) as again:
        await again.until(lambda: toy.connections == 2, "a connection anew")
        await again.until_reached(lamp)
        assert await again.command(lamp, "light", "OnOff.on", value=True) is Outcome.CONFIRMED
    assert toy.keys == ["1234", "1234"]
