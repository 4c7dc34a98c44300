"""Whatever comes from a Shelly, or from someone who says to be one: typed errors, and no hoard."""

import json
import tracemalloc
from collections.abc import Callable, Iterable

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.kit.errors import DriverError, MalformedError
from drivers.kit.sighting import Medium, Sighting
from drivers.mqtt.dialect import Described, News
from drivers.mqtt.errors import MqttError
from drivers.mqtt.part import Part, Publish
from drivers.mqtt.payload import Payload
from drivers.mqtt.shelly import ShellyGen1, ShellyRpc
from drivers.shelly import coverage, gen1, gen2
from drivers.shelly.driver import ShellyDriver
from drivers.shelly.facts import facts, nap_s
from drivers.shelly.function import Carried, told
from drivers.shelly.news import read_news, with_dynamic
from tests.unit.drivers.shelly_statuses import GEN1, GEN2, MAC, MODELS

ALLOWANCE = 2 * 1024 * 1024
"""Bytes that reading may take whatever the size of what is read."""

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
KEYS = st.sampled_from(
    ["switch:0", "light:0", "input:0", "cover:0", "em:0", "sys", "wifi", "number:200", "relays",
     "lights", "meters", "inputs", "thermostats", "wifi_sta", "mac", "tmp", "output", "rgb", "ct",
     "state", "apower", "aenergy", "total", "errors", "value", "event", "events", "method",
     "params", "result", "id", "components", "key", "status", "config", "addr", "obj_id", "tC",
     "is_valid", "ison", "slots", "left", "available_updates", "stable", "temperature", ":", ""]
) | st.text(max_size=6)  # fmt: skip
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
RECORDS = st.dictionaries(KEYS, DOCUMENTS, max_size=8)
STATUSES = RECORDS | st.sampled_from([m.status for m in MODELS.values()])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid message, of which some bytes are others, are missing, or come twice."""
    raw = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        match draw(st.integers(0, 3)):
            case 0:
                raw[at : at + 1] = draw(st.binary(max_size=3))
            case 1:
                del raw[at : at + draw(st.integers(1, 40))]
            case 2:
                raw[at:at] = raw[at : at + draw(st.integers(1, 40))]
            case _:
                raw[at:at] = b"9" * draw(st.integers(1, 400))
    return bytes(raw)


def _frames() -> Iterable[object]:
    for model in GEN2.values():
        yield {"id": 1, "src": "x", "result": {"mac": MAC, "id": "shellyx-1", "gen": 2}}
        yield {"id": 3, "src": "x", "result": model.status}
        yield {"src": "x", "method": "NotifyStatus", "params": {"ts": 1.0, **model.status}}
    event = {"component": "input:0", "event": "single_push", "ts": 1.0}
    yield {"src": "x", "method": "NotifyEvent", "params": {"ts": 1.0, "events": [event]}}
    yield {"id": "shelly1pm-A8032AB1CAFE", "model": "SHSW-PM", "mac": MAC, "fw_ver": "1/v1.14.0"}
    yield from (model.status for model in GEN1.values())


VALID = [json.dumps(frame).encode() for frame in _frames()]
PACKETS = st.binary(max_size=400) | mutated()


def bounded(size: int, act: Callable[[], object]) -> None:
    """Do something; it may not take more than four times `size`, and what it needs anyway."""
    tracemalloc.start()
    try:
        act()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= 4 * size + ALLOWANCE


@given(info=RECORDS, config=RECORDS, status=STATUSES)
def test_any_status_is_described_and_told(
    info: dict[str, object], config: dict[str, object], status: dict[str, object]
) -> None:
    for carried in (gen2.carried(info, config, status), gen1.carried(info, config, status)):
        for said in told(carried.functions, status, whole=True):
            assert said.value is None or isinstance(said.value, bool | int | float | str)
        for said in told(carried.functions, gen1.components(status), whole=False):
            assert said.trouble or said.name
    nap_s(status)
    list(gen1.presses(gen1.components(status), gen1.components(config)))


@given(DOCUMENTS)
def test_any_document_is_covered_or_malformed(document: object) -> None:
    for read in (coverage.read, read_news):
        try:
            result = read(document)
            if not isinstance(result, tuple) and hasattr(result, "__iter__"):
                list(result)
        except MalformedError:
            pass


@given(info=RECORDS, components=DOCUMENTS)
def test_any_answer_is_read_or_malformed(info: dict[str, object], components: object) -> None:
    with_dynamic(info, info, components)
    try:
        facts(info)
    except MalformedError:
        return


HUGE: list[dict[str, object]] = [
    {f"a:{n}": {"b": 1} for n in range(5_000)},
    {"switch:0": {f"b{n}": n for n in range(5_000)}},
    {"gravimeter": {f"b{n}": [n] for n in range(5_000)}},
    {"relays": [{"ison": True}] * 5_000, "wifi_sta": {}, "mac": MAC},
    {"ext_temperature": {str(n): {"tC": n} for n in range(5_000)}, "wifi_sta": {}, "mac": MAC},
]


@pytest.mark.parametrize("status", HUGE, ids=lambda status: next(iter(status)))
def test_a_status_of_thousands_of_things_is_not_hoarded(status: dict[str, object]) -> None:
    raw = json.dumps(status).encode()

    for carried in (gen2.carried, gen1.carried):

        def describe(carried: Callable[..., Carried] = carried) -> None:
            assert len(carried({}, {}, msgspec.json.decode(raw)).functions) <= 700

        bounded(len(raw), describe)


def play(dialect: ShellyRpc | ShellyGen1, topic: str, raw: bytes) -> list[News]:
    """Have a dialect read a message; return what it leads to. Its own errors are none here."""
    try:
        return list(dialect.read(topic, raw))
    except MqttError:
        return []


def parts_of(dialect: ShellyRpc | ShellyGen1) -> list[Part]:
    """Return the parts of a device that a dialect was told of in good order."""
    news: list[News] = []
    if isinstance(dialect, ShellyRpc):
        question = play(dialect, "it/online", b"true")
        model = GEN2["2pm_cover"]
        answers = [{"mac": MAC, "id": "it", "gen": 2}, model.config, model.status, None]
        for result in answers:
            assert isinstance(question[0], Publish)
            number = json.loads(question[0].payload)["id"]
            answer = json.dumps({"id": number, "result": result}).encode()
            question = play(dialect, "hubd/shelly/it/who/rpc", answer)
            news += question
    else:
        announced = {"id": "it", "model": "SHSW-PM", "mac": MAC, "fw_ver": "1/v1.14.0"}
        news += play(dialect, "shellies/it/announce", json.dumps(announced).encode())
        news += play(dialect, "shellies/it/info", json.dumps(GEN1["1pm"].status).encode())
    described = [n for n in news if isinstance(n, Described)]
    assert described
    return [p.built for d in described for p in d.pieces if isinstance(p.built, Part)]


@settings(max_examples=200)
@given(PACKETS)
@example(b"[" * 20_000)
@example(b'{"result":' * 5_000)
@example(b"{" + b",".join(b'"a%d":1' % n for n in range(8_000)) + b"}")
@example(b'{"id":13,"result":{' + b",".join(b'"a:%d":{"b":1}' % n for n in range(3_000)) + b"}}")
def test_any_message_on_the_broker_leads_to_typed_errors_alone(raw: bytes) -> None:
    rpc, old = ShellyRpc(), ShellyGen1()

    def announcements() -> None:
        for topic in ("it/online", "hubd/shelly/it/who/rpc", "it/events/rpc"):
            play(rpc, "it/online", b"true")
            play(rpc, topic, raw)
        for topic in ("shellies/announce", "shellies/it/announce", "shellies/it/info"):
            play(old, topic, raw)

    bounded(len(raw), announcements)


@settings(max_examples=120)
@given(PACKETS)
@example(b'{"method":"NotifyEvent","params":3}')
@example(b'{"lights":[{"red":1e999}]}')
def test_any_state_on_the_broker_is_read_or_unreadable(raw: bytes) -> None:
    for dialect in (ShellyRpc(), ShellyGen1()):
        parts = parts_of(dialect)

        def read_all(parts: list[Part] = parts) -> None:
            payload = Payload(raw)
            for part in parts:
                for reader in part.readers:
                    try:
                        reader.read(payload)
                    except MqttError:
                        continue
                for listener in part.listeners:
                    try:
                        listener.read(payload)
                    except MqttError:
                        continue

        bounded(len(raw), read_all)


@pytest.mark.parametrize("name", ["shellyplus1-a8032ab12345", "shelly", "Shelly-\x00", "kettle"])
@given(texts=st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=5))
def test_any_sighting_is_recognised_or_not(name: str, texts: dict[str, str]) -> None:
    driver = ShellyDriver()
    seen = Sighting(Medium.MDNS, "_shelly._tcp.local.", name, addresses=("192.0.2.1",), texts=texts)
    try:
        found = driver.recognised(seen)
    except DriverError:
        return
    assert (found is None) == (not name.casefold().startswith("shelly"))


@given(st.text(max_size=60))
def test_a_damaged_record_is_told_as_damaged(record: str) -> None:
    from drivers.kit.found import Adoption

    with pytest.raises(MalformedError, match="damaged"):
        ShellyDriver().link(Adoption("x", "192.0.2.1", 80, record))
