"""DNS-SD records become sightings, and nothing that a record may hold breaks it."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.discovery.mdns_codec import (
    MOST_ADDRESSES,
    MOST_TEXTS,
    in_order,
    instance_of,
    sighted,
    texts_of,
    type_of,
)
from drivers.kit.errors import MalformedError

HAP = "_hap._tcp.local."


def pair(text: bytes) -> bytes:
    return bytes([len(text)]) + text


@pytest.mark.parametrize("said", [HAP, "_hap._tcp", "_hap._tcp.local", "_hap._tcp."])
def test_a_type_is_known_in_any_writing(said: str) -> None:
    assert type_of(said) == HAP


@pytest.mark.parametrize("said", ["", "hap._tcp.local.", "_hap.local.", "_a._b._tcp.local."])
def test_what_is_no_type_is_refused(said: str) -> None:
    with pytest.raises(MalformedError):
        type_of(said)


def test_an_instance_may_have_dots_spaces_and_any_letters() -> None:
    assert instance_of(HAP, f"客厅 Lamp 2.0.{HAP}") == "客厅 Lamp 2.0"
    assert instance_of(HAP, "Lamp._HAP._tcp.local.") == "Lamp"


@pytest.mark.parametrize("name", [HAP, f".{HAP}", "Lamp._http._tcp.local.", f"a\x00b.{HAP}"])
def test_what_is_no_instance_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        instance_of(HAP, name)


def test_the_first_of_a_key_counts_in_any_case_and_a_flag_is_empty() -> None:
    record = b"".join(map(pair, (b"ID=1", b"id=2", b"flag", b"e=a=b", b"=no key", b"")))
    assert texts_of(record) == {"id": "1", "flag": "", "e": "a=b"}


def test_what_is_not_utf8_is_left_out_and_the_rest_is_kept() -> None:
    assert texts_of(pair(b"a=\xff") + pair(b"\xffb=1") + pair(b"c=3")) == {"c": "3"}


def test_a_record_that_is_cut_off_yields_what_came_before() -> None:
    assert texts_of(pair(b"a=1") + b"\x20b=2") == {"a": "1"}


def test_ipv4_comes_first_and_link_local_last() -> None:
    said = ("fe80::1%2", "2001:db8::1", "169.254.1.1", "192.168.1.2")
    assert in_order(said) == ("192.168.1.2", "169.254.1.1", "2001:db8::1", "fe80::1%2")


def test_a_host_with_very_many_addresses_is_cut() -> None:
    assert len(in_order(f"10.0.0.{n}" for n in range(200))) == MOST_ADDRESSES


@given(st.binary(max_size=9000))
def test_any_text_record_is_read_within_bounds(record: bytes) -> None:
    tracemalloc.start()
    try:
        texts = texts_of(record)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(texts) <= MOST_TEXTS
    assert peak <= 4 * len(record) + 16_384


@given(st.text(), st.binary(max_size=300), st.integers(0, 65535))
def test_any_name_becomes_a_sighting_or_is_refused(name: str, text: bytes, port: int) -> None:
    try:
        seen = sighted(HAP, f"{name}.{HAP}", host="h.local.", port=port, addresses=(), text=text)
    except MalformedError:
        return
    assert seen.name == name
    assert seen.key.startswith("mdns:_hap._tcp.local.:")
