"""A Shelly of the first generation on the network: its settings and its status as HTTP pages.

Source: https://shelly-api-docs.shelly.cloud/gen1/.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from aiohttp import encode_basic_auth, web

from firmware_sim.devices.device import Fields, Json
from firmware_sim.peers.service import Service
from firmware_sim.peers.shelly_firmware import as_fields


class ShellyGen1Peer:
    """A device of two relays with meters and inputs (Shelly 2.5), or of one roller."""

    def __init__(
        self,
        device_id: str = "shellyswitch25-a8032ab1cafe",
        *,
        roller: bool = False,
        password: str = "",
    ) -> None:
        self.id = device_id
        self.password = password
        self.port = 0
        self.asked: list[str] = []
        self._runner: web.AppRunner | None = None
        mac = device_id.rpartition("-")[2].upper()
        self.info: Fields = {
            "type": "SHSW-25",
            "mac": mac,
            "auth": bool(password),
            "fw": "20230913-112234/v1.14.0-gcb84623",
            "longid": 1,
        }
        relays: list[Json] = [{"name": "Desk lamp", "appliance_type": "light"}, {"name": None}]
        self.settings: Fields = {
            "device": {"type": "SHSW-25", "mac": mac, "hostname": device_id},
            "mode": "roller" if roller else "relay",
            "name": "Study",
            "relays": relays,
        }
        meters: list[Json] = [
            {"power": 0.0, "is_valid": True, "timestamp": 0, "counters": [0.0], "total": 60_000},
            {"power": 0.0, "is_valid": True, "timestamp": 0, "counters": [0.0], "total": 0},
        ]
        inputs: list[Json] = [
            {"input": 0, "event": "", "event_cnt": 0},
            {"input": 0, "event": "", "event_cnt": 0},
        ]
        self.state: Fields = {
            "wifi_sta": {"connected": True, "ssid": "Home", "ip": "127.0.0.1", "rssi": -61},
            "mac": mac,
            "cfg_changed_cnt": 0,
            "meters": meters,
            "inputs": inputs,
            "temperature": 44.1,
            "overtemperature": False,
            "tmp": {"tC": 44.1, "tF": 111.4, "is_valid": True},
            "voltage": 230.9,
        }
        if roller:
            self.state["rollers"] = [
                {"state": "stop", "source": "http", "power": 0.0, "is_valid": True,
                 "overtemperature": False, "stop_reason": "normal", "last_direction": "open",
                 "current_pos": 100, "calibrating": False, "positioning": True},
            ]  # fmt: skip
        else:
            self.state["relays"] = [
                {"ison": False, "has_timer": False, "overpower": False, "source": "http"},
                {"ison": False, "has_timer": False, "overpower": False, "source": "http"},
            ]

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Listen, at the port that it had before."""
        app = web.Application()
        app.router.add_get("/shelly", self._who)
        app.router.add_get("/{tail:.*}", self._page)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Fall silent."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def service(self) -> Service:
        """Return what it announces by mDNS."""
        texts = {"id": self.id, "fw_id": str(self.info["fw"]), "arch": "esp8266"}
        return Service("_http._tcp.local.", self.id, self.port, texts)

    def item(self, name: str, number: int = 0) -> Fields:
        """Return one of a list of the status, such as a relay."""
        items = self.state[name]
        return as_fields(items[number] if isinstance(items, list) else None)

    def press(self, number: int, event: str) -> None:
        """Press the button at an input."""
        button = self.item("inputs", number)
        button |= {"event": event, "event_cnt": int(str(button["event_cnt"])) + 1}

    def turn(self, number: int, *, on: bool) -> None:
        """Turn a relay as by a hand at the switch."""
        self.item("relays", number)["ison"] = on
        self.item("meters", number)["power"] = 40.0 if on else 0.0

    async def _who(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(self.info)

    async def _page(self, request: web.Request) -> web.Response:
        if self.password:
            wanted = encode_basic_auth("admin", self.password)
            if request.headers.get("Authorization") != wanted:
                return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
        self.asked.append(request.path_qs)
        match request.path.strip("/").split("/"):
            case ["status"]:
                return web.json_response(self.state)
            case ["settings"]:
                return web.json_response(self.settings)
            case ["relay", number] if "relays" in self.state:
                self.turn(int(number), on=request.query.get("turn") == "on")
                return web.json_response(self.item("relays", int(number)))
            case ["roller", _] if "rollers" in self.state:
                return web.json_response(self._moved(request.query))
        return web.Response(status=404, text="Not Found")

    def _moved(self, query: Mapping[str, str]) -> Fields:
        goals = {"open": 100, "close": 0, "to_pos": int(query.get("roller_pos", "0"))}
        roller = self.item("rollers")
        if (goal := goals.get(query.get("go", ""))) is not None:
            roller["current_pos"] = goal
        return roller
