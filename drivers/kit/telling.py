"""What a driver's process tells, told to the hub: keys and parts become devices."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from drivers.kit.found import Adoption, Found
from drivers.kit.hushing import hushed
from drivers.kit.link import ITSELF
from drivers.kit.manifest import Manifest
from drivers.kit.messages import (
    Answered,
    Described,
    Entrust,
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
from hubd.model.ids import DeviceId, EventId, property_id, slug

type Place = tuple[str, str]
"""An adopted thing's key, and a part behind it."""


MOST_WORDS = 200
"""Characters of a name; what a thing says of itself may be anything."""
MOST_SENT = 4_000
MOST_OF_A_FOUND = 32
"""Needs, identities and pictured types of a found thing."""


class Vault(Protocol):
    """Where what was adopted is kept, with its secrets."""

    def adoptions(self, driver: str) -> Sequence[Adoption]:
        """Return all that is kept of a driver."""
        ...

    def keep(self, driver: str, adoption: Adoption) -> None:
        """Keep an adoption, in place of a former one of its key; it is durable a little later."""
        ...

    def drop(self, driver: str, key: str) -> None:
        """Forget an adoption."""
        ...

    def own(self, driver: str) -> str:
        """Return the secret that a driver has kept for itself; "" if there is none."""
        ...

    def keep_own(self, driver: str, secret: str) -> None:
        """Keep a secret for a driver itself, in place of a former one; "" is none."""
        ...

    async def written(self) -> None:
        """Return when all that was said before is durable."""
        ...


class Record(Struct, frozen=True, omit_defaults=True):
    """What is kept with a device (`Device.native`), so that its link is found again.

    `keyed`: its secret is in the vault, and without it there is no link.
    """

    key: str
    part: str = ITSELF
    address: str = ""
    port: int = 0
    record: str = ""
    keyed: bool = False


