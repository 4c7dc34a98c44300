"""A Gen2+ device's RPC on a WebSocket: aioshelly's, whose errors become the kit's.

The library's connection (`WsRPC`) carries frames and passwords. Its device (`RpcDevice`) is left
aside: it keeps a whole device of its own, with bluetooth beside it, where a status is all we want.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from aiohttp import ClientError, ClientSession
from aioshelly.const import NOTIFY_WS_CLOSED
from aioshelly.exceptions import (
    DeviceConnectionError,
    InvalidAuthError,
    RpcCallError,
    ShellyError,
)
from aioshelly.rpc_device.wsrpc import RPCSource, WsRPC

from drivers.kit.errors import AccessError, LinkError, RefusedError
from drivers.shelly.news import with_dynamic
from drivers.shelly.reading import record

USER = "admin"
CONNECT_S = 10.0
ANSWER_S = 8.0
PAGES_LIMIT = 32
"""Pages of components of the owner's own making: some ten to a page."""

_NONSENSE = (ValueError, TypeError, LookupError, AttributeError)
"""What the library raises for frames that are none."""

type Document = Mapping[str, object]
type Notified = Callable[[object, object], None]
"""Takes a notification's method and parameters."""


class Rpc:
    """One connection. `lost` is called when it ends by itself."""

    def __init__(
        self, address: str, port: int, notified: Notified, lost: Callable[[], None]
    ) -> None:
        self._where = f"{address}:{port}"
        self._notified = notified
        self._lost = lost
        self._rpc = _Frames(address, self._heard, port)

    async def connect(self, session: ClientSession, realm: str, password: str) -> None:
        """Connect. Raises LinkError."""
        if password:
            self._rpc.set_auth_data(realm, USER, password)
        with _told_in_our_words(self._where):
            async with asyncio.timeout(CONNECT_S):
                await self._rpc.connect(session)

    async def call(self, method: str, params: Mapping[str, object] | None = None) -> object:
        """Call a method; return its result. Raises RefusedError, LinkError or AccessError."""
        return (await self.calls([(method, params)]))[0]

    async def calls(
        self, calls: Sequence[tuple[str, Mapping[str, object] | None]]
    ) -> Sequence[object]:
        """Call several methods; return their results. Raises as `call`."""
        asked = [(method, None if params is None else dict(params)) for method, params in calls]
        with _told_in_our_words(self._where):
            return await self._rpc.calls(asked, ANSWER_S)

    async def whole(
        self,
    ) -> tuple[Mapping[str, object], Mapping[str, object], Mapping[str, object]]:
        """Return who the device is, its configuration and its status. Raises as `call`."""
        info, config, status = await self.calls(
            [("Shelly.GetDeviceInfo", None), ("Shelly.GetConfig", None), ("Shelly.GetStatus", None)]
        )
        components = await self._dynamic()
        return (record(info), *with_dynamic(record(config), record(status), components))

    async def _dynamic(self) -> list[object]:
        """Return the components of its owner's making; none where the device knows no such."""
        found: list[object] = []
        for _ in range(PAGES_LIMIT):
            params = {"dynamic_only": True, "include": ["status", "config"], "offset": len(found)}
            try:
                page = record(await self.call("Shelly.GetComponents", params))
            except RefusedError:
                return found
            components, total = page.get("components"), page.get("total")
            if not isinstance(components, list) or not components:
                return found
            found += components
            if not isinstance(total, int) or len(found) >= total:
                return found
        return found

    async def close(self) -> None:
        """Close it, whatever state it is in."""
        try:
            await self._rpc.disconnect()
        except (ShellyError, ClientError, OSError, *_NONSENSE):
            # What the reading of frames ended by: whoever waited for it was told already.
            return

    def _heard(self, _source: RPCSource, method: str, params: object) -> None:
        if method == NOTIFY_WS_CLOSED:
            self._lost()
        else:
            self._notified(method, params)


class _Frames(WsRPC):
    """The library's frames, of which one that is none does not end the connection."""

    def handle_frame(self, source: RPCSource, frame: object) -> None:
        """Take a frame: JSON may be anything."""
        if isinstance(frame, dict) and isinstance(frame.get("id"), int | str | None):
            super().handle_frame(source, frame)
        else:
            self._on_notification(source, "", None)


@contextmanager
def _told_in_our_words(where: str) -> Iterator[None]:
    try:
        yield
    except InvalidAuthError as error:
        raise AccessError(
            "it does not take the password", mend="Adopt it anew, with the password of its web page"
        ) from error
    except RpcCallError as error:
        raise RefusedError(f"it refused: {error.message or error.code}") from error
    except (DeviceConnectionError, TimeoutError) as error:
        raise LinkError(f"{where} does not answer") from error
    except (ClientError, OSError, RuntimeError) as error:
        raise LinkError(f"{where}: {error}") from error
    except _NONSENSE as error:
        raise LinkError(f"{where} answers what is no answer") from error
