"""Taking devices into the home: found, adopted, named, joined into things, split again."""

import logging
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from drivers.kit.found import Found
from hubd.core.shadow import Standing
from hubd.homefile import HomeFile, match
from hubd.hub import Hub
from hubd.inbox import BY_MQTT, Inbox, Rule, found_of
from hubd.model.device import Device
from hubd.model.events import Adopted, AreaSet, Claimed, Forgotten, Joined, Parted, Renamed
from hubd.model.home import Area, Naming
from hubd.model.ids import AreaId, DeviceId, PropertyId, property_id
from hubd.rooms import guess, named
from hubd.things import composed, joined, stripped

_log = logging.getLogger(__name__)

FROM_NAME = "from name"


class Adoption:
    """What is in the home, and how it came to be so."""

    def __init__(
        self, hub: Hub, home_file: HomeFile | None, rules: Sequence[Rule] = (BY_MQTT,)
    ) -> None:
        self.inbox = Inbox(lambda: hub.core.state.home, hub.now_us)
        self.rules = rules
        self._hub = hub
        hub.paths.learn(hub.core.state.home)
        self._home_file = home_file
        self._own: dict[DeviceId, Device] = {}
        """Of things: the record that the thing's own driver told."""

    # finding

    def found(self, driver: str, found: Found, seen: str = "") -> None:
        """Show a found thing, unless it is in the home already."""
        if not self._hub.is_adopted(driver, found.key):
            self.inbox.put(driver, found, seen=seen)

    def rule_for(self, driver: str, found: Found) -> Rule | None:
        """Return the rule by which a found thing is adopted by itself, if there is one."""
        return next((rule for rule in self.rules if rule.is_for(driver, found)), None)

    # devices

    def described(self, device: Device, area: str, source: str) -> None:
        """Take what a driver says of a device: one of the home, or one that may become so."""
        home = self._hub.core.state.home
        if device.id in home.joins:
            self._record(device, source)
            return
        known = home.devices.get(device.id)
        if known is not None and known.driver != device.driver:
            _log.warning(
                "%s is a device of the %s driver: the %s driver's of that id is left out",
                device.id,
                known.driver,
                device.driver,
            )
            return
        rule: Rule | None = None
        if device.id not in home.devices and not self._hub.is_kept(device):
            found = found_of(device, area)
            rule = self.rule_for(device.driver, found)
            if rule is None and not self._is_written(device):
                self.inbox.put(device.driver, found, device=device)
                return
        self.inbox.drop(device.driver, device.id)
        self.adopt(device, source, area=area, rule=rule)

    def _is_written(self, device: Device) -> bool:
        """Say whether the home file names a device: who wrote it there wants it."""
        return self._home_file is not None and match(device, self._home_file) is not device

    def recorded(self, device_id: DeviceId, native: str, source: str) -> None:
        """Keep a driver's own record of its device."""
        home = self._hub.core.state.home
        join = home.joins.get(device_id)
        if join is not None:
            self._record(replace(join.record, native=native), source)
            return
        device = home.devices.get(device_id)
        if device is not None and device.native != native:
            self._hub.take(Adopted(replace(device, native=native)), source)

    def adopt(
        self, found: Device, source: str, *, area: str = "", rule: Rule | None = None
    ) -> None:
        """Take a device into the home, under the name and in the area that are known of it.

        People's own word goes first, then the home file, then what the device says, then what its
        name says. Does nothing if all of it is known already.
        """
        home = self._hub.core.state.home
        self._own[found.id] = found
        device = match(found, self._home_file) if self._home_file is not None else found
        naming = home.naming.get(device.id)
        if naming is not None:
            device = _as_named(device, naming)
        if device.area is None and (naming is None or naming.area is None):
            device = self._placed(device, area, source, rule)
        elif device.area is not None and device.area not in home.areas:
            self._hub.take(AreaSet(Area(device.area, _title(device.area))), source)
        joins = [join for join in home.joins.values() if join.thing == device.id]
        if joins:
            device = composed(device, joins)
        if home.devices.get(device.id) != device:
            self._hub.take(Adopted(device), source)
        if joins:
            self._hub.paths.learn(home)

    def _placed(self, device: Device, area: str, source: str, rule: Rule | None) -> Device:
        """Return `device` in the room that it or its name says, where that is known."""
        home = self._hub.core.state.home
        former = home.devices.get(device.id)
        if former is not None and former.area is not None and not area:
            return replace(device, area=former.area)  # a guess of before is not made anew
        room = named(area, home)
        if room is None and rule is not None and rule.area not in {"", FROM_NAME}:
            room = home.areas.get(AreaId(rule.area))
        if room is None:
            guessed = guess((device.name,), home)
            makes = rule is not None and rule.area == FROM_NAME
            room = guessed.area if guessed is not None and (guessed.known or makes) else None
        if room is None:
            return device
        if room.id not in home.areas:
            self._hub.take(AreaSet(room), source)
        return replace(device, area=room.id)

    def forgotten(self, device: DeviceId, source: str) -> None:
        """Take a device out of the home: its driver says that it is gone for good."""
        home = self._hub.core.state.home
        if device in home.joins:
            self._part(device, source, keep=False)
            return
        for record, join in list(home.joins.items()):
            if join.thing == device:
                self._part(record, source, keep=True)
        self._own.pop(device, None)
        if device in home.devices:
            self._hub.take(Forgotten(device), source)

    # what people say

    async def name_ahead(self, device_id: DeviceId, naming: Naming, source: str) -> None:
        """Keep what a person calls a device that joins the home right after; durably."""
        await self._hub.configure([Renamed(device_id, naming)], source)

    async def rename(self, device_id: DeviceId, naming: Naming, source: str) -> None:
        """Call a device by the name, and put it into the area, that a person says; durably.

        Raises KeyError if there is no such device or area.
        """
        home = self._hub.core.state.home
        device = home.devices[device_id]
        if naming.area and naming.area not in home.areas:
            raise KeyError(naming.area)
        await self._hub.configure([Renamed(device_id, naming)], source)
        self.adopt(self._own_of(device), source)

    async def join(
        self, thing_id: DeviceId, other_id: DeviceId, evidence: Iterable[str], source: str
    ) -> None:
        """Make two devices one thing, the second a path to the first; durably.

        What stands on the second's properties goes on standing on the thing's. Raises KeyError if
        one of them is not in the home, ValueError if they are one already.
        """
        home = self._hub.core.state.home
        thing, other = home.devices[thing_id], home.devices[other_id]
        if thing_id == other_id or any(j.thing == other_id for j in home.joins.values()):
            raise ValueError(other_id)
        join = joined(thing, replace(other), evidence)
        moved = [
            replace(standing.claim, property=property_id(thing_id, p.thing_endpoint, p.thing_name))
            for p in join.pairs
            for standing in self._claims(property_id(other_id, p.endpoint, p.name))
        ]
        live = other_id not in self._hub.core.state.unreachable
        self._hub.take(Joined(join), source)
        self._hub.take(Forgotten(other_id), source)
        self.adopt(self._own_of(thing), source)
        self._hub.paths.learn(home)
        self._hub.paths.reached(
            thing_id, available=thing_id not in self._hub.core.state.unreachable
        )
        self._hub.paths.reached(other_id, available=live)
        if moved:
            self._hub.take(Claimed(tuple(moved)), source)
        await self._hub.configure((), source)

    def _claims(self, prop: PropertyId) -> Sequence[Standing]:
        shadow = self._hub.core.state.shadows.get(prop)
        return shadow.claims if shadow is not None else ()

    def _own_of(self, thing: Device) -> Device:
        """Return a thing as its own driver tells of it, without what was joined to it."""
        own = self._own.get(thing.id)
        if own is not None:
            return own
        for join in self._hub.core.state.home.joins.values():
            if join.thing == thing.id:
                thing = stripped(thing, join)
        return thing

    async def part(self, record: DeviceId, source: str) -> None:
        """Split a joined record off its thing: both are as they were; durably.

        Raises KeyError if it is not joined to anything.
        """
        if record not in self._hub.core.state.home.joins:
            raise KeyError(record)
        self._part(record, source, keep=True)
        await self._hub.configure((), source)

    def _part(self, record: DeviceId, source: str, *, keep: bool) -> None:
        home = self._hub.core.state.home
        join = home.joins[record]
        thing = home.devices.get(join.thing)
        self._hub.take(Parted(record), source)
        self._hub.paths.learn(home)
        if thing is not None:
            self.adopt(self._own.get(thing.id) or stripped(thing, join), source)
        if keep:
            self.adopt(join.record, source)

    def _record(self, device: Device, source: str) -> None:
        """Take what a driver says of a joined record."""
        home = self._hub.core.state.home
        known = home.joins[device.id]
        thing = home.devices.get(known.thing)
        if thing is None:
            return
        own = self._own_of(thing)
        join = joined(own, device, known.evidence)
        if join == known:
            return
        self._hub.take(Joined(join), source)
        self.adopt(own, source)
        self._hub.paths.learn(home)


def _as_named(device: Device, naming: Naming) -> Device:
    """Return `device` as people call it."""
    area = device.area if naming.area is None else naming.area or None
    others = (*naming.aliases, *device.aliases, device.name)
    name = naming.name or device.name
    aliases = tuple(dict.fromkeys(a for a in others if a.casefold() != name.casefold()))
    return replace(
        device,
        name=name,
        area=area,
        aliases=aliases if naming.name or naming.aliases else device.aliases,
        roles=naming.roles or device.roles,
    )


def _title(area: AreaId) -> str:
    """Return a name for an area of which only the id is known."""
    return area.replace("_", " ").replace("-", " ").capitalize()
