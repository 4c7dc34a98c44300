"""Whatever a bridge says, it is read or it is malformed, in little memory."""

import json
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress

from aiohue.errors import AiohueException
from heard import Heard, command
from hypothesis import given
from hypothesis import strategies as st

from drivers.hue.advert import found, read_record
from drivers.hue.bridge import _key
from drivers.hue.documents import MOST_FAULTS, read_events, read_resources
from drivers.hue.estate import Estate, Memory
from drivers.hue.resource import Kind
from drivers.hue.stream import LONGEST, Messages
from drivers.kit.errors import DriverError, MalformedError, RefusedError
from drivers.kit.sighting import Medium, Sighting

ALLOWANCE = 200_000
"""Bytes: what a reader takes for itself, and tracemalloc for its own book."""

IDS = st.sampled_from(["a", "b", "c", "d", "e"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | st.sampled_from(["contact", "connected", "clock_wise", "tampered", "low", "001788fffe23ab01"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
NUMBERS = st.floats(-1, 200_000) | st.none()
REFERENCES = st.lists(
    st.fixed_dictionaries(
        {"rid": IDS, "rtype": st.sampled_from([k.value for k in Kind]) | st.text(max_size=8)}
    ),
    max_size=5,
)
XY = st.fixed_dictionaries({"x": st.floats(-1, 2), "y": st.floats(-1, 2)})
FIELDS: Mapping[str, st.SearchStrategy[object]] = {
    "on": st.fixed_dictionaries({"on": st.booleans()}),
    "dimming": st.fixed_dictionaries({}, optional={"brightness": NUMBERS}),
    "color_temperature": st.fixed_dictionaries(
        {},
        optional={
            "mirek": NUMBERS,
            "mirek_valid": st.booleans(),
            "mirek_schema": st.fixed_dictionaries(
                {}, optional={"mirek_minimum": NUMBERS, "mirek_maximum": NUMBERS}
            ),
        },
    ),
    "color": st.fixed_dictionaries(
        {},
        optional={
            "xy": XY,
            "gamut": st.fixed_dictionaries({"red": XY, "green": XY, "blue": XY}),
        },
    ),
    "effects": st.fixed_dictionaries(
        {}, optional={"status": st.text(max_size=5), "effect_values": st.lists(st.text(max_size=5))}
    ),
    "motion": st.fixed_dictionaries({}, optional={"motion": st.booleans()}),
    "temperature": st.fixed_dictionaries({}, optional={"temperature": NUMBERS}),
    "light": st.fixed_dictionaries({}, optional={"light_level": NUMBERS}),
    "contact_report": st.fixed_dictionaries({}, optional={"state": st.text(max_size=10)}),
    "tamper_reports": st.lists(st.fixed_dictionaries({"state": st.just("tampered")}), max_size=2),
    "power_state": st.fixed_dictionaries({}, optional={"battery_level": NUMBERS}),
    "button": st.fixed_dictionaries(
        {},
        optional={
            "button_report": st.fixed_dictionaries({"event": st.text(max_size=5)}),
            "event_values": st.lists(st.text(max_size=5), max_size=3),
        },
    ),
    "metadata": st.fixed_dictionaries(
        {}, optional={"name": st.text(max_size=9), "control_id": st.integers(-5, 99)}
    ),
    "services": REFERENCES,
    "children": REFERENCES,
    "identify": st.just({}),
    "enabled": st.booleans(),
    "status": st.sampled_from(["connected", "disconnected", "other"]),
    "mac_address": st.text(max_size=24),
    "bridge_id": st.text(max_size=20),
    "relative_rotary": st.fixed_dictionaries({}),
}
RESOURCES = st.fixed_dictionaries(
    {"id": IDS, "type": st.sampled_from([k.value for k in Kind]) | st.text(max_size=8)},
    optional={key: value | JSON for key, value in FIELDS.items()},
)
DOCUMENTS = st.lists(RESOURCES, max_size=6).map(lambda data: {"errors": [], "data": data})


def mutated(body: bytes, at: int, what: bytes) -> bytes:
    place = at % (len(body) + 1)
    return body[:place] + what + body[place + len(what) :]


@given(st.binary(max_size=400) | JSON.map(lambda said: json.dumps(said).encode()))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    for read in (read_resources, read_events):
        try:
            read(body)
        except MalformedError:
            continue
    with suppress(DriverError, AiohueException):
        assert _key(body)


@given(DOCUMENTS, st.integers(0, 5000), st.binary(max_size=8))
def test_damaged_resources_are_read_or_malformed(document: object, at: int, what: bytes) -> None:
    body = mutated(json.dumps(document).encode(), at, what)
    for read in (read_resources, read_events):
        try:
            read(body)
        except MalformedError:
            continue


@given(
    DOCUMENTS,
    st.lists(RESOURCES, max_size=4),
    st.sampled_from(["add", "update", "delete"]),
    st.data(),
)
def test_any_bridge_is_described_read_and_commanded_without_a_crash(
    document: object, changes: object, kind: str, data: st.DataObject
) -> None:
    resources, _ = read_resources(json.dumps(document).encode())
    heard = Heard()
    estate = Estate(resources, heard, Memory())
    estate.describe(())
    estate.read(resources)
    events, _ = read_events(json.dumps([{"type": kind, "data": changes}]).encode())
    for event in events:
        estate.happened(event)
    for part, description in heard.parts.items():
        ids = [e.id for e in description.endpoints]
        assert len(ids) == len(set(ids)), "an endpoint's id is one endpoint's"
        for endpoint in description.endpoints:
            for prop in endpoint.properties:
                value = data.draw(SCALARS | st.floats() | st.sampled_from(prop.choices or ("x",)))
                try:
                    estate.request(part, [command(endpoint.id, prop.name, value)])
                except RefusedError:
                    continue
                assert prop.writable


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_messages_are_the_same_however_the_stream_is_cut(pieces: list[bytes]) -> None:
    one, other = Messages(), Messages()
    whole = b"".join(pieces)
    cut = [message for piece in pieces for message in one.feed(piece)]
    assert cut == other.feed(whole)


@given(st.lists(st.text(st.characters(exclude_characters="\n\r\x00", codec="utf-8")), min_size=1))
def test_what_was_sent_as_data_is_what_comes(texts: list[str]) -> None:
    said = "".join(f"id: 1:0\r\ndata: {text}\r\n\r\n" for text in texts)
    assert Messages().feed(said.encode()) == [text.encode() for text in texts]


def test_a_message_without_end_is_malformed_and_not_kept() -> None:
    messages = Messages()
    caught = 0
    for _ in range(LONGEST // 50_000 + 2):
        try:
            messages.feed(b"data: " + b"x" * 50_000 + b"\n")
        except MalformedError:
            caught += 1
    assert caught == 1


@given(DOCUMENTS, st.integers(0, 200), st.binary(max_size=300))
def test_reading_takes_no_more_than_four_times_what_was_said(
    document: object, times: int, noise: bytes
) -> None:
    whole = json.dumps(document).encode()
    lamps = json.dumps(
        {"data": [{"id": str(i), "type": "light", "on": {"on": True}} for i in range(times)]}
    ).encode()
    for body in (whole, lamps, b'{"data":' + b"[" * times * 50, noise * times):
        for read in (read_resources, read_events, Messages().feed):
            tracemalloc.start()
            try:
                read(body)
            except MalformedError:
                pass
            finally:
                _, peak = tracemalloc.get_traced_memory()
                tracemalloc.stop()
            assert peak <= 4 * len(body) + ALLOWANCE


@given(st.dictionaries(st.sampled_from(["bridgeid", "modelid"]), st.text(max_size=20)))
def test_any_announcement_is_found_or_malformed(texts: dict[str, str]) -> None:
    try:
        found(Sighting(Medium.MDNS, "_hue._tcp.local.", "Hue", texts=texts))
    except MalformedError:
        return


@given(st.text())
def test_a_damaged_record_is_malformed(text: str) -> None:
    try:
        read_record(text)
    except MalformedError:
        return


def test_of_a_thousand_faults_the_first_are_told() -> None:
    whole, change = b'{"data":[' + b",".join([b"1"] * 1000) + b"]}", b'{"type":"add","data":[1,1]}'
    for told, faults in (
        read_resources(whole),
        read_events(b"[" + b",".join([b"1"] * 1000) + b"]"),
        read_events(b"[" + b",".join([change] * 1000) + b"]"),
    ):
        assert len(faults) == MOST_FAULTS
        assert len(told) in {0, 1000}
