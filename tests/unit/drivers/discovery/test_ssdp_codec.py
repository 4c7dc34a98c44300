"""SSDP packets become sightings, and no packet breaks the reader or fills the memory."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.discovery.ssdp_codec import LONGEST_PACKET, MOST_HEADERS, read, search, sighted
from drivers.kit.errors import MalformedError
from drivers.kit.sighting import Medium

RENDERER = "urn:schemas-upnp-org:device:MediaRenderer:1"
UUID = "uuid:4d696e69-444c-164e-9d41-b827eb54e939"
ALIVE = (
    "NOTIFY * HTTP/1.1\r\n"
    "HOST: 239.255.255.250:1900\r\n"
    "CACHE-CONTROL: max-age = 100\r\n"
    "LOCATION: http://192.168.1.20:8200/description.xml\r\n"
    f"NT: {RENDERER}\r\n"
    "NTS: ssdp:alive\r\n"
    "SERVER: Linux/6.1 UPnP/1.0 Player/2\r\n"
    f"USN: {UUID}::{RENDERER}\r\n"
    "BOOTID.UPNP.ORG: 7\r\n"
    "\r\n"
).encode()
BYEBYE = ALIVE.replace(b"ssdp:alive", b"ssdp:byebye")
ANSWER = (
    ALIVE.replace(b"NOTIFY * HTTP/1.1", b"HTTP/1.1 200 OK")
    .replace(b"NT: ", b"ST: ")
    .replace(b"NTS: ssdp:alive\r\n", b"")
)


@pytest.mark.parametrize("packet", [ALIVE, ANSWER, ALIVE.replace(b"\r\n", b"\n")])
def test_a_notice_and_an_answer_say_the_same(packet: bytes) -> None:
    heard = read(packet)
    assert heard is not None
    assert (heard.target, heard.uuid, heard.age_s, heard.gone) == (RENDERER, UUID, 100.0, False)
    seen = sighted(heard, "192.168.1.20")
    assert (seen.medium, seen.service, seen.name) == (Medium.SSDP, RENDERER, heard.usn)
    assert (seen.addresses, seen.port) == (("192.168.1.20",), 8200)
    assert seen.texts == {
        "location": "http://192.168.1.20:8200/description.xml",
        "server": "Linux/6.1 UPnP/1.0 Player/2",
        "usn": f"{UUID}::{RENDERER}",
        "bootid.upnp.org": "7",
    }


def test_a_goodbye_is_gone() -> None:
    heard = read(BYEBYE)
    assert heard is not None
    assert heard.gone


def test_what_others_search_for_is_no_sighting() -> None:
    assert read(search("ssdp:all", 3)) is None


def test_a_location_that_is_no_address_leaves_where_it_came_from() -> None:
    for url in (b"http://tv.example/d.xml", b"http://[::1", b"", b"http://1.2.3.4:99999/"):
        heard = read(ALIVE.replace(b"http://192.168.1.20:8200/description.xml", url))
        assert heard is not None
        assert sighted(heard, "192.168.1.9").address == "192.168.1.9"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        ALIVE.replace(b"NTS: ssdp:alive", b"NTS: upnp:propchange"),
        ALIVE.replace(b"USN:", b"X:"),
        ALIVE.replace(b"NT:", b"X:"),
        ALIVE + b" " * LONGEST_PACKET,
    ],
)
def test_what_is_not_as_the_protocol_says_is_refused(packet: bytes) -> None:
    with pytest.raises(MalformedError):
        read(packet)


def mutated() -> st.SearchStrategy[bytes]:
    cut = st.tuples(st.integers(0, len(ALIVE)), st.integers(0, 40), st.binary(max_size=40))
    return st.builds(
        lambda packet, c: packet[: c[0]] + c[2] + packet[c[0] + c[1] :],
        st.sampled_from([ALIVE, ANSWER, BYEBYE]),
        cut,
    )


@given(st.one_of(st.binary(max_size=LONGEST_PACKET + 100), mutated(), st.just(b"\n:" * 4000)))
def test_any_packet_is_read_or_refused_within_bounds(packet: bytes) -> None:
    tracemalloc.start()
    try:
        heard = read(packet)
        if heard is not None:
            assert len(heard.headers) <= MOST_HEADERS
            sighted(heard, "192.168.1.9")
    except MalformedError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak <= 4 * len(packet) + 32_768
