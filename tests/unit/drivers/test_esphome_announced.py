"""What ESPHome devices announce is recognised, and nothing else is."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.esphome.announced import SERVICE, announced
from drivers.kit.errors import MalformedError
from drivers.kit.found import Trust
from drivers.kit.sighting import Medium, Sighting


def seen(**texts: str) -> Sighting:
    return Sighting(
        Medium.MDNS, SERVICE, "porch-light", "porch-light.local.", ("192.168.1.9",), 6053, texts
    )


def test_a_device_with_a_key_is_keyed_and_asks_for_it() -> None:
    found = announced(
        seen(
            mac="a8032ab12345",
            version="2026.9.1",
            friendly_name="Porch light",
            board="esp01_1m",
            api_encryption="Noise_NNpsk0_25519_ChaChaPoly_SHA256",
        )
    )
    assert found is not None
    assert (found.key, found.name, found.model) == ("a8032ab12345", "Porch light", "esp01_1m")
    assert found.identities == ("mac:a8032ab12345",)
    assert found.trust is Trust.KEYED
    assert [(n.name, n.secret, n.optional) for n in found.needs] == [("key", True, False)]


def test_a_device_that_could_encrypt_and_does_not_is_open() -> None:
    found = announced(seen(mac="a8032ab12345", api_encryption_supported="Noise_NNpsk0"))
    assert found is not None
    assert found.trust is Trust.OPEN
    assert [(n.name, n.optional) for n in found.needs] == [("password", True)]
    assert found.name == "porch light"


def test_a_project_is_maker_and_model() -> None:
    found = announced(seen(mac="a8032ab12345", project_name="Apollo.MSR-2", board="esp32-c3"))
    assert found is not None
    assert (found.maker, found.model) == ("Apollo", "MSR-2")


@given(st.binary(min_size=32, max_size=32))
def test_every_key_is_as_the_form_asks_for_it(key: bytes) -> None:
    found = announced(seen(mac="a8032ab12345", api_encryption="x"))
    assert found is not None
    assert re.fullmatch(found.needs[0].pattern, base64.b64encode(key).decode())


@pytest.mark.parametrize("key", ["", "short=", "A" * 44, "A" * 43 + "=x", "*" * 43 + "="])
def test_what_is_no_key_is_not_as_the_form_asks_for_it(key: str) -> None:
    found = announced(seen(mac="a8032ab12345", api_encryption="x"))
    assert found is not None
    assert not re.fullmatch(found.needs[0].pattern, key)


def test_others_and_what_is_gone_are_not_recognised() -> None:
    assert announced(Sighting(Medium.MDNS, "_hap._tcp.local.", "x")) is None
    assert announced(Sighting(Medium.MDNS, SERVICE, "x", gone=True)) is None


@pytest.mark.parametrize("mac", ["", "000000000000", "nonsense", "a8032ab1234"])
def test_a_device_without_an_address_of_its_own_is_malformed(mac: str) -> None:
    with pytest.raises(MalformedError):
        announced(seen(mac=mac))


@given(
    st.text(max_size=60),
    st.dictionaries(
        st.sampled_from(["mac", "version", "friendly_name", "project_name", "api_encryption"]),
        st.text(max_size=200),
    ),
)
def test_whatever_is_announced_is_recognised_or_malformed(name: str, texts: dict[str, str]) -> None:
    try:
        found = announced(Sighting(Medium.MDNS, SERVICE, name, texts=texts))
    except MalformedError:
        return
    assert found is not None
    assert found.identities
