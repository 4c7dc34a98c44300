"""Shellies found in the network: Gen2+ by RPC, Gen1 by its HTTP pages."""

import re
from collections.abc import Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import (
    AccessError,
    AdoptionError,
    DriverError,
    LinkError,
    MalformedError,
)
from drivers.kit.found import Adoption, Found, Need, Trust
from drivers.kit.identity import mac, told
from drivers.kit.link import Link
from drivers.kit.place import place
from drivers.kit.sighting import Sighting
from drivers.shelly.facts import MAKER, Facts, facts, nap_s
from drivers.shelly.link import RpcLink
from drivers.shelly.poll import Pages, PollLink, session
from drivers.shelly.reading import record
from drivers.shelly.rpc import Rpc
from hubd.model.device import DeviceType

PORT = 80
PASSWORD = Need(
    "password",
    "Password",
    optional=True,
    hint="Only if its own web page asks for one; the user is always admin",
)
_MAC_AT_END = re.compile(r"[-_]([0-9a-f]{12})$")
_PICTURED: Mapping[str, tuple[DeviceType, ...]] = {
    "plug": (DeviceType.ON_OFF_PLUG, DeviceType.ELECTRICAL_SENSOR),
    "rgb": (DeviceType.EXTENDED_COLOR_LIGHT,),
    "color": (DeviceType.EXTENDED_COLOR_LIGHT,),
    "duo": (DeviceType.COLOR_TEMPERATURE_LIGHT,),
    "dim": (DeviceType.DIMMABLE_LIGHT,),
    "vintage": (DeviceType.DIMMABLE_LIGHT,),
    "shutter": (DeviceType.WINDOW_COVERING,),
    "cover": (DeviceType.WINDOW_COVERING,),
    "walldisplay": (DeviceType.THERMOSTAT, DeviceType.ON_OFF_PLUG),
    "trv": (DeviceType.THERMOSTAT,),
    "ht": (DeviceType.TEMPERATURE_SENSOR, DeviceType.HUMIDITY_SENSOR),
    "em": (DeviceType.ELECTRICAL_SENSOR,),
    "smoke": (DeviceType.SMOKE_CO_ALARM,),
    "gas": (DeviceType.SMOKE_CO_ALARM,),
    "flood": (DeviceType.WATER_LEAK_DETECTOR,),
    "motion": (DeviceType.OCCUPANCY_SENSOR,),
    "presence": (DeviceType.OCCUPANCY_SENSOR,),
    "dw": (DeviceType.CONTACT_SENSOR,),
    "i3": (DeviceType.GENERIC_SWITCH,),
    "i4": (DeviceType.GENERIC_SWITCH,),
    "button": (DeviceType.GENERIC_SWITCH,),
}
"""What a part of a model's name promises, the first that fits."""


class Record(Struct, frozen=True):
    """What the driver keeps of an adopted device."""

    id: str
    mac: str
    gen: int


class ShellyDriver(NetworkDriver):
    """Recognises, adopts and links Shellies."""

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return what a sighting shows: the instance's name is the device's id."""
        name = sighting.name.removesuffix(f".{sighting.service}")
        if not name.casefold().startswith("shelly"):
            return None
        at_end = _MAC_AT_END.search(name.casefold())
        texts = sighting.texts
        model = texts.get("app", "") or name.partition("-")[0]
        return Found(
            key=name.casefold(),
            name=name,
            maker=MAKER,
            model=model,
            version=texts.get("ver", "") or texts.get("fw_version", ""),
            address=sighting.address,
            port=sighting.port,
            identities=told(mac(at_end[1]) if at_end else None),
            pictured=_pictured(f"{name} {model}"),
            trust=Trust.OPEN,
            needs=(PASSWORD,),
        )

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Reach the device, with its password if it has one. Raises AdoptionError."""
        password = answers.get(PASSWORD.name, "")
        if not found.key:
            address, port = place(answers.get("address", ""), PORT)
            found = replace(found, address=address, port=port)
        try:
            key, who = await self._met(found, password, said)
        except AccessError as error:
            raise AdoptionError(error.what, mend="Check the password on its web page") from error
        except LinkError as error:
            mend = "See that it has power and is in the hub's network"
            raise AdoptionError(error.what, mend=mend) from error
        except DriverError as error:
            raise AdoptionError(error.what, mend=error.mend) from error
        kept = msgspec.json.encode(Record(who.id, who.mac, who.gen)).decode()
        return Adoption(found.key or key, found.address, found.port or PORT, kept, password)

    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted device. Raises MalformedError."""
        try:
            kept = msgspec.json.decode(adoption.record, type=Record)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise MalformedError(f"what was kept of {adoption.key} is damaged") from error
        if kept.gen >= 2:
            return RpcLink(adoption, kept.id, kept.mac)
        return PollLink(adoption, kept.mac)

    async def _met(self, found: Found, password: str, said: Said) -> tuple[str, Facts]:
        """Return what answers at the address announces itself as, and who it is.

        All that a link needs was tried then.
        """
        said(f"asking {found.address} who it is…")
        async with session("") as http:
            who = facts(await Pages(http, found.address, found.port).get("shelly"))
            if found.identities and mac(who.mac) not in found.identities:
                raise LinkError(f"{who.id} answers at {found.address}, not {found.name}")
            if who.guarded and not password:
                mend = "Tell it: it is set in the device's web page or the maker's app"
                raise AdoptionError("it asks for its password", mend=mend)
        said(f"reading the state of {who.name or who.id}…")
        status = await _status(found, who, password if who.guarded else "")
        if nap_s(status):
            raise AdoptionError(
                "it sleeps to spare its battery, and cannot be reached when the hub wants to",
                mend="Turn on MQTT in its settings: it reports to the broker when it wakes up",
            )
        key = who.id if who.gen >= 2 else await _hostname(found, who, password)
        return key.casefold(), who


async def _hostname(found: Found, who: Facts, password: str) -> str:
    """Return the name that a Gen1 device announces itself by."""
    async with session(password if who.guarded else "") as http:
        said = await Pages(http, found.address, found.port).get("settings")
    name = record(said.get("device")).get("hostname")
    return name if isinstance(name, str) and name else who.id


async def _status(found: Found, who: Facts, password: str) -> Mapping[str, object]:
    """Return the device's status, read in the way that a link reads it."""
    if who.gen < 2:
        async with session(password) as http:
            return await Pages(http, found.address, found.port).get("status")
    rpc = Rpc(found.address, found.port or PORT, lambda *_: None, lambda: None)
    async with session("") as http:
        try:
            await rpc.connect(http, who.id, password)
            return (await rpc.whole())[2]
        finally:
            await rpc.close()


def _pictured(words: str) -> tuple[DeviceType, ...]:
    said = words.casefold()
    fitting = (types for part, types in _PICTURED.items() if part in said)
    return next(fitting, (DeviceType.ON_OFF_PLUG,))
