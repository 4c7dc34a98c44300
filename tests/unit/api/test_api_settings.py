"""Where the API listens: nothing goes over the network in the clear unless someone said so."""

from pathlib import Path

import pytest

from hubd.api.settings import ApiSettings
from hubd.model.errors import ConfigError


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_loopback_needs_nothing_more(host: str) -> None:
    assert ApiSettings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "hub.lan", ""])
def test_the_network_needs_tls_or_a_plain_word(host: str) -> None:
    with pytest.raises(ConfigError, match=r"Set api\.tls_certificate"):
        ApiSettings(host=host)
    assert not ApiSettings(host=host, allow_plain_lan=True).tls
    assert ApiSettings(host=host, tls_certificate=Path("c.pem"), tls_key=Path("k.pem")).tls


def test_half_of_tls_is_refused_by_naming_the_other_half() -> None:
    with pytest.raises(ConfigError, match=r"api\.tls_key is missing"):
        ApiSettings(tls_certificate=Path("c.pem"))
    with pytest.raises(ConfigError, match=r"api\.tls_certificate is missing"):
        ApiSettings(tls_key=Path("k.pem"))


@pytest.mark.parametrize(
    "header", ["127.0.0.1:8420", "localhost", "[::1]:8420", "192.168.1.5", "HUBD.local.", "my.hub"]
)
def test_an_address_or_a_name_of_the_hub_is_known(header: str) -> None:
    assert ApiSettings(hosts=("My.Hub",)).knows_host(header)


@pytest.mark.parametrize(
    "header", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""]
)
def test_a_name_of_another_site_is_not(header: str) -> None:
    assert not ApiSettings().knows_host(header)
