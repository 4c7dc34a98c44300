"""A real hub in a test, with drivers in processes of their own, as they run at home.

async with at_home(tmp_path, "esphome") as home:
home.see(Sighting(...))
entry = await home.found("aabbccddeeff")
lamp = await home.adopt(entry, key="…")
await home.until_value(lamp, "light", "OnOff.on", False)
assert await home.command(lamp, "light", "OnOff.on", True) is Outcome.CONFIRMED
await peer.stop()
await home.until_reached(lamp, reached=False)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from drivers.discovery.brands import Brands
from drivers.kit.manifest import Manifest, read_manifest
from drivers.kit.sighting import Sighting
from hubd.adoption import Adoption
from hubd.clock import WallClock
from hubd.core.engine import Core
from hubd.driver_options import Given, chosen
from hubd.hub import Hub
from hubd.inbox import Entry, Rule
from hubd.manifests import built_in
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.device import Device
from hubd.model.events import Asked, Claimed, Commanded, Event, Settled, Signalled
from hubd.model.ids import DeviceId, EndpointId, EventId, PropertyId, property_id
from hubd.model.value import Value, same
from hubd.network import Network
from hubd.vault import Vault
from scenes.compiler import compile_scene

PATIENCE_S = 60.0
"""Nothing that comes about takes so long, on a machine however busy."""


def any_port(manifest: Manifest) -> Manifest:
    """Widen a manifest to all ports of this machine: peers in tests have ports of their own."""
    reach = replace(
        manifest.reach, tcp=("*",), udp=("*",), listens=("*",), hosts=("127.0.0.0/8", "::1")
    )
    return replace(manifest, reach=reach)


class Notes:
    """A log in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, events: Sequence[Event]) -> None:
        self.events += events

    async def commit(self, events: Sequence[Event]) -> None:
        self.append(events)


