"""The running hub: inputs in, the log and commands out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from plain_driver import PlainDriver

from drivers.kit.port import Ordered
from hubd.adoption import Adoption
from hubd.clock import WallClock
from hubd.core.engine import Core
from hubd.core.reconciler import Policy
from hubd.driver_port import DriverPort, attach
from hubd.homefile import parse_home_file
from hubd.hub import Hub
from hubd.memory import recall, remember
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.device import Action, Device, DeviceType, Endpoint
from hubd.model.events import Asked, Claimed, Event, TimePassed
from hubd.model.ids import AreaId, DeviceId, EndpointId, PropertyId
from hubd.model.vocabulary import typical
from hubd.store.store import Store
from scenes.compiler import compile_scene

LAMP = PropertyId("lamp/1/OnOff.on")


class Lamps(PlainDriver):
    """A driver whose devices do at once as they are asked."""

    name = "lamps"

    def __init__(self, port: DriverPort) -> None:
        super().__init__()
        self.port = port

    def send(self, commands: Sequence[Ordered]) -> None:
        self.sent += commands
        for ordered in commands:
            self.port.reported(ordered.command.property, ordered.command.value)


def lamp(area: AreaId | None = None) -> Device:
    on = typical("OnOff.on", writable=True)
    endpoint = Endpoint(EndpointId("1"), DeviceType.ON_OFF_LIGHT, "", (on,))
    return Device(DeviceId("lamp"), "Lamp", "lamps", (endpoint,), area)


def wish(*, on: bool) -> Claimed:
    return Claimed((Claim(LAMP, on, Priority.HAND, "person:ann", "she asked"),))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await asyncio.to_thread(Store.open, f"sqlite:///{tmp_path}/hub.db")
    yield opened
    await asyncio.to_thread(opened.close)


@pytest.fixture
async def hub(store: Store) -> AsyncIterator[Hub]:
    made = Hub(Core(compile_scene), store, WallClock())
    yield made
    made.close()


def attached(hub: Hub) -> Lamps:
    return attach(hub, Adoption(hub, None), Lamps, "lamps")


async def test_a_wish_is_sent_to_the_devices_own_driver_and_confirmed(hub: Hub) -> None:
    lamps = attached(hub)
    lamps.port.described(lamp())
    lamps.port.reported(LAMP, value=False, restored=True)
    hub.take(wish(on=True), "person:ann")
    assert [order.command.value for order in lamps.sent] == [True]
    assert hub.counts.outcomes[Outcome.CONFIRMED] == 1


async def test_a_device_whose_driver_is_gone_refuses(hub: Hub) -> None:
    Adoption(hub, None).adopt(lamp(), "test")
    hub.take(wish(on=True), "person:ann")
    assert hub.counts.outcomes[Outcome.REFUSED] == 1


async def test_an_announcement_that_says_nothing_new_is_no_event(hub: Hub) -> None:
    lamps = attached(hub)
    lamps.port.described(lamp())
    known = hub.counts.events
    lamps.port.described(lamp())
    assert hub.counts.events == known


async def test_a_device_with_a_new_area_brings_the_area_along(hub: Hub) -> None:
    attached(hub).port.described(lamp(AreaId("living_room")))
    assert hub.core.state.home.areas[AreaId("living_room")].name == "Living room"


async def test_the_home_file_names_a_found_device(store: Store) -> None:
    text = "areas: [{id: hall, name: Hall}]\ndevices: [{id: lamp, name: Sconce, area: hall}]\n"
    hub = Hub(Core(compile_scene), store, WallClock())
    Adoption(hub, parse_home_file(text)).adopt(lamp(), "test")
    named = hub.core.state.home.devices[DeviceId("lamp")]
    assert (named.name, named.area) == ("Sconce", "hall")


async def test_a_restart_knows_what_was_and_sends_nothing_again(hub: Hub, store: Store) -> None:
    lamps = attached(hub)
    lamps.port.described(lamp())
    lamps.port.reported(LAMP, value=False, restored=True)
    hub.take(wish(on=True), "person:ann")
    await remember(hub.core, store)
    hub.take(wish(on=False), "person:ann")
    await store.commit()
    again = Hub(recall(store, compile_scene, Policy())[0], store, WallClock())
    lamps = attached(again)
    again.start()
    assert again.core.state == hub.core.state
    assert lamps.sent == []
    again.close()


async def test_who_watches_sees_the_events_in_the_order_of_the_log(hub: Hub, store: Store) -> None:
    seen: list[Event] = []
    unwatch = hub.watch(seen.extend)
    lamps = attached(hub)
    lamps.port.described(lamp())
    hub.take(wish(on=True), "person:ann")
    unwatch()
    hub.take(wish(on=False), "person:ann")
    await store.commit()
    logged = [event.id for event in store.read()]
    assert [event.id for event in seen] == logged[: len(seen)]
    assert logged == sorted(logged)
    assert len(logged) > len(seen)


async def test_what_falls_due_is_taken_when_it_is_due(hub: Hub) -> None:
    lamps = attached(hub)
    lamps.port.described(lamp())
    lamps.port.reported(LAMP, value=False, restored=True)
    until_us = hub.now_us() + 20_000
    claim = Claim(LAMP, True, Priority.SCENE, "scene:short", "a moment", until_us)
    hub.take(Claimed((claim,)), "test")
    over = asyncio.Event()
    hub.watch(lambda events: over.set() if type(events[0].what) is TimePassed else None)
    async with asyncio.timeout(10):
        await over.wait()
    assert [order.command.value for order in lamps.sent] == [True, False]


async def test_configuration_is_durable_when_it_is_acknowledged(hub: Hub, store: Store) -> None:
    text = "areas: [{id: hall, name: Hall}]\npeople: [{id: ann, name: Ann, role: owner}]\n"
    ids = await hub.configure(parse_home_file(text).events(), "test")
    assert [event.id for event in store.read()] == ids


async def test_late_echoes_of_crossed_commands_are_no_hand(hub: Hub) -> None:
    Adoption(hub, None).adopt(lamp(), "test")
    port = DriverPort(hub, Adoption(hub, None), "test")
    port.reported(LAMP, value=False, restored=True)
    for on in (True, False):
        hub.take(wish(on=on), "person:ann")
        port.reported(LAMP, value=on)
    port.reported(LAMP, value=True)
    port.reported(LAMP, value=False)
    owners = [s.claim.owner for s in hub.core.state.shadows[LAMP].claims]
    assert owners == ["person:ann"]


# actions


CHIME = Asked(DeviceId("siren"), EndpointId("1"), "Siren.chime", "person:ann")


class Slow:
    """A log that is durable when a test says so."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.durable = asyncio.Event()

    def append(self, events: Sequence[Event]) -> None:
        self.events += events

    async def commit(self, events: Sequence[Event]) -> None:
        self.append(events)
        await self.durable.wait()


