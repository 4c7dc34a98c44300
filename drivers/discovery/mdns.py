"""Who announces services on mDNS: asked for, resolved, kept for as long as their records last.

Sockets, parser and cache are zeroconf's. Its service browser is not used: it remembers every name
that it hears for a quarter of an hour, so that a flood fills the memory; it lifts short times of
pointer records, and looks for lapsed ones every ten seconds alone. Here a service is gone with its
pointer's goodbye, or when its pointer or its SRV record lapsed after it was asked for three times
(RFC 6762, 5.2): a lamp without power is missed after two minutes, not after 75.
"""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import batched
from typing import cast

from msgspec.structs import replace
from zeroconf import (
    BadTypeInNameException,
    DNSOutgoing,
    DNSPointer,
    DNSQuestion,
    DNSRecord,
    RecordUpdate,
    RecordUpdateListener,
    ServiceInfo,
    Zeroconf,
)
from zeroconf.const import (
    _CLASS_IN,
    _FLAGS_QR_QUERY,
    _TYPE_A,
    _TYPE_AAAA,
    _TYPE_PTR,
    _TYPE_SRV,
    _TYPE_TXT,
)

from drivers.discovery.mdns_codec import instance_of, sighted, type_of
from drivers.discovery.presence import Presence
from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Sighting

MOST = 4_000
MOST_OF_A_TYPE = 1_000
_ASK_AT = (0.8, 0.9, 0.95)
_RESOLVE_S = 4.0
_RESOLVE_ASK_AT = (0.03, 0.3, 0.6)
"""A service's other records mostly come with its pointer: 0.12 s are left to them before asking."""
_FIRST_ASK_S = (0.02, 0.12)
_LONGEST_PAUSE_S = 3600.0
_TYPES_A_MESSAGE = 25
_WITHDRAWN_S = 1.0
_IDLE_S = 60.0


class _Of(Enum):
    POINTER = _TYPE_PTR
    SERVICE = _TYPE_SRV


@dataclass(slots=True, eq=False)
class _Service:
    type: str
    name: str
    host: str = ""
    told: Sighting | None = None

    @property
    def key(self) -> str:
        return self.name.lower()


