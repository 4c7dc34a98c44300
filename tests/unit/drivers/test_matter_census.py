"""Every device type that matter.js has, as a real server heard of it: all of it is carried."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matter_census import clusters, kept, properties, uncarried, wish

from drivers.kit.errors import MalformedError, RefusedError
from drivers.matter.attributes import Beside, Invoke, Write
from drivers.matter.clusters import CLUSTERS
from drivers.matter.coverage import read
from drivers.matter.lock import LOCK_ACTIONS, LockUser, ask_user, read_user
from drivers.matter.mapping import action, asked, decoded, encoded
from drivers.matter.reasons import LIST, SIGN_IN, STRUCTURE
from drivers.matter.switches import happened, signal
from hubd.model.device import Signal
from hubd.model.value import Value
from hubd.model.vocabulary import ACTIONS, TERMS

CENSUS = kept()


def test_19_of_20_application_clusters_are_carried_and_each_other_says_why() -> None:
    known, left = uncarried(CENSUS)
    assert known >= 80
    assert len(left) <= known * 0.05
    assert left == {"AccountLogin": SIGN_IN}


def test_what_of_a_cluster_is_not_carried_is_a_list_or_a_structure() -> None:
    entities = list(read(CENSUS))
    assert {e.reason for e in entities if not e.mapped} <= {LIST, STRUCTURE}


def test_two_things_of_an_endpoint_never_share_a_name() -> None:
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    for endpoint, cluster, beside in clusters(CENSUS):
        for attribute, prop in properties(cluster, beside):
            if attribute.name or attribute.named:
                names[endpoint.id, prop.name].append(f"{cluster.name}.{attribute.label}")
    plain = {"Number.value", "Text.value", "Select.option", "BooleanState.state"}
    twice = {k: v for k, v in names.items() if len(v) > 1 and k[1] not in plain}
    assert twice == {}


def test_two_actions_of_an_endpoint_never_share_a_name() -> None:
    names: dict[int, list[str]] = defaultdict(list)
    for endpoint, cluster, _ in clusters(CENSUS):
        names[endpoint.id] += cluster.actions
    assert {k: v for k, v in names.items() if len(v) > len(set(v))} == {}


def test_all_that_can_be_set_has_an_order_and_all_names_are_of_the_vocabulary() -> None:
    ordered = 0
    for _, cluster, beside in clusters(CENSUS):
        for attribute, prop in properties(cluster, beside):
            assert prop.name in TERMS
            now = decoded(attribute, beside.attributes[attribute.id], beside)
            wished = wish(prop, now)
            if prop.writable and wished is not None:
                try:
                    order = encoded(attribute, wished, beside)
                except RefusedError:
                    assert (cluster.name, beside.feature(2)) == ("OnOff", True)
                    continue
                assert isinstance(order, Invoke | Write)
                ordered += 1
        assert set(cluster.actions) <= set(ACTIONS)
    assert ordered > 200


def test_a_step_of_a_device_is_within_the_tolerance_of_its_property() -> None:
    for _, cluster, beside in clusters(CENSUS):
        for attribute, prop in properties(cluster, beside):
            wished = wish(prop, None)
            if not prop.writable or not isinstance(wished, float):
                continue
            order = encoded(attribute, wished, beside)
            if isinstance(order, Write) and order.attribute == attribute.id:
                again = decoded(attribute, order.value, beside)
                assert isinstance(again, int | float)
                assert abs(again - wished) <= prop.tolerance, (cluster.name, attribute.label)


LOCK = Beside({17: 10, 18: 10, 23: 8, 24: 4})


def test_a_code_of_a_lock_is_set_and_forgotten_by_its_number() -> None:
    told = '{"number": 2, "code": "123456"}'
    order = asked(LOCK_ACTIONS["DoorLock.setCode"], told, LOCK)
    assert (order.name, order.fields["credential"]) == (
        "SetCredential",
        {"credentialType": 1, "credentialIndex": 2},
    )
    assert order.fields["credentialData"] == b"123456"
    assert order.fields["userIndex"] is None
    order = asked(LOCK_ACTIONS["DoorLock.clearCode"], '{"number": 2}', LOCK)
    assert order.fields == {"credential": {"credentialType": 1, "credentialIndex": 2}}


@pytest.mark.parametrize(
    "told",
    [
        None,
        "123456",
        "[]",
        '{"number": 2}',
        '{"number": 11, "code": "123456"}',
        '{"number": 2, "code": "123"}',
        '{"number": 2, "code": "12345a"}',
        '{"number": 2, "code": "123456", "door": 1}',
    ],
)
def test_a_code_that_a_lock_cannot_keep_is_refused(told: str | None) -> None:
    with pytest.raises(RefusedError):
        asked(LOCK_ACTIONS["DoorLock.setCode"], told, LOCK)


def test_a_lock_tells_its_users_one_after_another() -> None:
    assert ask_user(1) == Invoke(27, "GetUser", {"userIndex": 1})
    answer = {
        "userIndex": 1,
        "userName": "Ann",
        "userStatus": 1,
        "credentials": [{"credentialType": 1, "credentialIndex": 2}],
        "nextUserIndex": 4,
    }
    assert read_user(answer) == LockUser(1, "Ann", enabled=True, codes=(2,), next=4)
    assert read_user({"userIndex": 1, "userStatus": None}) is None


def test_an_action_says_what_it_is_to_be_told() -> None:
    told = action("DoorLock.setCode", LOCK_ACTIONS["DoorLock.setCode"])
    assert [part.name for part in told.parts] == ["number", "code", "user"]
    assert action("DoorLock.unbolt", LOCK_ACTIONS["DoorLock.unbolt"]).argument is None


DOINGS = [invoke for cluster in CLUSTERS.values() for invoke in cluster.actions.values()]
WORDS = st.sampled_from(["", "up", "menu", "[1]", '{"number": 1, "code": "1234", "user": null}'])
ODD = st.dictionaries(
    st.sampled_from([0, 1, 17, 18, 23, 24]), st.none() | st.integers() | st.text()
)


@given(st.sampled_from(DOINGS), st.none() | st.booleans() | st.floats() | WORDS | st.text(), ODD)
def test_whatever_an_action_is_told_it_is_invoked_or_refused(
    doing: Invoke, told: Value, beside: dict[int, object]
) -> None:
    try:
        order = asked(doing, told, Beside(beside))
    except RefusedError:
        return
    assert order.takes is None
    assert order.name == doing.name


@given(
    st.none()
    | st.dictionaries(
        st.sampled_from(["0", "1", "3", "5", "8", "userIndex"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers() | st.none(), max_size=3),
    )
)
def test_whatever_a_lock_answers_it_is_a_user_or_malformed(answer: object) -> None:
    try:
        user = read_user(answer)
    except MalformedError:
        return
    assert user is None or isinstance(user, LockUser)


def test_a_doorbell_rings_and_a_finished_machine_says_so() -> None:
    bell = Beside({0xFFFC: 0b110}, frozenset({0x148}))
    assert signal(59, bell) == Signal("Doorbell.rang", ("single",))
    assert happened(59, 3, {"previousPosition": 1}, bell) == ("Doorbell.rang", "single")
    told = happened(96, 1, {"completionErrorCode": 0}, Beside())
    assert told == ("Event.happened", "completed")
    assert happened(512, 5, {}, Beside()) == ("Event.happened", "dry_running")
    for cluster in (72, 96, 97, 257, 512, 1360, 1366):
        assert signal(cluster, Beside()) is not None
