"""What a Shelly says of itself: who it is, and whether it sleeps. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from drivers.kit.errors import MalformedError
from drivers.kit.identity import mac, told
from drivers.kit.link import Description
from drivers.shelly.function import Carried, Neighbour, Status
from drivers.shelly.models import MODEL_NAMES
from drivers.shelly.reading import excerpt, record

MAKER = "Shelly"
NAME_LIMIT = 128
NAP_MARGIN = 2.2
"""A battery device that was not heard for so many of its own rounds is out of reach."""
GEN1_NAP_S = 26 * 3600.0
"""Gen1's battery devices tell no rhythm here; the slowest wakes once a day."""


class Facts(Struct, frozen=True):
    """Who a device is. `mac`: twelve hexadecimal digits, lower case."""

    id: str
    mac: str
    name: str
    model: str
    version: str
    gen: int
    guarded: bool
    """It wants a password."""


def facts(info: Mapping[str, object], *, name: str = "") -> Facts:
    """Return what `/shelly` or Shelly.GetDeviceInfo says. Raises MalformedError.

    `name`: what its settings call it, where `info` is older firmware's that does not.
    """
    address = info.get("mac")
    identity = mac(address) if isinstance(address, str) else None
    if identity is None:
        raise MalformedError(f"says {excerpt(address)}, not its MAC address")
    code = _word(info, "model") or _word(info, "type")
    gen = info.get("gen")
    own = _word(info, "id") or f"shelly-{identity.removeprefix('mac:')}"
    return Facts(
        own,
        identity.removeprefix("mac:"),
        (name or _word(info, "name"))[:NAME_LIMIT],
        MODEL_NAMES.get(code, "") or _word(info, "app") or code,
        _word(info, "ver") or _version(_word(info, "fw")),
        gen if isinstance(gen, int) and not isinstance(gen, bool) else 1,
        info.get("auth_en") is True or info.get("auth") is True,
    )


def name_in(config: Mapping[str, object]) -> str:
    """Return the name that its owner gave it, in the configuration of either generation."""
    said = record(record(config.get("sys")).get("device")).get("name") or config.get("name")
    return said if isinstance(said, str) else ""


def nap_s(status: Status) -> float:
    """Return for how long it sleeps between two reports; 0 if it is always awake."""
    said = record(status.get("sys")).get("wakeup_period")
    if isinstance(said, int | float) and not isinstance(said, bool) and 0 < said < 1e7:
        power = record(record(status.get("devicepower:0")).get("external"))
        return 0.0 if power.get("present") is True else float(said)
    if "act_reasons" in status:
        return GEN1_NAP_S / NAP_MARGIN
    return 0.0


def description(found: Facts, carried: Carried) -> Description:
    """Return the device itself, without what is behind it."""
    return Description(
        found.name or found.id,
        tuple(f.endpoint for f in carried.functions if not f.behind),
        MAKER,
        found.model,
        found.version,
        told(mac(found.mac)),
        troubles=carried.troubles,
    )


def described_neighbour(neighbour: Neighbour, carried: Carried) -> Description:
    """Return a thing behind the device."""
    return Description(
        neighbour.name or neighbour.model or neighbour.address,
        tuple(f.endpoint for f in carried.functions if f.behind == neighbour.address),
        MAKER if neighbour.model else "",
        neighbour.model,
        identities=told(mac(neighbour.address)),
    )


def _word(info: Mapping[str, object], key: str) -> str:
    said = info.get(key)
    return said[:NAME_LIMIT] if isinstance(said, str) else ""


def _version(firmware: str) -> str:
    """Return the version within `20230913-114427/v1.14.0-gcb84623`."""
    return firmware.rpartition("/")[2].removeprefix("v").partition("-")[0].partition("@")[0]
