"""A HomeKit bridge with what people hang behind one, by HAP-python, on a real socket.

It keeps its pairings in a folder, so that it comes back as itself. Needs the extra `sim`.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from pyhap.accessory import Accessory, Bridge
from pyhap.accessory_driver import AccessoryDriver, AccessoryMDNSServiceInfo
from pyhap.characteristic import Characteristic
from pyhap.const import CATEGORY_LIGHTBULB, CATEGORY_SENSOR, HAP_SERVER_STATUS

type Held = bool | int | float | str | None
"""What a characteristic holds."""

CODE = "031-45-154"
LAMP, OUTLET, THERMOSTAT, DOOR, LOCK, GARAGE, BLIND, BUTTON, FAN = 2, 3, 4, 5, 6, 8, 9, 10, 11
"""The accessories by their ids; HAP-python has no seventh."""

_EVE_POWER = UUID("E863F10D-079E-48FF-8F27-9C2605A29F52")
_EVE_ENERGY = UUID("E863F10C-079E-48FF-8F27-9C2605A29F52")


class _Bridged(Accessory):
    """An accessory that may fall out of its bridge's reach, and may refuse."""

    within_reach = True
    refuses = False

    @property
    def available(self) -> bool:
        """Whether the bridge reaches it."""
        return self.within_reach


class _Quiet(Bridge):
    def setup_message(self) -> None:
        """Print nothing: the code is known."""


