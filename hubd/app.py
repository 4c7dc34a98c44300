"""Puts the hub together, and takes it apart again in the reverse order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from drivers.broker.embedded import find_broker
from drivers.discovery.brands import Brands
from drivers.home.driver import HomeDriver
from drivers.kit.driver import Announced
from drivers.mqtt.availability.memory import FILE as MEMORY
from drivers.mqtt.driver import MqttDriver
from drivers.mqtt.settings import MqttSettings
from hubd import collector
from hubd.adoption import Adoption
from hubd.clock import Clock, WallClock
from hubd.core.engine import Core
from hubd.core.reconciler import Policy
from hubd.driver_port import attach
from hubd.homefile import HomeFile, read_home_file
from hubd.household import Household
from hubd.hub import Hub
from hubd.memory import recall, remember
from hubd.model.events import HubStarted
from hubd.network import Network
from hubd.safekeeping import Safekeeping, take_leases
from hubd.scenery import Scenery
from hubd.settings import Settings
from hubd.store.history import Retention
from hubd.store.store import Store
from hubd.vault import Vault, hub_id
from scenes.compiler import compile_scene
from scenes.leases import parse_leases
from scenes.safety.compiler import compile_rules

if TYPE_CHECKING:
    from hubd.front import Front

_log = logging.getLogger(__name__)

_SNAPSHOT_EVERY_S = 300.0
_SETTLE_AFTER_S = 5.0
_DEVICES_FIRST_S = 0.25
"""A home that starts again reacts before anyone can look at it."""


@dataclass(frozen=True, slots=True)
class App:
    """A hub that runs."""

    hub: Hub
    adoption: Adoption
    network: Network
    store: Store
    scenery: Scenery
    front: "Front"
    broker_url: str


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, policy: Policy | None = None
) -> AsyncIterator[App]:
    """Run a hub for as long as the context lasts.

    Raises ConfigError, StoreError, BrokerStartError … before it runs; what goes wrong later is
    kept where it happens, and shown.
    """
    clock = clock if clock is not None else WallClock()
    leases = parse_leases(settings.leases)
    home_file = read_home_file(settings.home.file) if settings.home.file is not None else None
    for folder in (settings.data, settings.run):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        broker_url = settings.mqtt.url
        if broker_url is None:
            broker = find_broker(settings.data / "broker", port=settings.broker.port)
            broker_url = (await stack.enter_async_context(broker)).url

        kept = Retention(settings.store.keep_days, settings.store.keep_megabytes * 1_000_000)
        store = await asyncio.to_thread(Store.open, settings.store_url, retention=kept)
        stack.callback(store.close)
        core, lacking = await asyncio.to_thread(
            recall, store, compile_scene, policy or Policy(), compile_rules
        )
        stack.push_async_callback(remember, core, store)
        hub = Hub(core, store, clock)
        stack.callback(hub.close)
        adoption = Adoption(hub, home_file, settings.rules)

        hub.resume(lacking)
        await _furnish(hub, home_file)
        await take_leases(hub, leases)
        safekeeping = Safekeeping(hub, settings.safety_file)
        await safekeeping.refresh()
        variables = [v.variable() for v in home_file.variables] if home_file is not None else []
        home = attach(hub, adoption, lambda port: HomeDriver(variables, port, core.view), "home")
        home.furnish()
        scenery = Scenery(hub, settings.scenes.folder)
        await scenery.refresh()

        mqtt = _mqtt_settings(settings, broker_url)
        hub.speak_through(attach(hub, adoption, lambda port: MqttDriver(mqtt, port), "mqtt"))
        vault = await asyncio.to_thread(Vault, settings.data)
        stack.push_async_callback(vault.written)
        network = Network(hub, adoption, vault, settings.data, Brands())
        stack.push_async_callback(network.close)
        drivers = settings.drivers
        network.furnish(drivers.without, drivers.manifests, drivers.options)

        for work in (
            _all(driver.run() for driver in hub.drivers),
            scenery.follow(),
            safekeeping.follow(),
            _remember_now_and_then(core, store),
            _settle_when_calm(),
            collector.tidy(),
        ):
            stack.push_async_callback(_end, asyncio.create_task(work))
        hub.start()
        hub.take(HubStarted(), "hub")
        await asyncio.sleep(_DEVICES_FIRST_S)
        name = home_file.name if home_file is not None else "Home"
        household = Household(hub, adoption, network)
        fronting = _fronting(settings, hub, store, scenery, household, name)
        front = await stack.enter_async_context(fronting)
        if settings.drivers.look:
            network.watch(_announced(settings, front, name))
        yield App(hub, adoption, network, store, scenery, front, broker_url)


@asynccontextmanager
async def _fronting(
    settings: Settings,
    hub: Hub,
    store: Store,
    scenery: Scenery,
    household: Household,
    home_name: str,
) -> AsyncIterator["Front"]:
    """Open the home to people once its devices are served.

    Importing that takes a third of a second: a thread does it, while the loop reacts.
    """
    await asyncio.to_thread(import_module, "hubd.front")
    from hubd.front import fronting  # noqa: PLC0415

    collector.settle()
    async with fronting(settings, hub, store, scenery, household, home_name) as front:
        yield front


def _announced(settings: Settings, front: "Front", name: str) -> Announced | None:
    """Return how the hub shows itself to others; None while its API is for this machine alone."""
    port = urlsplit(front.panel_url).port
    if port is None or settings.api.host in {"127.0.0.1", "::1", "localhost"}:
        return None
    return Announced(name, hub_id(settings.data), port, version("hubd"))


async def _furnish(hub: Hub, home_file: HomeFile | None) -> None:
    """Take what the home file says into the home, where it is not known so already."""
    if home_file is not None:
        await hub.configure(home_file.news(hub.core.state.home), "home file")


def _mqtt_settings(settings: Settings, url: str) -> MqttSettings:
    given = settings.mqtt
    known = MqttSettings.from_url(url, client_id=given.client_id)
    return replace(
        known,
        username=given.username or known.username,
        password=given.password.get_secret_value() if given.password else known.password,
        prefix=given.discovery_prefix,
        dialects=given.dialects,
        memory=settings.data / MEMORY,
        bind_keys={mac: key.get_secret_value() for mac, key in given.bind_keys.items()},
    )


async def _remember_now_and_then(core: Core, store: Store) -> None:
    while True:
        await asyncio.sleep(_SNAPSHOT_EVERY_S)
        await remember(core, store)


async def _settle_when_calm() -> None:
    """Freeze what the start built, once the devices have announced themselves."""
    collector.settle()
    await asyncio.sleep(_SETTLE_AFTER_S)
    collector.settle()


async def _all(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Run all for ever, each for itself; they are ended together, so that none waits for others."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.gather(*(_end(task) for task in tasks))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    (ended,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(ended, Exception):
        _log.error("a task ended before its time", exc_info=ended)
