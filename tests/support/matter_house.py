"""A real Matter server at the hub's end of a cable, and virtual devices at the other.

    # A module whose tests ask for the fixture `matter_house` runs in the hub's namespace.
    async def test_…(matter_house: MatterHouse) -> None:
        async with matter_house.device({"id": "light", "type": "DimmableLight"}) as lamp:
            async with connected(matter_house.url) as server:
                node = await server.commission(lamp.manual)

The server is python-matter-server in a virtual environment of its own (`.ci/matter`). It writes to
fixed paths, so it has a root of its own, with /data and /tmp in a folder of the house. It trusts
the standard's test root.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from namespaces import Cable, inside, lay

from firmware_sim.peers.matter import MatterPeer

_ROOT = Path(__file__).parents[2]
_START_S = 60.0
_STOP_S = 10.0
_PORT = 5580

_OWN_ROOT = """
set -e
root=$1 folder=$2 environment=$3
shift 3
mount -t tmpfs tmpfs "$root"
for entry in /*; do
  name=${entry#/}
  case $name in data | tmp) continue ;; esac
  if [ -L "$entry" ]; then
    cp -P "$entry" "$root/$name"
  elif [ -d "$entry" ]; then
    mkdir "$root/$name"
    mount --rbind "$entry" "$root/$name"
  fi
done
for name in data tmp; do
  mkdir "$root/$name"
  mount --bind "$folder/$name" "$root/$name"
done
mkdir -p "$root$environment"
mount --bind "$environment" "$root$environment"
cd /
exec chroot "$root" "$@"
"""
"""Enters a root of its own, with /data and /tmp out of a folder, and becomes a command there."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The folders with matter.js and with the server's virtual environment."""

    devices: Path
    environment: Path


def installed() -> Installed:
    """Return what Matter is tested with, installed if it is missing; skip the test without it."""
    done = subprocess.run([_ROOT / ".ci" / "matter"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"what Matter is tested with cannot be had: {done.stderr.strip()[-300:]}")
    devices, environment = map(Path, done.stdout.split())
    return Installed(devices, environment)


@dataclass(slots=True)
class MatterHouse:
    """The cable, the server at its hub's end, and where it keeps what it knows."""

    cable: Cable
    installed: Installed
    folder: Path
    port: int = _PORT
    _server: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The server's WebSocket, to be reached from the hub's namespace alone."""
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def log(self) -> str:
        """What the server said so far."""
        return (self.folder / "log").read_text(errors="replace")

    def device(self, *endpoints: Mapping[str, object], **more: object) -> MatterPeer:
        """Return a virtual device in the world, with codes of its own; `async with` starts it."""
        return MatterPeer(
            self.installed.devices,
            *endpoints,
            within=self.cable.in_world(),
            interface=self.cable.world_end,
            **more,
        )

    def begin(self) -> None:
        """Start the server, and wait for nothing."""
        assert self._server is None
        (self.folder / "root").mkdir(exist_ok=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        trusted = self.folder / "data" / "credentials"
        if not trusted.exists():
            trusted.mkdir(parents=True)
            shutil.copy(self.installed.devices / "test-root.der", trusted)
            # Without it the server throws ours away; older than a day, it fetches others.
            (trusted / ".version").write_text("1")
            in_ten_years = time.time() + 10 * 365 * 86_400
            os.utime(trusted / ".version", (in_ten_years, in_ten_years))
        own = (str(self.folder / "root"), str(self.folder), str(self.installed.environment))
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                self.cable.in_hub(
                    *("unshare", "--mount", "sh", "-c", _OWN_ROOT, "own-root", *own),
                    *(f"{self.installed.environment}/bin/python", "-m", "matter_server.server"),
                    *("--storage-path", "/data", "--paa-root-cert-dir", "/data/credentials"),
                    *("--enable-test-net-dcl", "--primary-interface", self.cable.hub_end),
                    *("--listen-address", "127.0.0.1", "--port", str(self.port)),
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def until_ready(self) -> None:
        """Wait until the server answers. To be called in the hub's namespace."""
        assert self._server is not None
        until = time.monotonic() + _START_S
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/info", timeout=1).close()
                break
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if self._server.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"the Matter server does not start: {self.log[-3000:]}")
                time.sleep(0.05)

    async def start(self) -> None:
        """Start the server again, and wait until it answers."""
        self.begin()
        await asyncio.to_thread(self.until_ready)

    async def stop(self) -> None:
        """Stop the server gently."""
        await asyncio.to_thread(self.end)

    async def kill(self) -> None:
        """End the server as a power cut does."""
        await asyncio.to_thread(self.end, signal.SIGKILL)

    def freeze(self) -> None:
        """Have the server stand still with its connections open, as one that hangs."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have a frozen server go on."""
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server, if it runs."""
        if self._server is not None:
            self._server.send_signal(how)
            try:
                self._server.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
            self._server = None


@contextmanager
def matter_lab() -> Iterator[MatterHouse]:
    """Lay a cable and start a server at its end, in a folder that is forgotten afterwards."""
    there = installed()
    with lay() as cable, tempfile.TemporaryDirectory(prefix="matter-house-") as folder:
        house = MatterHouse(cable, there, Path(folder))
        house.begin()
        try:
            yield house
        finally:
            house.end()


@contextmanager
def at_hub(house: MatterHouse) -> Iterator[MatterHouse]:
    """Be in the hub's namespace, with the server answering."""
    with inside(house.cable):
        if house._server is None:
            house.begin()
        house.until_ready()
        yield house
