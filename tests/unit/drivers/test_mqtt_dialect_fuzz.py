"""Whatever comes in: a typed error or news, and no more memory than a few times the message."""

import tracemalloc
from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.mqtt.dialect import Described, Dialect, Heard, News
from drivers.mqtt.errors import MqttError
from drivers.mqtt.esphome import EspHome
from drivers.mqtt.homie import Homie
from drivers.mqtt.part import Part
from drivers.mqtt.payload import Payload
from drivers.mqtt.router import MALFORMED
from drivers.mqtt.tasmota import Tasmota
from drivers.mqtt.theengs import Theengs
from drivers.mqtt.theengs.decoders import Libraries
from tests.unit.drivers.mqtt_house import House, as_bytes
from tests.unit.drivers.test_mqtt_esphome import FACTS
from tests.unit.drivers.test_mqtt_homie import BLIND, LAMP, VALUES
from tests.unit.drivers.test_mqtt_tasmota import CONFIG, ENERGY, MAC
from tests.unit.drivers.test_mqtt_theengs import ADVERTISED, BASE, BIND_KEY, DECODED, KEYED

ALLOWANCE = 256 * 1024
"""Bytes that a message may cost whatever its length: the description of what it announces."""
TIMES = 4

LIBRARIES = Libraries()
for _library in (LIBRARIES.bthome, LIBRARIES.xiaomi, LIBRARIES.theengs):
    _library.wait()


def theengs() -> Theengs:
    return Theengs({KEYED: BIND_KEY}, libraries=LIBRARIES, clock=lambda: 1000.0)


TASMOTA = {**CONFIG, "rl": [2, 3, 3, 1], "lt_st": 5}
GATEWAY = {"uptime": 1, "rssi": -50, "mac": "24:0A:C4:AA:BB:CC"}
VALID: Sequence[tuple[Callable[[], Dialect], str, bytes]] = [
    (Tasmota, f"tasmota/discovery/{MAC}/config", as_bytes(TASMOTA)),
    (Tasmota, f"tasmota/discovery/{MAC}/sensors", as_bytes({"sn": {"ENERGY": ENERGY}, "ver": 1})),
    (EspHome, "esphome/discover/porch", as_bytes(FACTS)),
    (Homie, "homie/5/blind/$description", as_bytes(BLIND)),
    (Homie, "homie/lamp/light/$properties", LAMP["light/$properties"].encode()),
    (Homie, "homie/lamp/light/power", b"true"),
    (theengs, f"{BASE}/BTtoMQTT/A4C138AABBCC", as_bytes(DECODED)),
    (theengs, f"{BASE}/SYStoMQTT", as_bytes(GATEWAY)),
    *(
        (theengs, f"{BASE}/BTtoMQTT/{named.replace(':', '')}", as_bytes({"id": named, **fields}))
        for _, named, fields, _ in ADVERTISED
    ),
]
IDS = [f"{topic} {place}" for place, (_, topic, _) in enumerate(VALID)]


@st.composite
def mutated(draw: st.DrawFn, valid: bytes) -> bytes:
    """A message with some of its bytes changed, taken out or put in."""
    data = bytearray(valid)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["change", "cut", "insert", "repeat"])):
            case "change" if data:
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place : place + draw(st.integers(1, 20))]
            case "insert":
                data[place:place] = draw(st.binary(max_size=12))
            case _:
                data[place:place] = data[place : place + 40] * draw(st.integers(1, 4))
    return bytes(data)


def news_of(dialect: Dialect, topic: str, payload: bytes) -> list[News]:
    try:
        return list(dialect.read(topic, payload))
    except MqttError as error:
        if "\n" in error.what or len(error.what) > 600:
            pytest.fail(f"an error that no log can hold: {error.what[:1000]!r}")
        return []


def read_all(news: Iterable[News], payload: bytes) -> None:
    """Give a payload to everything that was described; only what may go wrong does."""
    for described in news:
        if not isinstance(described, Described):
            continue
        for piece in described.pieces:
            if not isinstance(piece.built, Part):
                continue
            part = piece.built
            reads: list[Callable[[Payload], object]] = [r.read for r in part.readers]
            for read in (*reads, *(listener.read for listener in part.listeners)):
                try:
                    read(Payload(payload))
                except MALFORMED:
                    continue


