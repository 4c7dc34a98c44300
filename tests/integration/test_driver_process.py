"""A driver in a process of its own: what it does well, and what it may spoil."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop
from driving import Driving, at_home
from toy import Toy

from drivers.kit.errors import AdoptionError
from drivers.kit.process import DriverProcess
from hubd.model.command import Outcome
from hubd.model.events import Availability
from hubd.model.home import Naming
from hubd.model.ids import AreaId, DeviceId

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
        "raw:192.0.2.1:80",
        "sendmsg:127.0.0.1:5353",
        "listen:40001",
        f"read:{secret}",
        f"readbytes:{secret}",
        f"list:{tmp_path}",
        f"read:/proc/self/cwd/../../{secret.name}",
        f"read:/proc/{os.getpid()}/environ",
        "list:/root",
        "write:/tmp/from_a_driver",
        "run:python",
        f"kill:{os.getpid()}",
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


async def test_native_code_gets_no_further_than_the_kernel_lets_it(
    home: Driving, toy: Toy, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await adopted(home, toy)
    if process_of(home).fences != ("landlock", "seccomp"):
        pytest.skip(f"this kernel has {process_of(home).fences or 'none'} of the fences")
    secret = tmp_path / "vault.json"
    assert await asyncio.to_thread(secret.is_file)
    counts = home.hub.counts.refused_inputs
    for what in (
        f"open:{secret}",
        f"open:/proc/{os.getpid()}/mem",
        f"open:/proc/{os.getpid()}/environ",
        f"kill:{os.getpid()}",
        "kill:0",
        "peer",
        "fork",
        "run",
    ):
        known = counts["toy"]
        toy.say(f"do native:{what}")
        await home.until(lambda known=known: counts["toy"] > known, what)  # type: ignore[misc]
        assert "Error: " in caplog.messages[-1], (what, caplog.messages[-1])


async def test_a_driver_that_hangs_up_and_lives_on_is_ended(home: Driving, toy: Toy) -> None:
    lamp = await adopted(home, toy)
    toy.say("do hangup")
    await home.until(lambda: toy.connections > 1, "a second connection")
    await home.until_reached(lamp)


async def test_what_a_driver_blurts_out_at_its_end_has_no_secret_in_it(
    home: Driving, toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    lamp = await adopted(home, toy)
    told: list[str] = []

    def failed() -> bool:
        told.extend(p.what for p in process_of(home).problems)
        return bool(told)

    toy.say("do blurt")
    await home.until(failed, "a problem")
    assert "the key is (secret)" in told[0]
    await home.until_reached(lamp)
    assert "1234" not in caplog.text
    assert not any("1234" in repr(event) for event in home.events)


async def test_a_driver_that_floods_leaves_the_hub_to_the_others(home: Driving, toy: Toy) -> None:
    async with Toy("0f1e2d3c4b5a") as other:
        await adopted(home, toy)
        calm = await adopted(home, other)
        begin = len(home.events)
        toy.say("do flood")
        await home.until(lambda: len(home.events) > begin + 1_000, "the flood")
        turns = 0
        while len(home.events) < begin + 20_000:
            turns += 1
            before = len(home.events)
            await asyncio.sleep(0)
            assert len(home.events) - before < 2_000, "a turn of the loop was the flood's alone"
        assert turns > 10
        await home.until(lambda: len(home.events) >= begin + 200_000, "the whole flood")
        assert await home.command(calm, "light", "OnOff.on", value=True) is Outcome.CONFIRMED


async def test_a_command_that_was_under_way_when_the_process_ended_is_settled(
    home: Driving, toy: Toy
) -> None:
    lamp = await adopted(home, toy)
    process = process_of(home)
    assert process._child is not None
    os.kill(process._child.pid, signal.SIGSTOP)  # it takes the command, and says nothing
    wish = asyncio.create_task(home.command(lamp, "light", "OnOff.on", value=True))
    await asyncio.sleep(0.1)
    process._child.kill()
    assert await wish is Outcome.REFUSED
    await home.until(lambda: toy.on, "it is put right when it is back")


async def test_a_hub_that_stood_still_does_not_take_its_drivers_for_hanging(
    home: Driving, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.kit.process.HANG_S", 2.0)
    lamp = await adopted(home, toy)
    time.sleep(6)  # noqa: ASYNC251 - all of the hub stands still
    await asyncio.sleep(2.5)
    assert not process_of(home).problems
    assert toy.connections == 1
    assert await home.command(lamp, "light", "OnOff.on", value=True) is Outcome.CONFIRMED


async def test_who_adopts_while_the_driver_starts_again_is_told_or_served_and_never_left(
    home: Driving, toy: Toy
) -> None:
    home.see(toy.sighting())
    entry = await home.found(toy.key)
    process = process_of(home)
    for _ in range(3):
        assert process._child is not None
        process._child.kill()
        adopting = asyncio.create_task(process.adopt(entry.found, {"key": "1234"}))
        await asyncio.wait({adopting}, timeout=60)
        assert adopting.done()
        if adopting.exception() is None:
            break
        assert isinstance(adopting.exception(), AdoptionError)
        await home.until(lambda: process.running, "it runs again")
    lamp = (
        await home.network.adopt(entry.id, {"key": "1234"}, None, "person:ann")
        if (not process.keeps(toy.key))
        else process.id_of(toy.key)
    )
    assert lamp is not None
    await home.until(lambda: lamp in home.devices, "the lamp in the home")
    await home.until_reached(lamp)
    assert toy.connections == 1


async def test_a_driver_that_is_down_says_so_to_who_adopts(
    home: Driving, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.kit.process.FAILURES", 1)
    home.see(toy.sighting())
    entry = await home.found(toy.key)
    home.see(toy.sighting(do="crash"))
    process = process_of(home)
    await home.until(lambda: bool(process.problems), "it is down")
    with pytest.raises(AdoptionError, match="was stopped after 1 failures"):
        await home.network.adopt(entry.id, {"key": "1234"}, None, "person:ann")


async def test_what_was_paired_is_there_though_the_hub_ended_before_it_showed_itself(
    tmp_path: Path, toy: Toy
) -> None:
    async with at_home(tmp_path, manifests=[MANIFEST]) as first:
        first.see(toy.sighting())
        entry = await first.found(toy.key)
        await process_of(first).adopt(entry.found, {"key": "1234"})
        assert not first.devices  # killed here
    async with at_home(tmp_path, manifests=[MANIFEST]) as again:
        lamp = process_of(again).id_of(toy.key)
        await again.until(lambda: lamp in again.devices, "the lamp in the home")
        await again.until_reached(lamp)


async def test_a_thing_whose_key_is_lost_waits_to_be_adopted_anew(tmp_path: Path, toy: Toy) -> None:
    async with at_home(tmp_path, manifests=[MANIFEST]) as first:
        lamp = await adopted(first, toy)
        core = first.hub.core
    await asyncio.to_thread((tmp_path / "vault.json").unlink)
    async with at_home(tmp_path, manifests=[MANIFEST], core=core) as again:
        await again.until_reached(lamp, reached=False)
        (problem,) = process_of(again).problems
        assert (problem.code, problem.key, problem.repair) == ("driver.key", toy.key, "adopt")
        assert problem.what == "Lamp: its key is not in the vault any more"
        again.see(toy.sighting())
        entry = await again.found(toy.key)
        assert await again.adopt(entry, key="1234") == lamp
        assert not process_of(again).problems
        assert not list(again.adoption.inbox)


async def test_after_a_start_nothing_is_known_of_a_device_until_its_driver_tells(
    tmp_path: Path, toy: Toy
) -> None:
    async with at_home(tmp_path, manifests=[MANIFEST]) as first:
        lamp = await adopted(first, toy)
        core = first.hub.core
        known = len(first.events)
    assert not any(isinstance(e.what, Availability) for e in first.events[known:]), "a stop"
    async with at_home(tmp_path, manifests=[MANIFEST], core=core) as again:
        assert again.hub.is_awaited(lamp)
        await again.until_reached(lamp)
        assert not again.hub.is_awaited(lamp)
        told = [e.what for e in again.events if isinstance(e.what, Availability)]
        assert told == [Availability(lamp, available=True)]


async def test_what_is_forgotten_while_its_driver_is_away_is_told_when_it_is_back(
    home: Driving, toy: Toy
) -> None:
    lamp = await adopted(home, toy)
    process = process_of(home)
    assert process._child is not None
    process._child.kill()
    await home.until(lambda: not process.running, "it is down")
    assert await home.network.remove(lamp, "person:ann")
    await home.until(lambda: home.hub.counts.refused_inputs["toy"] > 0, "the farewell")
    assert not home.devices


async def test_what_is_forgotten_is_found_again_and_keeps_its_name(home: Driving, toy: Toy) -> None:
    lamp = await adopted(home, toy)
    assert not list(home.adoption.inbox)
    await home.network.rename(lamp, Naming("Bedside", AreaId("Bedroom")), "person:ann")
    assert await home.network.remove(lamp, "person:ann")
    (entry,) = home.adoption.inbox
    assert entry.found.key == toy.key
    assert await home.adopt(entry, key="1234") == lamp
    assert (home.devices[lamp].name, home.devices[lamp].area) == ("Bedside", "bedroom")


async def test_no_process_is_left_behind_and_no_file_is_left_open(tmp_path: Path, toy: Toy) -> None:
    files = len(await asyncio.to_thread(os.listdir, "/proc/self/fd"))
    for what in ("", "do hang", "do hangup"):
        async with at_home(tmp_path, manifests=[MANIFEST]) as home:
            if not process_of(home).keeps(toy.key):
                await adopted(home, toy)
            process = process_of(home)
            await home.until(lambda process=process: process.running, "it runs")  # type: ignore[misc]
            toy.say(what or "on 0")
            child = process_of(home)._child
            assert child is not None
        assert not await asyncio.to_thread(Path(f"/proc/{child.pid}").exists)
        await asyncio.sleep(0.1)
    assert len(await asyncio.to_thread(os.listdir, "/proc/self/fd")) == files


async def test_a_hub_that_stops_while_a_driver_starts_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    for wait_s in (0.0, 0.01, 0.05, 0.2):
        async with at_home(tmp_path, manifests=[MANIFEST]) as home:
            process_of(home).look()
            await asyncio.sleep(wait_s)


async def test_an_order_that_is_too_large_is_refused_and_the_driver_lives(
    home: Driving, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp = await adopted(home, toy)
    monkeypatch.setattr("drivers.kit.messages.FRAME_LIMIT", 60)
    assert await home.command(lamp, "light", "OnOff.on", value=True) is Outcome.REFUSED
    monkeypatch.undo()
    assert toy.connections == 1


async def test_a_thousand_devices_that_are_told_of_at_once_are_all_there(
    home: Driving, toy: Toy
) -> None:
    bridge = await adopted(home, toy)
    toy.say("parts 1000")
    last = home.part(bridge, "part999")
    await home.until(lambda: last in home.devices, "the last of them")
    await home.until_value(last, "light", "OnOff.on", value=True)
    assert len(home.devices) == 1_001
    await toy.stop()
    await home.until_reached(last, reached=False)
    assert await home.network.remove(bridge, "person:ann")
    assert not home.devices
