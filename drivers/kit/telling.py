"""What a driver's process tells, told to the hub: keys and parts become devices."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from drivers.kit.found import Adoption
from drivers.kit.link import ITSELF
from drivers.kit.manifest import Manifest
from drivers.kit.messages import (
    Answered,
    Described,
    Forgotten,
    FromDriver,
    Kept,
    Listen,
    Order,
    Reached,
    Recognised,
    Refused,
    Reported,
    Say,
    Signalled,
)
from drivers.kit.port import Hub, Ordered
from drivers.kit.problem import Problem
from hubd.core.topics import matches
from hubd.model.device import Device
from hubd.model.ids import DeviceId, property_id, slug

type Place = tuple[str, str]
"""An adopted thing's key, and a part behind it."""


class Vault(Protocol):
    """Where the secrets of adopted things are kept."""

    def secret(self, driver: str, key: str) -> str:
        """Return a secret, "" if there is none."""
        ...

    def keep(self, driver: str, key: str, secret: str) -> None:
        """Keep a secret; an empty one is forgotten."""
        ...


class Record(Struct, frozen=True, omit_defaults=True):
    """What is kept with a device (`Device.native`), so that its link is found again."""

    key: str
    part: str = ITSELF
    address: str = ""
    port: int = 0
    record: str = ""


