"""What a Zigbee2MQTT bridge says of itself and its devices, typed. Pure.

Typed, so that what is not as it should be costs no memory: a message is some megabytes in a large
home. One device or feature that cannot be read does not take the others with it.
"""

from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct

from drivers.mqtt.errors import DiscoveryError, excerpt

DEVICES_LIMIT = 32 * 1024 * 1024
"""Bytes of a bridge's message: some 5 kB a device."""
EXPOSES_LIMIT = 2_000
"""Features of one device beyond which the rest is not carried."""

SET, TOLD, ASKABLE = 2, 1, 4
"""Bits of a feature's access: it can be set, is told in the state, and can be asked for."""

type Word = bool | int | float | str
"""What a feature of a few values may say."""


class Preset(Struct, frozen=True, gc=False):
    """A value of a number that has a name; some are words in place of a number."""

    value: Word | None = None


class Expose(Struct, frozen=True, gc=False):
    """A feature of a device; `features` are the parts of a light, a switch, or a composite.

    `told_as` is its key in the state and in commands, and carries the endpoint's name (`state_l1`)
    where there are several; `name` does not.
    """

    type: str
    name: str | None = None
    told_as: str | None = msgspec.field(default=None, name="property")
    access: int = 0
    endpoint: str | int | None = None
    label: str | None = None
    category: str | None = None
    unit: str | None = None
    value_min: float | None = None
    value_max: float | None = None
    value_step: float | None = None
    value_on: Word | None = None
    value_off: Word | None = None
    values: tuple[Word, ...] = ()
    presets: tuple[Preset, ...] | dict[str, Preset] | None = None
    features: tuple["Expose", ...] | None = None

    @property
    def key(self) -> str:
        """Its key in the state: what it is told and set by."""
        return self.told_as or self.name or ""

    @property
    def key_within(self) -> str:
        """Its key in the composite that it is part of, where the endpoint is not named again."""
        return self.name if self.name and self.key == self.of_endpoint else self.key

    @property
    def settable(self) -> bool:
        """Whether it can be set."""
        return bool(self.access & SET)

    @property
    def readable(self) -> bool:
        """Whether its value comes to be known."""
        return bool(self.access & (TOLD | ASKABLE))

    @property
    def askable(self) -> bool:
        """Whether the device can be asked for it."""
        return bool(self.access & ASKABLE)

    @property
    def of_endpoint(self) -> str:
        """Its name, and after it the endpoint's where there are several."""
        name = self.name or self.type
        return name if self.endpoint is None else f"{name}_{self.endpoint}"


class Definition(Struct, frozen=True):
    """What kind of device it is. `exposes`: its features, and why others could not be read."""

    model: str
    vendor: str
    description: str
    supports_ota: bool
    exposes: tuple[Expose, ...]
    unread: tuple[str, ...] = ()


class Entry(Struct, frozen=True, gc=False):
    """A device in `bridge/devices`. `definition` is read when it is its turn."""

    ieee_address: str
    friendly_name: str | None = None
    type: str | None = None
    disabled: bool = False
    interviewing: bool = False
    interview_state: str | None = None
    power_source: str | None = None
    model_id: str | None = None
    manufacturer: str | None = None
    software_build_id: str | None = None
    definition: Raw = Raw(b"null")

    @property
    def sleeps(self) -> bool:
        """Whether it hears nothing most of the time, to spare its battery."""
        return self.power_source in {"Battery", None, "Unknown"} and self.type != "Router"


class _Known(Struct, gc=False):
    ieee_address: str


class _Kind(Struct, gc=False):
    type: str


class _Definition(Struct):
    model: str | None = None
    vendor: str | None = None
    description: str | None = None
    supports_ota: bool | None = None
    exposes: Raw = Raw(b"[]")


class _Availability(Struct, frozen=True, gc=False):
    enabled: bool = True


class _Elsewhere(Struct, frozen=True, gc=False):
    name: str | None = None


class _DeviceOptions(Struct, frozen=True, gc=False):
    homeassistant: _Elsewhere | None = None
    availability: bool | _Availability | None = None


