"""Finding, adopting, naming and joining on the command line, as people use it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from toy import Toy

SUPPORT = Path(__file__).parents[1] / "support"
MANIFEST = Path(__file__).parents[1] / "fixtures" / "drivers" / "toy" / "driver.toml"
FIRST, SECOND = "a0b1c2d3e4f5", "b0b1c2d3e4f5"
OTHERS = ("cast", "discovery", "esphome", "homekit", "hue", "kasa", "miio", "shelly", "upnp")


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


class Home:
    """A hub that runs in a process of its own, with two toys."""

    def __init__(self, folder: Path, toys: tuple[Toy, Toy]) -> None:
        self.folder = folder
        self.toys = toys
        path = f"{SUPPORT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "COLUMNS": "200"}
        self.environment = {**os.environ, **own, "PYTHONPATH": path}
        self.hub: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the hub, and wait until it can be asked."""
        self.hub = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hubd.cli", "run", "--config", "hub.toml"),
            env=self.environment,
            cwd=self.folder,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(60):
            while (await self.say("drivers")).code:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop the hub."""
        assert self.hub is not None
        self.hub.terminate()
        assert await self.hub.wait() == 0

    async def say(self, *arguments: str, answer: str = "") -> Done:
        """Run a command; `answer` is typed where it asks."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hubd.cli", *arguments),
            env={**self.environment, "HUBD_SOCKET": str(self.folder / "run" / "hub.sock")},
            cwd=self.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(answer.encode())
        return Done(process.returncode or 0, out.decode(), err.decode())

    async def told(self, *arguments: str) -> Any:
        """Run a command that goes well; return what it tells as JSON."""
        done = await self.say(*arguments, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    async def adopt(self, key: str, name: str) -> None:
        done = await self.say("adopt", key, "--answer", "key=1234", "--name", name)
        assert done.code == 0, done.err


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    scratch = tmp_path / "data" / "drivers" / "toy"
    await asyncio.to_thread(scratch.mkdir, parents=True)
    async with Toy(FIRST) as first, Toy(SECOND) as second:
        config = (
            f'data = "data"\nrun = "run"\n[drivers]\nmanifests = ["{MANIFEST}"]\n'
            f"without = {json.dumps(OTHERS)}\n[broker]\nport = 0\n[api]\nport = 0\n"
        )
        (tmp_path / "hub.toml").write_text(config, "utf-8")
        (scratch / "toys").write_text(f"{FIRST}:{first.port} {SECOND}:{second.port}", "utf-8")
        made = Home(tmp_path, (first, second))
        await made.start()
        yield made
        await made.stop()


async def test_a_thing_is_looked_for_adopted_named_and_let_go_of(home: Home) -> None:
    assert (
        await home.say("found")
    ).out == "Nothing new was found. Look now with: hubd found --look\n"
    looked = await home.say("found", "--look")
    assert f"toy:{FIRST}" in looked.out
    assert "Kitchen toy a0 · keyed" in looked.out
    assert "wants key" in looked.out

    wrong = await home.say("adopt", FIRST, answer="0000\n")
    assert (wrong.code, wrong.err.splitlines()[-3:]) == (
        1,
        [
            "the key on its back:   trying the key (secret)…",
            "hubd: The key is another one",
            "      Look at its back again",
        ],
    )
    slip = await home.say("adopt", FIRST, "--answer", "kez=1234")
    assert slip.code == 2
    assert 'did you mean "key"?' in slip.err
    done = await home.say("adopt", "kitchen toy a0", answer="1234\n")
    assert done.out.splitlines() == [
        f"Lamp is adopted, as toy_{FIRST}, in Kitchen.",
        "How it is guarded: keyed: encrypted with a key of its own.",
    ]

    named = await home.say("rename", "Lamp", "--name", "Bedside", "--area", "卧室")
    assert named.out == f"toy_{FIRST} is called Bedside, in 卧室.\n"
    unknown = await home.say("rename", "Bedsite", "--name", "x")
    assert (unknown.code, unknown.err.splitlines()[-1].strip()) == (1, 'Did you mean "Bedside"?')
    assert (await home.say("forget", "home")).code == 1

    assert (await home.say("forget", "Bedside")).out == "Bedside left the home.\n"
    (again,) = [e for e in (await home.told("found"))["found"] if e["name"] == "Kitchen toy a0"]
    assert again["former"] == {"name": "Bedside", "area": again["room"]["area"]}
    secrets = await asyncio.to_thread((home.folder / "data" / "vault.json").read_text)
    assert FIRST not in secrets


async def test_two_devices_are_made_one_and_two_again_through_a_restart(home: Home) -> None:
    await home.say("found", "--look")
    await home.adopt(FIRST, "Counter lamp")
    await home.adopt(SECOND, "Shelf lamp")
    joined = await home.say("join", "Counter lamp", "shelf lamp")
    assert joined.out == f"Shelf lamp (toy_{SECOND}) is another way to Counter lamp now.\n"
    assert (await home.say("join", "Counter lamp", "Counter lamp")).code == 1
    assert (await home.say("join", "home", "Counter lamp")).code == 1
    await home.stop()
    await home.start()
    (device,) = [d for d in (await home.told("devices"))["devices"] if d["id"] != "home"]
    assert [path["id"] for path in device["paths"]] == [f"toy_{FIRST}", f"toy_{SECOND}"]
    assert (await home.told("things"))["joined"][0]["thing"] == f"toy_{FIRST}"
    split = await home.say("split", "Shelf lamp")
    assert split.out == "Shelf lamp is a device of its own again.\n"
    names = {device["name"] for device in (await home.told("devices"))["devices"]}
    assert names == {"The home", "Counter lamp", "Shelf lamp"}


async def test_a_driver_is_restarted_and_what_never_showed_itself_can_be_dismissed(
    home: Home,
) -> None:
    await home.say("found", "--look")
    await home.toys[0].stop()
    done = await home.say("adopt", FIRST, "--answer", "key=1234")
    assert done.out.splitlines()[0] == (
        "Kitchen toy a0 is adopted, and has not shown itself yet. See: hubd drivers"
    )
    told = await home.say("drivers")
    assert "in trouble" in told.out
    assert "Kitchen toy a0: it does not answer" in told.out
    assert (await home.say("driver", "restart", "tox")).err.splitlines()[-1].strip() == (
        'Did you mean "toy"?'
    )
    assert (await home.say("driver", "restart", "toy")).out == "The toy driver is started anew.\n"
    await home.say("found", "--look")
    assert (await home.say("dismiss", FIRST)).out == "Kitchen toy a0 is shown no more.\n"
    assert FIRST not in await asyncio.to_thread((home.folder / "data" / "vault.json").read_text)
    assert (await home.say("dismiss", FIRST, "--again")).code == 0


async def test_what_does_not_show_itself_is_added(home: Home) -> None:
    listed = await home.say("add")
    assert "toy" in listed.out
    assert "place, key" in listed.out
    assert "hubd add matter code=…" in listed.out
    slip = await home.say("add", "toi", "place=x")
    assert slip.code == 1
    assert 'Did you mean "toy"?' in slip.err
    slip = await home.say("add", "toy", "plac=x")
    assert slip.code == 2
    assert 'did you mean "place"?' in slip.err

    where = f"place={FIRST}@127.0.0.1:{home.toys[0].port}"
    wrong = await home.say("add", "toy", where, answer="4321\n")
    assert wrong.code == 1
    assert "The key is another one" in wrong.err
    done = await home.say("add", "toy", where, "--name", "Lamp", "--area", "Attic", answer="1234\n")
    assert done.out.splitlines() == [f"Lamp is adopted, as toy_{FIRST}, in Attic."], done.err
    assert "  trying the key (secret)…" in done.err
    again = await home.say("add", "toy", where, "key=1234")
    assert again.code == 1
    assert f"That is Lamp (toy_{FIRST}), which is adopted already" in again.err


async def test_an_option_that_no_driver_has_is_refused_by_check_and_at_the_start(
    tmp_path: Path,
) -> None:
    config = f'data = "d"\nrun = "r"\n[drivers]\nmanifests = ["{MANIFEST}"]\n[broker]\nport = 0\n'
    (tmp_path / "hub.toml").write_text(f"{config}[drivers.options.toy]\nmakr = 1\n", "utf-8")
    home = Home(tmp_path, (Toy(FIRST), Toy(SECOND)))
    for command in ("check", "run"):
        done = await home.say(command, "--config", "hub.toml")
        assert done.code == 1
        assert "[drivers.options.toy] makr: there is no such option" in done.err
        assert 'did you mean "maker"?' in done.err


async def test_an_errand_is_listed_and_run(home: Home) -> None:
    await home.say("add", "toy", f"place={FIRST}@127.0.0.1:{home.toys[0].port}", "key=1234")
    listed = await home.say("errand")
    assert "Have a toy greet someone" in listed.out
    assert f"toy_{FIRST}" in listed.out
    done = await home.say("errand", "toy", "greet", "lamp", "whom=Ann")
    assert done.out.splitlines() == ["said: Hello Ann", "with: 1234"], done.err
    assert f"  {FIRST} greets Ann …" in done.err
    assert await home.told("errand", "toy", "greet", "whom=Bea") == {
        "told": {"said": "Hello Bea", "with": "1234"}
    }
    asked = await home.say("errand", "toy", "remember", answer="sesame\n")
    assert (asked.code, asked.out) == (0, "Done.\n")
    slip = await home.say("errand", "toy", "gret")
    assert 'Did you mean "greet"?' in slip.err
    slip = await home.say("errand", "toy", "greet", "lmap", "whom=Ann")
    assert 'No device is called "lmap"' in slip.err
    slip = await home.say("errand", "toy", "greet", "whmo=Ann")
    assert 'did you mean "whom"?' in slip.err
