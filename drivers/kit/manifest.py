"""Who a driver is, what is meant for it, and what it may reach: `driver.toml` beside its code.

It is data, so that all of it is known before any of the driver's code runs.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
from msgspec import Struct

from drivers.kit.errors import ManifestError
from drivers.kit.found import Need
from drivers.kit.sighting import Medium, Sighting

FILE = "driver.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


class Sought(Struct, frozen=True, forbid_unknown_fields=True):
    """Sightings that are meant for a driver: those that match all that is given.

    Patterns are those of a shell (`shelly*`), in any case; a text that is not there matches "".
    """

    service: str
    name: str = "*"
    texts: Mapping[str, str] = {}

    def matches(self, sighting: Sighting) -> bool:
        """Say whether `sighting` is one of these."""
        return (
            fnmatchcase(sighting.service.casefold(), self.service.casefold())
            and fnmatchcase(sighting.name.casefold(), self.name.casefold())
            and all(
                fnmatchcase(sighting.texts.get(key, "").casefold(), pattern.casefold())
                for key, pattern in self.texts.items()
            )
        )


class Reach(Struct, frozen=True, forbid_unknown_fields=True):
    """What a driver's process may connect to; what is not named is refused.

    `tcp` and `udp`: ports, or ranges such as "49152-65535"; "*" is any. `hosts`: addresses and
    networks ("192.168.1.0/24"), or `lan` for what is private, link-local, loopback or multicast.
    `listens`: ports that it may be reached at itself. `topics`: MQTT filters that it may read and
    write. `files`: files and folders that it may read beside its own code and Python's.
    """

    tcp: tuple[int | str, ...] = ()
    udp: tuple[int | str, ...] = ()
    hosts: tuple[str, ...] = ("lan",)
    listens: tuple[int | str, ...] = ()
    topics: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """What a driver's process may use: memory, and CPU time for longer than a moment."""

    memory_mb: int = 256
    cpu_percent: int = 50


type Option = str | int | float | bool
"""The value of an option."""


class OptionKey(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that hub.toml may say for a driver; what it says is of the type of `default`."""

    name: str
    title: str
    default: Option


class Of(StrEnum):
    """Of what an errand is asked."""

    THING = "thing"
    """An adopted thing: a bridge, a gateway, a device."""
    DRIVER = "driver"
    """The driver itself."""


class Errand(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a person may ask of a driver that is neither adopting nor commanding.

    `needs` are what they must tell for it. One that is `long` waits for a person to do something at
    a thing, and may take fifteen minutes instead of two.
    """

    name: str
    title: str
    of: Of = Of.THING
    needs: tuple[Need, ...] = ()
    long: bool = False


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """One driver's. `entry` is `package.module:Class`, a `drivers.kit.driver.NetworkDriver`."""

    name: str
    title: str
    protocol: str
    entry: str
    mdns: tuple[Sought, ...] = ()
    ssdp: tuple[Sought, ...] = ()
    seeks: bool = False
    """It finds things by itself too (NetworkDriver.seek), so it runs while someone looks."""
    adds: tuple[Need, ...] = ()
    """What a person tells of a thing that does not show itself, for it to be adopted all the same.

    Such a thing is adopted as one that was found without a key (NetworkDriver.adopt).
    """
    options: tuple[OptionKey, ...] = ()
    """What hub.toml may say for it under `[drivers.options.NAME]` (NetworkDriver.configured)."""
    errands: tuple[Errand, ...] = ()
    """What a person may ask of it, or of its things (NetworkDriver.errand)."""
    reach: Reach = Reach()
    limits: Limits = Limits()
    exempt: Mapping[str, str] = {}
    """Rules of the quality scale that it need not keep to, and why (docs/drivers.md)."""

    def is_for(self, sighting: Sighting) -> bool:
        """Say whether `sighting` is meant for this driver."""
        sought = self.mdns if sighting.medium is Medium.MDNS else self.ssdp
        return any(s.matches(sighting) for s in sought)


def read_manifest(path: Path) -> Manifest:
    """Read a `driver.toml`. Raises ManifestError, which names the file and the key."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ManifestError(f"{path} can't be read: {error.strerror}") from error
    return manifest_of(text, str(path))


def manifest_of(text: bytes, where: str) -> Manifest:
    """Return the manifest that the text of a file says. Raises ManifestError, as above."""
    try:
        said = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(f"{where} is not TOML: {error}") from error
    try:
        manifest = msgspec.convert(said, Manifest)
    except msgspec.ValidationError as error:
        mend = "docs/drivers.md has all keys of a manifest"
        raise ManifestError(f"{where}: {error}", mend=mend) from error
    if _NAME.fullmatch(manifest.name) is None:  # a folder is called so, and devices' ids begin so
        mend = "Write lower-case letters, digits and _, beginning with a letter"
        raise ManifestError(f"{where}: name: {manifest.name!r} is none for a driver", mend=mend)
    errands = manifest.errands
    for key, why in (
        ("adds", _unaskable(manifest.adds)),
        ("options", _unnamable(key.name for key in manifest.options)),
        ("errands", _unnamable(errand.name for errand in errands)),
        *((f"errands: {errand.name}", _unaskable(errand.needs)) for errand in errands),
    ):
        if why:
            raise ManifestError(f"{where}: {key}: {why}", mend="Write it as docs/drivers.md says")
    return manifest


def _unnamable(said: Iterable[str]) -> str:
    """Return which of those can be no name, or is another's too, in words; "" if none is."""
    names = tuple(said)
    for name in names:
        if _NAME.fullmatch(name) is None or names.count(name) > 1:
            return f"{name!r} is no name of its own"
    return ""


def _unaskable(needs: Iterable[Need]) -> str:
    """Return why needs cannot be asked for as they stand, in words; "" if they can."""
    needs = tuple(needs)
    for need in needs:
        try:
            re.compile(need.pattern)
        except re.error as error:
            return f"the pattern of {need.name!r} is none ({error})"
    return _unnamable(need.name for need in needs)
