"""A receiver of Google Cast: CASTV2 on TLS, with a certificate of its own making.

A message is a length of four bytes and a `CastMessage`, whose text is JSON. Sources: the protocol's
`cast_channel.proto` of Chromium (components/cast_channel), and
https://developers.google.com/cast/docs/media/messages for the player.
"""

import asyncio
import json
import ssl
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from firmware_sim.peers.protobuf import BrokenError, Kind, Message

type Json = dict[str, object]

_MESSAGE = Message(
    protocol_version=(1, Kind.COUNT),
    source_id=(2, Kind.TEXT),
    destination_id=(3, Kind.TEXT),
    namespace=(4, Kind.TEXT),
    payload_type=(5, Kind.COUNT),
    payload_utf8=(6, Kind.TEXT),
    payload_binary=(7, Kind.BYTES),
)
_SPACES = "urn:x-cast:com.google.cast."
_CONNECTION, _HEARTBEAT = f"{_SPACES}tp.connection", f"{_SPACES}tp.heartbeat"
_RECEIVER, _MEDIA = f"{_SPACES}receiver", f"{_SPACES}media"
_PLATFORM, _EVERYONE = "receiver-0", "*"
_MOST_BYTES = 65536
_MEDIA_RECEIVER = "CC1AD845"
_NAMES = {_MEDIA_RECEIVER: "Default Media Receiver"}


@dataclass
class Medium:
    """What is loaded in an app."""

    session: int
    url: str
    title: str = ""
    artist: str = ""
    state: str = "PLAYING"
    place: int = 0
    """Its place in the queue."""


@dataclass
class Receiver:
    """What the device is and does."""

    name: str = "Living room"
    model: str = "Chromecast Ultra"
    id: str = "0123456789abcdef0123456789abcdef"
    capabilities: int = 5
    volume: float = 0.5
    muted: bool = False
    control: str = "attenuation"
    app: str = ""
    standby: bool = False
    medium: Medium | None = None
    loadable: bool = True
    """Whether what it is told to load can be played."""


@dataclass(eq=False)
class _Sender:
    """One connection, and the apps that it has a channel to."""

    writer: asyncio.StreamWriter
    channels: set[tuple[str, str]] = field(default_factory=set)


