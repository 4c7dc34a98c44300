"""The notification protocol of systemd, over a real datagram socket."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubd.sdnotify import Notifier


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """Listen as the service manager does; give the socket and the value of NOTIFY_SOCKET."""
    name = f"hubd-test-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0" + name if request.param == "abstract" else name)
        sock.settimeout(10)
        yield sock, "@" + name if request.param == "abstract" else name


def heard(sock: socket.socket) -> list[str]:
    return sock.recv(4096).decode().split("\n")


def test_the_manager_hears_ready_status_and_stopping(manager: tuple[socket.socket, str]) -> None:
    sock, address = manager
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": address})
    notifier.ready("12 devices")
    assert heard(sock) == ["READY=1", "STATUS=12 devices"]
    notifier.ready()
    assert heard(sock) == ["READY=1"]
    notifier.status("folding the log")
    assert heard(sock) == ["STATUS=folding the log"]
    notifier.stopping()
    assert heard(sock) == ["STOPPING=1"]


def test_a_status_cannot_smuggle_in_another_field(manager: tuple[socket.socket, str]) -> None:
    sock, address = manager
    Notifier(address).status("a lamp called\nMAINPID=1")
    assert heard(sock) == ["STATUS=a lamp called MAINPID=1"]


async def test_the_watchdog_is_fed_at_once_and_again_and_no_more_after(
    manager: tuple[socket.socket, str],
) -> None:
    sock, address = manager
    async with Notifier(address, watchdog_s=0.02):
        for _ in range(3):
            assert await asyncio.to_thread(heard, sock) == ["WATCHDOG=1"]
    sock.settimeout(0)
    while True:  # what was sent before the end is still in the socket
        try:
            assert heard(sock) == ["WATCHDOG=1"]
        except BlockingIOError:
            break
    await asyncio.sleep(0.1)
    with pytest.raises(BlockingIOError):
        sock.recv(4096)


async def test_a_hung_loop_does_not_feed_the_watchdog(manager: tuple[socket.socket, str]) -> None:
    sock, address = manager
    async with Notifier(address, watchdog_s=0.02):
        await asyncio.sleep(0)
        assert heard(sock) == ["WATCHDOG=1"]
        sock.settimeout(0.2)  # the loop hangs here, ten times as long as the watchdog allows
        with pytest.raises(TimeoutError):
            sock.recv(4096)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "10000000"}, 10.0),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": str(os.getpid())}, 10.0),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_fed_when_it_watches_this_process(
    environ: dict[str, str], expected: float | None
) -> None:
    assert Notifier.from_environment(environ).watchdog_s == expected


async def test_without_a_manager_nothing_is_sent_and_nothing_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with Notifier.from_environment({"WATCHDOG_USEC": "20000"}) as notifier:
        notifier.ready("up")
        notifier.stopping()
    assert caplog.records == []


def test_a_manager_that_is_gone_is_told_of_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        Notifier(str(tmp_path / "gone")).ready()
    assert "READY=1" in caplog.text