class _Advanced(Struct, frozen=True, gc=False):
    output: str | None = None


class _Config(Struct, frozen=True):
    availability: bool | _Availability | None = None
    advanced: _Advanced = _Advanced()
    devices: dict[str, _DeviceOptions] = {}


class Info(Struct, frozen=True):
    """`bridge/info`, as far as it matters here."""

    version: str = ""
    config: _Config = _Config()

    def tells_reach(self, address: str) -> bool:
        """Say whether the bridge watches whether this device can be reached, and tells it."""
        own = self.config.devices.get(address)
        said = own.availability if own is not None else None
        said = self.config.availability if said is None else said
        return said.enabled if isinstance(said, _Availability) else bool(said)

    def name_of(self, address: str) -> str:
        """Return the name that the device is shown by, where it is not that of its topic; or ""."""
        own = self.config.devices.get(address)
        shown = own.homeassistant if own is not None else None
        return (shown.name or "") if shown is not None else ""

    @property
    def as_json(self) -> bool:
        """Whether devices tell their state as one JSON object."""
        return self.config.advanced.output != "attribute"


_entries = msgspec.json.Decoder(list[_Known])
_raws = msgspec.json.Decoder(list[Raw])
_entry = msgspec.json.Decoder(Entry)
_definition = msgspec.json.Decoder(_Definition | None)
_kinds = msgspec.json.Decoder(list[_Kind])
_exposes = msgspec.json.Decoder(tuple[Expose, ...])
_expose = msgspec.json.Decoder(Expose)
_info = msgspec.json.Decoder(Info)

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def entries(payload: bytes) -> Iterator[bytes]:
    """Yield each device's own JSON of a `bridge/devices` message. Raises DiscoveryError."""
    try:
        _entries.decode(payload)  # looks at all of it, and keeps next to nothing
        devices = _raws.decode(payload)
    except UNREADABLE as error:
        raise DiscoveryError(f"no list of devices: {error}") from None
    return (bytes(device) for device in devices)


def address(device: bytes) -> str:
    """Return whose JSON it is. Raises DiscoveryError."""
    try:
        return msgspec.json.decode(device, type=_Known).ieee_address
    except UNREADABLE as error:
        raise DiscoveryError(f"no device: {error}") from None


def entry(device: bytes) -> Entry:
    """Read one device. Raises DiscoveryError."""
    try:
        return _entry.decode(device)
    except UNREADABLE as error:
        raise DiscoveryError(f"{excerpt(device)}: {error}") from None


def definition(raw: bytes | Raw) -> Definition | None:
    """Read a device's definition; None if Zigbee2MQTT does not know it. Raises DiscoveryError."""
    try:
        said = _definition.decode(raw)
        if said is None:
            return None
        exposes, unread = _read_exposes(said.exposes)
    except UNREADABLE as error:
        raise DiscoveryError(f"its definition cannot be read: {error}") from None
    return Definition(
        said.model or "",
        said.vendor or "",
        said.description or "",
        bool(said.supports_ota),
        exposes,
        unread,
    )


def info(payload: bytes) -> Info:
    """Read `bridge/info`. Raises DiscoveryError."""
    try:
        return _info.decode(payload)
    except UNREADABLE as error:
        raise DiscoveryError(f"no bridge's info: {error}") from None


def _read_exposes(raw: Raw) -> tuple[tuple[Expose, ...], tuple[str, ...]]:
    """Return the features, and what is wrong with those that are none."""
    try:
        exposes = _exposes.decode(raw)
    except msgspec.ValidationError:
        _kinds.decode(raw)
    else:
        return exposes[:EXPOSES_LIMIT], ()
    read: list[Expose] = []
    unread: list[str] = []
    for feature in _raws.decode(raw)[:EXPOSES_LIMIT]:
        try:
            read.append(_expose.decode(feature))
        except msgspec.ValidationError as error:
            unread.append(f"{excerpt(bytes(feature))}: {error}")
    return tuple(read), tuple(unread)
