"""A UDP socket to one device: hello, calls and their answers, lost and doubled packets.

A device answers a request once or not at all, and takes no id twice. So a request that is not
answered goes out again under a new id, and whichever answer comes first counts.
"""

import asyncio
import contextlib
import random
from typing import Self

from drivers.kit.errors import LinkError, MalformedError, RefusedError
from drivers.miio.packet import Packet, Token, hello, opened, parsed, sealed
from drivers.miio.rpc import PASSING, Answer, Call, Fault, answered, asked

PORT = 54321
WAITS_S = (0.8, 1.2, 2.0)
ACTION_S = 4.0
"""How long what must not be done twice, and goes out once, is waited for."""
_IDS = 10_000
_PAUSE_S = 0.3


class CallError(RefusedError):
    """The device answered a request with a fault, which is `fault`."""

    code = "driver.refused.miio"

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class SilentError(LinkError):
    """The device did not answer."""

    code = "driver.link.silent"


class Connection(asyncio.DatagramProtocol):
    """One device's socket. Requests go out one after another."""

    def __init__(
        self, address: str, port: int, token: Token, waits_s: tuple[float, ...] = WAITS_S
    ) -> None:
        """Prepare; `waits_s` is how long each sending of a request is waited for."""
        self._where = (address, port or PORT)
        self._token = token
        self._waits_s = waits_s
        self._transport: asyncio.DatagramTransport | None = None
        self._greeted: asyncio.Future[Packet] | None = None
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._turn = asyncio.Lock()
        # Ids that were used before a restart are not answered again.
        self._number = random.randrange(1, _IDS)  # noqa: S311
        self._offset_s: float | None = None
        self.device_id = 0
        self.malformed = ""
        """What was wrong with the last packet that could not be read; "" if none was."""

    async def __aenter__(self) -> Self:
        """Open the socket. Raises LinkError."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_datagram_endpoint(lambda: self, remote_addr=self._where)
        except OSError as error:
            raise LinkError(f"{self._where[0]} cannot be reached: {error.strerror}") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it. What is waited for is let go."""
        if self._transport is not None:
            self._transport.abort()
        for future in (*self._waiting.values(), self._greeted):
            if future is not None:
                future.cancel()
        await asyncio.sleep(0)

    async def greet(self, waits_s: tuple[float, ...] | None = None) -> Packet:
        """Say hello and return the answer. Raises SilentError."""
        for wait_s in waits_s or self._waits_s:
            self._greeted = asyncio.get_running_loop().create_future()
            self._send(hello())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    packet = await self._greeted
                self.device_id = packet.device_id
                return packet
        raise SilentError(f"{self._where[0]} does not answer")

    async def call(self, call: Call, *, once_s: float = 0.0) -> bytes:
        """Return the result of a request, as JSON.

        With `once_s` it goes out once, and is waited for so long. Raises CallError if the device
        answers with a fault, SilentError if it does not answer.
        """
        waits_s = (once_s,) if once_s else self._waits_s
        async with self._turn:
            answer = await self._called(call, waits_s)
            if answer.fault is not None and answer.fault.code in PASSING and not once_s:
                await asyncio.sleep(_PAUSE_S)
                answer = await self._called(call, waits_s)
        if answer.fault is not None:
            raise CallError(answer.fault)
        return answer.result

    async def _called(self, call: Call, waits_s: tuple[float, ...]) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        numbers: list[int] = []
        try:
            for wait_s in waits_s:
                if self._offset_s is None:
                    try:
                        await self.greet((wait_s,))
                    except SilentError:
                        continue
                number = self._next_number()
                numbers.append(number)
                self._waiting[number] = future
                self._send(sealed(self._token, self.device_id, self._stamp(), asked(number, call)))
                done, _ = await asyncio.wait((future,), timeout=wait_s)
                if done:
                    return future.result()
                # It may have been started anew, with another clock.
                self._offset_s = None
        finally:
            for number in numbers:
                self._waiting.pop(number, None)
            future.cancel()
        raise SilentError(f"{self._where[0]} does not answer {call.method}")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    def datagram_received(self, data: bytes, _address: object) -> None:
        """Take what came (asyncio calls this)."""
        try:
            packet = parsed(data)
            if not packet.body:
                self._heard(packet)
                if self._greeted is not None and not self._greeted.done():
                    self._greeted.set_result(packet)
                return
            answer = answered(opened(self._token, packet))
        except MalformedError as error:
            self.malformed = error.what
            return
        self._heard(packet)
        future = self._waiting.get(answer.id)
        if future is not None and not future.done():
            future.set_result(answer)

    def error_received(self, _exc: Exception) -> None:
        """Nobody listens there now (asyncio calls this): as good as no answer."""

    def _send(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise LinkError(f"the socket to {self._where[0]} is closed")
        self._transport.sendto(data)

    def _heard(self, packet: Packet) -> None:
        self._offset_s = packet.stamp - asyncio.get_running_loop().time()

    def _stamp(self) -> int:
        now_s = asyncio.get_running_loop().time()
        return max(0, int(now_s + (self._offset_s or 0.0))) & 0xFFFFFFFF

    def _next_number(self) -> int:
        self._number = self._number % (_IDS - 1) + 1
        return self._number