class CastReceiver:
    """A receiver on a port of the loopback. `asked` is what its apps and itself were asked."""

    def __init__(self, receiver: Receiver | None = None, *, host: str = "127.0.0.1") -> None:
        self.state = receiver or Receiver()
        self.host = host
        self.port = 0
        self.deaf = False
        """It keeps its connections, and says and does nothing any more."""
        self.asked: list[str] = []
        self.pings = 0
        self._tls = _self_signed()
        self._server: asyncio.Server | None = None
        self._senders: set[_Sender] = set()
        self._sessions = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; the second time on the same port."""
        self._server = await asyncio.start_server(self._met, self.host, self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Lose power: all connections end, and nobody listens."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for sender in list(self._senders):
            sender.writer.transport.abort()
        await server.wait_closed()

    @property
    def texts(self) -> dict[str, str]:
        """The TXT record of its announcement as `_googlecast._tcp.local.`."""
        state = self.state
        return {
            "id": state.id,
            "md": state.model,
            "fn": state.name,
            "ca": str(state.capabilities),
            "ve": "05",
            "st": "1" if state.app else "0",
            "rs": _NAMES.get(state.app, ""),
        }

    async def set(self, **changes: object) -> None:
        """Change the receiver as by its remote, and tell all who listen."""
        for name, value in changes.items():
            setattr(self.state, name, value)
        await self._tell_status()

    async def play(self, title: str, artist: str, *, app: str = _MEDIA_RECEIVER) -> None:
        """Play something as from somebody's telephone."""
        self._sessions += 1
        self.state.app = app
        self.state.medium = Medium(self._sessions, "https://music.example/1", title, artist)
        await self._tell_status()
        await self._tell_media()

    async def leave(self) -> None:
        """End the app as from somebody's telephone."""
        self.state.app, self.state.medium = "", None
        await self._tell_status()

    async def babble(self, text: str) -> None:
        """Tell all who listen a text in place of a status."""
        for sender in list(self._senders):
            await self._send(sender, _PLATFORM, _EVERYONE, _RECEIVER, text)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = _Sender(writer)
        self._senders.add(sender)
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(4))
                if length > _MOST_BYTES:
                    break
                said = _MESSAGE.unpack(await reader.readexactly(length))
                if not self.deaf:
                    await self._hear(sender, {name: str(value) for name, value in said.items()})
        except (BrokenError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._senders.discard(sender)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _hear(self, sender: _Sender, said: Mapping[str, str]) -> None:
        asked: Json = json.loads(said["payload_utf8"])
        channel = said["source_id"], said["destination_id"]
        match said["namespace"], asked.get("type"):
            case (space, "CONNECT") if space == _CONNECTION:
                sender.channels.add(channel)
            case (space, "CLOSE") if space == _CONNECTION:
                sender.channels.discard(channel)
            case (space, "PING") if space == _HEARTBEAT:
                self.pings += 1
                await self._send(sender, channel[1], channel[0], _HEARTBEAT, {"type": "PONG"})
            case (space, _) if channel in sender.channels and space in {_RECEIVER, _MEDIA}:
                self.asked.append(str(asked.get("type")))
                if space == _RECEIVER:
                    await self._serve(sender, channel, asked)
                elif self.state.app and channel[1] == self._transport():
                    await self._play_along(sender, channel, asked)

    async def _serve(self, sender: _Sender, channel: tuple[str, str], asked: Json) -> None:
        """Do what the receiver itself is asked."""
        match asked:
            case {"type": "SET_VOLUME", "volume": {"level": int() | float() as level}}:
                self.state.volume = float(level)
            case {"type": "SET_VOLUME", "volume": {"muted": bool() as muted}}:
                self.state.muted = muted
            case {"type": "LAUNCH", "appId": str() as app}:
                self.state.app, self.state.medium = app, None
            case {"type": "STOP"}:
                self.state.app, self.state.medium = "", None
        answer = {**self._status(), "requestId": asked.get("requestId", 0)}
        await self._send(sender, _PLATFORM, channel[0], _RECEIVER, answer)
        if asked.get("type") != "GET_STATUS":
            await self._tell_status(but=sender)

    async def _play_along(self, sender: _Sender, channel: tuple[str, str], asked: Json) -> None:
        """Do what the app is asked."""
        kind, medium = asked.get("type"), self.state.medium
        refused = ""
        if kind == "LOAD":
            refused = "" if self._load(asked) else "LOAD_FAILED"
        elif kind != "GET_STATUS":
            if medium is None or asked.get("mediaSessionId") != medium.session:
                refused = "INVALID_REQUEST"
            else:
                self._turn(medium, asked)
        request = asked.get("requestId", 0)
        answer: Json = {"type": refused, "requestId": request}
        if not refused:
            answer = {**self._media(), "requestId": request}
        await self._send(sender, channel[1], channel[0], _MEDIA, answer)
        if kind != "GET_STATUS":
            await self._tell_media(but=sender)

    def _load(self, asked: Json) -> bool:
        media = asked.get("media")
        if not self.state.loadable or not isinstance(media, dict):
            return False
        self._sessions += 1
        self.state.medium = Medium(self._sessions, str(media.get("contentId")))
        return True

    def _turn(self, medium: Medium, asked: Json) -> None:
        match asked:
            case {"type": "PLAY"}:
                medium.state = "PLAYING"
            case {"type": "PAUSE"}:
                medium.state = "PAUSED"
            case {"type": "STOP"}:
                medium.state = "IDLE"
            case {"type": "QUEUE_UPDATE", "jump": int() as jump}:
                medium.place += jump

    def _transport(self) -> str:
        return f"web-{self.state.app}"

    def _status(self) -> Json:
        state = self.state
        apps: list[Json] = []
        if state.app:
            apps.append(
                {
                    "appId": state.app,
                    "displayName": _NAMES.get(state.app, state.app),
                    "namespaces": [{"name": _MEDIA}],
                    "sessionId": f"session-{state.app}",
                    "transportId": self._transport(),
                    "statusText": "",
                }
            )
        return {
            "type": "RECEIVER_STATUS",
            "status": {
                "applications": apps,
                "isStandBy": state.standby,
                "isActiveInput": not state.standby,
                "volume": {
                    "level": state.volume,
                    "muted": state.muted,
                    "controlType": state.control,
                },
            },
        }

    def _media(self) -> Json:
        medium = self.state.medium
        status: list[Json] = []
        if medium is not None:
            metadata: Json = {"metadataType": 3}
            metadata |= {"title": medium.title} if medium.title else {}
            metadata |= {"artist": medium.artist} if medium.artist else {}
            status.append(
                {
                    "mediaSessionId": medium.session,
                    "playerState": medium.state,
                    "supportedMediaCommands": 12303 | 64 | 128,
                    "media": {"contentId": medium.url, "metadata": metadata},
                }
            )
        return {"type": "MEDIA_STATUS", "status": status}

    async def _tell_status(self, but: _Sender | None = None) -> None:
        await self._tell(_PLATFORM, _RECEIVER, {**self._status(), "requestId": 0}, but)

    async def _tell_media(self, but: _Sender | None = None) -> None:
        await self._tell(self._transport(), _MEDIA, {**self._media(), "requestId": 0}, but)

    async def _tell(self, source: str, space: str, said: Json, but: _Sender | None) -> None:
        for sender in list(self._senders):
            if sender is not but and any(d == source for _, d in sender.channels):
                await self._send(sender, source, _EVERYONE, space, said)

    async def _send(
        self, sender: _Sender, source: str, destination: str, space: str, said: Json | str
    ) -> None:
        if self.deaf:
            return
        data = _MESSAGE.pack(
            {
                "protocol_version": 0,
                "source_id": source,
                "destination_id": destination,
                "namespace": space,
                "payload_type": 0,
                "payload_utf8": said if isinstance(said, str) else json.dumps(said),
            }
        )
        sender.writer.write(len(data).to_bytes(4) + data)
        with suppress(OSError):
            await sender.writer.drain()


def _self_signed() -> ssl.SSLContext:
    """Return a server's context with a fresh certificate that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cast receiver")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="cast-") as folder:
        both = Path(folder) / "both.pem"
        both.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(both)
    return context
