"""The library's thread for one device, and how what it hears comes to the loop."""

import asyncio
import logging
import socket
from contextlib import suppress
from uuid import UUID

from msgspec import Struct
from pychromecast import Chromecast
from pychromecast import socket_client as constants
from pychromecast.const import CAST_TYPE_AUDIO, CAST_TYPE_CHROMECAST, CAST_TYPE_GROUP
from pychromecast.controllers.media import MediaStatus, MediaStatusListener
from pychromecast.controllers.receiver import CastStatus, CastStatusListener
from pychromecast.error import (
    PyChromecastError,
    RequestFailed,
    RequestTimeout,
    UnsupportedNamespace,
)
from pychromecast.models import CastInfo, HostServiceInfo
from pychromecast.socket_client import (
    ConnectionStatus,
    ConnectionStatusListener,
)

from drivers.cast.announced import PORT, Record
from drivers.cast.orders import Order
from drivers.cast.status import Heard, heard
from drivers.kit.errors import LinkError, MalformedError, RefusedError
from drivers.kit.found import Adoption

CONNECT_S = 5.0
"""How long a device may take to let itself be connected to, or to take in a message."""
_POLITE_S = 0.5
"""How long it may take to say goodbye."""
_ENDED_S = 15.0


class Nonsense(Struct, frozen=True):
    """Something malformed that came in."""

    reason: str


class Lost(Struct, frozen=True):
    """The connection is no more, and why."""

    reason: str


type News = Heard | Nonsense | Lost


class _Plainly(logging.Filter):
    """Keeps those of the library's errors out of the log that the link tells of anyway."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno < logging.ERROR or record.exc_info is not None


logging.getLogger("pychromecast.socket_client").addFilter(_Plainly())


class Session(CastStatusListener, MediaStatusListener, ConnectionStatusListener):
    """One connection, once. What it hears is in `news`, in the order in which it was told."""

    def __init__(self, adoption: Adoption, record: Record) -> None:
        kind = CAST_TYPE_CHROMECAST if record.shows else CAST_TYPE_AUDIO
        port = adoption.port or PORT
        self.news: asyncio.Queue[News] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._cast = Chromecast(
            CastInfo(
                {HostServiceInfo(adoption.address, port)},
                UUID(adoption.key),
                record.model,
                record.name,
                adoption.address,
                port,
                CAST_TYPE_GROUP if record.group else kind,
                record.maker,
            ),
            tries=1,
            timeout=CONNECT_S,
        )
        self._cast.register_status_listener(self)
        self._cast.media_controller.register_status_listener(self)
        self._cast.register_connection_listener(self)

    def start(self) -> None:
        """Begin to connect."""
        self._cast.start()

    async def do(self, order: Order) -> None:
        """Have the device do something. Raises RefusedError and LinkError."""
        try:
            await asyncio.to_thread(order, self._cast)
        except RequestTimeout as error:
            raise RefusedError("it does not answer", mend="See whether it is busy") from error
        except (RequestFailed, UnsupportedNamespace) as error:
            raise RefusedError("it plays nothing that could do so") from error
        except (PyChromecastError, OSError) as error:
            raise LinkError(f"the connection is lost: {error}") from error

    async def close(self) -> None:
        """End the connection and its thread."""
        client = self._cast.socket_client
        client.disconnect()
        if client.ident is not None:
            await asyncio.to_thread(client.join, _POLITE_S)
        if client.is_alive() and client.socket is not None:
            # It waits in a connect or in a read, where nothing else wakes it.
            with suppress(OSError):
                client.socket.shutdown(socket.SHUT_RDWR)
            await asyncio.to_thread(client.join, _ENDED_S)
        # The library closes these only if it was connected once.
        if client.socket is not None:
            client.socket.close()
        client.selector.close()
        for end in client.socketpair:
            end.close()

    # All below is called in the library's thread.

    def new_cast_status(self, status: CastStatus) -> None:
        """Hear what the receiver tells."""
        self._hear(status, self._cast.media_controller.status, of_media=False)

    def new_media_status(self, status: MediaStatus) -> None:
        """Hear what the player tells."""
        # The controller's is the newest: an app that ends takes its player along before the
        # listeners to the receiver's status hear of it.
        receiver = self._cast.socket_client.receiver_controller.status
        if receiver is not None:
            self._hear(receiver, status, of_media=True)

    def load_media_failed(self, queue_item_id: int, error_code: int) -> None:
        """Hear that something could not be loaded: whoever asked is answered."""

    def new_connection_status(self, status: ConnectionStatus) -> None:
        """Hear of the connection; a lost one is not made anew by the library."""
        match status.status:
            case constants.CONNECTION_STATUS_FAILED:
                self._tell(Lost("the device does not answer"))
            case constants.CONNECTION_STATUS_LOST:
                self._cast.socket_client.stop.set()
                self._tell(Lost("the connection is lost"))
            case constants.CONNECTION_STATUS_DISCONNECTED:
                self._tell(Lost("the connection has ended"))

    def _hear(self, receiver: CastStatus, media: MediaStatus, *, of_media: bool) -> None:
        try:
            self._tell(heard(receiver, media, of_media=of_media))
        except MalformedError as error:
            self._tell(Nonsense(error.what))

    def _tell(self, news: News) -> None:
        # A loop that is closed hears nothing; whoever closes it waits for the thread before.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.news.put_nowait, news)
