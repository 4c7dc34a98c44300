"""An advertisement's values, by the library that knows its format."""

import json
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from drivers.mqtt.errors import UnreadableError, excerpt
from drivers.mqtt.theengs.keys import Reading, plain, presses, quantity, readings, state
from drivers.mqtt.theengs.libraries import Library
from drivers.mqtt.theengs.message import Message, read_message

if TYPE_CHECKING:
    from bluetooth_sensor_state_data import BluetoothData
    from habluetooth import BluetoothServiceInfoBleak
    from sensor_state_data import SensorUpdate

_BASE = "-0000-1000-8000-00805f9b34fb"
_BTHOME = frozenset(f"0000{short}{_BASE}" for short in ("181c", "181e", "fcd2"))
_XIAOMI = frozenset(f"0000{short}{_BASE}" for short in ("fe95", "fd50", "181b", "181d"))
_MALFORMED = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
    struct.error,
)  # fmt: skip
"""What an advertisement can make a decoder raise."""
_SIGNAL = "signal_strength"


class Format(Enum):
    """What an advertisement is written in."""

    BTHOME = "bthome"
    MIBEACON = "mibeacon"
    OTHER = "other"


def format_of(message: Message) -> Format:
    """Return what an advertisement is written in, by the service that it is of."""
    uuids = message.service_data.keys()
    if uuids & _BTHOME:
        return Format.BTHOME
    return Format.MIBEACON if uuids & _XIAOMI else Format.OTHER


class Decoded(Struct, frozen=True):
    """What an advertisement says, and what is known of the device.

    `locked` says why it cannot be read, `lacking` what is missing to read it. `sleepy`: it speaks
    only when something happens.
    """

    readings: Mapping[str, Reading] = {}
    presses: Mapping[str, str] = {}
    maker: str = ""
    model: str = ""
    version: str = ""
    locked: str = ""
    lacking: str = ""
    sleepy: bool = False


class Decoder(Protocol):
    """Reads one device's advertisements; it may have to know the former ones."""

    def decode(self, message: Message, now_s: float) -> Decoded | None:
        """Return what an advertisement says; None if it is not this format. Raises MqttError."""
        ...


class Libraries:
    """The decoders' libraries, shared by all devices."""

    def __init__(self) -> None:
        own = "Install hubd again: it comes with it"
        self.bthome: Library[Callable[[bytes | None], BluetoothData]]
        self.bthome = Library("bthome_ble", _bthome, own)
        self.xiaomi: Library[Callable[[bytes | None], BluetoothData]]
        self.xiaomi = Library("xiaomi_ble", _xiaomi, own)
        extra = "Install it beside hubd: pip install 'hubd[theengs]' (it is under the GPL)"
        self.theengs: Library[Callable[[str], str | None]]
        self.theengs = Library("TheengsDecoder", _theengs, extra)

    def decoder(self, format_: Format, key: str) -> Decoder | None:
        """Return what reads advertisements of a format, None while it is being loaded.

        Raises UnavailableError if the library is not there.
        """
        match format_:
            case Format.BTHOME:
                bthome = self.bthome.get()
                return None if bthome is None else Stated(bthome, key, (32,))
            case Format.MIBEACON:
                xiaomi = self.xiaomi.get()
                return None if xiaomi is None else Stated(xiaomi, key, (24, 32))
            case Format.OTHER:
                theengs = self.theengs.get()
                return None if theengs is None else Theengs(theengs)


