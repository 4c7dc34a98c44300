"""Whatever an accessory says, it is read or it is malformed, in little memory."""

import json
import tracemalloc

from heard import Heard, command
from hypothesis import given
from hypothesis import strategies as st

from drivers.homekit.database import Told, read_accessories, read_told
from drivers.homekit.part import Part
from drivers.homekit.services.table import BUILDERS
from drivers.homekit.uuids import CharKind, ServiceKind
from drivers.kit.errors import MalformedError, RefusedError

ALLOWANCE = 200_000
"""Bytes: what a reader takes for itself, and tracemalloc for its own book."""

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from([0, 1, 2, 3, 4, 100])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FORMATS = st.sampled_from(["bool", "uint8", "uint32", "int", "float", "string", "tlv8", "data", ""])
CHARACTERISTICS = st.fixed_dictionaries(
    {
        "type": st.sampled_from([kind.value for kind in CharKind]) | st.text(max_size=40),
        "iid": st.integers(1, 60),
    },
    optional={
        "perms": st.lists(st.sampled_from(["pr", "pw", "ev", "tw", "aa", "hd"])),
        "format": FORMATS,
        "value": SCALARS,
        "minValue": st.floats(-500, 70000) | st.none(),
        "maxValue": st.floats(-500, 70000) | st.none(),
        "minStep": st.floats(-2, 50) | st.none(),
        "valid-values": st.lists(st.integers(0, 6), max_size=4) | st.none(),
        "valid-values-range": st.lists(st.integers(0, 6), max_size=3) | st.none(),
        "unit": st.text(max_size=8) | st.none(),
        "description": st.text(max_size=20),
    },
)
SERVICES = st.fixed_dictionaries(
    {
        "type": st.sampled_from([kind.value for kind in ServiceKind]) | st.text(max_size=40),
        "iid": st.integers(1, 9),
        "characteristics": st.lists(CHARACTERISTICS, max_size=8),
    },
    optional={"linked": st.lists(st.integers(0, 9), max_size=3)},
)
DATABASES = st.lists(
    st.fixed_dictionaries(
        {"aid": st.integers(1, 4), "services": st.lists(SERVICES | JSON, max_size=4)}
    ),
    max_size=3,
).map(lambda accessories: {"accessories": accessories})


def mutated(body: bytes, at: int, what: bytes) -> bytes:
    place = at % (len(body) + 1)
    return body[:place] + what + body[place + len(what) :]


@given(st.binary(max_size=600))
def test_any_bytes_are_an_account_or_malformed(body: bytes) -> None:
    for read in (read_accessories, read_told):
        try:
            read(body)
        except MalformedError:
            continue


@given(JSON)
def test_any_json_is_an_account_or_malformed(document: object) -> None:
    body = json.dumps(document).encode()
    for read in (read_accessories, read_told):
        try:
            read(body)
        except MalformedError:
            continue


@given(DATABASES, st.integers(0, 5000), st.binary(max_size=8))
def test_a_damaged_account_is_an_account_or_malformed(
    document: object, at: int, what: bytes
) -> None:
    body = mutated(json.dumps(document).encode(), at, what)
    try:
        accessories = read_accessories(body)
    except MalformedError:
        return
    for accessory in accessories:
        Part(accessory, Heard())


@given(DATABASES, st.data())
def test_any_accessory_is_described_read_and_commanded_without_a_crash(
    document: object, data: st.DataObject
) -> None:
    try:
        accessories = read_accessories(json.dumps(document).encode())
    except MalformedError:
        return
    for accessory in accessories:
        heard = Heard()
        part = Part(accessory, heard)
        description = part.carried.description
        heard.described(part.name, description)
        ids = [e.id for e in description.endpoints]
        assert len(ids) == len(set(ids)), "an endpoint's id is one endpoint's"
        iids = [c.iid for s in accessory.services for c in s.characteristics]
        if iids:
            told = data.draw(
                st.dictionaries(
                    st.sampled_from(iids),
                    st.builds(Told, SCALARS, st.sampled_from([0, -70402]), st.booleans()),
                )
            )
            part.heard(told, event=data.draw(st.booleans()))
            part.within_reach(told)
        for endpoint in description.endpoints:
            names = [p.name for p in endpoint.properties]
            assert len(names) == len(set(names)), "a property's name is one property's"
            for prop in endpoint.properties:
                value = data.draw(SCALARS | st.floats() | st.sampled_from(prop.choices or ("x",)))
                try:
                    asked = part.asked([command(endpoint.id, prop.name, value)])
                except RefusedError:
                    continue
                assert prop.writable
                part.is_timed(asked)
                part.confirming([command(endpoint.id, prop.name, value)])


@given(DATABASES, st.integers(0, 200), st.binary(max_size=300))
def test_reading_takes_no_more_than_four_times_what_was_said(
    document: object, times: int, noise: bytes
) -> None:
    whole = json.dumps(document).encode()
    services = json.dumps(
        [
            {"iid": i, "type": "43", "characteristics": [{"iid": i, "type": "25", "perms": ["pr"]}]}
            for i in range(times)
        ]
    )
    lamps = f'{{"accessories":[{{"aid":1,"services":{services}}}]}}'.encode()
    nested = b'{"accessories":' + b"[" * times * 50
    for body in (whole, lamps, nested, noise * times):
        tracemalloc.start()
        try:
            read_accessories(body)
        except MalformedError:
            pass
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak <= 4 * len(body) + ALLOWANCE


def test_every_builder_is_of_a_known_kind() -> None:
    assert set(BUILDERS) <= set(ServiceKind)


def test_of_a_thousand_faults_the_first_are_told() -> None:
    nothing = b",".join([b"1"] * 1000)
    (accessory,) = read_accessories(b'{"accessories":[{"aid":1,"services":[' + nothing + b"]}]}")
    assert 0 < len(accessory.faults) < 100
    told, faults = read_told(b'{"characteristics":[' + nothing + b"]}")
    assert not told
    assert 0 < len(faults) < 100