class Telling:
    """The adopted things of one driver, and the devices that they are."""

    def __init__(
        self, manifest: Manifest, hub: Hub, vault: Vault, devices: Iterable[Device] = ()
    ) -> None:
        """Go on with `devices`, the driver's own in the home."""
        self._manifest = manifest
        self._hub = hub
        self._vault = vault
        self._adoptions = {a.key: a for a in vault.adoptions(manifest.name)}
        self._devices: dict[Place, DeviceId] = {}
        self._places: dict[DeviceId, Place] = {}
        self._names: dict[str, str] = {}
        self._lost: dict[str, Problem] = {}
        self._live: set[str] = set()
        self._seen: set[Place] = set()
        """What was described since its thing was connected to."""
        self._sent: dict[EventId, bool] = {}
        """Commands that the process has not answered yet, and whether each is an action."""
        self.topics: tuple[str, ...] = ()
        for device in devices:
            self._know(device)

    @property
    def adoptions(self) -> Sequence[Adoption]:
        """All that is adopted, and whose link can be kept."""
        return tuple(self._adoptions.values())

    @property
    def problems(self) -> Sequence[Problem]:
        """The adopted things that a person must look at."""
        return tuple(self._lost.values())

    def begin(self) -> None:
        """Tell of the things whose key is not in the vault any more."""
        for key, problem in self._lost.items():
            self._reach_all(key, problem.what)

    def keep(self, adoption: Adoption, name: str = "") -> None:
        """Take a thing that was adopted, or whose adoption changed."""
        self._adoptions[adoption.key] = adoption
        self._lost.pop(adoption.key, None)
        if name:
            self._names[adoption.key] = name
        self._vault.keep(self._manifest.name, adoption)

    def adoption(self, key: str) -> Adoption | None:
        """Return how a thing was adopted; None if it is not, or its key is lost."""
        return self._adoptions.get(key)

    def keeps(self, key: str) -> bool:
        """Say whether a thing is adopted, and need not be adopted anew."""
        return key in self._adoptions and key not in self._lost

    def is_reached(self, key: str) -> bool:
        """Say whether the thing of that key is adopted, and its link stands."""
        return key in self._live

    def drop(self, key: str) -> None:
        """Forget an adopted thing, its secret and its devices.

        The vault goes first: what is in it is kept at the next start.
        """
        self._vault.drop(self._manifest.name, key)
        self._adoptions.pop(key, None)
        self._live.discard(key)
        self._lost.pop(key, None)
        self._names.pop(key, None)
        for place in [place for place in self._devices if place[0] == key]:
            self._forget(place)

    def drop_part(self, device: DeviceId) -> bool:
        """Forget a device behind an adopted thing, if that tells of it no more."""
        place = self._places.get(device)
        if place is None or place[1] == ITSELF or place in self._seen:
            return False
        self._forget(place)
        return True

    def lost(self, reason: str) -> None:
        """Tell that nothing of the driver can be reached, and that no command was answered."""
        self._live.clear()
        self._seen.clear()
        sent, self._sent = self._sent, {}
        for event, is_action in sent.items():
            if not is_action:  # which may have been done, and must not be tried again
                self._hub.answered(event, accepted=False, reason=reason)
        for device in self._places:
            self._hub.reached(device, available=False, reason=reason)

    def hushed(self, words: str) -> str:
        """Return words without the secrets of what is adopted."""
        own = self._vault.own(self._manifest.name)
        return hushed(words, (own, *(adoption.secret for adoption in self._adoptions.values())))

    def knows(self, device: DeviceId) -> bool:
        """Say whether a device is of an adopted thing."""
        return device in self._places

    def is_live(self, device: DeviceId) -> bool:
        """Say whether the link to a device stands."""
        return self._places.get(device, ("", ""))[0] in self._live

    def place_of(self, device: DeviceId) -> Place | None:
        """Return of which adopted thing a device is which part; None if it is of none."""
        return self._places.get(device)

    def key_of(self, device: DeviceId) -> str | None:
        """Return the key of the adopted thing that `device` is; None for a part behind one."""
        key, part = self._places.get(device, ("", None))
        return key if part == ITSELF else None

    def id_of(self, place: Place) -> DeviceId:
        """Return the id of a part of an adopted thing: the same at every start, and no other's."""
        known = self._devices.get(place)
        if known is not None:
            return known
        plain = made = device_id(self._manifest.name, *place)
        for number in count(2):
            if made not in self._places:
                break
            made = DeviceId(f"{plain}_{number}")
        return made

    def batches(
        self, commands: Sequence[Ordered]
    ) -> Iterator[tuple[Order | None, Sequence[Ordered]]]:
        """Yield the commands as orders, those of one endpoint together; None for whom none is."""
        for group in _grouped(commands):
            place = self._places.get(group[0].command.device)
            yield (None if place is None else Order(*place, tuple(group))), group

    def sent(self, orders: Sequence[Ordered]) -> None:
        """Note commands that the process was given."""
        if len(self._sent) > MOST_SENT:  # actions that were never answered
            self._sent = dict(list(self._sent.items())[-MOST_SENT // 2 :])
        self._sent.update((ordered.event, ordered.command.action) for ordered in orders)

    def take(self, message: FromDriver) -> None:  # noqa: C901, PLR0912 - one case a message
        """Tell the hub what the process told."""
        match message:
            case Reported():
                device = self._devices.get((message.key, message.part))
                if device is not None:
                    prop = property_id(device, message.endpoint, message.name)
                    self._hub.reported(prop, message.value, restored=message.restored)
            case Answered():
                if self._sent.pop(message.event, None) is not None:  # else it is not its to answer
                    self._hub.answered(
                        message.event, accepted=message.accepted, reason=message.reason
                    )
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
                self._found(message.found, message.seen)
            case Refused():
                self._hub.refused_input(message.where, message.reason)
            case Kept():
                self._kept(message.adoption)
            case Entrust():
                self._vault.keep_own(self._manifest.name, message.secret)
            case Listen() | Say():
                self._speak(message)
            case _:
                pass

    def _reached(self, message: Reached) -> None:
        key = message.key
        if key not in self._adoptions:
            return
        if message.part != ITSELF:
            device = self._devices.get((key, message.part))
            if device is not None and key in self._live:
                self._hub.reached(device, available=message.available, reason=message.reason)
            return
        if message.code:
            self._lost[key] = self._problem(key, message.code, message.reason, message.mend)
        elif not message.available and (key, ITSELF) not in self._devices:
            mend = "It is tried again by itself; adopt it anew, or dismiss it"
            self._lost[key] = self._problem(key, "driver.unseen", message.reason, mend)
        else:
            self._lost.pop(key, None)
        if not message.available:
            self._live.discard(key)
            self._seen = {place for place in self._seen if place[0] != key}
            self._reach_all(key, message.reason)
            return
        self._live.add(key)
        for place, device in list(self._devices.items()):
            if place == (key, ITSELF):
                self._hub.reached(device, available=True)
            elif place[0] == key and place not in self._seen:
                reason = f"{self.name_of(key)} tells of it no more"
                self._hub.reached(device, available=False, reason=reason)

    def _reach_all(self, key: str, reason: str) -> None:
        """Tell that a thing and all behind it cannot be reached."""
        for place, device in list(self._devices.items()):
            if place[0] == key:
                self._hub.reached(device, available=False, reason=reason)

    def _problem(self, key: str, code: str, reason: str, mend: str) -> Problem:
        return Problem(code, f"{self.name_of(key)}: {reason}", mend, key, repair="adopt")

    def name_of(self, key: str) -> str:
        """Return what an adopted thing is called; its key where nobody has said."""
        return self._names.get(key) or key

    def _found(self, found: Found, seen: str) -> None:
        """Tell of a found thing, its words cut to what a page can show."""
        if not 0 < len(found.key) <= MOST_WORDS:
            self._hub.refused_input(seen or "the driver", "a found thing without a usable key")
            return
        words = {
            name: getattr(found, name)[:MOST_WORDS]
            for name in ("name", "maker", "model", "version", "asks", "area")
        }
        lists = {
            name: getattr(found, name)[:MOST_OF_A_FOUND]
            for name in ("identities", "pictured", "needs")
        }
        self._hub.found(replace(found, **words, **lists), seen=seen)

    def _described(self, message: Described) -> None:
        adoption = self._adoptions.get(message.key)
        if adoption is None:
            return
        said, place = message.description, (message.key, message.part)
        name = (said.name or self._names.get(message.key) or message.key)[:MOST_WORDS]
        if message.part == ITSELF:
            self._names[message.key] = name
        device = Device(
            id=self.id_of(place),
            name=name,
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
        self._seen.add(place)
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
        key = record.key
        place = (key, record.part)
        self._devices[place] = device.id
        self._places[device.id] = place
        if record.part != ITSELF:
            return
        self._names.setdefault(key, device.name)
        if key in self._adoptions:
            return
        if record.keyed:
            why = "its key is not in the vault any more"
            self._lost[key] = self._problem(key, "driver.key", why, "Adopt it anew")
            return
        self._adoptions[key] = Adoption(key, record.address, record.port, record.record)
        self._vault.keep(self._manifest.name, self._adoptions[key])

    def _forget(self, place: Place) -> None:
        device = self._devices.pop(place, None)
        self._seen.discard(place)
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
    record = Record(
        adoption.key,
        ITSELF,
        adoption.address,
        adoption.port,
        adoption.record,
        bool(adoption.secret),
    )
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
