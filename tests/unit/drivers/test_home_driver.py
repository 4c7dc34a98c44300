"""The home's own devices obey at once, and keep what they are across a restart."""

import asyncio
from pathlib import Path

from drivers.home.driver import HomeDriver
from hubd.adoption import Adoption
from hubd.clock import WallClock
from hubd.core.reconciler import Policy
from hubd.driver_port import attach
from hubd.homefile import parse_home_file
from hubd.hub import Hub
from hubd.memory import recall, remember
from hubd.model.claim import Claim, Priority
from hubd.model.command import Outcome
from hubd.model.events import Claimed
from hubd.model.ids import DeviceId, PropertyId
from hubd.model.value import Value
from hubd.store.store import Store
from scenes.compiler import compile_scene

HOME = """
areas: [{id: den, name: Den}]
variables:
  - {id: guests_stay, name: Guests stay, type: switch, initial: on}
  - {id: days, name: Vacation days, type: number, from: 0, to: 30, initial: 3, area: den}
  - {id: program, name: Heating program, type: choice, choices: [comfort, eco]}
"""
MODE = PropertyId("home/1/Home.mode")
DAYS = PropertyId("days/1/Number.value")
PROGRAM = PropertyId("program/1/Select.option")


class Hubs:
    """A hub that is started again and again, with the home file as it is then."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder}/hub.db"

    async def run(self, home: str, *wishes: tuple[PropertyId, Value]) -> Hub:
        store = await asyncio.to_thread(Store.open, self._url)
        core, _ = recall(store, compile_scene, Policy())
        hub = Hub(core, store, WallClock())
        variables = [v.variable() for v in parse_home_file(home).variables]
        adoption = Adoption(hub, None)
        attach(hub, adoption, lambda port: HomeDriver(variables, port, core.view), "home").furnish()
        for prop, value in wishes:
            claim = Claim(prop, value, Priority.HAND, "person:ann", "she asked")
            hub.take(Claimed((claim,)), "person:ann")
        await store.commit()
        await remember(core, store)
        hub.close()
        await asyncio.to_thread(store.close)
        return hub


async def test_what_nobody_set_is_as_declared(tmp_path: Path) -> None:
    view = (await Hubs(tmp_path).run(HOME)).core.view
    assert view.value(MODE) == "home"
    assert view.value(PropertyId("guests_stay/1/OnOff.on")) is True
    assert view.value(DAYS) == 3
    assert view.value(PROGRAM) == "comfort"
    assert view.home.devices[DeviceId("days")].area == "den"


async def test_a_command_is_obeyed_at_once(tmp_path: Path) -> None:
    hub = await Hubs(tmp_path).run(HOME, (MODE, "guests"), (DAYS, 5))
    assert hub.core.view.value(MODE) == "guests"
    assert hub.core.view.value(DAYS) == 5
    assert hub.counts.outcomes == {Outcome.CONFIRMED: 2}


async def test_what_cannot_be_is_refused_with_the_reason(tmp_path: Path) -> None:
    hub = await Hubs(tmp_path).run(HOME, (DAYS, 31), (PROGRAM, "warm"))
    assert hub.core.view.value(DAYS) == 3
    assert hub.counts.outcomes == {Outcome.REFUSED: 2}


async def test_values_survive_a_restart(tmp_path: Path) -> None:
    hubs = Hubs(tmp_path)
    await hubs.run(HOME, (MODE, "away"), (DAYS, 5), (PROGRAM, "eco"))
    again = await hubs.run(HOME)
    assert [again.core.view.value(p) for p in (MODE, DAYS, PROGRAM)] == ["away", 5, "eco"]
    assert again.counts.events == 0, "nothing of it is news"


async def test_the_home_file_is_taken_as_it_is_now(tmp_path: Path) -> None:
    hubs = Hubs(tmp_path)
    await hubs.run(HOME, (DAYS, 5), (PROGRAM, "eco"))
    changed = """
variables:
  - {id: days, name: Days off, type: number, unit: days, from: 0, to: 30}
  - {id: program, name: Heating program, type: choice, choices: [low, high]}
"""
    view = (await hubs.run(changed)).core.view
    assert view.home.devices[DeviceId("days")].name == "Days off"
    assert view.value(DAYS) == 5
    assert view.value(PROGRAM) == "low", "what it was it cannot be any more"
    assert DeviceId("guests_stay") not in view.home.devices