class HomeKitPeer:
    """A bridge with a lamp, an outlet, a thermostat, a door, a lock, a garage door, and more.

    `announces`: it shows itself by mDNS on `address` (any address, if that is ""). Values are named
    by accessory and characteristic: `(LAMP, "On")`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        mac: str = "3E:D2:0A:5C:71:9B",
        announces: bool = False,
    ) -> None:
        self.address = address
        self.mac = mac
        self._folder = folder
        self._port = port
        self._announces = announces
        self._driver: AccessoryDriver | None = None
        self._bridge: _Quiet | None = None
        self._accessories: dict[int, _Bridged] = {}
        self.identified: list[int] = []
        """The accessories that were asked to show themselves, in turn."""

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
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    @property
    def texts(self) -> Mapping[str, str]:
        """The pairs of its TXT record, as it announces them now."""
        service = AccessoryMDNSServiceInfo(self._bridge, self._running.state)
        return {k: v or "" for k, v in service.decoded_properties.items()}

    @property
    def paired(self) -> bool:
        """Whether a controller has it."""
        return bool(self._running.state.paired)

    @property
    def state(self) -> Mapping[tuple[int, str], Held]:
        """All values."""
        return {
            (aid, c.display_name or ""): c.value
            for aid, accessory in self._accessories.items()
            for service in accessory.services
            for c in service.characteristics
            if service.display_name != "AccessoryInformation"
        }

    async def start(self) -> None:
        """Listen, as what it was before. Its port stays the same from the first time on."""
        if self._driver is None:
            self._build()
        await self._running.async_start()

    async def stop(self) -> None:
        """Go, with a goodbye to whoever is connected."""
        driver = self._running
        if driver.aio_stop_event is None or driver.aio_stop_event.is_set():
            return
        await driver.async_stop()
        # The connections close in the next round of the loop.
        await asyncio.sleep(0)

    async def set(self, accessory: int, name: str, value: Held) -> None:
        """Change a value as by a hand at the accessory: whoever listens is told."""
        self._find(accessory, name).set_value(value)

    async def press(self, accessory: int, kind: int) -> None:
        """Press a button: 0 once, 1 twice, 2 long."""
        self._find(accessory, "ProgrammableSwitchEvent").set_value(kind)

    async def reach(self, accessory: int, *, within: bool) -> None:
        """Take an accessory out of its bridge's reach, or bring it back."""
        self._accessories[accessory].within_reach = within

    async def refuse(self, accessory: int, *, refuses: bool = True) -> None:
        """Have an accessory refuse what it is asked."""
        self._accessories[accessory].refuses = refuses

    async def hang(self) -> None:
        """Say nothing more, on connections that stay open."""
        for protocol in self._running.http_server.connections.values():
            if protocol.transport:
                protocol.transport.pause_reading()

    async def reset(self) -> None:
        """Forget all controllers, as by the pin in the hole."""
        state = self._running.state
        for client in list(state.paired_clients):
            state.paired_clients.pop(client)
            state.client_properties.pop(client, None)

    async def grow(self) -> None:
        """Get one more accessory behind the bridge: a fan."""
        fan = self._accessory(FAN, "Fan")
        self._bound(fan, "Fanv2", ["Active", "RotationSpeed"])
        self._running.config_changed()

    @property
    def _running(self) -> AccessoryDriver:
        if self._driver is None:
            raise RuntimeError("the peer was never started")
        return self._driver

    def _build(self) -> None:
        logging.getLogger("pyhap").setLevel(logging.CRITICAL)
        self._port = self._port or _free_port(self.address)
        self._driver = AccessoryDriver(
            address=self.address,
            port=self._port,
            mac=self.mac,
            pincode=CODE.encode(),
            persist_file=str(self._folder / "homekit.state"),
            loop=asyncio.get_running_loop(),
            advertise=self._announces,
            interface_choice=[self.address],
        )
        self._bridge = _Quiet(self._driver, "Hallway bridge")
        self._bridge.set_info_service("2.1.0", "Example", "Bridge One", "BR-000017")
        self._identifies(self._bridge, 1)
        self._furnish()
        self._driver.add_accessory(self._bridge)

    def _furnish(self) -> None:
        lamp = self._accessory(LAMP, "Reading lamp", CATEGORY_LIGHTBULB)
        self._bound(
            lamp, "Lightbulb", ["On", "Brightness", "Hue", "Saturation", "ColorTemperature"]
        )
        outlet = self._accessory(OUTLET, "Kettle")
        self._bound(outlet, "Outlet", ["On", "OutletInUse"])
        self._meter(outlet)
        thermostat = self._accessory(THERMOSTAT, "Thermostat")
        self._bound(thermostat, "Thermostat", ["CurrentRelativeHumidity"])
        door = self._accessory(DOOR, "Front door", CATEGORY_SENSOR)
        self._bound(door, "ContactSensor", ["StatusTampered"])
        self._bound(door, "BatteryService", [])
        lock = self._accessory(LOCK, "Front door lock")
        self._bound(lock, "LockMechanism", [])
        self._follows(lock, "LockTargetState", "LockCurrentState")
        # A lock wants its writes announced first, as those that are sold do.
        target = self._find(LOCK, "LockTargetState")
        target.properties["Permissions"] = [*target.properties["Permissions"], "tw"]
        garage = self._accessory(GARAGE, "Garage")
        self._bound(garage, "GarageDoorOpener", [])
        self._follows(garage, "TargetDoorState", "CurrentDoorState")
        blind = self._accessory(BLIND, "Blind")
        self._bound(blind, "WindowCovering", ["HoldPosition"])
        self._follows(blind, "TargetPosition", "CurrentPosition")
        button = self._accessory(BUTTON, "Bedside button")
        self._bound(button, "StatelessProgrammableSwitch", [])

    def _accessory(self, aid: int, name: str, category: int | None = None) -> _Bridged:
        accessory = _Bridged(self._running, name, aid)
        accessory.set_info_service("1.0", "Example", name, f"EX-0000{aid:02}")
        if category is not None:
            accessory.category = category
        self._identifies(accessory, aid)
        self._accessories[aid] = accessory
        if self._bridge is not None:
            self._bridge.add_accessory(accessory)
        return accessory

    def _bound(self, accessory: _Bridged, service: str, more: list[str]) -> None:
        """Give the accessory a service, whose setters know whether it refuses."""
        for characteristic in accessory.add_preload_service(service, chars=more).characteristics:
            characteristic.setter_callback = self._taken(accessory)

    def _taken(self, accessory: _Bridged) -> Callable[[object], None]:
        def take(_value: object) -> None:
            if accessory.refuses:
                raise RuntimeError(HAP_SERVER_STATUS.RESOURCE_BUSY)

        return take

    def _follows(self, accessory: _Bridged, target: str, current: str) -> None:
        """Have what is follow what is wished, in the next round of the loop."""
        aid = accessory.aid or 0
        wished, actual = self._find(aid, target), self._find(aid, current)
        taken = self._taken(accessory)

        def take(value: Held) -> None:
            taken(value)
            self._running.loop.call_soon(actual.set_value, value)

        wished.setter_callback = take

    def _meter(self, accessory: _Bridged) -> None:
        """Give an outlet the maker's own meter, as Elgato's Eve has one, which tells nothing."""
        service = accessory.get_service("Outlet")
        for name, uuid in (("Power", _EVE_POWER), ("Energy", _EVE_ENERGY)):
            properties = {"Format": "float", "Permissions": ["pr"]}
            characteristic = Characteristic(name, uuid, properties)
            characteristic.broker = accessory
            if service is not None:
                service.add_characteristic(characteristic)
            accessory.iid_manager.assign(characteristic)

    def _identifies(self, accessory: Accessory, aid: int) -> None:
        service = accessory.get_service("AccessoryInformation")
        if service is not None:
            identify = service.get_characteristic("Identify")
            identify.setter_callback = lambda _value: self.identified.append(aid)

    def _find(self, accessory: int, name: str) -> Characteristic:
        for service in self._accessories[accessory].services:
            for characteristic in service.characteristics:
                if characteristic.display_name == name:
                    return characteristic
        raise KeyError(name)


def _free_port(address: str) -> int:
    """Return a port that nobody listens on: HAP-python announces it before it listens."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
    return port