class Driving:
    """A home in which drivers are tried."""

    def __init__(self, hub: Hub, adoption: Adoption, network: Network, notes: Notes) -> None:
        self.hub = hub
        self.adoption = adoption
        self.network = network
        self.notes = notes

    @property
    def events(self) -> list[Event]:
        """The log so far."""
        return self.notes.events

    def see(self, sighting: Sighting) -> None:
        """Let something show itself on the network."""
        self.network.saw(sighting)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until `holds`; fail with `what` did not come about."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():  # noqa: ASYNC110 - what happens in other processes has no event
                    await asyncio.sleep(0.02)
        except TimeoutError:
            problems = [p for d in self.hub.drivers for p in d.problems]
            raise AssertionError(f"never: {what}; problems: {problems}") from None

    async def found(self, key: str) -> Entry:
        """Wait for the inbox to have the thing of that key."""
        inbox = self.adoption.inbox

        def entries() -> list[Entry]:
            return [entry for entry in inbox if entry.found.key == key]

        await self.until(lambda: bool(entries()), f"{key} in the inbox")
        return entries()[0]

    async def adopt(self, entry: Entry, **answers: str) -> DeviceId:
        """Adopt a found thing, and wait for its device to be in the home and reached."""
        device = await self.network.adopt(entry.id, answers, None, "person:ann")
        assert device is not None
        await self.until(lambda: device in self.devices, f"{device} in the home")
        await self.until_reached(device)
        return device

    async def add(self, driver: str, **answers: str) -> DeviceId:
        """Adopt what does not show itself, and wait for its device to be reached."""
        device = await self.network.add(driver, answers, None, "person:ann")
        await self.until(lambda: device in self.devices, f"{device} in the home")
        await self.until_reached(device)
        return device

    @property
    def devices(self) -> dict[DeviceId, Device]:
        """The devices of the home."""
        return self.hub.core.state.home.devices

    def part(self, device: DeviceId, part: str) -> DeviceId:
        """Return the id of a device behind an adopted one."""
        return DeviceId(f"{device}_{part}")

    def value(self, device: DeviceId, endpoint: str, name: str) -> Value:
        """Return what a property was reported last."""
        return self.hub.core.view.value(property_id(device, EndpointId(endpoint), name))

    async def until_value(self, device: DeviceId, endpoint: str, name: str, value: Value) -> None:
        """Wait until a property is reported to be `value`, within its own tolerance."""
        prop = property_id(device, EndpointId(endpoint), name)

        def holds() -> bool:
            shadow = self.hub.core.state.shadows.get(prop)
            if shadow is None or not shadow.known:
                return False
            return same(shadow.reported, value, shadow.property.tolerance)

        try:
            await self.until(holds, f"{prop} is {value}")
        except AssertionError as error:
            got = self.hub.core.view.value(prop)
            raise AssertionError(f"{error}; it is {got!r}") from None

    async def until_reached(self, device: DeviceId, *, reached: bool = True) -> None:
        """Wait until a device is within reach, or is not."""
        unreachable = self.hub.core.state.unreachable
        what = f"{device} is {'reached' if reached else 'out of reach'}"
        if reached:
            # A device is taken as reached until told otherwise: its driver must have said so.
            process = self.network.process(self.devices[device].driver)
            assert process is not None
            await self.until(lambda: process.is_live(device), what)
        await self.until(lambda: (device not in unreachable) is reached, what)

    async def until_signalled(self, device: DeviceId, name: str, value: str) -> None:
        """Wait until a momentary event was told."""

        def holds() -> bool:
            told = [e.what for e in self.events if isinstance(e.what, Signalled)]
            return any((w.device, w.name, w.value) == (device, name, value) for w in told)

        await self.until(holds, f"{device} told {name}: {value}")

    async def command(self, device: DeviceId, endpoint: str, name: str, value: Value) -> Outcome:
        """Have a person's hand set a property; return what became of the first command."""
        prop = PropertyId(f"{device}/{endpoint}/{name}")
        begin = len(self.events)
        claim = Claim(prop, value, Priority.HAND, "person:ann", "she asked")
        self.hub.take(Claimed((claim,)), "person:ann")
        return await self._outcome(begin, name)

    async def ask(
        self, device: DeviceId, endpoint: str, action: str, argument: Value = None
    ) -> Outcome:
        """Have a person ask for an action; return what became of it."""
        begin = len(self.events)
        asked = Asked(device, EndpointId(endpoint), action, "person:ann", argument=argument)
        self.hub.take(asked, "person:ann")
        return await self._outcome(begin, action)

    async def _outcome(self, begin: int, name: str) -> Outcome:
        def commands() -> list[EventId]:
            new = self.events[begin:]
            return [
                e.id for e in new if isinstance(e.what, Commanded) and e.what.command.name == name
            ]

        def settled() -> list[Settled]:
            first = commands()[:1]
            new = [e.what for e in self.events[begin:]]
            return [w for w in new if isinstance(w, Settled) and w.command in first]

        await self.until(lambda: bool(settled()), f"{name} is settled")
        return settled()[0].outcome


@asynccontextmanager
async def at_home(
    folder: Path,
    *drivers: str,
    manifests: Sequence[Path] = (),
    change: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    rules: Sequence[Rule] = (),
    core: Core | None = None,
    options: Given | None = None,
) -> AsyncIterator[Driving]:
    """Run a hub with the named drivers of hubd's own, and those of `manifests`.

    `change` may widen a manifest: a peer in a test has a port of its own.
    """
    notes = Notes()
    hub = Hub(core or Core(compile_scene), notes, WallClock())
    adoption = Adoption(hub, None, rules)
    vault = Vault(folder)
    network = Network(hub, adoption, vault, folder, Brands())
    paths = [path for path in built_in() if path.parent.name in drivers] + list(manifests)
    assert len(paths) == len(drivers) + len(manifests), f"no such driver among {drivers}"
    known = [change(read_manifest(path)) for path in paths]
    said = chosen(known, options or {})
    for manifest in known:
        network.attach(manifest, said.get(manifest.name))
    tasks = [asyncio.create_task(driver.run()) for driver in hub.drivers]
    hub.start()
    try:
        yield Driving(hub, adoption, network, notes)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await network.close()
        await vault.written()
        hub.close()
