"""Xiaomi's miIO: packets, what is in them, and MIoT-Spec."""

from collections.abc import Callable, Sequence

import msgspec

from drivers.kit.errors import MalformedError, RefusedError
from drivers.miio import rpc
from drivers.miio.hello import _Ears
from drivers.miio.legacy import legacy_profile
from drivers.miio.miot import profile_of
from drivers.miio.packet import hello, opened, parsed, sealed, token, told_token
from drivers.miio.profile import Profile, calls, readings
from drivers.miio.spec import read_spec
from drivers.miio.specs import known_models, spec_for
from drivers.miio.wires import MiotWire, PropWire, StatusWire
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from tests.fuzz.ears import judge, judge_endpoints
from tests.fuzz.target import DEVICE, RECORD, Target, judge_reason, records, tried, typed, wished

_KEY = token("00112233445566778899aabbccddeeff")
_LEGACY = (
    "yeelink.light.color1", "yeelink.light.mono1", "philips.light.bulb", "chuangmi.plug.v1",
    "chuangmi.plug.m1", "zhimi.airpurifier.m1", "zhimi.humidifier.v1", "rockrobo.vacuum.v1",
    "roborock.vacuum.s5",
)  # fmt: skip


def _packet(data: bytes) -> None:
    """Open a packet as it came; and what is in it as if it were sealed with the right token."""
    for raw in (data, tried(lambda: sealed(_KEY, 7, 9, data)) or b""):
        packet = tried(lambda raw=raw: parsed(raw))  # type: ignore[misc]
        if packet is not None:
            told_token(packet)
            text = tried(lambda packet=packet: opened(_KEY, packet))  # type: ignore[misc]
            if text is not None:
                _answer(text)
    _Ears(lambda _, port, packet: judge(f"{port} {packet.device_id}")).datagram_received(
        data, ("10.0.0.7", 54321)
    )
    tried(lambda: token(data.decode(errors="replace")))


def _answer(data: bytes) -> None:
    answer = tried(lambda: rpc.answered(data))
    results = (data,) if answer is None else (data, answer.result)
    if answer is not None and answer.fault is not None:
        judge_reason(answer.fault.reason)
    for result in results:
        tried(lambda result=result: rpc.info(result))  # type: ignore[misc]
        tried(lambda result=result: rpc.values(result))  # type: ignore[misc]
        for wire in (MiotWire("7"), PropWire({}), StatusWire({})):
            tried(lambda wire=wire, result=result: wire.said(["2.1", "power"], result))  # type: ignore[misc]
            tried(lambda wire=wire, result=result: wire.objection(result))  # type: ignore[misc]


def _answer_seeds() -> Sequence[bytes]:
    return [
        b'{"id":1,"result":["on",3,""]}',
        b'{"id":1,"error":{"code":-5001,"message":"invalid arg"}}\0',
        b'{"id":1,"result":{"model":"yeelink.light.color1","mac":"AA:BB","fw_ver":"1"}}',
        b'{"id":2,"result":[{"did":"7","siid":2,"piid":1,"code":0,"value":true}]}',
        b'{"id":2,"result":[{"power":"on","battery":3,"state":8}]}',
        b'[{"siid":2,"piid":1,"code":-4001}]',
        b'["ok"]',
        b'{"id":1,,"result":[1]}',
    ]


def _packet_seeds() -> Sequence[bytes]:
    texts = _answer_seeds()
    return [hello(), *(sealed(_KEY, 2**33, 5, text) for text in texts), *texts]


def _spec(data: bytes) -> None:
    """Read a spec, make a profile of it, and give its wire the answers that follow."""
    said, *answers = records(data)
    spec = tried(lambda: read_spec(said))
    if spec is not None:
        _profile(profile_of(spec, "7"), answers)


def _legacy(data: bytes) -> None:
    """Give answers to a model from before MIoT-Spec, which the first packet names."""
    model, *answers = records(data)
    profile = legacy_profile(model.decode(errors="replace"))
    if profile is not None:
        _profile(profile, answers)


def _profile(profile: Profile, answers: Sequence[bytes]) -> None:
    judge_endpoints(profile.endpoints)
    keys = profile.keys(slow=True)
    for answer in answers:
        said = tried(lambda answer=answer: profile.wire.said(keys[: profile.wire.most], answer))  # type: ignore[misc]
        if said is None:
            continue
        told, wrong = readings(profile.views, said.values)
        for _, reason in wrong:
            judge_reason(reason)
        for _, _, value in told:
            judge(value)
        judge_endpoints(profile.without(said.absent).endpoints)
    for values in (dict.fromkeys(keys, said) for said in (None, True, -1, 1e300, "x", 10**20)):
        for _, _, value in readings(profile.views, values)[0]:
            judge(value)
    for endpoint in profile.endpoints[:12]:
        for name, action in (
            *((p.name, False) for p in endpoint.properties if p.writable),
            *((a.name, True) for a in endpoint.actions),
        ):
            wished(_asking(profile, endpoint.id, name, action=action))


def _asking(
    profile: Profile, endpoint: EndpointId, name: str, *, action: bool
) -> Callable[[Value], None]:
    def ask(value: Value) -> None:
        command = Command(DeviceId("d"), endpoint, name, value, 0, action=action)
        with typed(RefusedError, MalformedError):
            for call in calls(profile, [command], {}):
                rpc.asked(1, call)

    return ask


def _spec_seeds() -> Sequence[bytes]:
    """Return the specs that are here, service by service: whole ones are long."""
    seeds: dict[bytes, None] = {}
    for model in known_models():
        spec = spec_for(model)
        for service in spec.services if spec is not None else ():
            small = msgspec.structs.replace(spec, services=(service,))  # type: ignore[type-var]
            answers = [
                {"siid": service.iid, "piid": p.iid, "code": 0, "value": 1}
                for p in service.properties
            ]
            seed = msgspec.json.encode(small) + RECORD + msgspec.json.encode(answers)
            if len(seed) < 3_000:
                seeds[seed] = None
    return list(seeds)[:60]


TARGETS = (
    Target(
        "miio.packet",
        ("drivers.miio.packet", "drivers.miio.rpc", "drivers.miio.wires"),
        _packet,
        _packet_seeds,
    ),
    Target(
        "miio.spec",
        ("drivers.miio",),
        _spec,
        _spec_seeds,
        allowance_bytes=DEVICE,
    ),
    Target(
        "miio.legacy",
        ("drivers.miio",),
        _legacy,
        lambda: [
            RECORD.join(
                (m.encode(), b'["on",50,1,2,3,4]', b'[{"state":8,"battery":9,"fan_power":60}]')
            )
            for m in _LEGACY
        ],
        allowance_bytes=DEVICE,
    ),
)
