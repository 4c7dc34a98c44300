"""python-kasa, at arm's length: the one place that imports it, when it is first needed.

It is under the GPL, and an extra (docs/decisions/0011-gpl-libraries.md).
"""

import asyncio
import importlib.util
from collections.abc import Mapping
from typing import TYPE_CHECKING

from drivers.kasa.discovery import Device as Seen
from drivers.kasa.features import Feature, Kind
from drivers.kit.errors import AccessError, LinkError, MalformedError

if TYPE_CHECKING:
    import kasa

INSTALL = (
    "Kasa and Tapo devices need python-kasa, which is under the GPL and does not come with the hub:"
    ' pip install "hubd[kasa]", and start the hub anew'
)
TIMEOUT_S = 4
_NO_FAMILY = "it is of a family that python-kasa does not know"


def installed() -> bool:
    """Say whether python-kasa is there."""
    return importlib.util.find_spec("kasa") is not None


async def connect(address: str, seen: Seen, username: str, password: str) -> "kasa.Device":
    """Connect to a device, and read it whole.

    Raises AccessError if it does not let the hub in, LinkError if it cannot be reached, and
    MalformedError for a device that the library does not know.
    """
    if not installed():
        raise AccessError("python-kasa is not installed", mend=INSTALL)
    import kasa  # noqa: PLC0415 - an extra; it takes a while, and is needed by whoever has one

    try:
        how = kasa.DeviceConnectionParameters.from_values(
            seen.family,
            seen.encryption,
            login_version=seen.login or None,
            https=seen.https,
            http_port=seen.http_port or None,
        )
    except kasa.KasaException as error:
        raise MalformedError(_NO_FAMILY) from error
    config = kasa.DeviceConfig(
        host=address,
        timeout=TIMEOUT_S,
        port_override=seen.port or None,
        credentials=kasa.Credentials(username, password),
        connection_type=how,
    )
    try:
        return await kasa.Device.connect(config=config)
    except kasa.AuthenticationError as error:
        raise AccessError(
            "it does not take this user name and password",
            mend="They are those of the TP-Link account that the device was set up with; adopt it"
            " again with them",
        ) from error
    except kasa.UnsupportedDeviceError as error:
        raise MalformedError(_NO_FAMILY) from error
    except (kasa.KasaException, TimeoutError, OSError) as error:
        raise LinkError(_said(error)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise LinkError(f"it answers what python-kasa does not expect ({error!r:.80})") from error


async def update(device: "kasa.Device") -> None:
    """Read the state anew. Raises AccessError or LinkError."""
    import kasa  # noqa: PLC0415

    try:
        await device.update()
    except kasa.AuthenticationError as error:
        raise AccessError("it does not let the hub in any more") from error
    except (kasa.KasaException, TimeoutError, OSError, KeyError, TypeError, ValueError) as error:
        raise LinkError(_said(error)) from error


async def set_feature(device: "kasa.Device", feature: str, value: object) -> str:
    """Set a feature, or do what it is; return why it was not done, or ""."""
    import kasa  # noqa: PLC0415

    try:
        if isinstance(value, bool | int | float | str | None):
            await device.features[feature].set_value(value)
    except (kasa.KasaException, TimeoutError, OSError, ValueError, KeyError) as error:
        return _said(error)
    return ""


async def set_colour(device: "kasa.Device", hue: int, saturation: int) -> str:
    """Set a lamp's colour, as bright as it is; return why it was not done, or ""."""
    import kasa  # noqa: PLC0415

    light = device.modules.get(kasa.Module.Light)
    if light is None:
        return "it has no colour"
    try:
        await light.set_hsv(hue, saturation)
    except (kasa.KasaException, TimeoutError, OSError, ValueError) as error:
        return _said(error)
    return ""


async def disconnect(device: "kasa.Device") -> None:
    """Close what is open."""
    async with asyncio.timeout(TIMEOUT_S):
        await device.disconnect()


def features(device: "kasa.Device") -> tuple[Feature, ...]:
    """Return a device's features."""
    return tuple(_feature(feature) for feature in device.features.values())


def values(device: "kasa.Device") -> Mapping[str, object]:
    """Return what a device's features are; what cannot be told is None."""
    return {key: _value(feature) for key, feature in device.features.items() if _tells(feature)}


def kind(device: "kasa.Device") -> str:
    """Return the library's word for what a device is, such as `bulb`."""
    return device.device_type.value


def is_heard(device: "kasa.Device") -> bool:
    """Say whether a hub hears a device behind it."""
    return bool(device.sys_info.get("status") != "offline")


def _feature(feature: "kasa.Feature") -> Feature:
    sort = _KINDS.get(feature.type.name, Kind.SENSOR)
    is_number = sort is Kind.NUMBER
    unit = feature.unit
    return Feature(
        feature.id,
        feature.name,
        sort,
        str(getattr(unit, "value", unit) or ""),
        float(feature.minimum_value) if is_number else 0,
        float(feature.maximum_value) if is_number else 65536,
        tuple(map(str, feature.choices or ())) if sort is Kind.CHOICE else (),
        debug=feature.category.name == "Debug",
        value=_value(feature) if _tells(feature) else None,
    )


def _tells(feature: "kasa.Feature") -> bool:
    return feature.type.name != "Action" and feature.attribute_getter is not None


def _value(feature: "kasa.Feature") -> object:
    try:
        value = feature.value
    except Exception:  # noqa: BLE001 - what the library cannot read of a device is not known
        return None
    return value


_KINDS: Mapping[str, Kind] = {
    "Sensor": Kind.SENSOR,
    "BinarySensor": Kind.FLAG,
    "Switch": Kind.SWITCH,
    "Number": Kind.NUMBER,
    "Choice": Kind.CHOICE,
    "Action": Kind.ACTION,
}


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
