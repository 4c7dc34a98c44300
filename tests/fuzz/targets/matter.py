"""Matter: nodes as a server dumps and tells them, both ways; what is announced; setup codes."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from drivers.kit.errors import AdoptionError, MalformedError, RefusedError
from drivers.kit.sighting import Medium, Sighting
from drivers.matter.attributes import Attribute, Beside, Role
from drivers.matter.clusters import CLUSTERS
from drivers.matter.contact import _check_response
from drivers.matter.coverage import read
from drivers.matter.device_types import device_type
from drivers.matter.driver import MatterDriver
from drivers.matter.dump import nodes
from drivers.matter.link import MatterLink
from drivers.matter.lock import read_user
from drivers.matter.mapping import decoded, described, encoded
from drivers.matter.node import Carried, PropertyKey
from drivers.matter.presence import COMMISSIONABLE, OPERATIONAL, Presence
from drivers.matter.record import Record
from drivers.matter.sending import sendings
from drivers.matter.server import Node, Server
from drivers.matter.session import Session
from drivers.matter.setup_code import SetupCode, manual_code, qr_text, read_code
from drivers.matter.switches import happened, presses
from drivers.matter.wire import Answer, Happening, Message, command_text, read_message
from hubd.model.command import Command
from hubd.model.ids import DeviceId
from hubd.model.value import Value
from tests.fuzz.ears import Ears, judge
from tests.fuzz.target import (
    DEVICE,
    ODD,
    RECORD,
    Target,
    as_json,
    document,
    field,
    judge_reason,
    records,
    tried,
    typed,
    wished,
)

_ATTRIBUTES = 12
_ARGUMENTS = (
    '{"number": 1, "code": "1234", "user": 1}',
    '{"number": 1}',
    '{"user": 1, "name": "Ann"}',
)
"""What an action of several parts may be told."""


def _dump(data: bytes) -> None:
    """Read a dump; tell each attribute, wish of it, and tell what happened at its cluster."""
    said = document(data)
    with typed():
        for entity in read(said):
            assert entity.name
            assert len(entity.reason) < 1_000
    events = field(said, "events")
    done = 0
    with typed():
        for _, endpoints in nodes(said):
            for endpoint in endpoints:
                device_type(endpoint.types)
                for own in list(endpoint.clusters)[:_ATTRIBUTES]:
                    beside = endpoint.beside(own)
                    presses(beside)
                    for event in events if isinstance(events, list) else ():
                        with typed():
                            happened(own, _number(event), event, beside)
                    cluster = CLUSTERS.get(own)
                    for number, raw in endpoint.clusters[own].items():
                        known = cluster.attributes.get(number) if cluster else None
                        if known is not None and known.role is Role.VALUE and done < _ATTRIBUTES:
                            done += 1
                            _attribute(known, raw, beside)


def _number(event: object) -> int:
    said = field(event, "event")
    return said if isinstance(said, int) else 0


def _attribute(attribute: Attribute, raw: object, beside: Beside) -> None:
    try:
        prop = described(attribute, beside)
        value = decoded(attribute, raw, beside)
    except MalformedError as error:
        judge_reason(error.what)
        wished(_encoding(attribute, beside))
    else:
        judge(value)
        wished(_encoding(attribute, beside), (*ODD, value, *prop.choices[:2]))


def _encoding(attribute: Attribute, beside: Beside) -> Callable[[Value], object]:
    return lambda value: encoded(attribute, value, beside)


def _seeds() -> Sequence[bytes]:
    """Return, for each cluster, a node that tells each of its attributes as a number, or else."""
    modes = [{"0": "Cotton", "1": 3, "2": []}, {"label": "Wool", "mode": 4}]
    raws: Sequence[object] = (1, 2500, True, "a", modes, {"0": 5, "1": 6}, [1, 2], None)
    seeds = []
    for place, (own, cluster) in enumerate(CLUSTERS.items()):
        told: dict[str, object] = {
            f"1/{own}/{number}": raws[(place + n) % len(raws)] if n % 2 else 1
            for n, number in enumerate(list(cluster.attributes)[:24])
        }
        told |= {f"1/{own}/65532": 7, "1/29/0": [{"0": 256, "1": 1}], "0/40/1": "Maker"}
        events = [{"event": 6, "newPosition": 1, "totalNumberOfPressesCounted": 2}, {"event": 1},
                  {"event": 0, "alarmCode": 1, "newPosition": 2},
                  {"event": 2, "lockOperationType": 1}]  # fmt: skip
        seeds += as_json({"node_id": 4, "attributes": told, "events": events})
    seeds += as_json(
        {"attributes": {
            "1/96/0": ["washing", "rinsing"], "1/96/1": 1, "1/83/0": ["400", "800"], "1/83/1": 1,
            "1/95/6": [100, 300], "1/95/7": 1, "1/336/0": [
                {"0": 7, "1": 1, "2": {"0": {"0": "Hall", "1": None, "2": 3}, "1": None}}],
            "1/336/2": [7], "1/336/3": 7}},
        {"attributes": {
            "1/513/78": "AQ==", "1/513/80": [{"0": "AQ==", "1": 1, "2": "Away", "3": 2000}],
            "1/513/74": [], "1/513/65532": 0x1FF}},
    )  # fmt: skip
    named = {"1": {"OnOff": {"onOff": True, "attributeList": [0]}, "Descriptor": {
        "deviceTypeList": [{"type": 256, "revision": 1}]}, "Strange": {"x": 1}}}  # fmt: skip
    kept = {"1/6/0": {"node_id": 4, "attribute_id": 0, "value": True}}
    return [
        *seeds,
        *as_json({"attributes": named}, [{"data": {"nodes": {"4": {"attributes": kept}}}}]),
    ]


def _server(data: bytes) -> None:
    """Take what a server says after the greeting, with a link to each node that it tells."""
    asyncio.run(_served(data))


async def _served(data: bytes) -> None:
    server = Server()
    session = Session("ws://nowhere/ws", server._heard)
    first, *more = records(data)
    with typed():
        server._begin(document(first))
    for own in list(server.nodes)[:2]:
        _link(server, server.nodes[own])
    for record in more:
        said = _message(record)
        if isinstance(said, Answer):
            with typed(RefusedError):
                _check_response(said.result)
            with typed():
                read_user(said.result)
        elif isinstance(said, Happening) and said.event != "server_shutdown":
            session._take(said)


def _message(record: bytes) -> Message | None:
    return tried(lambda: read_message(record))


def _link(server: Server, node: Node) -> None:
    """Have a link tell a node, and wish odd things of all that it has."""
    link, ears = MatterLink(Record(node.id), server, Presence()), Ears()
    node.hears = link
    link._node, link._tell = node, ears
    link._describe(node, ears)
    link._tell_all(node)
    link._reach(node, ears)
    known = link._known
    assert known is not None
    for is_action, keys in ((True, known.deeds), (False, known.settings)):
        for key in list(keys)[:_ATTRIBUTES]:
            wished(_ordering(known, node, key, is_action=is_action), (*ODD, *_ARGUMENTS))


def _ordering(
    known: Carried, node: Node, key: PropertyKey, *, is_action: bool
) -> Callable[[Value], object]:
    part, endpoint, name = key

    def send(value: Value) -> object:
        command = Command(DeviceId("d"), endpoint, name, value, 2**60, action=is_action)
        return sendings(known, node.told, part, [command])

    return send


def _server_seeds() -> Sequence[bytes]:
    lamp = {"0/40/1": "Acme", "0/40/3": "Lamp", "0/51/0": [{"4": "qqqqqqqq", "7": 1}],
            "1/29/0": [{"0": 257, "1": 1}], "1/6/0": True, "1/8/0": 12, "1/768/0": 1,
            "1/768/1": 2, "1/768/3": 3, "1/768/4": 4, "1/59/65532": 30, "1/59/2": 3,
            "1/64/0": [{"0": "room", "1": "Hall"}]}  # fmt: skip
    bridge = {"0/29/3": [1, 2], "1/29/0": [{"0": 14, "1": 1}], "1/29/3": [2],
              "2/29/0": [{"0": 19, "1": 1}], "2/57/18": "u1", "2/57/17": False, "2/57/5": "L",
              "2/29/4": [{"3": "left"}], "2/257/0": 1, "2/257/65532": 0x181,
              "2/84/0": [{"0": "Clean", "1": 1, "2": [{"1": 16385}]}], "2/84/1": 1}  # fmt: skip
    all_clusters = {
        f"1/{own}/{number}": 1 for own, c in CLUSTERS.items() for number in list(c.attributes)[:3]
    }
    nodes_told = [
        {"node_id": 1, "available": True, "attributes": lamp},
        {"node_id": 2, "available": False, "attributes": bridge},
        {"node_id": 3, "attributes": all_clusters},
    ]
    event = {"node_id": 1, "endpoint_id": 1, "cluster_id": 59, "event_id": 1, "event_number": 5,
             "timestamp": 1, "timestamp_type": 1, "data": {"newPosition": 1}}  # fmt: skip
    said: Sequence[object] = (
        {"event": "attribute_updated", "data": [1, "1/6/0", False]},
        {"event": "node_updated", "data": nodes_told[0]},
        {"event": "node_event", "data": event},
        {"event": "node_event", "data": {**event, "event_number": 6, "timestamp_type": 0}},
        {"event": "endpoint_removed", "data": {"node_id": 2, "endpoint_id": 2}},
        {"event": "node_removed", "data": 2},
        {"message_id": "1", "result": {"status": 1, "statusText": "no"}},
        {"message_id": "2", "result": {"commandResponseState": {"errorStateID": 3}}},
        {
            "message_id": "4",
            "result": {
                "userIndex": 1,
                "userStatus": 1,
                "nextUserIndex": 2,
                "credentials": [{"1": 1, "0": 1}],
            },
        },
        {"message_id": "3", "error_code": 1, "details": "no"},
        {"compressed_fabric_id": 1, "schema_version": 11},
    )
    whole = RECORD.join(msgspec.json.encode(item) for item in (nodes_told, *said))
    return [whole, *as_json(nodes_told, [nodes_told[2]])]


def _code(data: bytes) -> None:
    """Read a code; what is read is the same when it was written and read again."""
    said = data.decode(errors="replace")
    code = tried(lambda: read_code(said), AdoptionError)
    if code is not None:
        again = manual_code(code) if code.is_short else qr_text(code)
        assert read_code(again) == code
    with typed():
        command_text("1", "commission_with_code", {"code": said})


def _code_seeds() -> Sequence[bytes]:
    codes = (SetupCode(20202021, 3840, vendor=0xFFF1, product=0x8000, found_by=4, more=b"ab"),
             SetupCode(1, 15, is_short=True))  # fmt: skip
    said = [qr_text(codes[0]), manual_code(codes[0]), manual_code(codes[1]), "3497-011-2332"]
    return [text.encode() for text in said]


def _announced(data: bytes) -> None:
    """Recognise what is announced: in each record a service, a name, a host, and the texts."""
    driver = MatterDriver()
    for record in records(data):
        parts = [part.decode(errors="replace") for part in record.split(b"\n")]
        service, name, host, *texts = [*parts, "", ""] if len(parts) < 3 else parts
        pairs = {k: v for k, _, v in (text.partition("=") for text in texts)}
        for gone in (False, True):
            sighting = Sighting(Medium.MDNS, service, name, host, ("fe80::1",), 5540, pairs, gone)
            _recognise(driver, sighting)
    judge_reason(driver._presence.why(1, 1) or "nothing")


def _recognise(driver: MatterDriver, sighting: Sighting) -> None:
    found = tried(lambda: driver.recognised(sighting))
    assert found is None or found.key


def _announced_seeds() -> Sequence[bytes]:
    waits = f"{COMMISSIONABLE}\nAB12\nhost.local.\nd=3840\ncm=1\nvp=65521+32768\ndt=257\ndn=Lamp"
    own = f"{OPERATIONAL}\n{1:016X}-{1:016X}.{OPERATIONAL}\nhost.local."
    return [waits.encode(), own.encode(), f"{waits}\x1e{own}".encode()]


_OF = ("drivers.matter",)
TARGETS = (
    Target("matter.dump", _OF, _dump, _seeds, allowance_bytes=DEVICE),
    Target("matter.server", _OF, _server, _server_seeds, 8_192, allowance_bytes=4 * DEVICE),
    Target("matter.code", _OF, _code, _code_seeds),
    Target("matter.announced", _OF, _announced, _announced_seeds),
)
