"""Older Kasa devices: a plug with a meter, a strip, a lamp, on TCP and UDP.

JSON, scrambled byte by byte; on TCP four bytes with the length go before. Written from
https://www.softscheck.com/en/reverse-engineering-tp-link-hs110/ and what devices answer.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

type Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
type Answers = dict[str, Json]

_NO_MODULE: Answers = {"err_code": -1, "err_msg": "module not support"}
_NO_METHOD: Answers = {"err_code": -2, "err_msg": "method not support"}
_LIGHTING = "smartlife.iot.smartbulb.lightingservice"
_LAMP_METER = "smartlife.iot.common.emeter"
_METERS = frozenset({"emeter", _LAMP_METER})
_LAMP_W = 10


@dataclass
class Socket:
    """One socket of a plug or a strip."""

    alias: str
    on: bool = False
    power_mw: int = 0


@dataclass
class Lamp:
    """A lamp's light."""

    on: bool = False
    hue: int = 120
    saturation: int = 75
    color_temp: int = 0
    brightness: int = 40


@dataclass
class KasaPeer:
    """One device. With a `lamp` it is a lamp, with several `sockets` a strip."""

    model: str = "HS110(EU)"
    alias: str = "Kettle"
    mac: str = "50:C7:BF:00:11:22"
    sockets: list[Socket] = field(default_factory=lambda: [Socket("Kettle")])
    lamp: Lamp | None = None
    meter: bool = True
    address: str = "127.0.0.1"
    port: int = 0
    energy_wh: int = 1234

    def __post_init__(self) -> None:
        """Get ready to be started."""
        self._server: asyncio.Server | None = None
        self._ear: asyncio.DatagramTransport | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Plug it in; it keeps its port from the first start on."""
        self._server = await asyncio.start_server(self._talk, self.address, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._ear, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Ear(self), local_addr=(self.address, self.port)
        )

    async def stop(self) -> None:
        """Pull the plug."""
        if self._ear is not None:
            self._ear.abort()
        for writer in self._writers:
            writer.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.sleep(0)

    def answer(self, data: bytes) -> bytes:
        """Return what it answers to a request, both scrambled."""
        request = json.loads(unscrambled(data))
        sockets = [int(i[-2:]) for i in request.pop("context", {}).get("child_ids", [])]
        answers: Answers = {}
        for module, methods in request.items():
            answers[module] = {
                method: self._do(module, method, params or {}, sockets)
                for method, params in methods.items()
            }
            if not self._has(module):
                answers[module] = _NO_MODULE
        return scrambled(json.dumps(answers).encode())

    def _has(self, module: str) -> bool:
        known = {"system", "emeter"} if self.meter else {"system"}
        return module in (known | {_LIGHTING, _LAMP_METER} if self.lamp else known)

    def _do(self, module: str, method: str, params: Mapping[str, Json], sockets: list[int]) -> Json:
        if module in _METERS:
            return self._metered(method, sockets[0] if sockets else 0)
        if module == _LIGHTING and self.lamp:
            if method == "transition_light_state":
                self._shine(self.lamp, params)
            return {**self._light(self.lamp), "err_code": 0}
        if (module, method) == ("system", "get_sysinfo"):
            return self._sysinfo()
        if (module, method) == ("system", "set_relay_state"):
            for place in sockets or range(len(self.sockets)):
                self.sockets[place].on = params["state"] == 1
            return {"err_code": 0}
        return _NO_METHOD

    def _metered(self, method: str, place: int) -> Json:
        if method != "get_realtime":
            return {"day_list": [], "month_list": [], "err_code": 0}
        if self.lamp is not None:
            return {"power_mw": _LAMP_W * 10 * self.lamp.brightness * self.lamp.on, "err_code": 0}
        socket = self.sockets[place]
        power = socket.power_mw if socket.on else 0
        return {
            "voltage_mv": 230_100, "current_ma": power // 230, "power_mw": power,
            "total_wh": self.energy_wh, "err_code": 0,
        }  # fmt: skip

    def _sysinfo(self) -> Answers:
        about: Answers = {
            "sw_ver": "1.5.6 Build 191125 Rel.083657", "hw_ver": "2.0", "model": self.model,
            "deviceId": "8006" + self.mac.replace(":", "") * 2, "hwId": "00", "oemId": "00",
            "alias": self.alias, "dev_name": "Smart", "rssi": -51, "err_code": 0, "updating": 0,
        }  # fmt: skip
        if self.lamp is not None:
            return about | {
                "mic_type": "IOT.SMARTBULB", "mic_mac": self.mac.replace(":", ""),
                "description": "Smart Wi-Fi LED Bulb with Color Changing",
                "is_dimmable": 1, "is_color": 1, "is_variable_color_temp": 1,
                "light_state": self._light(self.lamp), "preferred_state": [],
            }  # fmt: skip
        about |= {
            "type": "IOT.SMARTPLUGSWITCH", "mac": self.mac, "led_off": 0, "on_time": 0,
            "feature": "TIM:ENE" if self.meter else "TIM", "icon_hash": "", "latitude_i": 0,
            "longitude_i": 0,
        }  # fmt: skip
        if len(self.sockets) == 1:
            return about | {"relay_state": int(self.sockets[0].on), "active_mode": "none"}
        children: list[Json] = [
            {
                "id": f"{place:02d}", "state": int(socket.on), "alias": socket.alias,
                "on_time": 0, "next_action": {"type": -1},
            }
            for place, socket in enumerate(self.sockets)
        ]  # fmt: skip
        return about | {"children": children, "child_num": len(children)}

    @staticmethod
    def _light(lamp: Lamp) -> Answers:
        shine: Answers = {
            "mode": "normal", "hue": lamp.hue, "saturation": lamp.saturation,
            "color_temp": lamp.color_temp, "brightness": lamp.brightness,
        }  # fmt: skip
        return {"on_off": 1, **shine} if lamp.on else {"on_off": 0, "dft_on_state": shine}

    @staticmethod
    def _shine(lamp: Lamp, params: Mapping[str, Json]) -> None:
        if "on_off" in params:
            lamp.on = params["on_off"] == 1
        for name in ("hue", "saturation", "color_temp", "brightness"):
            value = params.get(name)
            if isinstance(value, int):
                setattr(lamp, name, value)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(4), "big")
                answer = self.answer(await reader.readexactly(length))
                writer.write(len(answer).to_bytes(4, "big") + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, peer: KasaPeer) -> None:
        self._peer = peer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a search; what is none is passed over."""
        try:
            answer = self._peer.answer(data)
        except (ValueError, AttributeError):
            return
        if self._transport is not None:
            self._transport.sendto(answer, addr)


def scrambled(text: bytes) -> bytes:
    """Return `text` as it goes over the wire."""
    out, key = bytearray(), 0xAB
    for byte in text:
        key ^= byte
        out.append(key)
    return bytes(out)


def unscrambled(data: bytes) -> bytes:
    """Return the text of what came over the wire."""
    out, key = bytearray(), 0xAB
    for byte in data:
        out.append(key ^ byte)
        key = byte
    return bytes(out)
