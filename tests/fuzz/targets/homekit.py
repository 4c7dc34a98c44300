"""HomeKit: an accessory's account of itself, and what it tells of its characteristics."""

from collections.abc import Callable, Mapping, Sequence

from drivers.homekit.advert import read_record
from drivers.homekit.database import Told, read_accessories, read_told
from drivers.homekit.keys import read_keys, setup_code
from drivers.homekit.part import Part
from drivers.homekit.session import mended
from drivers.homekit.uuids import CharKind, ServiceKind
from drivers.kit.errors import AdoptionError, RefusedError
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from tests.fuzz.ears import Ears
from tests.fuzz.target import DEVICE, Target, as_json, judge_reason, records, tried, typed, wished

_PARTS, _ENDPOINTS = 4, 12


def _account(data: bytes) -> None:
    """Read an account; tell it the packets that follow, read and as events; and ask."""
    body, *rest = records(data)
    accessories = tried(lambda: read_accessories(body))
    if accessories is None:
        better = tried(lambda: mended(body))
        accessories = tried(lambda: read_accessories(better)) if better else None
    told: list[Mapping[tuple[int, int], Told]] = []
    for packet in rest:
        said = tried(lambda packet=packet: read_told(packet))  # type: ignore[misc]
        if said is not None:
            told.append(said[0])
            for fault in said[1]:
                judge_reason(fault)
    for accessory in (accessories or ())[:_PARTS]:
        for fault in accessory.faults:
            judge_reason(fault)
        ears = Ears()
        part = Part(accessory, ears)
        ears.described(part.name, part.carried.description)
        for values in told:
            mine = {iid: one for (aid, iid), one in values.items() if aid == part.aid}
            part.within_reach(mine)
            for event in (False, True):
                part.heard(mine, event=event)
        _ask(part)


def _ask(part: Part) -> None:
    for endpoint in part.carried.description.endpoints[:_ENDPOINTS]:
        for name, action in (
            *((p.name, False) for p in endpoint.properties if p.writable),
            *((a.name, True) for a in endpoint.actions),
        ):
            wished(_asking(part, endpoint.id, name, action=action))


def _asking(
    part: Part, endpoint: EndpointId, name: str, *, action: bool
) -> Callable[[Value], None]:
    def ask(value: Value) -> None:
        commands = [Command(DeviceId("d"), endpoint, name, value, 0, action=action)]
        with typed(RefusedError):
            part.is_timed(part.asked(commands))
        part.confirming(commands)

    return ask


def _kept(data: bytes) -> None:
    text = data.decode(errors="replace")
    tried(lambda: read_keys(text))
    tried(lambda: read_record(text))
    with typed(AdoptionError):
        setup_code(text)


def _seeds() -> Sequence[bytes]:
    """Return an accessory for each kind of service, with every characteristic in some of them."""
    perms = ["pr", "pw", "ev"]
    kinds = list(CharKind)
    seeds = []
    for place, service in enumerate(ServiceKind):
        some = [kinds[(place * 7 + n) % len(kinds)] for n in range(9)]
        characteristics = [
            {"type": kind.value, "iid": 10 + n, "perms": perms, "format": "uint8", "value": n,
             "minValue": 0, "maxValue": 100, "minStep": 1}
            for n, kind in enumerate(some)
        ]  # fmt: skip
        said = {"accessories": [{"aid": 1 + place % 2, "services": [
            {"iid": 1, "type": "3E", "characteristics": [
                {"type": "23", "iid": 2, "perms": ["pr"], "format": "string", "value": "Thing"}]},
            {"iid": 9, "type": service.value, "characteristics": characteristics, "linked": [1]},
        ]}]}  # fmt: skip
        rows = [{"aid": 1 + place % 2, "iid": 10 + n, "value": n % 3} for n in range(9)]
        seeds.append(b"\x1e".join(as_json(said, {"characteristics": rows})))
    lamp = {"accessories": [{"aid": 1, "services": [{"iid": 9, "type": "43", "characteristics": [
        {"type": t, "iid": 10 + n, "perms": perms, "format": f, "value": v, "maxValue": m}
        for n, (t, f, v, m) in enumerate((
            ("25", "bool", True, None), ("8", "int", 50, 100), ("13", "float", 120.0, 360),
            ("2F", "float", 80.0, 100), ("CE", "uint32", 300, 500)))]}]}]}  # fmt: skip
    heater = {"accessories": [{"aid": 1, "services": [{"iid": 9, "type": "BC", "characteristics": [
        {"type": t, "iid": 10 + n, "perms": perms, "format": f, "value": v, "minValue": 0.0,
         "maxValue": 30.0}
        for n, (t, f, v) in enumerate((
            ("B0", "uint8", 1), ("B1", "uint8", 2), ("B2", "uint8", 1), ("D", "float", 25.0),
            ("12", "float", 20.0), ("11", "float", 21.5)))]}]}]}  # fmt: skip
    status = {"characteristics": [{"aid": 1, "iid": 10, "status": -70402}]}
    return [
        *seeds,
        *(b"\x1e".join(as_json(one, status)) for one in (lamp, heater)),
        b'{"accessories":[1,,2]}',
    ]


_OF = ("drivers.homekit",)
TARGETS = (
    Target("homekit.account", _OF, _account, _seeds, allowance_bytes=DEVICE),
    Target(
        "homekit.kept",
        _OF,
        _kept,
        lambda: [
            b'{"id":"AA:BB","config":3,"parts":["1"]}',
            b'{"accessory_id":"a","accessory_key":"00","hub_id":"b","hub_secret":"0","hub_key":"1"}',
            b"031-45-154",
        ],
    ),
)
