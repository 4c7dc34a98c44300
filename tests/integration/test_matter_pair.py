"""`hubd pair CODE` and what people ask of a Matter device, on the command line of a running hub."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import NamedTuple

from matter_house import MatterHouse

WITHOUT = (
    *("cast", "discovery", "esphome", "homekit", "hue", "kasa", "miio", "shelly", "upnp"),
    "zwave",
)


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


async def say(folder: Path, *arguments: str) -> Done:
    """Run a command of the hub's."""
    own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hubd.cli", *arguments),
        env={**os.environ, **own, "HUBD_SOCKET": str(folder / "run" / "hub.sock")},
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Done(process.returncode or 0, out.decode(), err.decode())


async def test_a_code_is_all_that_it_takes(matter_house: MatterHouse, tmp_path: Path) -> None:
    config = (
        f'data = "data"\nrun = "run"\n[drivers]\nwithout = {json.dumps(WITHOUT)}\n'
        f'[drivers.options.matter]\nserver = "{matter_house.url}"\n'
        "[broker]\nport = 0\n[api]\nport = 0\n"
    )
    (tmp_path / "hub.toml").write_text(config, "utf-8")
    hub = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hubd.cli", "run", "--config", "hub.toml"),
        cwd=tmp_path,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            while (await say(tmp_path, "drivers")).code:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        async with matter_house.device(
            {"id": "light", "type": "OnOffLight"}, product="Desk lamp"
        ) as peer:
            wrong = await say(
                tmp_path, "pair", f"{peer.manual[:-1]}{(int(peer.manual[-1]) + 1) % 10}"
            )
            assert wrong.code == 1
            assert "check digit" in wrong.err
            homekit = await say(tmp_path, "pair", "123-45-678")
            assert homekit.code == 1
            assert "no HomeKit accessory waits" in homekit.err

            done = await say(tmp_path, "pair", peer.manual, "--area", "Study")
            assert done.code == 0, done.err
            assert done.out.startswith("Desk lamp is adopted, as matter_n")
            assert done.out.endswith("in Study.\n")
            assert "pairing" in done.err or "looking for the device" in done.err

            shared = await say(tmp_path, "errand", "matter", "share")
            assert shared.code == 0, shared.err
            assert "MT:" in shared.out
            who = await say(tmp_path, "errand", "matter", "fabrics")
            assert "this hub" in who.out
            kept = await say(
                tmp_path, "errand", "matter", "credentials", "wifi=Home", "password=secret-word"
            )
            assert kept.code == 0, kept.err
            assert "secret-word" not in kept.out + kept.err
            (device,) = json.loads((await say(tmp_path, "devices", "--json")).out)["devices"][-1:]
            assert (await say(tmp_path, "forget", device["id"])).code == 0
            await peer.until(lambda told: told.get("commissioned") is False)
    finally:
        hub.terminate()
        assert await hub.wait() == 0
