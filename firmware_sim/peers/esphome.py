"""A device with ESPHome's firmware that speaks the native API, in plain or in Noise."""

import asyncio
import base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from firmware_sim.peers import esphome_messages as api
from firmware_sim.peers.esphome_frames import Frames, HungUpError, PlainFrames, greeted
from firmware_sim.peers.esphome_messages import KINDS
from firmware_sim.peers.noise import WrongKeyError
from firmware_sim.peers.protobuf import BrokenError, Fields, Message, Value

_LOST = (HungUpError, WrongKeyError, BrokenError, ConnectionError, asyncio.IncompleteReadError)
_LOCK_STATES = (2, 1, 7)
"""By command: unlocked, locked, open."""
_ALARM_STATES = (0, 2, 1, 3, 4, 5, 9)
"""By command: disarmed, armed away, home, night, on vacation, with a bypass; triggered."""


@dataclass
class Entity:
    """One entity: its kind, its name, what its listing says beyond, and its state's fields."""

    kind: str
    name: str
    info: Fields = field(default_factory=dict)
    state: dict[str, Value] = field(default_factory=dict)
    device: int = 0

    @property
    def object_id(self) -> str:
        """Its name as firmware writes it in ids."""
        return "".join(c if c.isalnum() and c.isascii() else "_" for c in self.name.lower())

    @property
    def key(self) -> int:
        """The FNV-1 hash of its object id."""
        value = 2166136261
        for byte in self.object_id.encode():
            value = (value * 16777619) & 0xFFFFFFFF ^ byte
        return value


@dataclass
class Identity:
    """What the device says it is."""

    name: str = "kitchen-node"
    friendly_name: str = "Kitchen node"
    mac: str = "24:6F:28:AB:CD:EF"
    bluetooth_mac: str = "24:6F:28:AB:CD:F1"
    board: str = "esp32dev"
    version: str = "2026.9.1"
    project: str = ""
    area: str = ""
    areas: Mapping[int, str] = field(default_factory=dict)
    devices: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """Sub-devices: their name and their area."""
    services: tuple[str, ...] = ()
    api: tuple[int, int] = (1, 12)


