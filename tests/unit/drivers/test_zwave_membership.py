"""What a device that joins a Z-Wave network is granted."""

from hypothesis import given
from hypothesis import strategies as st
from zwave_js_server.const import SecurityClass
from zwave_js_server.model.controller.inclusion_and_provisioning import InclusionGrant

from drivers.zwave.membership import granted

CLASSES = st.lists(st.sampled_from(list(SecurityClass)), unique=True)
PROVEN = {SecurityClass.S2_AUTHENTICATED, SecurityClass.S2_ACCESS_CONTROL}


@given(CLASSES, st.booleans())
def test_with_its_pin_a_device_has_what_it_asks_for(
    asked: list[SecurityClass], by_client: bool
) -> None:
    told = granted(InclusionGrant(asked, by_client), "12345")
    assert told.security_classes == asked
    assert not told.client_side_auth, "nobody is there to confirm it"


@given(CLASSES)
def test_without_its_pin_nothing_is_granted_that_is_to_prove_it(asked: list[SecurityClass]) -> None:
    told = granted(InclusionGrant(asked, client_side_auth=False), "")
    assert set(told.security_classes) <= set(asked) - PROVEN


def test_what_asks_for_nothing_that_is_read_is_granted_nothing() -> None:
    assert granted(None, "12345").security_classes == []
