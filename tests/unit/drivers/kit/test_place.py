"""Where a thing is, as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.kit.errors import AdoptionError
from drivers.kit.place import place

PORTS = st.integers(1, 65_535)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z]{2,8})?", fullmatch=True)


@given(NAMES | st.ip_addresses(v=4).map(str), PORTS)
def test_a_host_is_read_with_its_port_without_one_and_in_a_url(host: str, port: int) -> None:
    assert place(host, 3000) == (host, 3000)
    assert place(f" {host}:{port} ", 3000) == (host, port)
    assert place(f"ws://{host}:{port}/path", 3000) == (host, port)


@given(st.ip_addresses(v=6).map(str), PORTS)
def test_an_ipv6_address_may_stand_bare_or_in_brackets(host: str, port: int) -> None:
    assert place(host, 3000) == (host, 3000)
    assert place(f"[{host}]:{port}", 3000) == (host, port)


@given(st.text())
def test_whatever_is_written_is_a_place_or_refused_in_words(said: str) -> None:
    try:
        host, port = place(said, 3000)
    except AdoptionError:
        return
    assert host
    assert 0 < port < 65_536


@pytest.mark.parametrize("said", ["", "  ", "a b", "host:0", "host:99999", "host:x", "[::1", "//"])
def test_what_is_no_place_is_refused(said: str) -> None:
    with pytest.raises(AdoptionError, match=r"is no address. write it as 192\.168"):
        place(said, 3000)
