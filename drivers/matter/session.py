"""One connection to a Matter server: commands with deadlines, and what it tells."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, WSMsgType

from drivers.kit.errors import LinkError, MalformedError
from drivers.matter.failures import ANSWER_S, AWAY, FailedError, SilentError
from drivers.matter.wire import (
    NEWEST_SCHEMA,
    OLDEST_SCHEMA,
    Answer,
    Failure,
    Happening,
    Hello,
    Message,
    command_text,
    read_message,
)

CONNECT_S = 5.0
HEARTBEAT_S = 10.0
"""So often it is asked on the socket whether it is there; half as long it may take to say so."""
MOST_BYTES = 64 * 1024 * 1024
"""Of one message: that with all nodes of a large home is some megabytes."""


class Session:
    """A connection that stands until `ended`: `async with Session(url) as session`.

    `hears` is called with each event that the server tells, in their order.
    """

    def __init__(self, url: str, hears: Callable[[Happening], None]) -> None:
        self.url = url
        self.ended: asyncio.Future[LinkError] = asyncio.get_running_loop().create_future()
        """Done when the connection is lost, with why."""
        self._hears = hears
        self._http: ClientSession | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._hello: Hello | None = None
        self._reading: asyncio.Task[None] | None = None
        self._calls = count(1)
        self._asked: dict[str, asyncio.Future[object]] = {}

    @property
    def hello(self) -> Hello:
        """What the server said of itself."""
        if self._hello is None:
            raise LinkError(AWAY)
        return self._hello

    async def __aenter__(self) -> Self:
        """Connect. Raises LinkError."""
        self._http = ClientSession(timeout=ClientTimeout(total=None, connect=CONNECT_S))
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._open(self._http)
        except TimeoutError as error:
            await self.close()
            raise LinkError(f"{AWAY}: nothing answers at {self.url}") from error
        except MalformedError as error:
            await self.close()
            raise LinkError(error.what) from error
        except (ClientError, OSError, ValueError) as error:
            await self.close()
            raise LinkError(f"{AWAY}: {self.url} can't be reached ({_brief(error)})") from error
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        await self.close()

    async def close(self) -> None:
        """Hang up; what was asked fails. May be called twice."""
        self._end(LinkError(AWAY))
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None
        if self._socket is not None:
            await self._socket.close()
        if self._http is not None:
            await self._http.close()

    async def ask(
        self,
        command: str,
        arguments: Mapping[str, object] | None = None,
        *,
        within_s: float = ANSWER_S,
    ) -> object:
        """Give the server a command; return its result.

        Raises FailedError if it says no, SilentError if it does not answer in time, LinkError if it
        is gone, MalformedError for arguments that JSON does not hold.
        """
        socket = self._socket
        if socket is None or self.ended.done():
            raise self.ended.result() if self.ended.done() else LinkError(AWAY)
        call = str(next(self._calls))
        text = command_text(call, command, arguments or {})
        answer = self._asked[call] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within_s):
                await socket.send_str(text)
                return await answer
        except TimeoutError as error:
            raise SilentError(f"the Matter server did not answer within {within_s:g} s") from error
        except (ClientError, OSError, RuntimeError) as error:
            raise LinkError(f"{AWAY}: {_brief(error)}") from error
        finally:
            self._asked.pop(call, None)

    async def _open(self, http: ClientSession) -> None:
        self._socket = await http.ws_connect(
            self.url, heartbeat=HEARTBEAT_S, max_msg_size=MOST_BYTES
        )
        said = await self._socket.receive()
        if said.type is not WSMsgType.TEXT:
            raise LinkError(f"what answers at {self.url} is no Matter server")
        hello = read_message(said.data)
        if not isinstance(hello, Hello):
            raise LinkError(f"what answers at {self.url} is no Matter server")
        if hello.schema < OLDEST_SCHEMA or hello.oldest_schema > NEWEST_SCHEMA:
            raise LinkError(
                f"the Matter server speaks version {hello.oldest_schema} to {hello.schema} of its "
                f"API, the hub {OLDEST_SCHEMA} to {NEWEST_SCHEMA}",
                mend="Take another version of the server",
            )
        self._hello = hello
        self._reading = asyncio.create_task(self._read(self._socket))

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        """Take what the server says until it is gone."""
        try:
            async for said in socket:
                if said.type is WSMsgType.TEXT:
                    self._take(read_message(said.data))
                elif said.type is WSMsgType.BINARY:
                    self._end(LinkError("the Matter server says bytes, where it has texts alone"))
                    return
        except MalformedError as error:
            self._end(LinkError(error.what))
            return
        except (ClientError, OSError) as error:
            self._end(LinkError(f"{AWAY}: {_brief(error)}"))
            return
        why = socket.exception()
        self._end(LinkError(f"{AWAY}: {_brief(why) if why else 'it closed the connection'}"))

    def _take(self, message: Message) -> None:
        match message:
            case Answer():
                answer = self._asked.get(message.call)
                if answer is not None and not answer.done():
                    answer.set_result(message.result)
            case Failure():
                answer = self._asked.get(message.call)
                if answer is not None and not answer.done():
                    answer.set_exception(FailedError(message))
            case Happening():
                if message.event == "server_shutdown":
                    self._end(LinkError(f"{AWAY}: it was stopped"))
                else:
                    self._hears(message)
            case Hello():
                self._hello = message

    def _end(self, why: LinkError) -> None:
        if not self.ended.done():
            self.ended.set_result(why)
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(why)


def _brief(error: BaseException) -> str:
    return f"{error}"[:200] or type(error).__name__
