"""Shelly's own API: statuses and notifications of both generations."""

from collections.abc import Callable, Mapping, Sequence

from drivers.kit.errors import RefusedError
from drivers.kit.found import Adoption
from drivers.shelly import coverage, gen1, gen2
from drivers.shelly.driver import ShellyDriver
from drivers.shelly.facts import facts, name_in, nap_s
from drivers.shelly.function import Carried
from drivers.shelly.news import read_news, with_dynamic
from drivers.shelly.reading import record
from drivers.shelly.telling import Telling
from hubd.model.command import Command
from hubd.model.ids import DeviceId, EndpointId
from hubd.model.value import Value
from tests.fuzz.ears import Ears
from tests.fuzz.target import DEVICE, Target, as_json, document, field, tried, typed, wished
from tests.unit.drivers.shelly_statuses import GEN1, GEN2, MAC

_ENDPOINTS = 16


def _gen2(data: bytes) -> None:
    """Read a device's pages, tell them, then what it notifies."""
    said = document(data)
    info, components = record(field(said, "shelly")), field(said, "components")
    pages = with_dynamic(record(field(said, "config")), record(field(said, "status")), components)
    config, status = pages
    telling = _telling({"mac": MAC, "gen": 2, **info}, config, gen2.carried(info, config, status))
    if telling is None:
        return
    telling.status(status, whole=True)
    frames = field(said, "frames")
    for frame in frames if isinstance(frames, list) else ():
        with typed():
            telling.news(read_news(frame))
    nap_s(status)
    _ask(telling)
    _covered(said)


def _gen1(data: bytes) -> None:
    """Read a device's pages, tell them, then two statuses that follow."""
    said = document(data)
    info, settings = record(field(said, "shelly")), record(field(said, "settings"))
    status, later = record(field(said, "status")), record(field(said, "later"))
    telling = _telling({"mac": MAC, **info}, settings, gen1.carried(info, settings, status))
    if telling is None:
        return
    before = gen1.components(status)
    telling.status(before, whole=True)
    telling.status(gen1.components(later), whole=False)
    for component, word in gen1.presses(before, gen1.components(later)):
        telling.signalled(component, word)
    nap_s(status)
    _ask(telling)
    _covered(said)


def _telling(
    info: Mapping[str, object], config: Mapping[str, object], carried: Carried
) -> Telling | None:
    found = tried(lambda: facts(info, name=name_in(config)))
    if found is None:
        return None
    telling = Telling(Ears(), "10.0.0.7", found, carried)
    telling.describe()
    return telling


def _covered(said: object) -> None:
    with typed():
        for entity in coverage.read(said):
            assert entity.mapped == (not entity.reason)


def _ask(telling: Telling) -> None:
    for function in telling.carried.functions[:_ENDPOINTS]:
        endpoint = function.endpoint
        for name, action in (
            *((p.name, False) for p in endpoint.properties if p.writable),
            *((a.name, True) for a in endpoint.actions),
        ):
            wished(_asking(telling, function.behind, endpoint.id, name, action=action))


def _asking(
    telling: Telling, part: str, endpoint: EndpointId, name: str, *, action: bool
) -> Callable[[Value], None]:
    def ask(value: Value) -> None:
        command = Command(DeviceId("d"), endpoint, name, value, 0, action=action, over_us=1)
        with typed(RefusedError):
            telling.calls(part, [command])

    return ask


def _kept(data: bytes) -> None:
    text = data.decode(errors="replace")
    tried(lambda: ShellyDriver().link(Adoption("k", "10.0.0.7", 80, text)))


def _gen2_seeds() -> Sequence[bytes]:
    event = {"component": "input:0", "event": "single_push", "ts": 1.0}
    added = {"component": "sys", "event": "config_changed"}
    return [
        seed
        for model in GEN2.values()
        for seed in as_json(
            {
                "shelly": {"id": "it", "model": "SNSW-001P16EU", "ver": "1.4"},
                "config": model.config,
                "status": model.status,
                "components": [
                    {"key": "number:200", "status": {"value": 3}, "config": {
                        "name": "N", "min": 0, "max": 9, "meta": {"ui": {"unit": "°C"}},
                        "access": "crw", "role": "target_temperature"}},
                    {"key": "enum:201", "status": {"value": "a"}, "config": {"options": ["a"]}},
                ],
                "frames": [
                    {"method": "NotifyStatus", "params": {"ts": 1.0, **model.status}},
                    {"method": "NotifyEvent", "params": {"ts": 1.0, "events": [event, added]}},
                ],
            }
        )
        if len(seed) < 8_000
    ]  # fmt: skip


def _gen1_seeds() -> Sequence[bytes]:
    pressed = {"inputs": [{"input": 0, "event": "S", "event_cnt": 4}]}
    return [
        seed
        for model in GEN1.values()
        for seed in as_json(
            {
                "shelly": {"type": "SHSW-25", "fw": "20230913-114427/v1.14.0-gcb84623"},
                "settings": model.config,
                "status": model.status,
                "later": {**model.status, **pressed},
            }
        )
    ]


_OF = ("drivers.shelly",)
TARGETS = (
    Target("shelly.gen2", _OF, _gen2, _gen2_seeds, longest=8_000, allowance_bytes=DEVICE),
    Target("shelly.gen1", _OF, _gen1, _gen1_seeds, longest=8_000, allowance_bytes=DEVICE),
    Target("shelly.kept", _OF, _kept, lambda: as_json({"id": "x", "mac": MAC, "gen": 2})),
)