class Browser(RecordUpdateListener):
    """Keeps the services of some types, and tells `saw` of them. Made and used in the event loop.

    `saw` is called with what was found or has changed, and with `gone` sightings.
    """

    def __init__(
        self, zeroconf: Zeroconf, types: Collection[str], saw: Callable[[Sighting], None]
    ) -> None:
        self._zeroconf = zeroconf
        self._saw = saw
        self._types: dict[str, str] = {}
        self._services: dict[str, _Service] = {}
        self._by_host: dict[str, set[str]] = {}
        self._count: dict[str, int] = {}
        self._lasting: Presence[tuple[_Of, str]] = Presence(_ASK_AT)
        self._resolving: Presence[str] = Presence(_RESOLVE_ASK_AT)
        self._touched: set[str] = set()
        self._woken = asyncio.Event()
        self._ask_s = 0.0
        self._pause_s = 0.0
        self.refused = 0
        """How many services were not taken in, because there were too many, or for their names."""
        self.set_types(types)

    def set_types(self, types: Collection[str]) -> None:
        """Look for these types from now on; what is known of others is told as gone."""
        wanted = {type_.lower(): type_ for type_ in map(type_of, types)}
        added = wanted.keys() - self._types.keys()
        self._types = wanted
        for service in list(self._services.values()):
            if service.type.lower() not in wanted:
                self._drop(service.key)
        now_ms = _now_s() * 1000
        for type_ in added:
            for record in self._zeroconf.cache.async_all_by_details(type_, _TYPE_PTR, _CLASS_IN):
                if not record.is_expired(now_ms):
                    self._pointer(cast("DNSPointer", record), now_ms)
        self.async_update_records_complete()
        if added:
            self.look()

    def look(self) -> None:
        """Ask for all types again soon, and then at growing intervals."""
        self._ask_s = _now_s() + random.uniform(*_FIRST_ASK_S)  # noqa: S311 - not a secret
        self._pause_s = 0.0
        self._woken.set()

    async def run(self) -> None:
        """Listen and ask until cancelled. What is known then is kept, and told no more."""
        self._zeroconf.async_add_listener(self, None)
        self.look()
        try:
            while True:
                self._woken.clear()
                self._round(_now_s())
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._rest_s()):
                        await self._woken.wait()
        finally:
            if not self._zeroconf.done:
                self._zeroconf.async_remove_listener(self)

    # what comes in

    def async_update_records(self, zc: Zeroconf, now: float, records: list[RecordUpdate]) -> None:
        """Take in the records of one message, before they are in the cache."""
        del zc
        for update in records:
            record = update.new
            match record.type:
                case kind if kind == _TYPE_PTR:
                    self._pointer(cast("DNSPointer", record), now)
                case kind if kind == _TYPE_SRV and record.key in self._services:
                    if not record.ttl or not record.is_expired(now):
                        for_s = record.ttl or _WITHDRAWN_S
                        self._lasting.seen((_Of.SERVICE, record.key), now / 1000, for_s)
                    self._touched.add(record.key)
                case kind if kind == _TYPE_TXT and record.key in self._services:
                    self._touched.add(record.key)
                case kind if kind in (_TYPE_A, _TYPE_AAAA) and record.key in self._by_host:
                    self._touched |= self._by_host[record.key]
                case _:
                    pass

    def async_update_records_complete(self) -> None:
        """Tell of what the message changed, now that the cache has it."""
        touched, self._touched = self._touched, set()
        for key in touched:
            self._read(key)
        if touched:
            self._woken.set()

    def _pointer(self, record: DNSPointer, now_ms: float) -> None:
        type_ = self._types.get(record.key)
        if type_ is None:
            return
        key = record.alias.lower()
        if record.is_expired(now_ms):
            self._drop(key)
            return
        if key not in self._services:
            if not self._admits(type_, record.alias):
                self.refused += 1
                return
            self._services[key] = _Service(type_, record.alias)
            self._count[type_] = self._count.get(type_, 0) + 1
            self._resolving.seen(key, now_ms / 1000, _RESOLVE_S)
            self._touched.add(key)
        left_s = record.get_remaining_ttl(now_ms)
        self._lasting.seen((_Of.POINTER, key), now_ms / 1000, left_s)

    def _admits(self, type_: str, name: str) -> bool:
        if len(self._services) >= MOST or self._count.get(type_, 0) >= MOST_OF_A_TYPE:
            return False
        try:
            instance_of(type_, name)
            ServiceInfo(type_, name)
        except (MalformedError, BadTypeInNameException):
            return False
        return True

    def _read(self, key: str, *, as_it_is: bool = False) -> None:
        """Tell what the cache has of a service, once that is all, or `as_it_is`."""
        service = self._services.get(key)
        if service is None:
            return
        info = ServiceInfo(service.type, service.name)
        whole = info.load_from_cache(self._zeroconf)
        if info.server is not None:
            self._at_host(service, info.server)
        if not whole and not as_it_is and key not in self._resolving:
            self._resolving.seen(key, _now_s(), _RESOLVE_S)
        if info.server is None or not (whole or as_it_is):
            return
        self._resolving.left(key)
        seen = sighted(
            service.type,
            service.name,
            host=info.server,
            port=info.port or 0,
            addresses=info.parsed_scoped_addresses(),
            text=info.text,
        )
        if service.told and not whole:
            seen = replace(
                seen,
                addresses=seen.addresses or service.told.addresses,
                texts=seen.texts or service.told.texts,
            )
        if seen != service.told:
            service.told = seen
            self._saw(seen)

    def _at_host(self, service: _Service, host: str) -> None:
        host = host.lower()
        if host != service.host:
            self._leave_host(service)
            service.host = host
            self._by_host.setdefault(host, set()).add(service.key)

    def _leave_host(self, service: _Service) -> None:
        others = self._by_host.get(service.host, set())
        others.discard(service.key)
        if not others:
            self._by_host.pop(service.host, None)

    def _drop(self, key: str) -> None:
        service = self._services.pop(key, None)
        if service is None:
            return
        self._count[service.type] -= 1
        self._leave_host(service)
        self._resolving.left(key)
        for of in _Of:
            self._lasting.left((of, key))
        if service.told:
            self._saw(replace(service.told, gone=True))

    # what goes out

    def _round(self, now_s: float) -> None:
        """Do what is due: ask for types, for what is missing and what is old; drop what lapsed."""
        asks: list[DNSQuestion] = []
        old, lapsed = self._lasting.due(now_s)
        for _, key in lapsed:
            self._drop(key)
        missing, given_up = self._resolving.due(now_s)
        for key in given_up:
            self._read(key, as_it_is=True)
            if key in self._services and not self._services[key].told:
                self._drop(key)
        for key in missing:
            asks += self._missing(key)
        types = set()
        for of, key in old:
            service = self._services.get(key)
            if service and of is _Of.POINTER:
                types.add(service.type)
            elif service:
                asks.append(DNSQuestion(service.name, _TYPE_SRV, _CLASS_IN))
        if now_s >= self._ask_s:
            types |= set(self._types.values())
            unicast = not self._pause_s
            self._pause_s = min(_LONGEST_PAUSE_S, self._pause_s * 2 or 1.0)
            self._ask_s = now_s + self._pause_s
            self._ask_for(types, now_s, unicast=unicast)
        elif types:
            self._ask_for(types, now_s, unicast=False)
        self._send(asks)

    def _missing(self, key: str) -> Iterable[DNSQuestion]:
        service = self._services[key]
        info = ServiceInfo(service.type, service.name)
        info.load_from_cache(self._zeroconf)
        if info.server is None:
            yield DNSQuestion(service.name, _TYPE_SRV, _CLASS_IN)
        elif not info.parsed_addresses():
            yield DNSQuestion(info.server, _TYPE_A, _CLASS_IN)
            yield DNSQuestion(info.server, _TYPE_AAAA, _CLASS_IN)
        yield DNSQuestion(service.name, _TYPE_TXT, _CLASS_IN)

    def _ask_for(self, types: Iterable[str], now_s: float, *, unicast: bool) -> None:
        """Ask who has these types, and say who is known already, so that those keep silent."""
        for some in batched(sorted(types), _TYPES_A_MESSAGE):
            out = DNSOutgoing(_FLAGS_QR_QUERY)
            for type_ in some:
                question = DNSQuestion(type_, _TYPE_PTR, _CLASS_IN)
                question.unicast = unicast
                out.add_question(question)
                for record in self._known(type_, now_s * 1000):
                    out.add_answer_at_time(record, now_s * 1000)
            self._zeroconf.async_send(out)

    def _known(self, type_: str, now_ms: float) -> Iterable[DNSRecord]:
        for record in self._zeroconf.cache.async_all_by_details(type_, _TYPE_PTR, _CLASS_IN):
            service = self._services.get(cast("DNSPointer", record).alias.lower())
            if service and service.told and not record.is_stale(now_ms):
                yield record

    def _send(self, questions: Iterable[DNSQuestion]) -> None:
        for some in batched(questions, _TYPES_A_MESSAGE):
            out = DNSOutgoing(_FLAGS_QR_QUERY)
            for question in some:
                out.add_question(question)
            self._zeroconf.async_send(out)

    def _rest_s(self) -> float:
        times = (self._ask_s, self._lasting.next_s(), self._resolving.next_s())
        next_s = min(t for t in times if t is not None)
        return min(_IDLE_S, max(0.0, next_s - _now_s()))


def _now_s() -> float:
    """Return the time as zeroconf counts it."""
    return time.monotonic()