class Stated:
    """A decoder that speaks sensor-state-data: bthome-ble or xiaomi-ble."""

    def __init__(
        self, make: "Callable[[bytes | None], BluetoothData]", key: str, lengths: tuple[int, ...]
    ) -> None:
        """Make it; a bind key has one of `lengths` hexadecimal digits."""
        self._wrong = ""
        fits = len(key) in lengths and _is_hex(key)
        if key and not fits:
            digits = " or ".join(map(str, lengths))
            self._wrong = f"its bind key has not {digits} hexadecimal digits"
        self._keyed = bool(key)
        self._data = make(bytes.fromhex(key) if fits else None)

    def decode(self, message: Message, now_s: float) -> Decoded | None:
        """Return what an advertisement says. Raises UnreadableError."""
        try:
            update = self._data.update(_service_info(message, now_s))
        except _MALFORMED as error:
            reason = f"its advertisement is malformed: {excerpt(message.fields)} ({error!r})"
            raise UnreadableError(reason) from None
        info = next(iter(update.devices.values()), None)
        if info is None:
            return None
        return Decoded(
            {r.key: r for r in _readings(update)},
            {str(k.key): e.event_type for k, e in update.events.items()},
            info.manufacturer or "",
            info.model or "",
            info.sw_version or "",
            self._locked(message.address),
            sleepy=bool(getattr(self._data, "sleepy_device", False)),
        )

    def _locked(self, address: str) -> str:
        scheme = getattr(self._data, "encryption_scheme", None)
        if (
            scheme is None
            or scheme.value == "none"
            or getattr(self._data, "bindkey_verified", False)
        ):
            return ""
        if self._wrong or self._keyed:
            return (
                self._wrong or "its values are encrypted, and not with the bind key that is given"
            )
        where = f'"{address}" below [mqtt.bind_keys] in hub.toml'
        return f"its values are encrypted: give its bind key as {where}"


class Theengs:
    """Theengs Decoder, which knows what others are there for and everything else."""

    def __init__(self, decode: Callable[[str], str | None]) -> None:
        self._decode = decode

    def decode(self, message: Message, now_s: float) -> Decoded | None:
        """Return what an advertisement says. Raises UnreadableError."""
        del now_s
        said = {k: v for k, v in message.fields.items() if isinstance(v, str | int | float)}
        told = self._decode(json.dumps({**said, "id": message.address}))
        if not told:
            return None
        return decoded(read_message(told.encode(), message.address))


def decoded(message: Message) -> Decoded:
    """Return what a message says that was decoded by the gateway or by Theengs Decoder."""
    locked = "cipher" in message.fields
    why = "its values are encrypted: have the gateway pass advertisements on (pubadvdata)"
    return Decoded(
        {r.key: r for r in readings(message)},
        presses(message),
        message.text("brand"),
        message.text("model"),
        locked=why if locked else "",
    )


def _readings(update: "SensorUpdate") -> Iterator[Reading]:
    for device_key, value in update.entity_values.items():
        described = update.entity_descriptions.get(device_key)
        key, said = str(device_key.key), value.native_value
        if key in {_SIGNAL, "packet_id"}:
            continue
        if isinstance(said, datetime | date):
            said = said.isoformat()
        kind = str(described.device_class) if described and described.device_class else ""
        unit = str(described.native_unit_of_measurement or "") if described else ""
        reading = None if isinstance(said, str) else quantity(key, kind, unit, said)
        reading = reading or plain(key, said)
        if reading is not None:
            yield reading
    for device_key, flag in update.binary_entity_values.items():
        described_as = update.binary_entity_descriptions.get(device_key)
        kind = str(described_as.device_class) if described_as else ""
        yield state(str(device_key.key), kind, flag.native_value)


def _service_info(message: Message, now_s: float) -> "BluetoothServiceInfoBleak":
    from bleak.backends.device import BLEDevice  # noqa: PLC0415 - loaded with the decoder only
    from habluetooth import BluetoothServiceInfoBleak  # noqa: PLC0415

    name = message.text("name") or message.address
    return BluetoothServiceInfoBleak(
        name=name,
        address=message.address,
        rssi=message.rssi,
        manufacturer_data=dict(message.manufacturer_data),
        service_data=dict(message.service_data),
        service_uuids=list(message.service_data),
        source="mqtt",
        device=BLEDevice(message.address, name, None),
        advertisement=None,
        connectable=False,
        time=now_s,
        tx_power=None,
    )


def _is_hex(said: str) -> bool:
    return all(c in "0123456789abcdefABCDEF" for c in said)


def _bthome() -> "Callable[[bytes | None], BluetoothData]":
    from bthome_ble import BTHomeBluetoothDeviceData  # noqa: PLC0415 - loaded when wanted

    return BTHomeBluetoothDeviceData


def _xiaomi() -> "Callable[[bytes | None], BluetoothData]":
    from xiaomi_ble import XiaomiBluetoothDeviceData  # noqa: PLC0415 - loaded when wanted

    return XiaomiBluetoothDeviceData


def _theengs() -> Callable[[str], str | None]:
    decode_ble = import_module("TheengsDecoder").decodeBLE

    def decode(message: str) -> str | None:
        told = decode_ble(message)
        return told if isinstance(told, str) else None

    return decode
