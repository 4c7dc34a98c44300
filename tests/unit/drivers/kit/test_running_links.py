"""What a running driver makes of its links: one each, answered in any case, told as they are."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import pytest

from drivers.kit.driver import NetworkDriver, Said
from drivers.kit.errors import AccessError, AdoptionError, LinkError, RefusedError
from drivers.kit.found import Adoption, Found, Need
from drivers.kit.link import ITSELF, Description, Link, Tell
from drivers.kit.messages import (
    Adopt,
    Answered,
    Doing,
    Drop,
    Failed,
    FromDriver,
    Keep,
    Order,
    Reached,
    See,
)
from drivers.kit.port import Ordered
from drivers.kit.running import Running
from drivers.kit.sighting import Medium, Sighting
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId, EventId

LAMP = Sighting(Medium.MDNS, "_lamp._tcp.local.", "lamp", addresses=("10.0.0.1",), port=1)
SECRET = "open-sesame"


class Wire:
    """One connection of a lamp, as a test steers it."""

    def __init__(self, driver: "Lamps", adoption: Adoption) -> None:
        self.adoption = adoption
        self.ended = asyncio.Event()
        self.error: LinkError = LinkError("it hung up")
        self.tell: Tell | None = None
        self.taken: list[Command] = []
        self.send_waits = asyncio.Event()
        self.send_waits.set()
        self._driver = driver

    async def run(self, tell: Tell) -> None:
        self._driver.open += 1
        self._driver.most_open = max(self._driver.most_open, self._driver.open)
        self.tell = tell
        try:
            self._driver.script(tell)
            tell.live()
            await self.ended.wait()
            raise self.error
        finally:
            await asyncio.sleep(0.01)  # a good-bye takes its time
            self._driver.open -= 1

    async def send(self, part: str, commands: Sequence[Command]) -> None:
        del part
        await self.send_waits.wait()
        if commands[0].name == "No.no":
            raise RefusedError("it cannot")
        self.taken += commands


class Lamps(NetworkDriver):
    """Lamps, all of whose connections a test has at hand."""

    def __init__(self) -> None:
        self.wires: list[Wire] = []
        self.open = self.most_open = 0
        self.let_go_of: list[str] = []
        self.script: Callable[[Tell], None] = lambda _tell: None

    def recognised(self, sighting: Sighting) -> Found | None:
        return Found(sighting.name, sighting.name, address=sighting.address)

    async def adopt(self, found: Found, answers: Mapping[str, str], said: Said) -> Adoption:
        said(f"looking for {answers['key']}…")
        raise ZeroDivisionError(f"no {answers['key']} for {found.key}")

    def link(self, adoption: Adoption) -> Link:
        self.wires.append(Wire(self, adoption))
        return self.wires[-1]

    async def let_go(self, adoption: Adoption) -> None:
        self.let_go_of.append(adoption.key)
        raise AdoptionError(f"it knows no {adoption.secret}")


class Tried:
    """A running driver, and what it told."""

    def __init__(self) -> None:
        self.driver = Lamps()
        self.told: list[FromDriver] = []
        self.running = Running(self.driver, self.told.append)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():  # noqa: ASYNC110 - what is told has no event
                await asyncio.sleep(0.005)

    def of[M](self, kind: type[M]) -> list[M]:
        return [message for message in self.told if isinstance(message, kind)]

    async def live(self) -> Wire:
        """Adopt the lamp; return its connection once it stands."""
        self.running.take(Keep(Adoption("lamp", "10.0.0.1", secret=SECRET)))
        await self.until(lambda: Reached("lamp", ITSELF, available=True) in self.told)
        return self.driver.wires[-1]

    def order(self, event: int, name: str = "OnOff.on", *, action: bool = False) -> None:
        end = EndpointId("light")
        command = Command(DeviceId("lamp"), end, name, True, 2**60, action=action)
        self.running.take(Order("lamp", ITSELF, (Ordered(EventId(event), command),)))


@pytest.fixture
def tried() -> Tried:
    return Tried()


async def test_a_thing_that_is_kept_twice_has_one_connection_at_a_time(tried: Tried) -> None:
    await tried.live()
    for port in range(1, 6):
        tried.running.take(Keep(Adoption("lamp", "10.0.0.1", port)))
    await tried.until(lambda: tried.driver.wires[-1].tell is not None)
    assert tried.driver.wires[-1].adoption.port == 5
    await asyncio.sleep(0.1)
    assert tried.driver.open == tried.driver.most_open == 1
    await tried.running.close()
    assert tried.driver.open == 0


async def test_a_thing_that_is_kept_as_it_is_keeps_its_connection(tried: Tried) -> None:
    wire = await tried.live()
    tried.running.take(Keep(wire.adoption))
    await asyncio.sleep(0.05)
    assert tried.driver.wires == [wire]
    await tried.running.close()


async def test_an_order_right_behind_the_adoption_is_not_lost(tried: Tried) -> None:
    tried.running.take(Keep(Adoption("lamp")))
    tried.order(7)
    refusal = Answered(EventId(7), accepted=False, reason="it is not connected (not connected yet)")
    assert refusal in tried.told
    await tried.running.close()


async def test_what_is_under_way_when_the_connection_is_lost_is_answered(tried: Tried) -> None:
    wire = await tried.live()
    wire.send_waits.clear()
    tried.order(1)
    tried.order(2)
    await asyncio.sleep(0.02)
    wire.ended.set()
    await tried.until(lambda: len(tried.of(Answered)) == 2)
    assert [(a.event, a.accepted) for a in tried.of(Answered)] == [(2, False), (1, False)]
    await tried.running.close()


async def test_an_action_that_may_have_been_done_is_not_called_refused(tried: Tried) -> None:
    wire = await tried.live()
    wire.send_waits.clear()
    tried.order(1, "Toggle.now", action=True)
    tried.order(2, "Toggle.now", action=True)
    await asyncio.sleep(0.02)
    wire.ended.set()
    await tried.until(lambda: bool(tried.of(Answered)))
    await asyncio.sleep(0.05)
    assert [a.event for a in tried.of(Answered)] == [2], "the first one may have been done"
    tried.order(3, "No.no", action=True)
    await tried.until(lambda: len(tried.of(Answered)) == 2)
    assert tried.of(Answered)[-1].event == 3, "what surely was not done is refused"
    await tried.running.close()


async def test_letting_go_answers_what_waits_and_tells_the_thing(tried: Tried) -> None:
    wire = await tried.live()
    wire.send_waits.clear()
    tried.order(1)
    tried.order(2)
    await asyncio.sleep(0.02)
    tried.running.take(Drop("lamp"))
    await tried.until(lambda: tried.driver.let_go_of == ["lamp"])
    assert {a.event for a in tried.of(Answered)} == {1, 2}
    await asyncio.sleep(0.02)
    assert not any(SECRET in repr(message) for message in tried.told)
    await tried.running.close()


async def test_what_is_behind_a_bridge_comes_and_goes_with_it(tried: Tried) -> None:
    def script(tell: Tell) -> None:
        tell.described(ITSELF, Description("Bridge"))
        tell.described("one", Description("One"))
        if len(tried.driver.wires) == 1:
            tell.described("two", Description("Two"))
        tell.described("three", Description("Three"))
        tell.reached("three", available=False, reason="its battery is empty")

    tried.driver.script = script
    wire = await tried.live()
    reached = [(m.part, m.available) for m in tried.of(Reached)]
    assert reached == [(ITSELF, True), ("one", True), ("two", True), ("three", False)]
    tried.told.clear()
    wire.ended.set()
    await tried.until(lambda: Reached("lamp", ITSELF, available=True) in tried.told)
    reached = [(m.part, m.available) for m in tried.of(Reached)]
    assert reached == [(ITSELF, False), (ITSELF, True), ("one", True), ("three", False)]
    await tried.running.close()


async def test_being_seen_does_not_let_the_hub_in_where_its_key_is_wrong(tried: Tried) -> None:
    wire = await tried.live()
    wire.error = AccessError(f"{SECRET} is not the key", mend="Adopt it anew")
    wire.ended.set()
    await tried.until(lambda: any(m.code for m in tried.of(Reached)))
    assert tried.of(Reached)[-1].reason == "(secret) is not the key"
    tried.running.take(See(LAMP))
    await asyncio.sleep(0.05)
    assert len(tried.driver.wires) == 1
    tried.running.take(Keep(wire.adoption))  # a person adopted it anew
    await tried.until(lambda: len(tried.driver.wires) == 2)
    await tried.running.close()


async def test_answers_are_looked_at_and_are_in_no_words(tried: Tried) -> None:
    need = Need("key", "the key on its back", pattern="[a-z-]+", hint="It is in small letters")
    found = Found("lamp", "Lamp", needs=(need,))
    tried.running.take(Adopt(1, found, {"key": "OPEN"}))
    tried.running.take(Adopt(2, found, {"key": SECRET}))
    await tried.until(lambda: len(tried.of(Failed)) == 2)
    wrong, failed = tried.of(Failed)
    assert (wrong.what, wrong.mend) == (
        "that cannot be the key on its back",
        "It is in small letters",
    )
    assert failed.what == "it failed: ZeroDivisionError: no (secret) for lamp"
    assert tried.of(Doing) == [Doing(2, "looking for (secret)…")]
    await tried.running.close()
