"""The browser of mDNS services, fed with messages: bounded, and not to be broken by any."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zeroconf import (
    DNSAddress,
    DNSIncoming,
    DNSOutgoing,
    DNSPointer,
    DNSRecord,
    DNSService,
    DNSText,
    IPVersion,
)
from zeroconf.asyncio import AsyncZeroconf
from zeroconf.const import (
    _CLASS_IN,
    _CLASS_IN_UNIQUE,
    _FLAGS_AA,
    _FLAGS_QR_RESPONSE,
    _TYPE_A,
    _TYPE_AAAA,
    _TYPE_PTR,
    _TYPE_SRV,
    _TYPE_TXT,
)

from drivers.discovery import mdns
from drivers.discovery.mdns import MOST_OF_A_TYPE, Browser
from drivers.kit.sighting import Sighting

TYPE = "_test._tcp.local."
FROM = ("127.0.0.1", 5353)


class Ear:
    """A browser on the loopback, and what it told."""

    def __init__(self, zeroconf: AsyncZeroconf) -> None:
        self.zeroconf = zeroconf
        self.told: list[Sighting] = []
        self._news = asyncio.Event()
        self.there: dict[str, Sighting] = {}
        self.browser = Browser(zeroconf.zeroconf, [TYPE], self._saw)

    def _saw(self, sighting: Sighting) -> None:
        self.told.append(sighting)
        self._news.set()
        if sighting.gone:
            del self.there[sighting.name]
        else:
            self.there[sighting.name] = sighting

    def hear(self, *records: DNSRecord) -> None:
        """Have it hear a message of these records."""
        out = DNSOutgoing(_FLAGS_QR_RESPONSE | _FLAGS_AA)
        for record in records:
            out.add_answer_at_time(record, 0)
        for packet in out.packets():
            self.hear_packet(packet)

    def hear_packet(self, packet: bytes) -> None:
        """Have it hear a packet as it is."""
        self.zeroconf.zeroconf.engine.protocols[0].datagram_received(packet, FROM)

    async def until(self, name: str, *, there: bool) -> None:
        """Wait until a service is there, or is not."""
        async with asyncio.timeout(15):
            while (name in self.there) is not there:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    zeroconf = AsyncZeroconf(["127.0.0.1"], ip_version=IPVersion.V4Only)
    await zeroconf.zeroconf.async_wait_for_start()
    ear = Ear(zeroconf)
    task = asyncio.create_task(ear.browser.run())
    await asyncio.sleep(0)
    try:
        yield ear
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await zeroconf.async_close()


def pointer(name: str, ttl: int = 4500) -> DNSRecord:
    return DNSPointer(TYPE, _TYPE_PTR, _CLASS_IN, ttl, f"{name}.{TYPE}")


def rest(
    name: str, ttl: int = 120, host: str = "", text: bytes = b"\x03a=1"
) -> Iterator[DNSRecord]:
    full, at = f"{name}.{TYPE}", host or f"{name}.local."
    yield DNSService(full, _TYPE_SRV, _CLASS_IN_UNIQUE, ttl, 0, 0, 80, at)
    yield DNSText(full, _TYPE_TXT, _CLASS_IN_UNIQUE, ttl, text)


def address(host: str, said: str, ttl: int = 120) -> DNSRecord:
    if ":" in said:
        packed, kind = socket.inet_pton(socket.AF_INET6, said), _TYPE_AAAA
    else:
        packed, kind = socket.inet_aton(said), _TYPE_A
    return DNSAddress(host, kind, _CLASS_IN_UNIQUE, ttl, packed)


async def test_a_service_is_told_once_all_of_it_came_in_whatever_order() -> None:
    async with listening() as ear:
        ear.hear(address("lamp.local.", "192.168.1.5"), address("lamp.local.", "fe80::5"))
        ear.hear(pointer("lamp"))
        assert ear.told == []
        ear.hear(*rest("lamp"))
        (seen,) = ear.told
        assert (seen.name, seen.host, seen.port) == ("lamp", "lamp.local.", 80)
        assert seen.addresses == ("192.168.1.5", "fe80::5")
        assert seen.texts == {"a": "1"}


async def test_a_change_is_told_and_a_repetition_is_not() -> None:
    async with listening() as ear:
        whole = [pointer("lamp"), *rest("lamp"), address("lamp.local.", "192.168.1.5")]
        ear.hear(*whole)
        ear.hear(*whole)
        assert len(ear.told) == 1
        ear.hear(*rest("lamp", text=b"\x03a=2"))
        ear.hear(address("lamp.local.", "192.168.1.77"))
        assert [s.texts for s in ear.told[1:]] == [{"a": "2"}, {"a": "2"}]
        assert ear.told[-1].address == "192.168.1.77"


async def test_a_goodbye_is_told_at_once() -> None:
    async with listening() as ear:
        ear.hear(pointer("lamp"), *rest("lamp"), address("lamp.local.", "192.168.1.5"))
        ear.hear(pointer("lamp", ttl=0))
        assert [s.gone for s in ear.told] == [False, True]
        ear.hear(*rest("lamp"), pointer("lamp"), address("lamp.local.", "192.168.1.5"))
        assert "lamp" in ear.there


async def test_who_does_not_renew_its_records_is_gone_when_they_lapse() -> None:
    async with listening() as ear:
        ear.hear(pointer("lamp"), *rest("lamp", ttl=1), address("lamp.local.", "192.168.1.5"))
        await ear.until("lamp", there=True)
        await ear.until("lamp", there=False)
        ear.hear(*rest("lamp", ttl=1), pointer("lamp"), address("lamp.local.", "192.168.1.5"))
        assert "lamp" in ear.there


async def test_a_service_that_moves_to_another_host_stays_there() -> None:
    async with listening() as ear:
        ear.hear(pointer("lamp"), *rest("lamp", host="a.local."), address("a.local.", "10.0.0.1"))
        ear.hear(*rest("lamp", host="b.local."), address("b.local.", "10.0.0.2"))
        assert ear.there["lamp"].host == "b.local."
        assert ear.there["lamp"].address == "10.0.0.2"
        ear.hear(address("a.local.", "10.0.0.9"))
        assert ear.there["lamp"].address == "10.0.0.2"


async def test_types_no_longer_asked_for_are_gone_and_new_ones_found_in_what_was_heard() -> None:
    async with listening() as ear:
        ear.browser.set_types([])
        ear.hear(pointer("lamp"), *rest("lamp"), address("lamp.local.", "192.168.1.5"))
        assert ear.told == []
        ear.browser.set_types(["_test._tcp"])
        assert "lamp" in ear.there
        ear.browser.set_types(["_other._tcp.local."])
        assert ear.there == {}


async def test_a_flood_of_names_is_held_down_and_hides_nobody() -> None:
    async with listening() as ear:
        ear.hear(pointer("lamp"), *rest("lamp"), address("lamp.local.", "192.168.1.5"))
        before_kb = 0
        for number in range(60_000):
            name = f"flood-{number}"
            ear.hear(pointer(name), *rest(name, host="flood.local."))
            if number == 15_000:  # zeroconf's own cache is full by now
                before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
        assert grown_kb < 12_000
        assert ear.browser.refused > 0
        assert len(ear.browser._services) <= MOST_OF_A_TYPE
        assert "lamp" in ear.there


async def test_names_that_never_resolve_make_room_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mdns, "_RESOLVE_S", 0.2)
    async with listening() as ear:
        for number in range(MOST_OF_A_TYPE):
            ear.hear(pointer(f"empty-{number}"))
        async with asyncio.timeout(15):
            while ear.browser._services:  # noqa: ASYNC110 - what was never told has no event
                await asyncio.sleep(0.01)
        ear.hear(pointer("lamp"), *rest("lamp"), address("lamp.local.", "192.168.1.5"))
        assert "lamp" in ear.there


WHOLE = DNSOutgoing(_FLAGS_QR_RESPONSE | _FLAGS_AA)
for _record in (pointer("lamp"), *rest("lamp"), address("lamp.local.", "192.168.1.5")):
    WHOLE.add_answer_at_time(_record, 0)
VALID = WHOLE.packets()[0]

packets = st.one_of(
    st.binary(max_size=600),
    st.builds(
        lambda at, cut, new: VALID[:at] + new + VALID[at + cut :],
        st.integers(0, len(VALID)),
        st.integers(0, 30),
        st.binary(max_size=30),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(packets, max_size=12))
def test_no_packet_ends_the_browser(some: list[bytes]) -> None:
    async def hear() -> None:
        async with listening() as ear:
            for packet in some:
                ear.hear_packet(packet)
            await asyncio.sleep(0)
            ear.hear(pointer("after"), *rest("after"), address("after.local.", "192.168.1.5"))
            assert ear.there["after"].address == "192.168.1.5"

    asyncio.run(hear())


def test_the_valid_packet_is_valid() -> None:
    assert DNSIncoming(VALID).valid
