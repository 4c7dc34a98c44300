"""The whole hub as a service: what the service manager hears from its start to its end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CONFIG = """
data = "data"
run = "run"
[broker]
port = 0
[api]
port = 0
"""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(60)
        yield sock


def heard(sock: socket.socket, field: str) -> str:
    """Return the first datagram from now on that begins with `field`."""
    while True:
        said = sock.recv(4096).decode()
        if said.startswith(field):
            return said


def test_a_hub_tells_that_it_is_ready_feeds_the_watchdog_and_leaves_in_order(
    manager: socket.socket, tmp_path: Path
) -> None:
    config = tmp_path / "hub.toml"
    config.write_text(CONFIG)
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
    with subprocess.Popen(
        [sys.executable, "-m", "hubd.cli", "run", "--config", config],
        env=os.environ | told,
        stderr=subprocess.PIPE,
        text=True,
    ) as hub:
        try:
            assert heard(manager, "READY=1") == "READY=1\nSTATUS=1 devices"
            heard(manager, "WATCHDOG=1")
            heard(manager, "WATCHDOG=1")
            hub.send_signal(signal.SIGTERM)
            heard(manager, "STOPPING=1")
            _, printed = hub.communicate(timeout=60)
        finally:
            hub.kill()
    assert hub.returncode == 0, printed