class Deaf(Lamps):
    """A driver whose devices never answer."""

    def send(self, commands: Sequence[Ordered]) -> None:
        self.sent += commands


def siren() -> Device:
    on = typical("OnOff.on", writable=True)
    endpoint = Endpoint(EndpointId("1"), DeviceType.SIREN, "", (on,), (Action("Siren.chime"),))
    return Device(DeviceId("siren"), "Siren", "deaf", (endpoint,))


def noted() -> tuple[Hub, Slow, Deaf]:
    log = Slow()
    hub = Hub(Core(compile_scene), log, WallClock())
    driver = attach(hub, Adoption(hub, None), Deaf, "deaf")
    driver.port.described(siren())
    return hub, log, driver


async def settled(times: int = 5) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def test_an_action_is_sent_when_it_is_in_the_log_and_what_follows_it_behind_it() -> None:
    hub, log, driver = noted()
    hub.take(CHIME, "person:ann")
    on = Claim(PropertyId("siren/1/OnOff.on"), True, Priority.HAND, "person:ann")
    hub.take(Claimed((on,)), "person:ann")
    await settled()
    assert driver.sent == []
    log.durable.set()
    await settled()
    assert [order.command.name for order in driver.sent] == ["Siren.chime", "OnOff.on"]
    hub.take(Claimed((replace(on, value=False),)), "person:ann")
    assert len(driver.sent) == 3, "and then nothing waits for the log any more"
    hub.close()


async def test_a_siren_sounds_though_the_log_cannot_be_written() -> None:
    hub, _, driver = noted()
    hub.take(CHIME, "person:ann")
    async with asyncio.timeout(30):
        while not driver.sent:  # noqa: ASYNC110 - the hub waits for its log meanwhile
            await asyncio.sleep(0.01)
    assert [order.command.name for order in driver.sent] == ["Siren.chime"]
    hub.close()


async def test_what_a_crash_kept_from_the_log_is_found_and_logged(store: Store) -> None:
    whole = Hub(Core(compile_scene), store, WallClock())
    lamps = attached(whole)
    lamps.port.described(lamp())
    lamps.port.reported(LAMP, value=False, restored=True)
    await store.commit()
    kept = len(list(store.read()))
    claimed = whole.core.fold(wish(on=True), whole.now_us(), "person:ann")
    store.append(claimed[:1])  # the hub is killed before the command is in the log
    await store.commit()
    core, lacking = recall(store, compile_scene, Policy())
    assert lacking == claimed[1:]
    again = Hub(core, store, WallClock())
    again.resume(lacking)
    await store.commit()
    assert list(store.read())[kept:] == claimed
    assert core.state == whole.core.state
    again.close()
    whole.close()


class Still:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.us = 1_000_000

    def now_us(self) -> int:
        return self.us

    def wall_s(self, us: int) -> float:
        return us / 1_000_000


async def test_what_a_device_repeats_is_heard_though_it_is_no_event(store: Store) -> None:
    clock = Still()
    hub = Hub(Core(compile_scene), store, clock)
    lamps = attached(hub)
    lamps.port.described(lamp())
    device = DeviceId("lamp")
    lamps.port.reported(LAMP, value=False, restored=True)
    assert hub.core.heard_us(device) is None
    lamps.port.reported(LAMP, value=False)
    known, clock.us = hub.counts.events, 5_000_000
    lamps.port.reported(LAMP, value=False)
    assert hub.counts.events == known
    assert hub.core.heard_us(device) == 5_000_000
    hub.close()


async def test_a_hub_that_starts_again_knows_when_a_device_was_heard(store: Store) -> None:
    first = Hub(Core(compile_scene), store, clock := Still())
    lamps = attached(first)
    lamps.port.described(lamp())
    clock.us = 7_000_000
    lamps.port.reported(LAMP, value=False)
    await remember(first.core, store)
    await store.commit()
    first.close()
    core, _ = await asyncio.to_thread(recall, store, compile_scene, Policy())
    again = Hub(core, store, clock)
    clock.us = 90_000_000
    attached(again).port.reported(LAMP, value=True, restored=True)
    assert again.core.heard_us(DeviceId("lamp")) == 7_000_000
    again.close()