class EspHome:
    """A device on a port of the loopback.

    `key` is its Noise key in base64; without one it speaks in plain, and asks for the `password` if
    it has one. `state` is that of its entities by name; `commands` what it was told, by name.
    """

    def __init__(
        self,
        entities: list[Entity],
        identity: Identity | None = None,
        *,
        key: str = "",
        password: str = "",
        host: str = "127.0.0.1",
    ) -> None:
        self.identity = identity or Identity()
        self.entities = entities
        self.key = key
        self.password = password
        self.host = host
        self.port = 0
        self.deaf = False
        """It keeps its connections, and says and does nothing any more."""
        self.commands: list[tuple[str, dict[str, Value]]] = []
        self.pings = 0
        self._server: asyncio.Server | None = None
        self._talks: dict[asyncio.StreamWriter, Frames] = {}
        self._subscribed: set[asyncio.StreamWriter] = set()

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
        self._server = await asyncio.start_server(self._met, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Lose power: all connections end, and nobody listens."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for writer in list(self._talks):
            writer.transport.abort()
        await server.wait_closed()

    @property
    def texts(self) -> dict[str, str]:
        """The TXT record of its announcement as `_esphomelib._tcp.local.`."""
        identity = self.identity
        texts = {
            "friendly_name": identity.friendly_name,
            "version": identity.version,
            "mac": identity.mac.replace(":", "").lower(),
            "platform": "ESP32",
            "board": identity.board,
            "network": "wifi",
        }
        if identity.project:
            texts["project_name"] = identity.project
        if self.key:
            texts["api_encryption"] = "Noise_NNpsk0_25519_ChaChaPoly_SHA256"
        return texts

    @property
    def state(self) -> dict[str, dict[str, Value]]:
        """The states of the entities, by their names."""
        return {entity.name: entity.state for entity in self.entities}

    async def set(self, name: str, **state: Value) -> None:
        """Change an entity as by a hand at the device, and tell all who listen."""
        entity = self._named(name)
        entity.state |= state
        await self._tell(entity)

    async def happen(self, name: str, kind: str) -> None:
        """Have an event entity tell a moment."""
        entity = self._named(name)
        entity.state["event_type"] = kind
        await self._tell(entity)

    async def goodbye(self) -> None:
        """End all talks in due form, as before a restart."""
        for frames in list(self._talks.values()):
            frames.write(api.DISCONNECT.number, b"")

    def _named(self, name: str) -> Entity:
        return next(entity for entity in self.entities if entity.name == name)

    async def _tell(self, entity: Entity) -> None:
        for writer in list(self._subscribed):
            self._tell_one(self._talks[writer], entity)
            with suppress(ConnectionError):
                await writer.drain()

    def _tell_one(self, frames: Frames, entity: Entity) -> None:
        shape = KINDS[entity.kind].state
        if shape is not None and entity.state and not self.deaf:
            own = {"key": entity.key, "device_id": entity.device}
            frames.write(shape.number, shape.pack({**own, **entity.state}))

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            frames: Frames = PlainFrames(reader, writer)
            if self.key:
                mac = self.identity.mac.replace(":", "").lower()
                secret = base64.b64decode(self.key)
                frames = await greeted(reader, writer, secret, self.identity.name, mac)
            self._talks[writer] = frames
            await self._talk(frames, writer)
        except _LOST:
            pass
        finally:
            self._subscribed.discard(writer)
            self._talks.pop(writer, None)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _talk(self, frames: Frames, writer: asyncio.StreamWriter) -> None:
        while True:
            number, payload = await frames.read()
            if self.deaf:
                continue
            if not self._kept_up(frames, number, payload):
                await self._serve(frames, writer, number, payload)
            await writer.drain()

    def _kept_up(self, frames: Frames, number: int, payload: bytes) -> bool:
        """Answer what keeps the talk itself up, and say whether the message was of that."""
        match number:
            case api.HELLO.number:
                major, minor = self.identity.api
                server = f"{self.identity.name} (esphome v{self.identity.version})"
                self._answer(
                    frames,
                    api.HELLO_BACK,
                    major=major,
                    minor=minor,
                    server_info=server,
                    name=self.identity.name,
                )
            case api.LOGIN.number:
                wrong = api.LOGIN.unpack(payload)["password"] != self.password
                self._answer(frames, api.LOGIN_BACK, invalid_password=wrong)
                if wrong:
                    raise HungUpError
            case api.PING.number:
                self.pings += 1
                self._answer(frames, api.PONG)
            case api.DISCONNECT.number:
                self._answer(frames, api.DISCONNECT_BACK)
                raise HungUpError
            case api.DISCONNECT_BACK.number:
                raise HungUpError
            case _:
                return False
        return True

    async def _serve(
        self, frames: Frames, writer: asyncio.StreamWriter, number: int, payload: bytes
    ) -> None:
        """Answer what is asked of the device."""
        match number:
            case api.DEVICE_INFO.number:
                frames.write(api.DEVICE_INFO_BACK.number, self._device_info())
            case api.LIST.number:
                self._list(frames)
            case api.SUBSCRIBE.number:
                self._subscribed.add(writer)
                for entity in self.entities:
                    if entity.kind != "event":
                        self._tell_one(frames, entity)
            case _:
                await self._command(number, payload)

    def _answer(self, frames: Frames, shape: Message, **fields: Value) -> None:
        frames.write(shape.number, shape.pack(fields))

    def _device_info(self) -> bytes:
        identity = self.identity
        devices = tuple(
            api.SUB_DEVICE.pack({"device_id": device, "name": name, "area_id": area})
            for device, (name, area) in identity.devices.items()
        )
        areas = tuple(
            api.AREA.pack({"area_id": area, "name": name}) for area, name in identity.areas.items()
        )
        return api.DEVICE_INFO_BACK.pack(
            {
                "uses_password": bool(self.password),
                "name": identity.name,
                "mac_address": identity.mac,
                "esphome_version": identity.version,
                "model": identity.board,
                "project_name": identity.project,
                "manufacturer": "Espressif",
                "friendly_name": identity.friendly_name,
                "suggested_area": identity.area,
                "bluetooth_mac_address": identity.bluetooth_mac,
                "devices": devices,
                "areas": areas,
            }
        )

    def _list(self, frames: Frames) -> None:
        for entity in self.entities:
            shape = KINDS[entity.kind].info
            own: Fields = {
                "object_id": entity.object_id,
                "key": entity.key,
                "name": entity.name,
                "device_id": entity.device,
            }
            frames.write(shape.number, shape.pack({**own, **entity.info}))
        for name in self.identity.services:
            self._answer(frames, api.SERVICE, name=name, key=1)
        self._answer(frames, api.LIST_DONE)

    async def _command(self, number: int, payload: bytes) -> None:
        for entity in self.entities:
            shape = KINDS[entity.kind].command
            if shape is None or shape.number != number:
                continue
            asked = shape.unpack(payload)
            if (asked["key"], asked["device_id"]) == (entity.key, entity.device):
                self.commands.append((entity.name, asked))
                self._obey(entity, asked)
                await self._tell(entity)

    def _obey(self, entity: Entity, asked: Mapping[str, Value]) -> None:
        """Do at once what is asked."""
        match entity.kind:
            case "switch" | "number" | "select" | "text":
                entity.state["state"] = asked["state"]
            case "lock":
                entity.state["state"] = _LOCK_STATES[int(asked["command"])]
            case "alarm_control_panel":
                entity.state["state"] = _ALARM_STATES[int(asked["command"])]
            case _:
                shape = KINDS[entity.kind].state
                wanted = {n.removeprefix("has_") for n, v in asked.items() if v and n[:4] == "has_"}
                if "rgb" in wanted:
                    wanted |= {"red", "green", "blue"}
                if shape is not None:
                    entity.state |= {n: asked[n] for n in wanted if n in shape.fields}
