"""A Hue bridge on a real socket: CLIP v2 over HTTPS, its link button, and its event stream.

Written from the API's public reference, https://developers.meethue.com/develop/hue-api-v2/.
"""

import asyncio
import datetime as dt
import json
import ssl
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import NAMESPACE_OID, uuid5

from aiohttp import web

from firmware_sim.peers.certificate import self_signed

type Json = dict[str, object]

_GAMUT_C = {
    "red": {"x": 0.6915, "y": 0.3083},
    "green": {"x": 0.17, "y": 0.7},
    "blue": {"x": 0.1532, "y": 0.0475},
}
_MIREKS = (153, 500)
_PRODUCTS: Mapping[str, tuple[str, str]] = {
    "bridge": ("BSB002", "bridge_v2"),
    "lamp": ("LCA001", "sultan_bulb"),
    "white": ("LTW010", "sultan_bulb"),
    "plug": ("LOM001", "plug"),
    "sensor": ("SML001", "unknown_archetype"),
    "contact": ("SOC001", "unknown_archetype"),
    "switch": ("RWL022", "unknown_archetype"),
    "dial": ("RDM002", "unknown_archetype"),
}
"""Kind of device -> its model and archetype."""


class HuePeer:
    """A bridge with a colour lamp, a white one, a plug, sensors, a switch and a dial, in two rooms.

    Resources are named by device and kind: `("lamp", "light")`; `("switch", "button", 1)` is one of
    several. `folder` keeps the certificate and the keys, so that the bridge comes back as itself.
    """

    def __init__(
        self,
        folder: Path,
        *,
        bridge_id: str = "001788fffe23ab01",
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.bridge_id = bridge_id
        self.address = address
        self.port = port
        self.keys: set[str] = set()
        """The applications that were let in."""
        self.connections = 0
        """How often an event stream was opened."""
        self._folder = folder
        self._pressed = False
        self._runner: web.AppRunner | None = None
        self._streams: set[asyncio.Queue[bytes | None]] = set()
        self._resources: dict[str, Json] = {}
        self._speaks = asyncio.Event()
        self._numbers = count(1)
        self._furnish()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        await self.stop()

    @property
    def texts(self) -> Mapping[str, str]:
        """The pairs of its TXT record."""
        return {"bridgeid": self.bridge_id, "modelid": "BSB002"}

    async def start(self) -> None:
        """Listen. The port stays the same from the first time on."""
        app = web.Application()
        app.router.add_post("/api", self._give_key)
        app.router.add_get("/clip/v2/resource", self._all)
        app.router.add_get("/clip/v2/resource/{kind}", self._of_kind)
        app.router.add_put("/clip/v2/resource/{kind}/{rid}", self._change)
        app.router.add_get("/eventstream/clip/v2", self._stream)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.address, self.port, ssl_context=self._context())
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._speaks.set()

    async def stop(self) -> None:
        """Go, and end all connections."""
        self._speaks.set()
        for queue in self._streams:
            queue.put_nowait(None)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def hang(self) -> None:
        """Answer nothing more, on connections that stay open."""
        self._speaks.clear()

    def press_link(self) -> None:
        """Press the round button on the bridge."""
        self._pressed = True

    def forget_keys(self) -> None:
        """Let none of the applications in any more."""
        self.keys.clear()

    def new_certificate(self) -> None:
        """Have another certificate from the next start on, as a stranger would."""
        self._certificate().unlink()

    def state(self, device: str, kind: str, number: int = 0) -> Json:
        """Return a resource as it is now."""
        return self._resources[_id(device, kind, number)]

    async def set(
        self, device: str, kind: str, change: Mapping[str, object], number: int = 0
    ) -> None:
        """Change a resource as by a hand at the device: whoever listens is told."""
        resource = self.state(device, kind, number)
        self._tell("update", [self._changed(resource, change)])

    async def press(self, number: int, event: str) -> None:
        """Have something happen to a button of the switch."""
        report = {"updated": self._now(), "event": event}
        await self.set("switch", "button", {"button": {"button_report": report}}, number)

    async def turn(self, direction: str) -> None:
        """Turn the dial."""
        rotation = {"direction": direction, "steps": 30, "duration": 400}
        report = {"updated": self._now(), "action": "start", "rotation": rotation}
        await self.set("dial", "relative_rotary", {"relative_rotary": {"rotary_report": report}})

    async def rename_room(self, room: str, name: str) -> None:
        """Rename a room."""
        resource = self._resources[_id(room, "room")]
        self._tell("update", [self._changed(resource, {"metadata": {"name": name}})])

    async def add_lamp(self, device: str) -> None:
        """Get one more lamp."""
        before = set(self._resources)
        self._lamp(device, f"{device.title()} lamp", colour=False)
        self._tell("add", [r for rid, r in self._resources.items() if rid not in before])

    async def remove(self, device: str) -> None:
        """Lose a device, and all of its services."""
        resource = self._resources.pop(_id(device, "device"))
        gone = [resource]
        services = resource["services"]
        if isinstance(services, list):
            gone += [self._resources.pop(service["rid"]) for service in services]
        self._tell("delete", [{"id": r["id"], "type": r["type"]} for r in gone])

    # what it has

    def _furnish(self) -> None:
        self._device("bridge", "Hue bridge")
        self._service("bridge", "bridge", {"bridge_id": self.bridge_id})
        self._lamp("lamp", "Reading lamp", colour=True)
        self._lamp("white", "Hall lamp", colour=False)
        self._device("plug", "Heater plug")
        self._service("plug", "light", {"on": {"on": False}, "metadata": {"name": "Heater plug"}})
        self._radio("plug")
        self._sensor()
        self._device("contact", "Back door")
        state = {"changed": self._now(), "state": "contact"}
        self._service("contact", "contact", {"enabled": True, "contact_report": state})
        self._battery("contact")
        self._radio("contact")
        self._device("switch", "Dimmer switch")
        for number in (1, 2, 3, 4):
            self._button(number)
        self._battery("switch")
        self._radio("switch")
        self._device("dial", "Tap dial")
        self._service("dial", "relative_rotary", {"relative_rotary": {}})
        self._battery("dial")
        self._room("living", "Living room", ["lamp", "plug", "switch", "dial"])
        self._room("hall", "Hall", ["white", "sensor", "contact"])

    def _sensor(self) -> None:
        self._device("sensor", "Hall sensor")
        report = {"changed": self._now(), "motion": False}
        motion = {"motion": False, "motion_valid": True, "motion_report": report}
        self._service("sensor", "motion", {"enabled": True, "motion": motion})
        warmth = {"temperature": 20.5, "temperature_valid": True}
        self._service("sensor", "temperature", {"enabled": True, "temperature": warmth})
        light = {"light_level": 20_001, "light_level_valid": True}
        self._service("sensor", "light_level", {"enabled": True, "light": light})
        self._battery("sensor")
        self._radio("sensor")

    def _lamp(self, device: str, name: str, *, colour: bool) -> None:
        self._device(device, name)
        low, high = _MIREKS
        schema = {"mirek_minimum": low, "mirek_maximum": high}
        said: Json = {
            "metadata": {"name": name, "archetype": "sultan_bulb"},
            "on": {"on": False},
            "dimming": {"brightness": 100.0, "min_dim_level": 0.2},
            "color_temperature": {"mirek": 366, "mirek_valid": True, "mirek_schema": schema},
            "dynamics": {"status": "none", "speed": 0.0, "speed_valid": False},
            "effects": {
                "status": "no_effect",
                "status_values": ["no_effect", "candle", "fire"],
                "effect_values": ["no_effect", "candle", "fire"],
            },
            "mode": "normal",
        }
        if colour:
            said["color"] = {"xy": {"x": 0.4573, "y": 0.41}, "gamut": _GAMUT_C, "gamut_type": "C"}
        self._service(device, "light", said)
        self._service(device, "entertainment", {"renderer": True})
        self._radio(device)

    def _device(self, device: str, name: str) -> None:
        model, archetype = _PRODUCTS.get(device, ("LTW010", "sultan_bulb"))
        product = {
            "model_id": model,
            "manufacturer_name": "Signify Netherlands B.V.",
            "product_name": f"Hue {device}",
            "product_archetype": archetype,
            "certified": True,
            "software_version": "1.104.2",
        }
        rid = _id(device, "device")
        self._resources[rid] = {
            "id": rid,
            "type": "device",
            "product_data": product,
            "metadata": {"name": name, "archetype": archetype},
            "identify": {},
            "services": [],
        }

    def _service(self, device: str, kind: str, said: Json, number: int = 0) -> None:
        rid, owner = _id(device, kind, number), _id(device, "device")
        reference = {"rid": owner, "rtype": "device"}
        self._resources[rid] = {"id": rid, "type": kind, "owner": reference, **said}
        services = self._resources[owner]["services"]
        if isinstance(services, list):
            services.append({"rid": rid, "rtype": kind})

    def _button(self, number: int) -> None:
        values = ["initial_press", "repeat", "short_release", "long_press", "long_release"]
        said: Json = {"metadata": {"control_id": number}, "button": {"event_values": values}}
        self._service("switch", "button", said, number)

    def _battery(self, device: str) -> None:
        state = {"battery_level": 87, "battery_state": "normal"}
        self._service(device, "device_power", {"power_state": state})

    def _radio(self, device: str) -> None:
        mac = f"00:17:88:01:0b:00:00:{next(self._numbers):02x}"
        said: Json = {"status": "connected", "mac_address": mac}
        self._service(device, "zigbee_connectivity", said)

    def _room(self, room: str, name: str, devices: list[str]) -> None:
        rid = _id(room, "room")
        children = [{"rid": _id(device, "device"), "rtype": "device"} for device in devices]
        self._resources[rid] = {
            "id": rid,
            "type": "room",
            "metadata": {"name": name, "archetype": "living_room"},
            "children": children,
            "services": [],
        }

    # what it answers

    async def _give_key(self, request: web.Request) -> web.Response:
        await request.read()
        if not self._pressed:
            error = {"type": 101, "address": "", "description": "link button not pressed"}
            return web.json_response([{"error": error}])
        self._pressed = False
        key = f"key-{len(self.keys) + 1}-of-this-bridge"
        self.keys.add(key)
        return web.json_response([{"success": {"username": key}}])

    async def _all(self, request: web.Request) -> web.Response:
        return await self._listed(request, list(self._resources.values()))

    async def _of_kind(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        return await self._listed(
            request, [r for r in self._resources.values() if r["type"] == kind]
        )

    async def _listed(self, request: web.Request, resources: list[Json]) -> web.Response:
        await self._let_in(request)
        return web.json_response({"errors": [], "data": resources})

    async def _change(self, request: web.Request) -> web.Response:
        await self._let_in(request)
        kind, rid = request.match_info["kind"], request.match_info["rid"]
        resource = self._resources.get(rid)
        if resource is None or resource["type"] != kind:
            return _refused(404, "Not Found")
        said = await request.json()
        if kind == "light":
            if not self._is_reached(resource):
                text = "device (light) has communication issues, command (on) may not have effect"
                return _refused(207, text)
            said.pop("dynamics", None)
            self._tell("update", [self._changed(resource, _shown(said))])
        elif kind == "device":
            resource["identified"] = True
        return web.json_response({"errors": [], "data": [{"rid": rid, "rtype": kind}]})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await self._let_in(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": hi\n\n")
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._streams.add(queue)
        self.connections += 1
        try:
            while (said := await queue.get()) is not None:
                await response.write(said)
        finally:
            self._streams.discard(queue)
        return response

    async def _let_in(self, request: web.Request) -> None:
        await self._speaks.wait()
        if request.headers.get("hue-application-key", "") not in self.keys:
            raise web.HTTPForbidden

    def _is_reached(self, resource: Json) -> bool:
        owner = resource["owner"]
        return not any(
            r["owner"] == owner and r["status"] != "connected"
            for r in self._resources.values()
            if r["type"] == "zigbee_connectivity"
        )

    def _changed(self, resource: Json, change: Mapping[str, object]) -> Json:
        """Change a resource; return what an event tells of it."""
        _merge(resource, change)
        told: Json = {"id": resource["id"], "type": resource["type"], **change}
        if "owner" in resource:
            told["owner"] = resource["owner"]
        return json.loads(json.dumps(told))  # type: ignore[no-any-return]

    def _tell(self, change: str, data: list[Json]) -> None:
        number = next(self._numbers)
        event = {"creationtime": self._now(), "data": data, "id": str(number), "type": change}
        said = f"id: {number}:0\ndata: {json.dumps([event])}\n\n".encode()
        for queue in self._streams:
            queue.put_nowait(said)

    def _now(self) -> str:
        """Return a time, later at each call."""
        seconds = next(self._numbers)
        then = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
        return then.strftime("%Y-%m-%dT%H:%M:%SZ")

    # who it is

    def _certificate(self) -> Path:
        return self._folder / "hue.pem"

    def _context(self) -> ssl.SSLContext:
        path = self._certificate()
        if not path.exists():
            path.write_bytes(self_signed(self.bridge_id))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _id(device: str, kind: str, number: int = 0) -> str:
    return str(uuid5(NAMESPACE_OID, f"{device}/{kind}/{number}"))


def _refused(status: int, text: str) -> web.Response:
    said = {"errors": [{"description": text}], "data": []}
    return web.json_response(said, status=status)


def _merge(resource: Json, change: Mapping[str, object]) -> None:
    for key, value in change.items():
        former = resource.get(key)
        if isinstance(former, dict) and isinstance(value, dict):
            _merge(former, value)
        else:
            resource[key] = value


def _shown(asked: Json) -> Json:
    """Return what a lamp shows when it is asked for something: white or colour, not both."""
    shown = dict(asked)
    if "color_temperature" in asked:
        white = asked["color_temperature"]
        if isinstance(white, dict):
            shown["color_temperature"] = {**white, "mirek_valid": True}
    elif "color" in asked:
        shown["color_temperature"] = {"mirek": None, "mirek_valid": False}
    effects = asked.get("effects")
    if isinstance(effects, dict):
        shown["effects"] = {"status": effects.get("effect")}
    return shown
