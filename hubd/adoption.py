"""Taking devices into the home: found, adopted, named, joined into things, split again."""

import logging
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from drivers.kit.found import Found
from hubd.core.shadow import Standing
from hubd.homefile import HomeFile, match
from hubd.hub import Hub
from hubd.inbox import BY_MQTT, Entry, Inbox, Rule, found_of
from hubd.likeness import Likeness
from hubd.model.device import Device
from hubd.model.events import (
    Adopted,
    AreaSet,
    Availability,
    Claimed,
    Forgotten,
    Joined,
    Parted,
    Renamed,
    Reported,
)
from hubd.model.home import Area, Naming
from hubd.model.ids import AreaId, DeviceId, PropertyId, property_id
from hubd.model.thing import Join
from hubd.model.value import Value
from hubd.rooms import guess, named
from hubd.things import OWN, JoinError, composed, rejoined, stripped

_log = logging.getLogger(__name__)

FROM_NAME = "from name"


class Adoption:
    """What is in the home, and how it came to be so."""

    def __init__(
        self, hub: Hub, home_file: HomeFile | None, rules: Sequence[Rule] = (BY_MQTT,)
    ) -> None:
        self.inbox = Inbox(lambda: hub.core.state.home, hub.now_us, hub.is_adopted)
        self.rules = rules
        self.adopt_by_rule: Callable[[Entry], None] = lambda _entry: None
        """Adopts a found thing that a rule is for."""
        self._expected: dict[DeviceId, tuple[str, Found]] = {}
        """What was adopted and has not shown itself yet: its driver, and how it was found."""
        self._hub = hub
        hub.paths.learn(hub.core.state.home)
        self._home_file = home_file
        self._own: dict[DeviceId, Device] = {}
        """Of things: the record that the thing's own driver told."""

    # finding

    def found(self, driver: str, found: Found, seen: str = "") -> None:
        """Take a found thing in; one that needs nobody's word is adopted where a rule says so."""
        entry = self.inbox.put(driver, found, seen=seen)
        if entry.wants_nobody and not self.inbox.is_in_home(entry) and self.rule_for(driver, found):
            self.adopt_by_rule(entry)

    def expect(self, device: DeviceId, found: Found, driver: str) -> None:
        """Keep in mind how a thing was found that is adopted now, until it shows itself."""
        self._expected[device] = (driver, found)

    def rule_for(self, driver: str, found: Found) -> Rule | None:
        """Return the rule by which a found thing is adopted by itself, if there is one."""
        if found.key in self._hub.core.state.home.dismissed.get(driver, ()):
            return None
        return next((rule for rule in self.rules if rule.is_for(driver, found)), None)

    # devices

    def described(self, device: Device, area: str, source: str) -> None:
        """Take what a driver says of a device: one of the home, or one that may become so."""
        home = self._hub.core.state.home
        if device.id in home.joins:
            self._record(device, source)
            return
        if device.id in home.devices:
            self.adopt(device, source, area=area)
            return
        driver, found = self._expected.pop(device.id, (device.driver, found_of(device, area)))
        rule = self.rule_for(driver, found)
        if rule is None and not self._hub.is_kept(device) and not self._is_written(device):
            self.inbox.put(device.driver, found, device=device)
            return
        self.adopt(device, source, area=area or found.area, rule=rule, found_as=found.name)

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
        self,
        found: Device,
        source: str,
        *,
        area: str = "",
        rule: Rule | None = None,
        found_as: str = "",
    ) -> None:
        """Take a device into the home, under the name and in the area that are known of it.

        People's own word goes first, then the home file, then what the device says, then the rule
        that adopts it, then what its names say: its own, and that which it was `found_as`. Does
        nothing if all of it is known already.
        """
        home = self._hub.core.state.home
        self._own[found.id] = found
        device = match(found, self._home_file) if self._home_file is not None else found
        naming = home.naming.get(device.id)
        if device.id not in home.devices:
            naming = self._as_before(device, naming, source)
        if naming is not None:
            device = _as_named(device, naming)
        if device.area is None and (naming is None or naming.area is None):
            device = self._placed(device, area, (device.name, found_as), source, rule)
        elif device.area is not None and device.area not in home.areas:
            self._hub.take(AreaSet(Area(device.area, _title(device.area))), source)
        joins = self._rejoin(found, home.joins.values(), source)
        if joins:
            device = composed(device, joins)
        if home.devices.get(device.id) != device:
            self._hub.take(Adopted(device), source)
        if joins:
            self._hub.paths.learn(home)

    def _rejoin(self, own: Device, joins: Iterable[Join], source: str) -> list[Join]:
        """Take what the joins of a thing are, as its own driver describes it now; return them."""
        known = self._hub.core.state.home.joins
        fresh = rejoined(own, [join for join in joins if join.thing == own.id])
        for join in fresh:
            if known.get(join.record.id) != join:
                self._hub.take(Joined(join), source)
        return fresh

    def _placed(
        self, device: Device, area: str, names: Iterable[str], source: str, rule: Rule | None
    ) -> Device:
        """Return `device` in the room that it, a rule or its names say, where that is known."""
        home = self._hub.core.state.home
        former = home.devices.get(device.id)
        if former is not None and former.area is not None and not area:
            return replace(device, area=former.area)  # a guess of before is not made anew
        room = named(area, home)
        if room is None and rule is not None and rule.area != FROM_NAME:
            room = named(rule.area, home)
        if room is None:
            guessed = guess(names, home)
            makes = rule is not None and rule.area == FROM_NAME
            room = guessed.area if guessed is not None and (guessed.known or makes) else None
        if room is None:
            return device
        if room.id not in home.areas:
            self._hub.take(AreaSet(room), source)
        return replace(device, area=room.id)

    def _as_before(self, device: Device, naming: Naming | None, source: str) -> Naming | None:
        """Return what a new device is called and where it is: as its like was that left the home.

        What people say of it at its adoption goes before that.
        """
        former = Likeness(self._hub.core.state.home).former(device.identities)
        if former is None or (former.name, former.area) == (device.name, device.area):
            return naming
        said = naming or Naming()
        area = former.area if said.area is None else said.area
        again = replace(
            said, name=said.name or former.name, area=area, roles=said.roles or former.roles
        )
        if again != naming:
            self._hub.take(Renamed(device.id, again), source)
        return again

    def forgotten(self, device: DeviceId, source: str) -> None:
        """Take a device out of the home: its driver says that it is gone for good.

        A thing that is reached by other ways too goes on as what the next of them knows, under its
        name and in its room.
        """
        home = self._hub.core.state.home
        self.inbox.drop(device)
        self._hub.awaited.discard(device)
        if device in home.joins:
            self._part(device, source, keep=False)
            return
        thing = home.devices.get(device)
        heirs = [record for record, join in home.joins.items() if join.thing == device]
        for record in heirs:
            if thing is not None and record not in home.naming:
                naming = Naming(thing.name, thing.area, roles=thing.roles)
                self._hub.take(Renamed(record, naming), source)
            self._part(record, source, keep=True)
        self._own.pop(device, None)
        if thing is not None:
            self._hub.take(Forgotten(device), source)
        for record in heirs[1:]:
            self._unite(heirs[0], record, ("they were one thing before",), source)

    # what people say

    def name(self, device_id: DeviceId, naming: Naming, source: str) -> None:
        """Call a device by the name, and put it into the area, that a person says.

        It may not be in the home yet. The caller sees to it that this is durable.
        """
        self._hub.take(Renamed(device_id, naming), source)
        device = self._hub.core.state.home.devices.get(device_id)
        if device is not None:
            self.adopt(self._own_of(device), source)

    async def join(
        self, thing_id: DeviceId, other_id: DeviceId, evidence: Iterable[str], source: str
    ) -> None:
        """Make two devices one thing, the second a path to the first; durably.

        What stands on the second's properties goes on standing on the thing's. Raises KeyError if
        one of them is not in the home, JoinError if they cannot be one.
        """
        home = self._hub.core.state.home
        for device in (thing_id, other_id):
            if device not in home.devices:
                raise KeyError(device)
            if home.devices[device].driver == OWN:
                raise JoinError(f"{home.devices[device].name} is the home's own, and no thing")
        if thing_id == other_id:
            raise JoinError(f"{home.devices[thing_id].name} is one thing already")
        if self._joins_of(other_id):
            raise JoinError(
                f"others were joined to {home.devices[other_id].name}",
                mend="Join the two the other way round, or split it first",
            )
        self._unite(thing_id, other_id, evidence, source)
        await self._hub.configure((), source)

    def _unite(
        self, thing_id: DeviceId, other_id: DeviceId, evidence: Iterable[str], source: str
    ) -> None:
        home, unreachable = self._hub.core.state.home, self._hub.core.state.unreachable
        thing, other = home.devices[thing_id], home.devices[other_id]
        join = rejoined(
            self._own_of(thing),
            [*self._joins_of(thing_id), Join(thing_id, other, (), tuple(evidence))],
        )[-1]
        moved = [
            replace(standing.claim, property=property_id(thing_id, p.thing_endpoint, p.thing_name))
            for p in join.pairs
            for standing in self._claims(property_id(other_id, p.endpoint, p.name))
        ]
        paths = self._hub.paths
        live = {
            record: record not in unreachable
            for record in (*paths.records_of(thing_id), other_id)
            if record not in self._hub.awaited and paths.is_live(record) is None
        }
        told, own = self._told_by(other), self._told_by(thing)
        self._hub.take(Joined(join), source)
        self._hub.take(Forgotten(other_id), source)
        self.adopt(self._own_of(thing), source)
        paths.learn(home)
        for prop, value in told:
            counts = paths.reported(prop, value)
            if counts is not None:
                self._hub.take(Reported(counts, value, restored=True), source)
        for prop, value in own:  # which is what counts
            paths.reported(prop, value)
        for record, available in live.items():
            self._reached(record, source, available=available)
        if moved:
            self._hub.take(Claimed(tuple(moved)), source)

    def _reached(self, record: DeviceId, source: str, *, available: bool) -> None:
        """Take whether a joined thing's record is reached, and what that means for the thing."""
        state = self._hub.core.state
        turn = self._hub.paths.reached(record, available=available)
        for prop, value in turn.told:
            self._hub.take(Reported(prop, value, restored=True), source)
        if turn.available is (turn.thing in state.unreachable):
            self._hub.take(Availability(turn.thing, turn.available), source)

    def _told_by(self, device: Device) -> list[tuple[PropertyId, Value]]:
        shadows = self._hub.core.state.shadows
        known = ((prop, shadows[prop]) for prop in device.property_ids() if prop in shadows)
        return [(prop, shadow.reported) for prop, shadow in known if shadow.known]

    def _joins_of(self, thing: DeviceId) -> list[Join]:
        return [j for j in self._hub.core.state.home.joins.values() if j.thing == thing]

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
        state, paths = self._hub.core.state, self._hub.paths
        home = state.home
        join = home.joins[record]
        thing = home.devices.get(join.thing)
        own = self._own_of(thing) if thing is not None else None
        live = {r: paths.is_live(r) for r in paths.records_of(join.thing)}
        told = paths.told_by(record)
        reason = state.unreachable.get(join.thing, "it was reached by another way")
        self._hub.take(Parted(record), source)
        paths.learn(home)
        if thing is not None and own is not None:
            self.adopt(own, source)
            others = [reached for r, reached in live.items() if r != record]
            if all(reached is False for reached in others) and thing.id not in state.unreachable:
                self._hub.take(Availability(thing.id, available=False, reason=reason), source)
        if not keep:
            return
        self.adopt(join.record, source)
        for prop, value in told:
            if prop in state.shadows:
                self._hub.take(Reported(prop, value, restored=True), source)
        if live.get(record) is False:
            self._hub.take(Availability(record, available=False, reason=reason), source)

    def _called(self, device: Device) -> Device:
        """Return a device as the home file and people call it."""
        if self._home_file is not None:
            device = match(device, self._home_file)
        naming = self._hub.core.state.home.naming.get(device.id)
        return device if naming is None else _as_named(device, naming)

    def _record(self, device: Device, source: str) -> None:
        """Take what a driver says of a joined record."""
        home = self._hub.core.state.home
        known = home.joins[device.id]
        thing = home.devices.get(known.thing)
        if thing is None:
            return
        device = self._called(device)
        if device.area is None:
            device = replace(device, area=known.record.area)
        if known.record == device:
            return
        own = self._own_of(thing)
        joins = [
            replace(join, record=device) if join is known else join for join in home.joins.values()
        ]
        self._rejoin(own, joins, source)
        self.adopt(own, source)


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