class Telling:
    """The adopted things of one driver, and the devices that they are."""

    def __init__(
        self, manifest: Manifest, hub: Hub, vault: Vault, devices: Iterable[Device] = ()
    ) -> None:
        """Go on with `devices`, the driver's own in the home."""
        self._manifest = manifest
        self._hub = hub
        self._vault = vault
        self._adoptions: dict[str, Adoption] = {}
        self._devices: dict[Place, DeviceId] = {}
        self._places: dict[DeviceId, Place] = {}
        self._lost: dict[str, Problem] = {}
        self._live: set[str] = set()
        self.topics: tuple[str, ...] = ()
        for device in devices:
            self._know(device)

    @property
    def adoptions(self) -> Sequence[Adoption]:
        """All that is adopted."""
        return tuple(self._adoptions.values())

    @property
    def problems(self) -> Sequence[Problem]:
        """The adopted things that a person must look at."""
        return tuple(self._lost.values())

    def keep(self, adoption: Adoption) -> None:
        """Take a thing that was adopted, or whose adoption changed."""
        self._adoptions[adoption.key] = adoption
        self._lost.pop(adoption.key, None)
        self._vault.keep(self._manifest.name, adoption.key, adoption.secret)

    def drop(self, key: str) -> None:
        """Forget an adopted thing, its secret and its devices."""
        self._adoptions.pop(key, None)
        self._live.discard(key)
        self._lost.pop(key, None)
        self._vault.keep(self._manifest.name, key, "")
        for place in [place for place in self._devices if place[0] == key]:
            self._forget(place)

    def lost(self, reason: str) -> None:
        """Tell that nothing of the driver can be reached."""
        self._live.clear()
        for device in self._places:
            self._hub.reached(device, available=False, reason=reason)

    def knows(self, device: DeviceId) -> bool:
        """Say whether a device is of an adopted thing."""
        return device in self._places

    def is_live(self, device: DeviceId) -> bool:
        """Say whether the link to a device stands."""
        return self._places.get(device, ("", ""))[0] in self._live

    def key_of(self, device: DeviceId) -> str | None:
        """Return the key of the adopted thing that `device` is; None for a part behind one."""
        key, part = self._places.get(device, ("", None))
        return key if part == ITSELF else None

    def batches(
        self, commands: Sequence[Ordered]
    ) -> Iterator[tuple[Order | None, Sequence[Ordered]]]:
        """Yield the commands as orders, those of one endpoint together; None for whom none is."""
        for group in _grouped(commands):
            place = self._places.get(group[0].command.device)
            yield (None if place is None else Order(*place, tuple(group))), group

    def take(self, message: FromDriver) -> None:  # noqa: C901, PLR0912 - one case a message
        """Tell the hub what the process told."""
        match message:
            case Reported():
                device = self._devices.get((message.key, message.part))
                if device is not None:
                    prop = property_id(device, message.endpoint, message.name)
                    self._hub.reported(prop, message.value, restored=message.restored)
            case Answered():
                self._hub.answered(message.event, accepted=message.accepted, reason=message.reason)
            case Signalled():
                device = self._devices.get((message.key, message.part))
                if device is not None:
                    self._hub.signalled(device, message.endpoint, message.name, message.value)
            case Reached():
                self._reached(message)
            case Described():
                self._described(message)
            case Forgotten():
                self._forget((message.key, message.part))
            case Recognised():
                self._hub.found(message.found, seen=message.seen)
            case Refused():
                self._hub.refused_input(message.where, message.reason)
            case Kept():
                self._kept(message.adoption)
            case Listen() | Say():
                self._speak(message)
            case _:
                pass

    def _reached(self, message: Reached) -> None:
        key = message.key
        if message.part == ITSELF:
            (self._live.add if message.available else self._live.discard)(key)
            if message.code:
                self._lost[key] = Problem(
                    message.code,
                    f"{self._name_of(key)}: {message.reason}",
                    message.mend,
                    key,
                    repair="adopt",
                )
            else:
                self._lost.pop(key, None)
        for place, device in self._devices.items():
            if place == (key, message.part) or (
                place[0] == key and message.part == ITSELF and not message.available
            ):
                self._hub.reached(device, available=message.available, reason=message.reason)

    def _name_of(self, key: str) -> str:
        return self._devices.get((key, ITSELF)) or key

    def _described(self, message: Described) -> None:
        adoption = self._adoptions.get(message.key)
        if adoption is None:
            return
        said = message.description
        device = Device(
            id=device_id(self._manifest.name, message.key, message.part),
            name=said.name or message.key,
            driver=self._manifest.name,
            endpoints=said.endpoints,
            maker=said.maker,
            model=said.model,
            version=said.version,
            troubles=said.troubles,
            native=_native(adoption, message.part),
            identities=said.identities,
        )
        self._know(device)
        self._hub.described(device, area=said.area)

    def _kept(self, adoption: Adoption) -> None:
        """Keep an adoption that changed: in the vault, and with its device."""
        if adoption.key in self._adoptions:
            self.keep(adoption)
            device = self._devices.get((adoption.key, ITSELF))
            if device is not None:
                self._hub.recorded(device, _native(adoption, ITSELF))

    def _know(self, device: Device) -> None:
        try:
            record = msgspec.json.decode(device.native, type=Record)
        except msgspec.MsgspecError:
            return
        place = (record.key, record.part)
        self._devices[place] = device.id
        self._places[device.id] = place
        if record.part == ITSELF and record.key not in self._adoptions:
            secret = self._vault.secret(self._manifest.name, record.key)
            self._adoptions[record.key] = Adoption(
                record.key, record.address, record.port, record.record, secret
            )

    def _forget(self, place: Place) -> None:
        device = self._devices.pop(place, None)
        if device is not None:
            del self._places[device]
            self._hub.forgotten(device)

    def _speak(self, message: Listen | Say) -> None:
        """Let the driver have the topics of its manifest, and no others."""
        if isinstance(message, Listen):
            allowed = self._manifest.reach.topics
            self.topics = tuple(t for t in message.topics if t in allowed)
            for topic in message.topics:
                if topic not in allowed:
                    self._hub.refused_input(topic, "the driver's manifest has no such topic")
            self._hub.listen(frozenset(self.topics))
        elif any(matches(f, message.topic) for f in self._manifest.reach.topics):
            self._hub.publish(message.topic, message.payload, retain=message.retain)
        else:
            self._hub.refused_input(message.topic, "the driver's manifest has no such topic")


def device_id(driver: str, key: str, part: str) -> DeviceId:
    """Return the id of a part of an adopted thing: always the same, and no other driver's."""
    head = f"{driver}_{slug(key)}"
    return DeviceId(f"{head}_{slug(part)}" if part != ITSELF else head)


def _native(adoption: Adoption, part: str) -> str:
    if part != ITSELF:
        return msgspec.json.encode(Record(adoption.key, part)).decode()
    record = Record(adoption.key, ITSELF, adoption.address, adoption.port, adoption.record)
    return msgspec.json.encode(record).decode()


def _grouped(commands: Sequence[Ordered]) -> Iterator[list[Ordered]]:
    """Yield commands that follow one another and are to one endpoint together.

    An action goes alone, and so does a second value of a property: their places count.
    """
    group: list[Ordered] = []
    for ordered in commands:
        command = ordered.command
        if group:
            first = group[0].command
            same = (first.device, first.endpoint) == (command.device, command.endpoint)
            again = any(o.command.name == command.name for o in group)
            if not same or again or command.action or first.action:
                yield group
                group = []
        group.append(ordered)
    if group:
        yield group