def peak(work: Callable[[], object]) -> int:
    """Return the most memory that `work` held beyond what was held before, in bytes."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("make", "topic", "valid"), VALID, ids=IDS)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_message_that_was_damaged_is_a_typed_error_or_news(
    make: Callable[[], Dialect], topic: str, valid: bytes, data: st.DataObject
) -> None:
    payload = data.draw(mutated(valid))
    dialect = make()
    news_of(dialect, topic, valid)
    news = news_of(dialect, topic, payload)
    read_all(news, payload)
    assert all(not isinstance(n, Heard) or n.payload for n in news)


@pytest.mark.parametrize(("make", "topic", "valid"), VALID, ids=IDS)
@given(payload=st.binary(max_size=2000))
def test_bytes_that_mean_nothing_are_a_typed_error_or_nothing(
    make: Callable[[], Dialect], topic: str, valid: bytes, payload: bytes
) -> None:
    del valid
    news_of(make(), topic, payload)


LEVELS = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), max_size=12)


@given(
    st.sampled_from([Tasmota, Homie, EspHome, theengs]),
    st.lists(LEVELS, max_size=6),
    st.binary(max_size=60),
)
def test_no_topic_makes_a_dialect_stumble(
    make: Callable[[], Dialect], levels: list[str], payload: bytes
) -> None:
    dialect = make()
    for begin in (
        "",
        "homie/",
        "homie/5/",
        "tasmota/discovery/",
        "esphome/discover/",
        "home/g/BTtoMQTT/",
    ):
        topic = begin + "/".join(levels)
        if dialect.is_news(topic):
            news_of(dialect, topic, payload)


UUIDS = st.sampled_from(["fcd2", "0x181c", "0x181e", "fe95", "fd50", "181b", "181d", "fe9f", ""])


@settings(max_examples=400)
@given(UUIDS, st.binary(max_size=60), st.binary(max_size=40), st.text(max_size=20))
def test_no_advertisement_makes_a_decoder_stumble(
    uuid: str, service: bytes, manufacturer: bytes, name: str
) -> None:
    dialect = theengs()
    said = {"id": KEYED, "rssi": -60, "name": name, "servicedatauuid": uuid,
            "servicedata": service.hex(), "manufacturerdata": manufacturer.hex()}  # fmt: skip
    raw = as_bytes(said)
    read_all(news_of(dialect, f"{BASE}/BTtoMQTT/x", raw), raw)


XIAOMI_FRAMES = st.builds(
    lambda control, kind, rest: control.to_bytes(2, "little") + kind.to_bytes(2, "little") + rest,
    st.integers(0x2000, 0x5FFF), st.sampled_from([0x01AA, 0x055B, 0x0098, 0x0A1C, 0x098C, 0x2AEB]),
    st.binary(max_size=40),
)  # fmt: skip


@settings(max_examples=400)
@given(XIAOMI_FRAMES)
def test_no_frame_of_a_known_kind_makes_a_decoder_stumble(frame: bytes) -> None:
    dialect = theengs()
    raw = as_bytes({"id": KEYED, "servicedatauuid": "fe95", "servicedata": frame.hex()})
    read_all(news_of(dialect, f"{BASE}/BTtoMQTT/x", raw), raw)


@pytest.mark.parametrize(("make", "topic", "valid"), VALID, ids=IDS)
@settings(max_examples=10)
@given(data=st.data())
def test_a_message_costs_no_more_memory_than_a_few_times_its_length(
    make: Callable[[], Dialect], topic: str, valid: bytes, data: st.DataObject
) -> None:
    payload = data.draw(mutated(valid))
    dialect = make()
    news_of(dialect, topic, valid)
    assert peak(lambda: news_of(dialect, topic, payload)) <= TIMES * len(payload) + ALLOWANCE


LONG = {
    "brackets": b"[" * 200_000,
    "commas": b"," * 200_000,
    "a text": b'"' + b"x" * 200_000 + b'"',
    "objects": b'{"a":' * 30_000,
    "zeroes": b"\0" * 200_000,
}


TOPICS = [topic for _, topic, _ in VALID[:9]]


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("payload", LONG.values(), ids=LONG.keys())
def test_a_long_message_costs_no_more_memory_than_a_few_times_its_length(
    topic: str, payload: bytes
) -> None:
    make = next(make for make, known, _ in VALID if known == topic)
    dialect = make()
    assert peak(lambda: news_of(dialect, topic, payload)) <= TIMES * len(payload) + ALLOWANCE


DENSE = 3 * 1024 * 1024
"""What a document of nothing but tiny parts may cost: JSON cannot be decoded for less than some
thirty times its length, so it is the length that is bounded."""


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("length", [8_000, 250_000])
def test_a_document_of_tiny_parts_costs_a_bounded_amount(topic: str, length: int) -> None:
    make = next(make for make, known, _ in VALID if known == topic)
    lists = "[],[],[[]]," * (length // 11)
    nodes = ",".join(f'"n{n}":{{}}' for n in range(length // 9))
    for payload in (
        f'{{"sn":{{"A":{{"x":[{lists}[]]}}}},"ver":1}}',
        f'{{"homie":"5.0","nodes":{{{nodes}}}}}',
        f'{{"id":"A4:C1:38:AA:BB:CC","model_id":"x","servicedata":[{lists}[]]}}',
        ",".join(f"p{n}" for n in range(length // 6)),
    ):
        dialect = make()
        assert peak(lambda: news_of(dialect, topic, payload.encode())) <= DENSE  # noqa: B023


PATHS = st.sampled_from(sorted({*LAMP, *VALUES}))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted({*LAMP, *VALUES})), st.binary(max_size=20)), max_size=25
    )
)
async def test_nonsense_in_between_does_not_keep_a_device_from_being_assembled(
    noise: list[tuple[str, bytes]],
) -> None:
    house = House()
    for path, said in noise:
        await house.tell(f"homie/lamp/{path}", said, retained=True)
    for path, text in (*LAMP.items(), *VALUES.items()):
        await house.tell(f"homie/lamp/{path}", text, retained=True)

    told = house.hub.values()
    assert told["homie_lamp/light/OnOff.on"] is True
    assert told["homie_lamp/climate/TemperatureMeasurement.temperature"] == 20.0
