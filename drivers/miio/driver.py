"""Xiaomi's miIO devices: found by mDNS and by a hello to everyone, adopted with their token."""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AdoptionError, LinkError, MalformedError
from drivers.kit.found import Adoption, Found, Need, Trust
from drivers.kit.identity import mac, told
from drivers.kit.link import Link
from drivers.kit.place import place
from drivers.kit.sighting import Sighting
from drivers.miio.connection import PORT, WAITS_S, CallError, Connection, SilentError
from drivers.miio.hello import look
from drivers.miio.legacy import legacy_profile
from drivers.miio.link import MiioLink, Where
from drivers.miio.miot import profile_of
from drivers.miio.packet import Packet, token, told_token
from drivers.miio.profile import Profile
from drivers.miio.rpc import Call, info
from drivers.miio.spec import read_spec
from drivers.miio.specs import spec_for
from hubd.model.device import DeviceType

_NAME = re.compile(r"(?P<model>[a-z0-9][a-z0-9_-]*?)_miio(?P<did>\d{1,20})")
TOKEN = Need(
    "token",
    "Token",
    pattern="[0-9A-Fa-f]{32}",
    hint="32 digits and letters, which the Mi Home app keeps for each device. Tools that read them"
    " with one's own account: Xiaomi Cloud Tokens Extractor, or the device list of"
    " home.miot-spec.com's tools. A device that is not set up yet tells its token by itself.",
)
SPEC = Need(
    "spec",
    "What it can do (MIoT-Spec)",
    secret=False,
    optional=True,
    hint="Only for a model that is not known here: open https://home.miot-spec.com, look for the"
    " model, and paste the JSON of its specification.",
)
_PICTURES: Mapping[str, DeviceType] = {
    "light": DeviceType.DIMMABLE_LIGHT, "bhf_light": DeviceType.DIMMABLE_LIGHT,
    "plug": DeviceType.ON_OFF_PLUG, "powerstrip": DeviceType.ON_OFF_PLUG,
    "switch": DeviceType.ON_OFF_PLUG, "fan": DeviceType.FAN, "airpurifier": DeviceType.FAN,
    "airp": DeviceType.FAN, "humidifier": DeviceType.HUMIDIFIER,
    "derh": DeviceType.HUMIDIFIER, "heater": DeviceType.THERMOSTAT,
    "aircondition": DeviceType.THERMOSTAT, "acpartner": DeviceType.THERMOSTAT,
    "airc": DeviceType.THERMOSTAT, "vacuum": DeviceType.ROBOTIC_VACUUM,
    "curtain": DeviceType.WINDOW_COVERING, "airmonitor": DeviceType.AIR_QUALITY_SENSOR,
    "airm": DeviceType.AIR_QUALITY_SENSOR, "wifispeaker": DeviceType.SPEAKER,
}  # fmt: skip
"""The second word of a model -> what such a thing is."""


class Record(Struct, frozen=True, omit_defaults=True):
    """What is kept of a device: `spec` is the one that its owner gave, as JSON."""

    device_id: int = 0
    model: str = ""
    token: str = ""
    """The token that it gave away by itself, until it is adopted."""
    spec: str = ""


class MiioDriver(NetworkDriver):
    """Xiaomi's devices that speak miIO."""

    waits_s = WAITS_S

    def recognised(self, sighting: Sighting) -> Found | None:
        """Return the device that a sighting shows: `zhimi-airpurifier-mb3_miio123456789`."""
        match = _NAME.fullmatch(sighting.name.split(".")[0].casefold())
        if match is None:
            raise MalformedError(f"{sighting.name!r} does not name a model and a device's id")
        model, did = match["model"].replace("-", "."), int(match["did"])
        return _found(
            Record(did, model),
            sighting.address,
            sighting.port or PORT,
            told(mac(sighting.texts.get("mac", ""))),
        )

    async def seek(self, found: Callable[[Found], None]) -> None:
        """Say hello to everyone in the network, and tell who answers."""
        await look(lambda address, port, packet: found(_greeted(address, port, packet)))

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        """Try the token, and learn from the device which model it is."""
        known = found.key
        if not known:
            address, port = place(answers.get("address", ""), PORT)
            found = _found(Record(), address, port, ())
        record = _record(found.record)
        secret = answers.get("token") or record.token
        try:
            key = token(secret)
        except MalformedError as error:
            raise AdoptionError(f"{error.what}", mend=TOKEN.hint) from error
        given = answers.get("spec", "").strip()
        try:
            if given:
                read_spec(given.encode())
            async with Connection(found.address, found.port, key, self.waits_s) as connection:
                said(f"saying hello to {found.address}…")
                greeting = await connection.greet()
                said("trying the token…")
                model = info(await connection.call(Call("miIO.info"))).model or record.model
        except SilentError as error:
            raise AdoptionError(
                f"{found.name} does not answer, or this is not its token",
                mend="See that it has power, and copy its token anew",
            ) from error
        except (LinkError, MalformedError, CallError) as error:
            raise AdoptionError(error.what) from error
        kept = Record(greeting.device_id, model, spec=given)
        text = msgspec.json.encode(kept).decode()
        return Adoption(
            known or str(kept.device_id), found.address, found.port, text, key.token.hex()
        )

    def link(self, adoption: Adoption) -> Link:
        """Return a link to an adopted device."""
        record = _record(adoption.record)
        where = Where(adoption.address, adoption.port, record.device_id)
        profile = profile_for(record.model, str(record.device_id), record.spec)
        return MiioLink(where, token(adoption.secret), record.model, profile)


def profile_for(model: str, did: str, given: str = "") -> Profile | None:
    """Return what a model is, by its spec or as one from before specs. Raises MalformedError."""
    spec = spec_for(model, given)
    return legacy_profile(model) if spec is None else profile_of(spec, did)


def _greeted(address: str, port: int, packet: Packet) -> Found:
    return _found(Record(packet.device_id, token=told_token(packet)), address, port, ())


def _found(record: Record, address: str, port: int, identities: tuple[str, ...]) -> Found:
    words = record.model.split(".")
    kind = words[1] if len(words) > 1 else ""
    needs = () if record.token else (TOKEN,)
    if not _is_known(record.model):
        needs = (*needs, SPEC)
    return Found(
        key=str(record.device_id),
        name=" ".join(words) if record.model else f"Xiaomi device {record.device_id}",
        maker=words[0],
        model=record.model,
        address=address,
        port=port,
        identities=identities,
        pictured=(_PICTURES[kind],) if kind in _PICTURES else (),
        trust=Trust.OPEN if record.token else Trust.KEYED,
        needs=needs,
        record=msgspec.json.encode(record).decode(),
    )


def _is_known(model: str) -> bool:
    try:
        return legacy_profile(model) is not None or spec_for(model) is not None
    except MalformedError:
        return False


def _record(text: str) -> Record:
    try:
        return msgspec.json.decode(text, type=Record)
    except msgspec.MsgspecError as error:
        raise MalformedError(f"what is kept of it is damaged: {error}") from error
