"""TP-Link's Kasa and Tapo devices: found by their own searches, adopted with the account's name."""

import asyncio
import socket
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from drivers.kasa import library
from drivers.kasa.discovery import NEW_PORTS, OLD_PORT
from drivers.kasa.discovery import Device as Seen
from drivers.kasa.link import MAKER, KasaLink
from drivers.kasa.seeking import look
from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AccessError, AdoptionError, LinkError, MalformedError
from drivers.kit.found import Adoption, Found, Need, Trust
from drivers.kit.identity import mac, told
from drivers.kit.link import Link
from drivers.kit.place import place
from drivers.kit.sighting import Sighting
from hubd.model.device import DeviceType

NEEDS = (
    Need(
        "username",
        "TP-Link account",
        secret=False,
        hint="The e-mail address of the account in the Tapo or Kasa app that the device was set up"
        " with, in capitals and small letters as there. Nothing is sent to TP-Link: the device"
        " itself asks for it.",
    ),
    Need("password", "Password", hint="The password of that account."),
)
_PICTURES: Mapping[str, DeviceType] = {
    "PLUG": DeviceType.ON_OFF_PLUG,
    "BULB": DeviceType.DIMMABLE_LIGHT,
    "SWITCH": DeviceType.ON_OFF_PLUG,
    "ROBOVAC": DeviceType.ROBOTIC_VACUUM,
}


class Secret(Struct, frozen=True, omit_defaults=True):
    """What lets the hub in."""

    username: str = ""
    password: str = ""


class KasaDriver(NetworkDriver):
    """Kasa and Tapo devices."""

    def recognised(self, sighting: Sighting) -> Found | None:  # noqa: ARG002
        """Return None: they announce themselves to nobody."""
        return None

    async def seek(self, found: Callable[[Found], None]) -> None:
        """Ask everyone in the network, and tell who answers."""
        await look(lambda address, seen: found(found_as(address, seen)))

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Connect once with the account's name and password."""
        if not found.key:
            said("asking the device who it is…")
            found = await _at(answers.get("address", ""))
            lacking = [need for need in found.needs if not answers.get(need.name)]
            if lacking:
                wants = " and ".join(need.title for need in lacking)
                raise AdoptionError(f"{found.name} wants {wants}", mend=lacking[0].hint)
        seen = _seen(found.record)
        secret = Secret(answers.get("username", "").strip(), answers.get("password", ""))
        try:
            said(f"connecting to {found.address}…")
            device = await library.connect(found.address, seen, secret.username, secret.password)
            await library.disconnect(device)
        except (AccessError, LinkError, MalformedError) as error:
            raise AdoptionError(error.what, mend=error.mend) from error
        kept = secret if _is_guarded(seen) else Secret()
        return Adoption(
            found.key,
            found.address,
            record=found.record,
            secret=msgspec.json.encode(kept).decode(),
        )

    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted device."""
        try:
            secret = msgspec.json.decode(adoption.secret or "{}", type=Secret)
        except msgspec.MsgspecError as error:
            raise MalformedError("what is kept of its account is damaged") from error
        seen = _seen(adoption.record)
        return KasaLink(adoption.address, seen, secret.username, secret.password)


async def _at(said: str) -> Found:
    """Return the device that answers at an address. Raises AdoptionError."""
    host, port = place(said, 0)
    heard: list[Found] = []
    ports = (port,) if port else (OLD_PORT, *NEW_PORTS)
    try:
        loop = asyncio.get_running_loop()
        known = await loop.getaddrinfo(host, None, family=socket.AF_INET)
        targets = [(str(known[0][4][0]), each) for each in ports]
        await look(lambda at, seen: heard.append(found_as(at, seen)), targets, times=2)
    except OSError as error:
        raise AdoptionError(f"{host} can't be reached: {error.strerror}") from error
    if not heard:
        mend = "See that it is on, and that its address is right"
        raise AdoptionError(f"no Kasa or Tapo device answers at {said}", mend=mend)
    return heard[0]


def found_as(address: str, seen: Seen) -> Found:
    """Return a device that answered, as an entry of the inbox."""
    guarded = _is_guarded(seen)
    known = told(mac(seen.mac))
    kind = next((p for word, p in _PICTURES.items() if word in seen.family), None)
    return Found(
        key=known[0].removeprefix("mac:") if known else f"{seen.model}_{address}",
        name=seen.alias or f"{MAKER} {seen.model}",
        maker=MAKER,
        model=seen.model,
        version=seen.version,
        address=address,
        identities=known,
        pictured=(kind,) if kind else (),
        trust=Trust.KEYED if guarded else Trust.OPEN,
        needs=NEEDS if guarded else (),
        asks="" if library.installed() else library.INSTALL,
        record=msgspec.json.encode(seen).decode(),
    )


def _is_guarded(seen: Seen) -> bool:
    return seen.encryption != "XOR"


def _seen(record: str) -> Seen:
    try:
        return msgspec.json.decode(record, type=Seen)
    except msgspec.MsgspecError as error:
        raise MalformedError(f"what is kept of it is damaged: {error}") from error
