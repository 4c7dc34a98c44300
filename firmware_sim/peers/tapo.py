"""A Tapo plug with a meter, behind KLAP: its search on UDP, its handshake and requests over HTTP.

KLAP, second version, as https://gist.github.com/chriswheeldon/3b17d974db3817613c69191c0480fe55 and
what followed it describe: two seeds and a hash of the account's name and password make the key of a
session; each request is AES-CBC with a number that counts up, and a signature before it.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_COMPONENTS = ("device", "energy_monitoring", "led")
_OF_SENSOR = ("temperature", "humidity", "battery_detect")
_NO_METHOD = -1002


@dataclass
class Sensor:
    """A thermometer behind a hub."""

    id: str = "802E" + "1" * 36
    nickname: str = "Cellar"
    temperature_c: float = 12.5
    humidity: int = 61
    low_battery: bool = False
    online: bool = True


@dataclass
class TapoPeer:
    """One plug; with `sensors` it is a hub that these are behind."""

    username: str = "ann@example.com"
    password: str = "quite a Secret"  # noqa: S105 - of a device that is none
    model: str = "P110"
    nickname: str = "Heater"
    mac: str = "10-27-F5-AA-BB-CC"
    on: bool = False
    power_mw: int = 42_500
    address: str = "127.0.0.1"
    port: int = 0
    search_port: int = 0
    sensors: list[Sensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Get ready to be started."""
        self._runner: web.AppRunner | None = None
        self._ear: asyncio.DatagramTransport | None = None
        self._seeds = b""
        self._session: _Session | None = None
        self._cookie = ""

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Plug it in; it keeps its ports from the first start on, and no session."""
        app = web.Application()
        app.router.add_post("/app/handshake1", self._first)
        app.router.add_post("/app/handshake2", self._second)
        app.router.add_post("/app/request", self._request)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.address, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._ear, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Ear(self), local_addr=(self.address, self.search_port)
        )
        self.search_port = self._ear.get_extra_info("sockname")[1]

    async def stop(self) -> None:
        """Pull the plug."""
        self._session = None
        if self._ear is not None:
            self._ear.abort()
        if self._runner is not None:
            await self._runner.cleanup()
        await asyncio.sleep(0)

    @property
    def _family(self) -> str:
        return "SMART.TAPOHUB" if self.sensors else "SMART.TAPOPLUG"

    def found(self) -> bytes:
        """Return what it answers to a search."""
        scheme = {
            "is_support_https": False, "encrypt_type": "KLAP", "http_port": self.port, "lv": 2,
        }  # fmt: skip
        result = {
            "device_id": "00" * 16, "owner": "", "device_type": self._family,
            "device_model": f"{self.model}(EU)", "ip": self.address, "mac": self.mac,
            "is_support_iot_cloud": True, "obd_src": "tplink", "factory_default": False,
            "mgt_encrypt_schm": scheme,
        }  # fmt: skip
        text = json.dumps({"result": result, "error_code": 0}).encode()
        return b"\x02\x00\x00\x01" + len(text).to_bytes(2, "big") + bytes(10) + text

    async def _first(self, request: web.Request) -> web.Response:
        theirs = await request.read()
        if len(theirs) != 16:
            return web.Response(status=400)
        ours = secrets.token_bytes(16)
        self._seeds = theirs + ours
        self._cookie = secrets.token_hex(16)
        response = web.Response(body=ours + _sha256(theirs + ours + self._account()))
        response.headers["Set-Cookie"] = f"TP_SESSIONID={self._cookie};TIMEOUT=1440"
        return response

    async def _second(self, request: web.Request) -> web.Response:
        theirs, ours = self._seeds[:16], self._seeds[16:]
        if await request.read() != _sha256(ours + theirs + self._account()):
            return web.Response(status=403)
        self._session = _Session(self._seeds + self._account())
        return web.Response()

    async def _request(self, request: web.Request) -> web.Response:
        known = request.cookies.get("TP_SESSIONID") == self._cookie
        if self._session is None or not known:
            return web.Response(status=403)
        number = int(request.query["seq"])
        text = self._session.opened(await request.read(), number)
        if text is None:
            return web.Response(status=403)
        asked = json.loads(text)
        answer = self._answer(asked["method"], asked.get("params") or {})
        return web.Response(body=self._session.sealed(json.dumps(answer).encode(), number))

    def _account(self) -> bytes:
        return _sha256(_sha1(self.username.encode()) + _sha1(self.password.encode()))

    def _answer(self, method: str, params: Mapping[str, object]) -> dict[str, object]:
        if method == "multipleRequest":
            requests = params["requests"]
            assert isinstance(requests, list)  # noqa: S101 - else the caller is wrong
            answers = [
                {"method": one["method"], **self._answer(one["method"], one.get("params") or {})}
                for one in requests
            ]
            return {"result": {"responses": answers}, "error_code": 0}
        if method == "set_device_info":
            self.on = params.get("device_on", self.on) is True
            return {"error_code": 0}
        if method == "control_child":
            control = params["childControl"]
            assert isinstance(control, dict)  # noqa: S101 - else the caller is wrong
            asked = control["requestData"]
            answer = self._answer_of_sensor(asked["method"], asked.get("params") or {})
            return {"result": {"responseData": answer}, "error_code": 0}
        told = self._told().get(method)
        return {"error_code": _NO_METHOD} if told is None else {"result": told, "error_code": 0}

    def _answer_of_sensor(self, method: str, params: Mapping[str, object]) -> dict[str, object]:
        if method == "multipleRequest":
            requests = params["requests"]
            assert isinstance(requests, list)  # noqa: S101 - else the caller is wrong
            answers = [{"method": one["method"], "error_code": _NO_METHOD} for one in requests]
            return {"result": {"responses": answers}, "error_code": 0}
        return {"error_code": _NO_METHOD}

    def _behind(self) -> Mapping[str, object]:
        """Return what a hub tells of its sensors."""
        if not self.sensors:
            return {}
        infos = [
            {
                "device_id": sensor.id, "type": "SMART.TAPOSENSOR", "model": "T310",
                "category": "subg.trigger.temp-hmdt-sensor", "nickname": _base64(sensor.nickname),
                "current_temp": sensor.temperature_c, "temp_unit": "celsius",
                "status": "online" if sensor.online else "offline",
                "current_humidity": sensor.humidity, "at_low_battery": sensor.low_battery,
                "rssi": -60, "signal_level": 3, "fw_ver": "1.5.0", "hw_ver": "1.0",
                "mac": "E4FAC4000001", "specs": "EU", "region": "Europe/Berlin",
                "report_interval": 16, "parent_device_id": "8022" + "0" * 36,
                "current_temp_exception": 0, "current_humidity_exception": 0,
            }
            for sensor in self.sensors
        ]  # fmt: skip
        parts = [{"id": name, "ver_code": 1} for name in _OF_SENSOR]
        components = [{"device_id": s.id, "component_list": parts} for s in self.sensors]
        count = {"start_index": 0, "sum": len(infos)}
        return {
            "get_child_device_list": {"child_device_list": infos, **count},
            "get_child_device_component_list": {"child_component_list": components, **count},
        }

    def _told(self) -> Mapping[str, object]:
        power_mw = self.power_mw if self.on else 0
        names = ("device", "child_device") if self.sensors else _COMPONENTS
        return {
            **self._behind(),
            "component_nego": {"component_list": [{"id": name, "ver_code": 1} for name in names]},
            "get_device_info": {
                "device_id": "8022" + "0" * 36, "fw_ver": "1.3.1 Build 240621 Rel.162048",
                "hw_ver": "1.0", "type": self._family, "model": self.model, "mac": self.mac,
                "hw_id": "00", "fw_id": "00", "oem_id": "00", "specs": "EU",
                "device_on": self.on, "on_time": 0, "nickname": _base64(self.nickname),
                "ssid": _base64("home"), "rssi": -48, "signal_level": 3, "avatar": "plug",
                "region": "Europe/Berlin", "lang": "en_US", "overheated": False,
            },
            "get_connect_cloud_state": {"status": 1},
            "get_led_info": {"led_rule": "always", "led_status": True},
            "get_energy_usage": {
                "current_power": power_mw, "today_energy": 120, "month_energy": 3400,
                "today_runtime": 10, "month_runtime": 100, "local_time": "2026-01-01 12:00:00",
            },
        }  # fmt: skip


class _Session:
    """One session's key."""

    def __init__(self, secret: bytes) -> None:
        self._key = _sha256(b"lsk" + secret)[:16]
        self._vector = _sha256(b"iv" + secret)[:12]
        self._signature = _sha256(b"ldk" + secret)[:28]

    def opened(self, data: bytes, number: int) -> bytes | None:
        signature, body = data[:32], data[32:]
        if signature != self._signed(body, number):
            return None
        decryptor, unpadder = self._cipher(number).decryptor(), PKCS7(128).unpadder()
        padded = decryptor.update(body) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()

    def sealed(self, text: bytes, number: int) -> bytes:
        encryptor, padder = self._cipher(number).encryptor(), PKCS7(128).padder()
        body = encryptor.update(padder.update(text) + padder.finalize()) + encryptor.finalize()
        return self._signed(body, number) + body

    def _signed(self, body: bytes, number: int) -> bytes:
        return _sha256(self._signature + number.to_bytes(4, "big", signed=True) + body)

    def _cipher(self, number: int) -> Cipher[modes.CBC]:
        vector = self._vector + number.to_bytes(4, "big", signed=True)
        return Cipher(algorithms.AES(self._key), modes.CBC(vector))


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, peer: TapoPeer) -> None:
        self._peer = peer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        if isinstance(transport, asyncio.DatagramTransport):
            self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a probe."""
        if data[:1] == b"\x02" and b"rsa_key" in data and self._transport is not None:
            self._transport.sendto(self._peer.found(), addr)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
