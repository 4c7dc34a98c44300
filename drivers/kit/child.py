"""The process of one driver: `python -m drivers.kit.child FD MANIFEST SCRATCH [HIDDEN]`.

It speaks frames (drivers.kit.messages) on the socket of that number, and ends when that closes. The
manifest is given as JSON: what the hub read is what counts.
"""

import asyncio
import ctypes
import gc
import os
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import cast

import msgspec

from drivers.kit.driver import NetworkDriver
from drivers.kit.errors import MalformedError, ManifestError
from drivers.kit.fence import fence
from drivers.kit.manifest import Manifest
from drivers.kit.messages import Frames, FromDriver, Refused, Started, ToDriver, framed
from drivers.kit.running import Running

_PR_SET_PDEATHSIG = 1


class _Wire(asyncio.Protocol):
    """The socket to the hub."""

    def __init__(self) -> None:
        self.closed = asyncio.get_running_loop().create_future()
        self.running: Running | None = None
        self._frames = Frames[ToDriver](ToDriver.__value__)
        self._transport: asyncio.Transport | None = None
        self._held = bytearray()
        self._is_held = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def emit(self, message: FromDriver) -> None:
        """Send a message to the hub; one that is too large is refused, in words."""
        try:
            frame = framed(message)
        except MalformedError as error:
            frame = framed(Refused("the driver", error.what))
        if self._is_held:
            self._held += frame
        elif self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def pause_writing(self) -> None:
        """Hold back what the hub does not take yet: many small writes would each cost more."""
        self._is_held = True

    def resume_writing(self) -> None:
        """Send what was held back, as one."""
        self._is_held = False
        held, self._held = bytes(self._held), bytearray()
        if held and self._transport is not None and not self._transport.is_closing():
            self._transport.write(held)

    def data_received(self, data: bytes) -> None:
        """Take what the hub says."""
        try:
            messages = self._frames.feed(data)
        except MalformedError:
            self.connection_lost(None)
            return
        for message in messages:
            if self.running is not None:
                self.running.take(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """End: the hub is gone, or wants this process no more."""
        del exc
        if not self.closed.done():
            self.closed.set_result(None)


def load(entry: str) -> NetworkDriver:
    """Make the driver of an entry, `package.module:Class`. Raises ManifestError."""
    module, _, name = entry.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError) as error:
        raise ManifestError(f"{entry} is not there: {error}") from error
    if not isinstance(made, NetworkDriver):
        raise ManifestError(f"{entry} is no drivers.kit.driver.NetworkDriver")
    return made


async def serve(sock: socket.socket, manifest: Manifest, fences: tuple[str, ...]) -> None:
    """Run the driver until the socket closes or the process is told to end."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(_Wire, sock=sock)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, wire.connection_lost, None)
    running = Running(load(manifest.entry), wire.emit)
    wire.running = running
    gc.freeze()
    wire.emit(Started(fences))
    try:
        await wire.closed
    finally:
        await running.close()
    # Not by way of the interpreter's own end, which would wait for a thread that hangs.
    sys.stderr.flush()
    os._exit(0)


def main(arguments: list[str]) -> None:
    """Fence the process in, and serve."""
    number, said, scratch, *hidden = arguments
    manifest = msgspec.json.decode(said, type=Manifest)
    sock = socket.socket(fileno=int(number))
    sys.dont_write_bytecode = True
    # A driver that hangs, and so does not see its socket close, does not outlive the hub.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    stand = fence(manifest, scratch=Path(scratch), hidden=Path(hidden[0]) if hidden else None)
    asyncio.run(serve(sock, manifest, stand))


if __name__ == "__main__":
    main(sys.argv[1:])
