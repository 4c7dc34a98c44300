"""The Matter server and the hub are started anew, and the home is as it was."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from driving import at_home
from matter_house import MatterHouse

from drivers.matter.managed import installing, running
from drivers.matter.managed.errors import MatterServerError
from drivers.matter.managed.installing import install, is_installed, python
from drivers.matter.managed.options import MatterServerOptions
from drivers.matter.managed.running import ManagedServer, answers
from hubd.model.command import Outcome
from hubd.model.ids import DeviceId


async def test_a_server_that_is_started_anew_has_its_nodes_live_again(
    matter_house: MatterHouse, tmp_path: Path
) -> None:
    async with (
        matter_house.device({"id": "light", "type": "OnOffLight"}) as peer,
        at_home(tmp_path, "matter") as home,
    ):
        lamp = await home.network.add("matter", {"code": peer.qr}, None, "person:ann")
        await home.until_reached(lamp)
        await matter_house.kill()
        await home.until_reached(lamp, reached=False)
        assert "Matter server is away" in home.hub.core.state.unreachable[lamp]
        await peer.set("light", onOff={"onOff": True})
        await matter_house.start()
        await home.until_reached(lamp)
        await home.until_value(lamp, "light", "OnOff.on", True)
        assert await home.command(lamp, "light", "OnOff.on", False) is Outcome.CONFIRMED


async def test_a_hub_that_is_started_anew_has_its_nodes_live_again(
    matter_house: MatterHouse, tmp_path: Path
) -> None:
    async with matter_house.device({"id": "light", "type": "OnOffLight"}) as peer:
        async with at_home(tmp_path, "matter") as home:
            lamp = await home.network.add("matter", {"code": peer.qr}, None, "person:ann")
            await home.until_reached(lamp)
        await peer.set("light", onOff={"onOff": True})
        async with at_home(tmp_path, "matter") as home:
            await home.until(lambda: DeviceId(lamp) in home.devices, "the lamp in the home")
            await home.until_reached(lamp)
            await home.until_value(lamp, "light", "OnOff.on", True)
            assert await home.command(lamp, "light", "OnOff.on", False) is Outcome.CONFIRMED


@pytest.fixture
def at_hand(matter_house: MatterHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the server's environment be the one that tests have already."""

    async def install_nothing(folder: Path, said: object) -> Path:
        del folder, said
        return matter_house.installed.environment / "bin" / "python"

    monkeypatch.setattr(running, "install", install_nothing)


async def test_a_managed_server_is_started_watched_started_again_and_stopped(
    matter_house: MatterHouse, tmp_path: Path, at_hand: None
) -> None:
    del at_hand
    certificates = tmp_path / "roots"
    certificates.mkdir()
    root = matter_house.installed.devices / "test-root.der"
    (certificates / root.name).write_bytes(root.read_bytes())
    options = MatterServerOptions(
        tmp_path / "matter", port=5581, interface="eth0", certificates=certificates
    )
    said: list[str] = []
    server = ManagedServer(options, said.append)
    task = asyncio.create_task(server.run())
    url = {"matter": {"server": options.url}}
    try:
        async with asyncio.timeout(60):
            await server.is_ready.wait()
        async with (
            matter_house.device({"id": "light", "type": "OnOffLight"}) as peer,
            at_home(tmp_path / "hub", "matter", options=url) as home,
        ):
            lamp = await home.network.add("matter", {"code": peer.qr}, None, "person:ann")
            await home.until_reached(lamp)
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            await home.until_reached(lamp, reached=False)
            await home.until_reached(lamp)
            assert server.restarts == 1
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert server.pid is None
    assert not await answers(options.port)
    assert (options.storage / "credentials" / root.name).is_file()
    assert not list(options.folder.glob("root/*")), "nothing is mounted where the hub sees it"
    assert said[0].startswith("starting")


async def test_a_managed_server_does_not_take_another_s_place(
    matter_house: MatterHouse, tmp_path: Path, at_hand: None
) -> None:
    del at_hand
    server = ManagedServer(MatterServerOptions(tmp_path, port=matter_house.port))
    with pytest.raises(MatterServerError, match="another Matter server"):
        await server.run()


async def test_what_is_installed_is_installed_once_and_a_failure_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "requirements.txt"
    monkeypatch.setattr(installing, "REQUIREMENTS", wanted)
    said: list[str] = []
    wanted.write_text("hubd-no-such-package==1 --hash=sha256:" + "0" * 64)
    with pytest.raises(MatterServerError, match="can't be installed"):
        await install(tmp_path / "matter", said.append)
    assert not is_installed(tmp_path / "matter")
    wanted.write_text("")
    assert await install(tmp_path / "matter", said.append) == python(tmp_path / "matter")
    assert is_installed(tmp_path / "matter")
    assert len(list((tmp_path / "matter").glob("server-*"))) == 1, "the former one is gone"
    count = len(said)
    await install(tmp_path / "matter", said.append)
    assert len(said) == count
