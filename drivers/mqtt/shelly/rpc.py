"""Gen2, Gen3 and Gen4 on a broker. They announce nothing: who is online is asked who it is.

A device says `true` on `<prefix>/online` when it connects. It is asked by RPC on `<prefix>/rpc`,
and answers on `<src>/rpc`, where `src` is a topic of the hub's own. What changes it notifies on
`<prefix>/events/rpc`, and tells on `<prefix>/status/<component>` too if it is so set. Source:
https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from drivers.kit.errors import MalformedError
from drivers.mqtt.dialect import Described, DeviceFacts, Gone, News
from drivers.mqtt.errors import DiscoveryError, UnreadableError, excerpt
from drivers.mqtt.part import Publish
from drivers.mqtt.payload import MISSING, Missing, Payload
from drivers.mqtt.shelly.parts import Hear, Maker, Source
from drivers.shelly import gen2
from drivers.shelly.facts import MAKER, NAP_MARGIN, Facts, facts, name_in, nap_s
from drivers.shelly.function import Call, Carried, Field, at
from drivers.shelly.news import read_news, with_dynamic
from drivers.shelly.reading import record
from hubd.model.device import Trouble

OURS = "hubd/shelly"
"""Below this the hub is answered."""
_WHO, _STATE = "who", "state"
_ONLINE, _EVENTS, _RPC = "/online", "/events/rpc", "/rpc"
_CHANGED = (b'"config_changed"', b'"component_added"', b'"component_removed"')
_INFO, _CONFIG, _STATUS, _COMPONENTS = 1, 2, 3, 4
_METHODS = {
    _INFO: "Shelly.GetDeviceInfo",
    _CONFIG: "Shelly.GetConfig",
    _STATUS: "Shelly.GetStatus",
}
DEVICES_LIMIT = 10_000
COMPONENTS_LIMIT = 512
_encode = msgspec.json.encode


class _Inquiry:
    """What a device was asked so far: one question after the other, each upon the answer."""

    def __init__(self) -> None:
        self.step = _INFO
        self.serial = 0
        self.answers: dict[int, Mapping[str, object]] = {}
        self.components: list[object] = []
        self.described = False
        self.neighbours: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """The id of the open question."""
        return self.serial * 10 + self.step

    def again(self) -> None:
        """Begin anew. An answer that is on its way is to an older question."""
        self.step = _INFO
        self.serial = (self.serial + 1) % 1_000_000
        self.answers.clear()
        self.components.clear()


class ShellyRpc:
    """Devices of Gen2 and later."""

    name = "shelly"
    rank = 1

    def __init__(self) -> None:
        self._inquiries: dict[str, _Inquiry] = {}

    def topics(self) -> Sequence[str]:
        """Return the filters of who is online, and of the answers to the hub.

        A prefix has one level or two. The events are not among them: where two filters match, some
        brokers send a message twice, and a press would be two.
        """
        answers = (f"{OURS}/{p}/{q}{_RPC}" for p in ("+", "+/+") for q in (_WHO, _STATE))
        return (f"+{_ONLINE}", f"+/+{_ONLINE}", *answers)

    def is_news(self, topic: str) -> bool:
        """Say whether `topic` tells who is online, what one answered, or what happened to one."""
        if topic.startswith(OURS):
            return topic.endswith(f"/{_WHO}{_RPC}")
        return topic.endswith((_ONLINE, _EVENTS))

    def greeting(self) -> Sequence[Publish]:
        """Return what asks the devices that are known for their state, and the others on."""
        return [
            _state_of(prefix) if inquiry.described else _question(prefix, inquiry)
            for prefix, inquiry in self._inquiries.items()
        ]

    def read(self, topic: str, payload: bytes) -> Iterable[News]:
        """Return what a message leads to: a question, or the device. Raises DiscoveryError."""
        if topic.startswith(OURS):
            prefix = topic[len(OURS) + 1 : -len(f"/{_WHO}{_RPC}")]
            inquiry = self._inquiries.get(prefix)
            return () if inquiry is None else self._answered(prefix, inquiry, payload)
        if topic.endswith(_ONLINE):
            return self._online(topic.removesuffix(_ONLINE), payload)
        prefix = topic.removesuffix(_EVENTS)
        if inquiry := self._inquiries.get(prefix):
            inquiry.again()
            return (_question(prefix, inquiry),)
        return ()

    def _online(self, prefix: str, payload: bytes) -> Iterable[News]:
        if not payload:
            inquiry = self._inquiries.pop(prefix, None)
            return () if inquiry is None else (Gone(prefix), *_gone(prefix, inquiry.neighbours))
        if payload.strip() != b"true":
            return ()
        if prefix not in self._inquiries and len(self._inquiries) >= DEVICES_LIMIT:
            raise DiscoveryError(f"more than {DEVICES_LIMIT} devices are online")
        inquiry = self._inquiries.setdefault(prefix, _Inquiry())
        if inquiry.described:
            return (_state_of(prefix),)
        inquiry.again()
        return (_question(prefix, inquiry),)

    def _answered(self, prefix: str, inquiry: _Inquiry, payload: bytes) -> Iterable[News]:
        """Take an answer to the question that is open; others come late, and say nothing new."""
        answer = _object(payload)
        step = inquiry.step
        if answer.get("id") != inquiry.number or not step:
            return ()
        result = answer.get("result")
        if step == _COMPONENTS:
            page = record(result)
            found = page.get("components")
            inquiry.components += found if isinstance(found, list) else []
            total = page.get("total")
            if (
                found
                and isinstance(total, int)
                and len(inquiry.components) < min(total, COMPONENTS_LIMIT)
            ):
                return (_question(prefix, inquiry),)
            return self._described(prefix, inquiry)
        if not isinstance(result, dict):
            raise DiscoveryError(f"did not answer {_METHODS[step]}: {excerpt(payload)}")
        inquiry.answers[step] = result
        inquiry.step += 1
        return (_question(prefix, inquiry),)

    def _described(self, prefix: str, inquiry: _Inquiry) -> Iterator[News]:
        info = inquiry.answers[_INFO]
        config, status = with_dynamic(
            inquiry.answers[_CONFIG], inquiry.answers[_STATUS], inquiry.components
        )
        inquiry.step = 0
        try:
            found = facts(info, name=name_in(config))
        except MalformedError as error:
            raise DiscoveryError(error.what) from error
        carried = gen2.carried(info, config, status)
        nap = nap_s(status)
        maker = Maker(
            found.id,
            _saying(prefix),
            _sources(prefix),
            _hears(prefix),
            online="" if nap else f"{prefix}{_ONLINE}",
            expire_after_s=nap * NAP_MARGIN if nap else None,
        )
        inquiry.described = True
        troubles = (*carried.troubles, *_silent(config))
        yield Described(
            prefix,
            _facts(found),
            maker.pieces([f for f in carried.functions if not f.behind], troubles),
            follows=(f"{prefix}{_ONLINE}",),
            heeds=tuple((f"{prefix}{_EVENTS}", words) for words in _CHANGED),
        )
        yield from _behind(prefix, found, carried, maker)
        there = frozenset(n.address for n in carried.neighbours)
        yield from _gone(prefix, inquiry.neighbours - there)
        inquiry.neighbours = there
        yield _state_of(prefix)


def _behind(prefix: str, found: Facts, carried: Carried, maker: Maker) -> Iterator[News]:
    """Yield the things behind a device."""
    for neighbour in carried.neighbours:
        functions = [f for f in carried.functions if f.behind == neighbour.address]
        identities = (f"id:{found.id}_{neighbour.address}", f"connection:mac:{neighbour.address}")
        told = DeviceFacts(
            identities,
            name=neighbour.name or neighbour.model or neighbour.address,
            maker=MAKER if neighbour.model else "",
            model=neighbour.model,
            via=found.id,
        )
        yield Described(f"{prefix}#{neighbour.address}", told, maker.pieces(functions))


def _gone(prefix: str, addresses: Iterable[str]) -> Iterator[Gone]:
    for address in sorted(addresses):
        yield Gone(f"{prefix}#{address}")


def _facts(found: Facts) -> DeviceFacts:
    return DeviceFacts(
        (f"id:{found.id}", f"connection:mac:{found.mac}"),
        name=found.name or found.id,
        maker=MAKER,
        model=found.model,
        version=found.version,
        origin="shelly",
    )


def _silent(config: Mapping[str, object]) -> Iterator[Trouble]:
    """Yield that a device does not tell what changes, if it is so set."""
    mqtt = record(config.get("mqtt"))
    if mqtt.get("rpc_ntf") is False and mqtt.get("status_ntf") is False:
        reason = "tells nothing of what changes: turn on RPC notifications in its MQTT settings"
        yield Trouble("mqtt", reason)


def _question(prefix: str, inquiry: _Inquiry) -> Publish:
    if inquiry.step in _METHODS:
        return _rpc(prefix, _WHO, inquiry.number, Call(_METHODS[inquiry.step]))
    page = {
        "dynamic_only": True,
        "include": ["status", "config"],
        "offset": len(inquiry.components),
    }
    return _rpc(prefix, _WHO, inquiry.number, Call("Shelly.GetComponents", page))


def _state_of(prefix: str) -> Publish:
    return _rpc(prefix, _STATE, _STATUS, Call(_METHODS[_STATUS]))


def _rpc(prefix: str, question: str, number: int, call: Call) -> Publish:
    frame: dict[str, object] = {
        "id": number,
        "src": f"{OURS}/{prefix}/{question}",
        "method": call.method,
    }
    if call.params:
        frame["params"] = call.params
    return Publish(f"{prefix}{_RPC}", _encode(frame))


def _saying(prefix: str) -> Callable[[Call], Publish]:
    return lambda call: _rpc(prefix, "done", 1, call)


def _object(payload: bytes) -> Mapping[str, object]:
    try:
        return record(msgspec.json.decode(payload))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DiscoveryError(f"not JSON: {excerpt(payload)}") from None


def _sources(prefix: str) -> Callable[[Field], Iterable[Source]]:
    """Return where the values of a device behind `prefix` come from."""

    def sources(field: Field) -> Iterable[Source]:
        component = field.component
        yield f"{prefix}{_EVENTS}", _found(field, ("params", component))
        yield f"{OURS}/{prefix}/{_STATE}{_RPC}", _found(field, ("result", component), whole=True)
        yield f"{prefix}/status/{component}", _found(field, (), whole=True)

    return sources


def _found(
    field: Field, where: tuple[str, ...], *, whole: bool = False
) -> Callable[[Payload], object | Missing]:
    omitted = whole and field.omitted

    def find(payload: Payload) -> object | Missing:
        there, component = at(payload.json, where)
        if not there:
            return MISSING
        there, said = at(component, field.path)
        if there:
            return said
        return False if omitted else MISSING

    return find


def _hears(prefix: str) -> Callable[[str, Mapping[str, str]], Iterable[Hear]]:
    def hears(component: str, words: Mapping[str, str]) -> Iterable[Hear]:
        def listen(payload: Payload) -> str | None:
            if b"NotifyEvent" not in payload.raw:
                return None
            try:
                news = read_news(payload.json)
            except MalformedError as error:
                raise UnreadableError(error.what) from error
            happened = (what for key, what in news.events if key == component)
            return next((words[what] for what in happened if what in words), None)

        yield f"{prefix}{_EVENTS}", listen

    return hears
